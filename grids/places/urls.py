"""Addresses of this room: everything begins with places/, so that the menu knows where it is."""

from django.urls import URLPattern, path

from grids.places.views import public, things, vessels


def pages(stem: str, kind: str, **views: type) -> list[URLPattern]:
    """``<stem>/`` for the list and ``<stem>/add/``, ``<stem>/<pk>/...`` for the rest, named ``<kind>-<act>``."""
    routes = {
        "list": stem,
        "create": f"{stem}add/",
        "detail": f"{stem}<int:pk>/",
        "update": f"{stem}<int:pk>/edit/",
        "move": f"{stem}<int:pk>/move/",
        "close": f"{stem}<int:pk>/close/",
        "reveal": f"{stem}<int:pk>/phone/",
        "status": f"{stem}<int:pk>/status/",
    }
    return [path(routes[act], view.as_view(), name=f"{kind}-{act}") for act, view in views.items()]


urlpatterns = [
    *pages(
        "places/",
        "place",
        list=things.PlaceList,
        create=things.PlaceCreate,
        detail=things.PlacePage,
        update=things.PlaceUpdate,
        move=things.PlaceMove,
        close=things.PlaceClose,
        reveal=things.PlaceReveal,
    ),
    *pages(
        "places/organisations/",
        "organisation",
        list=things.OrganisationList,
        create=things.OrganisationCreate,
        detail=things.OrganisationPage,
        update=things.OrganisationUpdate,
        move=things.OrganisationMove,
        close=things.OrganisationClose,
        reveal=things.OrganisationReveal,
    ),
    *pages(
        "places/compounds/",
        "compound",
        list=things.CompoundList,
        create=things.CompoundCreate,
        detail=things.CompoundPage,
        update=things.CompoundUpdate,
        move=things.CompoundMove,
        close=things.CompoundClose,
    ),
    *pages(
        "places/buildings/",
        "building",
        list=things.BuildingList,
        detail=things.BuildingPage,
        update=things.BuildingUpdate,
    ),
    *pages(
        "places/vessels/",
        "vessel",
        list=vessels.VesselList,
        create=vessels.VesselCreate,
        detail=vessels.VesselPage,
        update=vessels.VesselUpdate,
        move=vessels.VesselMove,
        close=vessels.VesselClose,
        reveal=vessels.VesselReveal,
        status=vessels.VesselStatusChange,
    ),
    path("places/vessels/board/<int:pk>/", vessels.VesselBoard.as_view(), name="vessel-board"),
    *pages(
        "places/service-points/",
        "servicepoint",
        list=things.ServicePointList,
        create=things.ServicePointCreate,
        detail=things.ServicePointPage,
        update=things.ServicePointUpdate,
        move=things.ServicePointMove,
        close=things.ServicePointClose,
    ),
    path("public/service-points/", public.PublicDirectory.as_view(), name="servicepoint-public"),
]
