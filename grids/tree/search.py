"""What the one search box finds in the forest: grids by name or code."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.codes import grouped
from grids.common.search import Hit, SearchProvider, first_rows, search_providers
from grids.tree.models import Grid


def find_grids(user: Any, words: str) -> list[Hit]:
    """By name or by the beginning of the code, present or retired. One query."""
    if words.isdecimal() and len(words) < 2:
        return []
    rows = Grid.objects.restrict(user, Permission.VIEW_GRIDS).living().matching(words).with_path().order_by("code")
    return [
        Hit(
            grid.name,
            reverse("grids:grid-detail", args=[grid.pk]),
            tuple(filter(None, (str(grid.get_level_display()), grouped(grid.code), grid.parent and grid.parent.name))),
        )
        for grid in first_rows(rows)
    ]


search_providers.register(SearchProvider("grids", _("Grids"), 40, find_grids, "network", "grids:grid-list"))
