"""Addresses of this room."""

from django.urls import path

from residents.offline.views import field, held, pages, photos

urlpatterns = [
    path("field/pack/", field.Pack.as_view(), name="field-pack"),
    path("field/sync/", field.Sync.as_view(), name="field-sync"),
    path("field/resolve/", field.Resolve.as_view(), name="field-resolve"),
    path("field/standing/", field.Standing.as_view(), name="field-standing"),
    path("field/photos/", photos.OpenPhoto.as_view(), name="field-photos"),
    path("field/photos/<uuid:client_id>/", photos.SendPart.as_view(), name="field-photo"),
    path("field/sealed/", held.ReadSealed.as_view(), name="field-sealed"),
    path("field/held/", held.HeldList.as_view(), name="field-held"),
    path("field/held/<int:pk>/", held.HeldItem.as_view(), name="field-held-item"),
    path("field/held/<int:pk>/accept/", held.AcceptHeld.as_view(), name="field-held-accept"),
    path("field/held/<int:pk>/dismiss/", held.DismissHeld.as_view(), name="field-held-dismiss"),
    path("field/outbox/", pages.Outbox.as_view(), name="field-outbox"),
    path("field/conflicts/", pages.Conflicts.as_view(), name="field-conflicts"),
    path("field/conflicts/<int:pk>/", pages.SettleConflict.as_view(), name="field-conflict"),
]
