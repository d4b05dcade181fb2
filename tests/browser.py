"""Headless Chromium for the tests that walk through pages: a phone, a desk, and silence in the console."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import chromium

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium per test process."""
    from django.db import connections
    from playwright.sync_api import sync_playwright

    executable = chromium.find()
    if not executable:
        pytest.exit(chromium.REMEDY, returncode=2)
    # Playwright keeps an event loop in this thread; Django would take every query of the test for an async one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    arguments = ["--disable-dev-shm-usage", "--disable-gpu"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield running
        running.close()
        # While Playwright's event loop runs, Django gives this thread a second set of connections. Afterwards nobody
        # would find them to close them, and PostgreSQL would refuse to drop the test database.
        connections.close_all()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


def session_cookie(user, address: str) -> dict[str, str]:
    """The cookie of a fresh session of this user, as the login page would have given it."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": address,
    }


class Watch:
    """Collects what a visitor must never cause: script errors, console errors, requests to other hosts."""

    def __init__(self, address: str, refusals: tuple[int, ...], *, offline: bool = False) -> None:
        self.own = (address, "data:", "blob:", "about:")
        self.refusals = tuple(f"the server responded with a status of {status} " for status in refusals)
        # Without network Chromium writes a line for every request that failed; that is the point of such a test.
        self.refusals += ("net::ERR_",) if offline else ()
        self.complaints: list[str] = []

    def follow(self, page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("console", self.hear)
        page.on("request", self.see)

    def hear(self, message) -> None:
        if message.type == "error" and not any(refusal in message.text for refusal in self.refusals):
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def see(self, request) -> None:
        if not request.url.startswith(self.own):
            self.complaints.append(f"foreign request: {request.url}")


@pytest.fixture
def visit_as(browser, live_server) -> Iterator[Callable[..., Any]]:
    """``visit_as(user, **context options)`` opens a page for one person; None is a visitor who is not logged in.

    The test fails at its end when any page reported a script error, a console error or a request to another host.
    Chromium reports every 4xx answer as a console error: ``refusals=(403, 404)`` names those that the test provokes.
    """
    contexts, watches = [], []

    def open_page(user=None, *, refusals: tuple[int, ...] = (), offline: bool = False, address: str = "", **options):
        address = address or live_server.url
        context = browser.new_context(
            **{
                "base_url": address,
                "locale": "zh-CN",
                "timezone_id": "Asia/Shanghai",
                "reduced_motion": "reduce",
                # Only the tests of offline work wait for what the worker puts aside.
                "service_workers": "allow" if offline else "block",
            }
            | options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, address)])
        page = context.new_page()
        watches.append(Watch(address, refusals, offline=offline))
        watches[-1].follow(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []


@pytest.fixture
def phone(visit_as) -> Callable[..., Any]:
    """``phone(user)``: a page on a 390 x 844 touch screen; ``phone(user, width=360)`` for a narrower one."""

    def open_page(user=None, *, width: int = 390, height: int = 844, refusals: tuple[int, ...] = ()):
        return visit_as(user, refusals=refusals, **PHONE | {"viewport": {"width": width, "height": height}})

    return open_page


@pytest.fixture
def pocket(visit_as) -> Callable[..., Any]:
    """``pocket(user)``: a 360 x 740 touch screen that keeps its pages for work without network (its worker runs)."""

    def open_page(user=None, **options):
        size = {"width": options.pop("width", 360), "height": options.pop("height", 740)}
        return visit_as(user, offline=True, **PHONE | {"viewport": size} | options)

    return open_page


def send_now(page) -> None:
    """Send what the page's outbox holds, without waiting until the time for "undo" is over."""
    page.wait_for_selector("html[data-field=ready]")
    page.evaluate("lianhuField.courier.send({ force: true, all: true })")


@pytest.fixture
def desk(visit_as) -> Callable[..., Any]:
    """``desk(user)``: a page on a 1366 x 768 desk screen."""
    return lambda user=None, *, refusals=(): visit_as(user, refusals=refusals, **DESK)
