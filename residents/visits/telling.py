"""Who is told that a visit is owed, and in which words (domain.md M20)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Role
from grids.access.models import User
from grids.common.codes import significant
from grids.notifications.kinds import Kind, kinds
from grids.tree.choices import Level
from residents.roster.rules import shown_household
from residents.visits.choices import Trigger

# Those who are told where no contact can be: the grid's own people first, then whoever answers for them.
_LADDER = (
    (Level.GRID.digits, (Role.FULL_TIME, Role.PART_TIME)),
    (Level.GRID.digits, (Role.GRID_LEADER,)),
    (Level.COMMUNITY.digits, (Role.SECRETARY, Role.COMMUNITY_WORKER)),
)

_WORDS = {
    Trigger.HARDSHIP: _("In hardship: please go to %(door)s by %(due)s."),
    Trigger.DISCONTENT: _("Discontent: please go to %(door)s by %(due)s and listen."),
    Trigger.EMERGENCY: _("Sudden event: please go to %(door)s at once, by %(due)s."),
    Trigger.DISPUTE: _("Dispute: please go to %(door)s by %(due)s."),
    Trigger.FAMILY_EVENT: _("Family event: please go to %(door)s by %(due)s."),
    Trigger.RISK_CHANGE: _("Sudden change: please go to %(door)s by %(due)s."),
}

for _trigger, _sentence in _WORDS.items():
    kinds.register(Kind(f"visits.task_{_trigger.value}", _sentence, "siren", urgent=True))
kinds.register(
    Kind(
        "visits.task_half",
        _("Half of the time has passed and nobody was at %(door)s yet. Due by %(due)s; can you go?"),
        "clock-alert",
        urgent=True,
    )
)
kinds.register(
    Kind("visits.task_over", _("Nobody was at %(door)s by %(due)s. Please go there."), "clock-alert", urgent=True)
)


def members_of_grid(grid: Any) -> list[User]:
    """The accounts of the grid members around ``grid``; where there are none, of its leader, then of the community."""
    code = significant(grid.code)
    for digits, roles in _LADDER:
        codes = {code[:digits], code} if digits == Level.GRID.digits else {code[:digits]}
        people = User.objects.filter(is_active=True, role_grants__role__in=roles, role_grants__grid__code__in=codes)
        if found := list(people.distinct().order_by("pk")):
            return found
    return []


def door_of(household: Any) -> str:
    """Written out: whoever is told visits there."""
    return shown_household(None, household)
