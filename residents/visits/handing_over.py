"""What goes from the old contact to the new one with a household: visits that are owed, and the last notes (C9)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from residents.contacts.handover import HandoverPart, handover_parts
from residents.visits.models import Encounter, VisitTask
from residents.visits.services import pass_on

NOTES_SHOWN = 3


def tasks_of(household: Any) -> list[str]:
    return [
        gettext("%(trigger)s, until %(due)s") % {"trigger": task.get_trigger_display(), "due": _moment(task.due_at)}
        for task in VisitTask.objects.open().filter(household=household).order_by("due_at", "pk")
    ]


def notes_of(household: Any) -> list[str]:
    visits = Encounter.objects.current().filter(household=household).exclude(note="")
    return [f"{timezone.localtime(visit.occurred_at):%Y-%m-%d} {visit.note}" for visit in visits[:NOTES_SHOWN]]


def _moment(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def pass_tasks_on(household: Any, old_member: Any, new_member: Any) -> None:
    """In the transaction of the hand-over; the portal itself passes them on."""
    pass_on(household, actor=None, member=new_member)


def stay_with_household(household: Any, old_member: Any, new_member: Any) -> None:
    """Notes belong to the household: whoever contacts it reads them."""


handover_parts.register(HandoverPart("tasks", _("Owed visits"), tasks_of, pass_tasks_on))
handover_parts.register(HandoverPart("notes", _("Last notes"), notes_of, stay_with_household))
