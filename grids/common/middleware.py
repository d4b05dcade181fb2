"""Turns what a service refuses into a page that says why, and unreadable requests into the page for those."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from grids.common.errors import Refused, ServiceError

# Kinds of answers; style sheets and scripts lie compressed already.
COMPRESSED = {"text/html", "text/javascript", "application/json", "application/manifest+json", "image/svg+xml"}


class RefusalMiddleware:
    """``Refused`` becomes the 403 page and ``Conflict`` the 409 page, each with its reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ServiceError):
            # Whoever may not open a page is refused again, however often he loads it.
            in_vain = isinstance(exception, Refused) and request.method == "GET"
            back = exception.back or ("" if in_vain else request.get_full_path())
            context = {"reason": exception.reason, "back": back}
            return render(request, f"{exception.status}.html", context, status=exception.status)
        return None


class NoNulMiddleware:
    """An address with a NUL character is 400: PostgreSQL cannot look for it. In a form it is an error of its field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\x00" in text for name, values in request.GET.lists() for text in (name, *values)):
            raise BadRequest("NUL character")
        return self.get_response(request)


class LargestRequestMiddleware:
    """A request that says it is larger than ``LARGEST_REQUEST`` is 413 with a page that says what to do, unread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LARGEST_REQUEST:
            if request.content_type == "application/json":
                return JsonResponse({"lianhu": "error"}, status=413)
            return render(request, "413.html", {"back": request.get_full_path()}, status=413)
        return self.get_response(request)


class TextGzipMiddleware(GZipMiddleware):
    """Compresses pages and what scripts read; files to keep go out as they are, with their length.

    BREACH guesses a secret beside what it makes the page repeat. Requests of other sites carry no session (SameSite),
    form tokens are masked anew in every answer, and Django adds a random length.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in COMPRESSED or response.has_header("Content-Disposition"):
            return response
        return super().process_response(request, response)


class PortalMarkMiddleware:
    """Marks every answer as the portal's own: a phone tells it from the page of a captive portal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Lianhu"] = "portal"
        return response
