"""The page for what should not happen: with a reference number, and as "try again soon" while the database is away."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

RETRY_SECONDS = 30


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the request's number; 503 with ``Retry-After`` when the database does not answer (promises D4, M9).

    Drawn without context processors, because they may be what failed.
    """
    reference = getattr(request, "request_id", "")[:8].upper()
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = loader.get_template("503.html").render({"reference": reference})
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return HttpResponse(loader.get_template("500.html").render({"reference": reference}), status=500)
