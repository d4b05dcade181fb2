"""Addresses of this room: the lists, the report, the affair, and one address for each step of the table."""

from django.urls import path

from governance.affairs import views
from governance.affairs.hand_on_views import AffairHandOn
from governance.affairs.rules import TRANSITIONS

urlpatterns = [
    path("affairs/", views.AffairList.as_view(), name="affair-list"),
    path("affairs/mine/", views.MyAffairs.as_view(), name="affair-mine"),
    path("affairs/report/", views.AffairReport.as_view(), name="affair-report"),
    path("affairs/<int:pk>/", views.AffairDetail.as_view(), name="affair-detail"),
    path("affairs/<int:pk>/hand-on/", AffairHandOn.as_view(), name="affair-hand-on"),
    path("affairs/<int:pk>/reported/", views.AffairReported.as_view(), name="affair-reported"),
    *(
        path(f"affairs/<int:pk>/{name}/", views.StepPage.as_view(step=name), name=f"affair-{name}")
        for name in TRANSITIONS
    ),
]
