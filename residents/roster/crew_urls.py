"""Addresses of the crews."""

from django.urls import path

from residents.roster import crew_views

urlpatterns = [
    path("crew/", crew_views.CrewList.as_view(), name="vesselcrew-list"),
    path("crew/vessel/<int:pk>/add/", crew_views.CrewFind.as_view(), name="vesselcrew-find"),
    path("crew/vessel/<int:pk>/add/<int:person>/", crew_views.CrewJoin.as_view(), name="vesselcrew-join"),
    path("crew/<int:pk>/leave/", crew_views.CrewLeave.as_view(), name="vesselcrew-leave"),
]
