"""The world of the matrix, built once for all rows of a module: thousands of requests share it unchanged."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.askings import ask_members
from tests.filled import furnish
from tests.policy import ANONYMOUS, EVERYBODY
from tests.reporting import report_members
from tests.visitor import Visitor, undrawn
from tests.world import World, build_world


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        ask_members(world)
        report_members(world)
        yield world
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visitors(shared_world: World) -> tuple[World, list[Visitor]]:
    """The world and everybody in it."""
    return shared_world, [Visitor(shared_world, name) for name in [ANONYMOUS, *EVERYBODY.split()]]


@pytest.fixture(scope="module")
def furnished(shared_world: World, django_db_blocker: Any) -> World:
    """The shared world with what every form of the portal needs (tests/filled.py)."""
    with django_db_blocker.unblock():
        furnish(shared_world)
    return shared_world


@pytest.fixture(name="undrawn")
def _undrawn() -> Iterator[None]:
    with undrawn():
        yield
