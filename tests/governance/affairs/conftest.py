"""Fixtures of the affairs room."""

import pytest

from governance.affairs.models import Affair
from governance.privacy.models import LegalHold
from tests.governance.affairs.cast import Road
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """The world without its own two affairs, which would stand in every list and count."""
    LegalHold.objects.all().delete()
    Affair.objects.all().delete()
    return world


@pytest.fixture
def road(world) -> Road:
    """Takes affairs of the test world along the straight path."""
    return Road(world)
