"""Pages of these tests stand alone: the menu of the rooms above is left out, and their rules for exports."""

import pytest


@pytest.fixture(autouse=True)
def _no_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("governance.project.navigation.ITEMS", [])
    monkeypatch.setattr("grids.common.exports.desks", [])
    monkeypatch.setattr("grids.common.lists.list_links", [])
