"""What the roster says when a grid is to be closed or moved: nobody may be left homeless, or in an exclusive grid."""

from typing import Any

from django.utils.translation import gettext as _

from grids.common.decisions import Allowed, Decision, Denied
from grids.tree.services import register_closing_guard, register_moving_guard
from residents.roster.models import Dwelling, Household
from residents.roster.rules import may_hold_dwellings


@register_closing_guard
def has_no_active_households(grid: Any) -> Decision:
    """Asked under the tree's lock before any grid closes."""
    count = Household.objects.active().under(grid).count()
    if count:
        return Denied(
            _("Households that still live here: %(count)s. Move them to other grids first.") % {"count": count}
        )
    return Allowed()


@register_moving_guard
def takes_no_dwellings_into_an_exclusive_grid(grid: Any, new_parent: Any) -> Decision:
    """A micro-grid becomes exclusive with the grid that it is moved to."""
    may = may_hold_dwellings(new_parent)
    return Allowed() if may or not Dwelling.objects.under(grid).exists() else may
