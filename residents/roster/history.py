"""What happened to a household, told from its residencies and from the trail."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.trail.models import AuditEntry
from residents.roster.choices import ArrivalReason, EndReason
from residents.roster.models import Household
from residents.roster.rules import shown_name

LONGEST = 20

CAME = {
    ArrivalReason.FIRST_RECORDED: "user-plus",
    ArrivalReason.MOVED_IN: "log-in",
    ArrivalReason.MOVED_INSIDE: "arrow-right-left",
    ArrivalReason.BIRTH: "baby",
    ArrivalReason.SPLIT: "split",
    ArrivalReason.MERGED: "merge",
}
LEFT = {
    EndReason.MOVED_OUT: "log-out",
    EndReason.MOVED_INSIDE: "arrow-right-left",
    EndReason.DECEASED: "flower",
    EndReason.SPLIT: "split",
    EndReason.MERGED: "merge",
    EndReason.ENTERED_WRONGLY: "eraser",
}


@dataclass(frozen=True)
class Step:
    """One day in the life of a household; ``order`` decides between steps of the same day."""

    on: date
    order: int
    icon: str
    title: str
    who: str = ""


def household_history(household: Household, user: Any) -> list[Step]:
    """The newest ``LONGEST`` steps, newest first; names as ``user`` may see them. Two queries."""
    grid = household.dwelling.grid
    steps = []
    for residency in household.residencies.select_related("person"):
        name = shown_name(user, grid, residency.person.name)
        came = ArrivalReason(residency.start_reason)
        steps.append(Step(residency.starts_on, 1, CAME[came], _what_happened(name, came)))
        if residency.ends_on:
            left = EndReason(residency.end_reason or EndReason.MOVED_OUT)
            steps.append(Step(residency.ends_on, 2, LEFT[left], _what_happened(name, left)))
    words = {
        "household.move": ("door-open", _("The household came to this door")),
        "household.head": ("crown", _("Another head of household")),
        "household.change": ("pencil", _("The record was corrected")),
    }
    entries = AuditEntry.objects.filter(object_type=Household._meta.label, object_id=str(household.pk), act__in=words)
    for entry in entries.order_by("-pk")[:LONGEST]:
        icon, title = words[entry.act]
        steps.append(Step(timezone.localtime(entry.at).date(), 3, icon, title, entry.actor_name))
    if household.closed_on:
        steps.append(Step(household.closed_on, 4, "door-closed", _("The household closed")))
    return sorted(steps, key=lambda step: (step.on, step.order), reverse=True)[:LONGEST]


def _what_happened(name: str, reason: ArrivalReason | EndReason) -> str:
    return _("%(name)s: %(reason)s") % {"name": name, "reason": reason.label}
