"""Makes the request's facts known to the trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from grids.trail.requests import current, facts_of


class RequestFactsMiddleware:
    """Sets the facts for the time of the request and names the request in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        facts = facts_of(request)
        token = current.set(facts)
        request.request_id = facts.request_id  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response.headers["X-Request-Id"] = facts.request_id
        return response
