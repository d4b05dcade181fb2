"""What affairs say when a grid is to be closed: not while one is open there or led from there."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from governance.affairs.models import Affair
from grids.access.querysets import Scope
from grids.common.codes import topmost
from grids.common.decisions import Allowed, Decision, Denied
from grids.tree.services import register_closing_guard


@register_closing_guard
def has_no_open_affairs(grid: Any) -> Decision:
    """Asked under the tree's lock before any grid closes."""
    subtree = Scope(topmost({grid.code}))
    here: Q = subtree.condition("grid__code") | subtree.condition("lead_grid__code")
    count = Affair.objects.open().filter(here).count()
    if count:
        return Denied(_("Affairs that are still open here: %(count)s. Close them first.") % {"count": count})
    return Allowed()
