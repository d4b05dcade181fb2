"""The doors that somebody should go to next, and how a door looks on a card."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.chips import Chip, Tone, chip_of
from grids.common.clock import now, today
from residents.contacts.models import ContactAssignment
from residents.roster.care import sees_care
from residents.roster.models import Household
from residents.roster.rules import shown_household, shown_name
from residents.visits import rules
from residents.visits.choices import CareLevel
from residents.visits.querysets import (
    is_due,
    to_visit,
    with_attempts,
    with_care,
    with_due,
    with_last_counted,
    with_last_routine,
    with_last_try,
    with_last_visit,
)

LIMIT = 12
# What ``call`` in the address of the form of a visit says: a call instead of a visit, or the daily one of level A.
CALL_INSTEAD, DAILY_CALL = "1", "daily"


@dataclass(frozen=True)
class DueDoor:
    """A household to visit, as light as can be; ``code`` and ``key`` order doors as one climbs stairs."""

    pk: int
    code: str
    key: str
    last_counted_at: datetime | None
    next_due_at: datetime


def due_households(user: Any, *, limit: int = LIMIT) -> list[Household]:
    """The doors that ``user`` should go to next, in the order in which one climbs stairs; at most ``limit``.

    Those that are due longest come first (V4). Left out are doors that somebody went to today, and those with a routine
    visit within 14 days (V6) unless a care visit is due. With place, head, size, last visits and due date, for cards.
    """
    chosen = to_go(for_cards(to_visit(Household.objects.active(), user)), now=now())
    chosen = chosen.order_by("next_due_at", "scope_grid__code", "dwelling__sort_key", "pk")[:limit]
    return sorted(chosen, key=lambda one: (one.dwelling.grid.code, one.dwelling.sort_key, one.pk))


def to_go(households: Any, *, now: datetime) -> Any:
    """Those of ``households`` (see ``for_cards``) at which nobody was today, and that may be visited now."""
    rested = Q(last_routine_at__isnull=True) | Q(last_routine_at__lte=now - rules.ROUTINE_INTERVAL)
    care = ~Q(care_level="") & is_due(now)
    untried = Q(last_tried_at__isnull=True) | Q(last_tried_at__lt=rules.midnight_before(now))
    return households.filter(rested | care, untried)


def due_doors(user: Any, *, now: datetime, ahead: timedelta, but: Collection[int] = ()) -> list[DueDoor]:
    """All doors that ``user`` should go to because a visit falls due within ``ahead``, in no order. One query.

    Without the households ``but``, by their keys.

    The rules are asked here and not in SQL (``to_go``, ``is_due``): there every condition writes out again what it is
    about, and putting such a statement together takes five times as long as the statement itself.
    """
    today = timezone.localtime(now).date()
    homes = to_visit(Household.objects.active(), user).exclude(pk__in=but).order_by()
    homes = with_last_try(with_last_routine(with_last_counted(with_care(homes, on=today), at=now)))
    # A household never visited: for each day on which one moved in the calendar is asked once.
    first_due = cache(partial(rules.first_due, today=today))
    midnight, soon, found = rules.midnight_before(now), now + ahead, []
    for pk, code, key, opened_on, level, last, routine, tried in homes.values_list(*_DUE_COLUMNS):
        if tried is not None and tried >= midnight:
            continue
        due = rules.next_due(last, level=level, opened_on=opened_on, today=today) if last else first_due(opened_on)
        if rules.is_due(due, now=soon) and rules.is_rested(routine, now=now, level=level, next_due_at=due):
            found.append(DueDoor(pk, code, key, last, due))
    return found


_DUE_COLUMNS = (
    "pk",
    "scope_grid__code",
    "dwelling__sort_key",
    "opened_on",
    "care_level",
    "last_counted_at",
    "last_routine_at",
    "last_tried_at",
)


def for_doors(households: Any) -> Any:
    """Annotate and fetch what a plain door shows: one query for all of them."""
    return with_attempts(with_last_try(with_last_visit(households.with_place().with_head())))


def for_cards(households: Any) -> Any:
    """Annotate and fetch what a door card shows: one query for all of them."""
    return with_due(with_last_routine(for_doors(households.with_size())))


def contact_cards(user: Any) -> dict[int, str]:
    """Where ``user`` reads about each household he contacts: its key, the address of his card. One query."""
    assignments = ContactAssignment.objects.of_user(user)
    return {
        household: reverse("residents:contact-card", args=[pk])
        for household, pk in assignments.order_by("pk").values_list("household_id", "pk")
    }


@dataclass(frozen=True)
class Door:
    """Where it is, who lives there, what the next visitor should know; nothing about when."""

    pk: int
    door: str
    head: str
    tried: str
    note: str
    url: str
    log_url: str


@dataclass(frozen=True)
class DoorCard(Door):
    """A door on a phone: drawn by ``residents/visits/door_card.html``."""

    place: str
    size: int
    waiting: Chip
    care: Chip | None = None
    # V2: somebody came three times in vain; now the card offers the phone.
    call_url: str = ""


def door_cards(
    households: Iterable[Any], user: Any, *, back: str = "", cards: dict[int, str] | None = None
) -> list[DoorCard]:
    """Cards of ``households`` (see ``for_cards``), in their order.

    ``back`` is where to return after a visit was logged. ``cards`` maps households that ``user`` is the contact of to
    the address of his own card: there names and doors are written out for him.
    """
    own = cards or {}
    return [_card(one, user, back=back, card_url=own.get(one.pk, "")) for one in households]


def _card(household: Any, user: Any, *, back: str, card_url: str) -> DoorCard:
    grid = household.dwelling.grid
    log_url = _log_url(household)
    level = household.care_level if sees_care(user, grid) else ""
    call = household.attempts >= rules.ATTEMPTS_BEFORE_CALL
    return DoorCard(
        **_facts(household, user, back=back, card_url=card_url),
        place=grid.name,
        size=household.size or 0,
        waiting=waiting_chip(household.last_visited_at, household.next_due_at),
        care=chip_of(CareLevel, level) if level else None,
        call_url=with_query(log_url, next=back, call=CALL_INSTEAD) if call else "",
    )


def door_of(household: Any, user: Any, *, back: str = "", card_url: str = "") -> Door:
    """One of ``for_doors``; ``back`` and ``card_url`` as in ``door_cards``."""
    return Door(**_facts(household, user, back=back, card_url=card_url))


def _facts(household: Any, user: Any, *, back: str, card_url: str) -> dict[str, Any]:
    """The values of a ``Door``."""
    grid = household.dwelling.grid
    sees_roster = user.has_perm(Permission.VIEW_ROSTER, grid)
    reader = None if card_url else user
    return {
        "pk": household.pk,
        "door": shown_household(reader, household),
        "head": shown_name(reader, grid, household.head_name),
        "tried": tried_words(household),
        "note": household.note,
        "url": card_url or (reverse("residents:household-detail", args=[household.pk]) if sees_roster else ""),
        "log_url": with_query(_log_url(household), next=back),
    }


def _log_url(household: Any) -> str:
    return reverse("residents:encounter-log", args=[household.pk])


def with_query(url: str, **values: str) -> str:
    """``url`` with those of ``values`` that say something."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{url}?{query}" if query else url


