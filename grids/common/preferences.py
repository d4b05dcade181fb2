"""How the portal looks on this device: theme and care mode, kept in cookies so that they work before login.

``theme`` is "auto" (as the device), "light", "dark" or "sunlight" (black on white, for glare); ``care`` is "off" or
"on" (关怀版: larger letters and buttons).
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

OFFERED = {
    "theme": ("auto", "light", "dark", "sunlight"),
    "care": ("off", "on"),
    "language": tuple(code for code, _label in settings.LANGUAGES),
}
COOKIES = {"theme": "theme", "care": "care", "language": settings.LANGUAGE_COOKIE_NAME}
ONE_YEAR = 365 * 24 * 60 * 60


def chosen(request: HttpRequest, name: str) -> str:
    """The value of the preference ``name``; the first one offered when the cookie holds anything else."""
    value = request.COOKIES.get(COOKIES[name], "")
    return value if value in OFFERED[name] else OFFERED[name][0]


@login_not_required
@require_POST
def choose(request: HttpRequest, name: str, value: str) -> HttpResponse:
    """Remember the choice for a year and go back to where the user was; 404 for anything not offered."""
    if value not in OFFERED.get(name, ()):
        raise Http404
    response = HttpResponseRedirect(_way_back(request))
    response.set_cookie(
        COOKIES[name], value, max_age=ONE_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
    return response


def _way_back(request: HttpRequest) -> str:
    """The page the button stood on, if it is one of ours; the start page otherwise."""
    referer = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        # To a browser //evil.example is another host.
        path = "/" + parts.path.lstrip("/\\")
        return path + (f"?{parts.query}" if parts.query else "")
    return "/"


urlpatterns = [path("preferences/<slug:name>/<slug:value>/", choose, name="preference-choose")]
