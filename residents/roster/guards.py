"""What the roster says when a grid is to be closed: not while somebody lives in it."""

from typing import Any

from django.utils.translation import gettext as _

from grids.common.decisions import Allowed, Decision, Denied
from grids.tree.services import register_closing_guard
from residents.roster.models import Household


@register_closing_guard
def has_no_active_households(grid: Any) -> Decision:
    """Asked under the tree's lock before any grid closes."""
    count = Household.objects.active().under(grid).count()
    if count:
        return Denied(_("%(count)s households still live here; move them to other grids first.") % {"count": count})
    return Allowed()
