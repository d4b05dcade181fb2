"""A page that asks the database once per row fails its test (django-zeal), but for what is no page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from zeal import zeal_context, zeal_ignore

# A batch of records, each judged by itself in a transaction of its own.
ONE_BY_ONE = ("/field/sync/", "/field/sealed/")


def zeal_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in ONE_BY_ONE:
            with zeal_ignore():
                return get_response(request)
        with zeal_context():
            return get_response(request)

    return middleware
