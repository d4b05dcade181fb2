"""The portal's pages, and one empty view: what a request costs before it does anything."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """Session and user are loaded (a login is required), nothing else happens."""
    return HttpResponse(request.user.get_username())


urlpatterns = [path("bench/empty/", empty, name="bench-empty"), path("", include("governance.project.urls"))]