def waiting_chip(last_visited_at: datetime | None, next_due_at: datetime | None = None) -> Chip:
    """How long the household has been waiting; yellow when a visit is due (V4), blue while nobody was there yet."""
    words = rules.waiting_words(last_visited_at, today=today())
    due = rules.is_due(next_due_at, now=now()) if next_due_at else last_visited_at is None
    if last_visited_at is None:
        return Chip(words, Tone.BLUE, "footprints")
    return Chip(words, Tone.YELLOW if due else Tone.GREEN)


def due_chip(household: Any) -> Chip:
    """By when somebody should be there; tells nobody why. The household comes ``with_due``."""
    next_due_at = household.next_due_at
    days = (timezone.localtime(next_due_at).date() - today()).days
    if days < 0 and household.last_counted_at is None:
        # Due since it moved in, which may be decades: the day would say nothing.
        return Chip(_("No effective visit yet"), Tone.YELLOW, "clock")
    if days < 0:
        return Chip(_("Due since %(day)s") % {"day": _day(next_due_at)}, Tone.YELLOW, "clock")
    if days == 0:
        return Chip(_("Due today"), Tone.YELLOW, "clock")
    return Chip(_("Due by %(day)s") % {"day": _day(next_due_at)}, Tone.GREY)


def tried_words(household: Any) -> str:
    """That somebody went there since, in vain; how often, and that it is time to call."""
    if household.attempts >= rules.ATTEMPTS_BEFORE_CALL:
        return _("Nobody met on %(days)d days: please call") % {"days": household.attempts}
    if household.last_tried_at is None or household.last_tried_at == household.last_visited_at:
        return ""
    return _("Nobody met on %(day)s") % {"day": _day(household.last_tried_at)}


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"
