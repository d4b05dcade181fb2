"""Every address x every account x own, foreign and missing object (promises P01): nothing opens that the table forbids.

Every answer is scanned for what only the other district may see.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.policy import ANONYMOUS, FOREIGN, ROWS, Row
from tests.visitor import Visitor, addresses, bare_refusals, lasting, leaks, make_url
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LOGIN = 302
WHICH = ("foreign", "missing")
NAMED = dict(addresses())


def test_every_address_has_a_row_and_no_row_is_stale() -> None:
    assert len(NAMED) >= 20
    assert set(NAMED) == set(ROWS), "give a new address its row in tests/policy.py"


def test_no_address_is_without_a_name() -> None:
    assert "None" not in {name.rpartition(":")[2] for name in NAMED}


def expected(row: Row, name: str) -> int:
    if name == ANONYMOUS:
        return 200 if row.public else 401 if row.speaks_json else LOGIN
    if name in row.shut.split():
        return 403
    if name in row.opening:
        return 200
    return 403 if name in row.refusing else row.otherwise


def test_the_page_of_404_is_the_same_for_what_is_foreign_and_what_is_missing(
    visitors: tuple[World, list[Visitor]],
) -> None:
    world, everybody = visitors
    address = "residents:household-detail"
    for visitor in [one for one in everybody if one.name not in {ANONYMOUS, *FOREIGN.split()}]:
        pages: list[Any] = [visitor.ask(make_url(address, ROWS[address], world, which)) for which in WHICH]
        assert len({(page.status_code, lasting(page.words)) for page in pages}) == 1, visitor.name
        assert pages[0].status_code in {403, 404}, visitor.name


def test_the_page_of_403_tells_nobody_what_is_foreign(visitors: tuple[World, list[Visitor]]) -> None:
    world, everybody = visitors
    refused = 0
    for visitor in everybody:
        for name in [name for name, row in ROWS.items() if expected(row, visitor.name) == 403][:3]:
            page = visitor.ask(make_url(name, ROWS[name], world), "post" if ROWS[name].post_only else "get")
            assert (page.status_code, leaks(visitor.name, page.words)) == (403, []), (visitor.name, name)
            refused += 1
    assert refused > len(everybody)


@pytest.fixture
def _bare() -> Iterator[None]:
    with bare_refusals():
        yield


@pytest.mark.usefixtures("_bare")
@pytest.mark.parametrize("address", sorted(ROWS))
def test_the_table_holds(visitors: tuple[World, list[Visitor]], address: str) -> None:
    world, everybody = visitors
    row = ROWS[address]
    problems = []
    methods = ["post"] if row.post_only else ["get", "post"] if row.own else ["get"]
    for visitor in everybody:
        for method in methods:
            response = visitor.ask(make_url(address, row, world, "own"), method)
            wanted = expected(row, visitor.name)
            # A form that opens may be sent: with errors, done, not made for sending, or outdated.
            fine = {200, 302, 405, 409} if wanted == 200 and (method == "post" or row.redirects) else {wanted}
            if method == "post" and wanted != LOGIN:
                fine.add(405)
            if row.speaks_json and method == "post":
                fine |= {415} if wanted == 200 else {wanted}
            if response.status_code not in fine:
                problems.append(f"{visitor.name} {method}: {response.status_code}, expected {wanted}")
            problems += leaks(visitor.name, response.words)
        problems += reach_out(visitor, address, row, world, methods)
    assert not problems, "\n" + "\n".join(problems)


def reach_out(visitor: Visitor, address: str, row: Row, world: World, methods: list[str]) -> list[str]:
    """What is wrong with the answers about foreign and missing objects: they are the same 404 for everybody.

    Where a whole kind of page is shut to an account (403), so it is for every object.
    """
    if not row.own or row.fixed:
        return []
    foreigner = visitor.name in FOREIGN.split()
    shut = LOGIN if visitor.name == ANONYMOUS else 403 if visitor.name in row.shut.split() else 404
    problems = []
    # What is missing is so in whatever way it is asked for: once is enough.
    asked = [("missing", methods[0])]
    if not foreigner and visitor.name != ANONYMOUS:
        asked += [("foreign", method) for method in methods]
    for which, method in asked:
        response = visitor.ask(make_url(address, row, world, which), method)
        if response.status_code != shut and not (method == "post" and response.status_code == 405):
            if foreigner and response.status_code == 404:
                continue
            problems.append(f"{visitor.name} {method} {which}: {response.status_code}, expected {shut}")
        problems += leaks(visitor.name, response.words)
    return problems


def test_the_administration_pages_stay_shut_for_everybody_who_is_not_its_staff(
    visitors: tuple[World, list[Visitor]],
) -> None:
    pages = [reverse("admin:index")] + [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    assert len(pages) > 5
    for visitor in visitors[1]:
        for page in pages:
            assert visitor.ask(page).status_code == LOGIN, f"{visitor.name} {page}"
