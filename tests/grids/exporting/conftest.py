"""Exports in the small world: who asks, who decides, and lists long enough to need it."""

import pytest
from django.conf import settings

from grids.exporting.services import measure
from grids.exporting.sources import open_list

HOUSEHOLDS = "/households/"


@pytest.fixture
def few(monkeypatch):
    """Two rows are many: no test needs hundreds."""
    monkeypatch.setattr("grids.exporting.rules.FREE_ROWS", 2)


@pytest.fixture
def wish(world):
    """``wish("secretary")``: the list of households, opened and measured by that account."""

    def wish(name: str, address: str = HOUSEHOLDS, **options):
        return measure(open_list(address, world.fresh(name)), **options)

    return wish


@pytest.fixture(autouse=True)
def _quota(monkeypatch):
    monkeypatch.setattr(settings, "EXPORT_DAY_FILES", 20)
    monkeypatch.setattr(settings, "EXPORT_DAY_ROWS", 20_000)
