"""Who may draw a boundary. No database."""

from typing import Any

from grids.common.decisions import Decision, all_of
from grids.tree.rules import may_manage, must_live


def may_draw(user: Any, grid: Any) -> Decision:
    """Whether ``user`` (None: the system) may set or take away the boundary of ``grid``."""
    return all_of(must_live(grid), may_manage(user, grid))
