"""Fixtures of the tests of offline work."""

import pytest

from residents.offline.models import SyncItem
from tests.residents.visits.quiet import quiet_world
from tests.snapshot import world_of_a_test
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    """The world of tests/world.py before any visit, and before any phone sent something."""
    return world_of_a_test(unsent_world)


def unsent_world() -> World:
    world = quiet_world()
    SyncItem.objects.all().delete()
    return world
