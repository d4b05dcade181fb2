"""Fixtures of the visits' tests."""

import pytest

from tests.residents.visits.quiet import quiet_world
from tests.snapshot import world_of_a_test
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    """The world of tests/world.py before any visit."""
    return world_of_a_test(quiet_world)
