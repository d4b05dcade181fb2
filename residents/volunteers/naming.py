"""How those who reported are named, and what of them is shown to whom."""

from typing import Any

from django.utils.translation import gettext as _

from grids.common.masks import mask_name
from grids.tree.choices import Level
from residents.contacts.rules import sees_member_names


def shown_member(user: Any, report: Any) -> str:
    """``何在职`` or ``何**``, written out for those who read names in the community and for himself."""
    name = report.person.name if report.person else report.user.get_full_name()
    return name if report.user_id == user.pk or sees_member_names(user, report.grid) else mask_name(name)


def shown_employer(user: Any, report: Any) -> str:
    """Where somebody works is shown together with his full name only."""
    if report.user_id == user.pk or sees_member_names(user, report.grid):
        return report.employer or "—"
    return _("hidden")


def shown_place(call: Any) -> str:
    """Where something is asked for, for those who have not claimed it: of a staircase only its grid is named.

    The call comes with its grid and the grid above that.
    """
    grid = call.grid
    return grid.parent.name if grid.level == Level.MICROGRID else grid.name
