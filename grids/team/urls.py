"""Addresses of this room."""

from django.urls import path

from grids.team import views

urlpatterns = [
    path("posts/", views.TeamList.as_view(), name="post-list"),
    path("posts/<int:pk>/end/", views.PostEnd.as_view(), name="post-end"),
    path("grids/<int:pk>/posts/add/", views.PostStart.as_view(), name="post-start"),
    path("grids/<int:pk>/staff/add/", views.StaffCreate.as_view(), name="staff-create"),
    path("staff/", views.StaffList.as_view(), name="staff-list"),
    path("staff/<int:pk>/", views.StaffPage.as_view(), name="staff-detail"),
    path("staff/<int:pk>/edit/", views.StaffUpdate.as_view(), name="staff-update"),
    path("staff/<int:pk>/account/", views.AccountOpen.as_view(), name="staff-account"),
    path("staff/<int:pk>/password/", views.PasswordRenew.as_view(), name="staff-password"),
]
