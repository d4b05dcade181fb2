"""My day: what one person of the field has to go to, in the order in which stairs are climbed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair
from governance.affairs.tables import shown_text
from governance.workbench.choices import LATE, Kind
from governance.workbench.day_querysets import Stop, stops_of
from governance.worktime.chips import deadline_chip
from grids.common.chips import Chip, Tone, overdue_chip, soon_chip
from residents.rentals.models import RentalFile
from residents.rentals.rules import due_chip
from residents.roster.models import Household
from residents.roster.rules import shown_door
from residents.visits.doors import DAILY_CALL, contact_cards, door_of, for_doors, waiting_chip, with_query
from residents.visits.models import VisitTask
from residents.visits.rules import first_due

PAGE_SIZE = 40
PRESSING_SHOWN = 5
KIND_WORDS = {
    Kind.TASK: gettext_lazy("Must arrive"),
    Kind.VISIT: gettext_lazy("Visit"),
    Kind.CALL: gettext_lazy("Daily call"),
    Kind.CHECK: gettext_lazy("Rental check"),
    Kind.ORDER: gettext_lazy("Work order"),
}
# What a card is written from; the other columns of a household and its place would be made into objects for nothing.
CARD_COLUMNS = (
    "note",
    "opened_on",
    "dwelling__room",
    "dwelling__grid__code",
    "dwelling__grid__parent__code",
    "dwelling__unit__name",
    "dwelling__unit__building__name",
)


@dataclass(frozen=True)
class Item:
    """One card: where, what, by when, and the one thing to do about it."""

    kind: Kind
    door: str
    door_url: str
    facts: list[str]
    chip: Chip | None
    note: str
    label: str
    url: str
    icon: str
    place: str
    is_late: bool

    @property
    def kind_label(self) -> str:
        return str(KIND_WORDS[self.kind])


class Day:
    """Everything to do for ``user`` at ``now``; the list is light until a page of it is drawn."""

    def __init__(self, user: Any, *, now: datetime) -> None:
        self.user = user
        self.now = now
        self.stops = stops_of(user, now=now)

    def counts(self) -> dict[str, int]:
        """How many there are of each kind (``Kind`` values), and how many are late."""
        counted = dict.fromkeys([LATE, *Kind.values], 0)
        for stop in self.stops:
            counted[stop.kind.value] += 1
            counted[LATE] += stop.is_late(self.now)
        return counted

    def shown(self, only: str) -> list[Stop]:
        """The stops of one kind, or the late ones; all of them for any other word."""
        if only == LATE:
            return [stop for stop in self.stops if stop.is_late(self.now)]
        return [stop for stop in self.stops if stop.kind.value == only] if only in Kind.values else self.stops

    def pressing(self) -> list[Stop]:
        """The visits owed at once whose time ends first: their clocks count hours, so they stand before the stairs."""
        tasks = [stop for stop in self.stops if stop.kind == Kind.TASK and stop.due_at]
        return sorted(tasks, key=lambda stop: (stop.due_at, stop.pk))[:PRESSING_SHOWN]

    def items(self, stops: Iterable[Stop], *, back: str) -> list[Item]:
        """Cards of ``stops`` in their order; at most one query for each kind of thing, whatever their number."""
        drawn = list(stops)
        things = _Things(self.user, drawn, now=self.now, back=back)
        return [item for stop in drawn if (item := things.item(stop))]


def grouped(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """``[(building and stairs, cards)]`` in the order of the cards."""
    return [(place, list(cards)) for place, cards in groupby(items, key=lambda item: item.place)]


class _Things:
    """What the stops of one page are about, fetched together."""

    def __init__(self, user: Any, stops: list[Stop], *, now: datetime, back: str) -> None:
        def keys(kind: Kind) -> list[int]:
            return [stop.pk for stop in stops if stop.kind == kind]

        self.user, self.now, self.back = user, now, back
        doors = {stop.household for stop in stops if stop.household}
        homes = for_doors(Household.objects.only(*CARD_COLUMNS)).filter(pk__in=doors)
        self.households = {one.pk: one for one in homes} if doors else {}
        own = contact_cards(user) if doors else {}
        self.doors = {
            pk: door_of(one, user, back=back, card_url=own.get(pk, "")) for pk, one in self.households.items()
        }
        tasks, checks, orders = keys(Kind.TASK), keys(Kind.CHECK), keys(Kind.ORDER)
        self.tasks = VisitTask.objects.in_bulk(tasks) if tasks else {}
        self.files = RentalFile.objects.with_place().in_bulk(checks) if checks else {}
        self.orders = Affair.objects.for_steps().in_bulk(orders) if orders else {}

    def item(self, stop: Stop) -> Item | None:
        """None for what vanished between two queries."""
        make = {
            Kind.TASK: self._task,
            Kind.VISIT: self._visit,
            Kind.CALL: self._call,
            Kind.CHECK: self._check,
            Kind.ORDER: self._order,
        }
        try:
            return make[stop.kind](stop)
        except KeyError:
            return None

    def _visit(self, stop: Stop) -> Item:
        card = self.doors[stop.pk]
        chip = self._waiting(stop) if stop.due_at is None else _day_chip(stop.due_at, now=self.now)
        return self._at_door(stop, chip=chip, note=card.note, facts=[card.tried] if card.tried else [])

    def _call(self, stop: Stop) -> Item:
        card = self.doors[stop.pk]
        visit = self._at_door(stop, chip=soon_chip(_("Due today")), note=card.note, facts=[])
        log = reverse("residents:encounter-log", args=[stop.pk])
        return replace(
            visit,
            label=_("Log the call"),
            url=with_query(log, next=self.back, call=DAILY_CALL),
            icon="phone",
        )

    def _waiting(self, stop: Stop) -> Chip:
        """How long a household waits for the first visit that counts."""
        home = self.households[stop.pk]
        return waiting_chip(home.last_visited_at, first_due(home.opened_on, today=timezone.localtime(self.now).date()))

    def _task(self, stop: Stop) -> Item:
        task = self.tasks[stop.pk]
        chip = deadline_chip(task.due_at, now=self.now)
        note = task.note or self.doors[stop.household or 0].note
        return self._at_door(stop, chip=chip, note=note, facts=[task.get_trigger_display()])

    def _at_door(self, stop: Stop, *, chip: Chip | None, note: str, facts: list[str]) -> Item:
        card = self.doors[stop.household or 0]
        return Item(
            kind=stop.kind,
            door=card.door,
            door_url=card.url,
            facts=[*facts, card.head],
            chip=chip,
            note=note,
            label=_("Log a visit"),
            url=card.log_url,
            icon="footprints",
            place=self._place(self.households[card.pk].dwelling),
            is_late=stop.is_late(self.now),
        )

    def _check(self, stop: Stop) -> Item:
        file = self.files[stop.pk]
        today = timezone.localtime(self.now).date()
        return Item(
            kind=stop.kind,
            door=shown_door(self.user, file.dwelling),
            door_url=file.get_absolute_url(),
            facts=[],
            chip=due_chip(file.next_check_on, file.colour, on=today, cycle=settings.RENTAL_CYCLE_DAYS),
            note="",
            label=_("Check"),
            url=reverse("residents:rentalfile-check", args=[file.pk]),
            icon="clipboard-check",
            place=self._place(file.dwelling),
            is_late=stop.is_late(self.now),
        )

    def _order(self, stop: Stop) -> Item:
        affair = self.orders[stop.pk]
        card = self.doors.get(stop.household or 0)
        takes = affair.state == AffairState.ASSIGNED
        step = "take" if takes else "submit"
        return Item(
            kind=stop.kind,
            door=shown_text(self.user, affair),
            door_url=affair.get_absolute_url(),
            facts=[card.door] if card else [affair.place] if affair.place else [],
            chip=deadline_chip(affair.due_at, now=self.now),
            note="",
            label=_("Take the order") if takes else _("Submit the result"),
            url=f"{reverse(f'governance:affair-{step}', args=[affair.pk])}?{urlencode({'next': self.back})}",
            icon="hand" if takes else "check",
            place=self._place(self.households[card.pk].dwelling) if card else affair.grid.name,
            is_late=stop.is_late(self.now),
        )

    def _place(self, dwelling: Any) -> str:
        return f"{dwelling.unit.building.name}{dwelling.unit.name}"


def _day_chip(due_at: datetime, *, now: datetime) -> Chip:
    """How a visit with a due day stands: late, today, or in some days."""
    days = (timezone.localtime(due_at).date() - timezone.localtime(now).date()).days
    if days < 0:
        return overdue_chip(ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days})
    if days == 0:
        return soon_chip(_("Due today"))
    return Chip(ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days}, Tone.BLUE, "clock")
