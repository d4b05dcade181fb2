"""Somebody's browser for tests over many addresses: every request is undone, every answer can be searched for leaks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from governance.project import urls
from grids.common import middleware
from tests.policy import ANONYMOUS, FOREIGN, Row
from tests.world import HOMES, World, id_number

MISSING = 99_999_999
PASSING_TABLES = (
    *("django_session", "axes_", "shared_cache", "auditentry", "unsealedentry", "trailseal", "trailhead"),
    "grids_export",  # the record of what was taken away
)
# What must never reach an account of the first district: the names, doors and numbers of the second one.
CANARIES = [
    "外区人",
    "外区党员",
    *(value for home in HOMES if "foreign" in home[0] for value in (id_number(home[6]), home[7])),
]
# What must never stand in clear on any page: every full identity number and phone number.
HIDDEN = [value for home in HOMES for value in (id_number(home[6]), home[7])]
# What differs from answer to answer: the token of a form, and the id that a form is sent under.
_PASSING = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|csrf-token="\w+"'
)


def addresses(patterns: list[Any] | None = None, namespace: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """``(name, route)`` of every address, Django's administration left to its own tests."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        where = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            if pattern.namespace != "admin":
                yield from addresses(pattern.url_patterns, inner, where)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", where


def make_url(name: str, row: Row, world: World, which: str = "own") -> str:
    """The address with the row's own, foreign or missing object in it."""
    arguments: dict[str, Any] = {}
    for pair in (row.foreign if which == "foreign" else row.own).split():
        key, _, path = pair.partition("=")
        if path.startswith("'"):
            arguments[key] = path.strip("'")
            continue
        value: Any = world
        for step in path.split("."):
            value = getattr(value, step)
        arguments[key] = getattr(value, "pk", value)
        if which == "missing":
            arguments[key] = MISSING
    return reverse(name, kwargs=arguments) + row.query


class Visitor:
    """One account's browser; every request is undone, so that the cells do not disturb each other."""

    def __init__(self, world: World, name: str, **options: Any) -> None:
        self.name = name
        self.client = Client(**options)
        if name != ANONYMOUS:
            self.client.force_login(world.users[name], backend="grids.access.backends.GridBackend")
        self.cookies = {name: cookie.value for name, cookie in self.client.cookies.items()}

    def ask(self, url: str, method: str = "get", data: Any = None, *, then: Any = None, **options: Any) -> Any:
        """The answer with its ``words`` and ``body``; what ``then()`` finds before all is undone is its ``after``.

        ``options`` are those of Django's test client.
        """
        with transaction.atomic():
            response = getattr(self.client, method)(url, data, **options)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            after = then() if then else None
            transaction.set_rollback(True)
        self.client.cookies = SimpleCookie(self.cookies)
        response.words, response.body, response.after = body.decode("utf-8", errors="replace"), body, after
        return response


def _bare(request: HttpRequest, what: object, status: int) -> HttpResponse:
    return HttpResponse(f"{request.path} {what}", status=status)


def _bare_page(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return _bare(request, [str(value) for value in context.values()], status)


@contextmanager
def bare_refusals() -> Iterator[None]:
    """All that a refusal could tell, without the frame that is drawn around it ten thousand times otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            urls, "handler404", lambda request, exception: _bare(request, repr(exception), 404), raising=False
        )
        patch.setattr(
            urls, "handler403", lambda request, exception: _bare(request, repr(exception), 403), raising=False
        )
        patch.setattr(middleware, "render", _bare_page)
        yield


@contextmanager
def undrawn() -> Iterator[None]:
    """Pages have their ``context_data`` and no words: for tests that read rows and forms only.

    What every list and every form looks like is drawn by tests/matrix/test_no_input_makes_a_500.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SimpleTemplateResponse, "rendered_content", "")
        yield


def lasting(text: str) -> str:
    """The answer without what differs every time: to compare two answers."""
    return _PASSING.sub("", text)


def leaks(name: str, text: str) -> list[str]:
    found = [value for value in HIDDEN if value in text]
    if name not in FOREIGN.split():
        found += [value for value in CANARIES if value in text]
    return [f"{name} read {value}" for value in found]


def writes(statements: list[str]) -> list[str]:
    """Those of ``statements`` that reading may not make: sessions, lock-outs, cache and trail are left out."""
    return [sql for sql in statements if not any(name in sql for name in PASSING_TABLES)]


@contextmanager
def watched() -> Iterator[list[str]]:
    """The statements that change something while the block runs."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
