"""Facts of the running request that every trail entry carries."""

import uuid
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class RequestFacts:
    """Who knocked: a random request id and the client's network address."""

    request_id: str = ""
    address: str = ""


# The default is frozen, so sharing it is safe.
current: ContextVar[RequestFacts] = ContextVar("request_facts", default=RequestFacts())  # noqa: B039


def client_address(request: HttpRequest) -> str:
    """The address of the client, counted back over our own proxies only (promises D9)."""
    if settings.PROXY_COUNT:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= settings.PROXY_COUNT:
            return forwarded[-settings.PROXY_COUNT][:45]
    return request.META.get("REMOTE_ADDR", "")[:45]


def facts_of(request: HttpRequest) -> RequestFacts:
    return RequestFacts(request_id=uuid.uuid4().hex, address=client_address(request))
