"""Addresses of the storey, gathered from its rooms."""

from django.urls import include, path

app_name = "residents"

urlpatterns = [
    path("", include("residents.roster.urls")),
    path("", include("residents.roster.merge_urls")),
    path("", include("residents.roster.crew_urls")),
    path("", include("residents.rentals.urls")),
    path("", include("residents.contacts.urls")),
    path("", include("residents.visits.urls")),
    path("", include("residents.offline.urls")),
    path("", include("residents.liaison.urls")),
    path("", include("residents.volunteers.urls")),
    path("", include("residents.offline.phone_urls")),
    path("", include("residents.importing.urls")),
]
