"""What the phone loads to work without network: nothing of it names a person."""

from django.urls import path

from residents.offline.views import phone

urlpatterns = [
    path("sw.js", phone.service_worker, name="service-worker"),
    path("manifest.webmanifest", phone.web_manifest, name="web-manifest"),
    path("field/offline/", phone.Shell.as_view(), name="field-shell"),
]
