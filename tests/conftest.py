"""Fixtures of every test."""

import pytest

from tests.databases import django_db_keepdb, django_db_setup  # noqa: F401 - fixtures
from tests.snapshot import world_of_a_test
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    """Two districts, a cast known by name, a household on each side of every border (tests/world.py)."""
    return world_of_a_test()
