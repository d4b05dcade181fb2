"""Addresses of the storey, gathered from its rooms."""

from django.urls import include, path

app_name = "grids"

urlpatterns = [
    path("", include("grids.tree.urls")),
    path("", include("grids.jobs.urls")),
    path("", include("grids.notifications.urls")),
    path("", include("grids.exporting.urls")),
    path("", include("grids.places.urls")),
    path("", include("grids.team.urls")),
    path("", include("grids.moves.urls")),
    path("", include("grids.maps.urls")),
]
