"""What a phone takes along for a day: doors, names, the last note; no numbers, birth dates or care tags (V8)."""

import re
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.common import clock
from residents.offline.accounts import account_mark
from residents.offline.noticing import Notices, is_home_of_doors, notices_for
from residents.offline.rules import PACK_LASTS
from residents.offline.sealing import seal_key_for
from residents.roster.models import Household
from residents.roster.rules import may_change_household, shown_household, shown_name
from residents.visits.choices import Channel, EncounterKind, Outcome, Trigger
from residents.visits.doors import contact_cards, for_cards, waiting_chip
from residents.visits.models import Encounter, VisitTask
from residents.visits.querysets import to_visit

MOST_DOORS = 600
LAST_NOTE = 80
_NUMBERS = re.compile(r"\d[\d\s\-./()·_]{4,}\d[Xx]?")


def pack_for(account: Any) -> dict[str, Any]:
    """The contract of ``GET /field/pack/`` (docs/offline.md)."""
    moment = clock.now()
    households = chosen_households(account)
    notices = notices_for(account, {one.pk for one in households})
    return {
        "lianhu": "pack",
        "version": 1,
        "account": account_mark(account),
        "made_at": moment.isoformat(),
        "expires_at": (moment + PACK_LASTS).isoformat(),
        "seal_key": seal_key_for(account),
        "doors": doors_for(account, households, notices),
        "notices": notices.as_sent(),
        "home": "doors" if is_home_of_doors(account) else "day",
        "choices": choices(),
    }


def choices() -> dict[str, list[dict[str, str]]]:
    """The words of the forms, so that a phone without network draws them as the pages do."""
    return {
        name: [{"value": str(one.value), "label": str(one.label)} for one in enum]
        for name, enum in (("outcome", Outcome), ("channel", Channel), ("kind", EncounterKind), ("trigger", Trigger))
    }


def chosen_households(account: Any) -> list[Any]:
    """Those that wait longest when there are more than 600, and one's own; in the order of the stairs.

    Their `last_note` is the last one that the account may read: liaisons and contacts read what they wrote themselves.
    """
    last = Encounter.objects.current().visible_to(account).filter(household=OuterRef("pk")).exclude(note="")
    last = last.order_by("-occurred_at", "-pk").values("note")[:1]
    open_tasks = VisitTask.objects.open().filter(household=OuterRef("pk")).order_by("due_at").values("due_at")[:1]
    served = contact_cards(account)
    households = for_cards(to_visit(Household.objects.active(), account)).annotate(
        last_note=Subquery(last), task_due_at=Subquery(open_tasks)
    )
    chosen = list(
        households.order_by(
            F("task_due_at").asc(nulls_last=True),
            F("last_visited_at").asc(nulls_first=True),
            "dwelling__sort_key",
            "pk",
        )[:MOST_DOORS]
    )
    own = set(served) - {one.pk for one in chosen}
    chosen += list(households.filter(pk__in=own))
    for one in chosen:
        one.is_own = one.pk in served
    return sorted(chosen, key=lambda one: (one.dwelling.grid.code, one.dwelling.sort_key, one.pk))


def doors_for(account: Any, households: list[Any], notices: Notices) -> list[dict[str, Any]]:
    tasks = _tasks(account, {one.pk for one in households})
    return [_door(one, account, tasks=tasks.get(one.pk, [])) | notices.at(one) for one in households]


def _tasks(account: Any, households: set[int]) -> dict[int, list[dict[str, Any]]]:
    """What is owed at these doors, as far as the account may know why (a liaison is not told)."""
    found: dict[int, list[dict[str, Any]]] = {}
    owed = VisitTask.objects.open().visible_to(account).filter(household__in=households)
    for task in owed.order_by("due_at", "pk"):
        line = {"id": task.pk, "trigger": task.trigger, "words": str(task.get_trigger_display())}
        found.setdefault(task.household_id, []).append(line | {"due": task.due_at.isoformat()})
    return found


def _door(household: Any, account: Any, *, tasks: list[dict[str, Any]]) -> dict[str, Any]:
    reader = None if household.is_own else account
    grid = household.dwelling.grid
    waiting = waiting_chip(household.last_visited_at, household.next_due_at)
    note = without_numbers(household.note)
    return {
        "id": household.pk,
        "base": household.version,
        "door": shown_household(reader, household),
        "place": grid.name,
        "head": shown_name(reader, grid, household.head_name),
        "last_note": without_numbers(household.last_note or "")[:LAST_NOTE],
        "note": note,
        # What was left out of it would be lost if the phone wrote it anew.
        "may_note": note == household.note and bool(may_change_household(account, household)),
        "order": [grid.code, household.dwelling.sort_key],
        "due": household.next_due_at.isoformat(),
        "waiting": str(waiting),
        "tone": str(waiting.tone.value),
        "tasks": tasks,
        "log_url": reverse("residents:encounter-log", args=[household.pk]),
    }


def without_numbers(text: str) -> str:
    """No phone and no identity number leaves for a phone, even if somebody wrote one into a note."""
    return _NUMBERS.sub(_("(number)"), text)
