"""Addresses of this room."""

from django.urls import path

from grids.maps import views

urlpatterns = [
    path("grids/where/", views.GridLocate.as_view(), name="grid-locate"),
    path("grids/<int:pk>/boundary/", views.BoundaryUpdate.as_view(), name="boundary-update"),
    path("grids/<int:pk>/boundary/remove/", views.BoundaryRemove.as_view(), name="boundary-remove"),
    path("public/grids/<str:code>/", views.PublicGrid.as_view(), name="grid-public"),
]
