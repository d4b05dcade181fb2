"""The law of the rental files (domain.md M42), without a database.

The colour belongs to the dwelling, never to who lives in it: it follows from the open items of the last check and from
nothing else.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.chips import Chip, Tone, overdue_chip, soon_chip
from grids.common.decisions import Allowed, Decision, Denied, all_of
from grids.common.numbers import clean_phone
from grids.tree.choices import Level
from residents.rentals.choices import CheckState, Colour, FileStatus, Finding
from residents.roster.choices import DwellingUse

NOTE_MAXIMUM = 200
NAME_MAXIMUM = 60
MOST_ROOMS = 99
SOON_AT_MOST = 7  # days before a check is due that it is called near
TENANTS_KEPT = 6  # months after moving out (domain.md 2.11)
NOTICE_LONGEST = 90  # days that a landlord may be given
# Days until the next check by colour (settings.RENTAL_CYCLE_DAYS); a dwelling without colour waits like a red one.
Cycle = Mapping[str, int]


@dataclass(frozen=True)
class Item:
    """An item of a checklist: ``key`` names it within its version, ``code`` from version to version."""

    key: int
    code: str
    points: int
    is_veto: bool = False


@dataclass(frozen=True)
class Answer:
    """What was found at one item; ``carried``: taken over from the check before, not looked at again."""

    finding: str
    note: str = ""
    has_photo: bool = False
    carried: bool = False


@dataclass(frozen=True)
class Judgement:
    """What a check says: the answers by item key, the colour that follows, and what is still open."""

    answers: Mapping[int, Answer]
    colour: Colour
    points: int
    open_keys: tuple[int, ...] = field(default=())


# ------------------------------------------------------------------ the colour
def colour_of(open_items: Iterable[Item]) -> Colour:
    """Any veto item open: red at once. Nothing open: green. Otherwise yellow."""
    items = list(open_items)
    if any(item.is_veto for item in items):
        return Colour.RED
    return Colour.YELLOW if items else Colour.GREEN


def judge(items: Iterable[Item], answers: Mapping[int, Answer], *, open_before: Collection[str] = ()) -> Judgement:
    """A full check: every item has its answer. ``open_before``: codes of the items that the check before left open.

    Raises ``ValidationError`` by ``finding_<key>``, ``note_<key>`` or ``photo_<key>``: what is missing, and where a
    veto item is called settled without a photo of it.
    """
    items = list(items)
    problems = _problems(items, answers, {item.key for item in items if item.code in set(open_before)})
    if problems:
        raise ValidationError(problems)
    return _judgement(items, {item.key: answers[item.key] for item in items})


def judge_again(items: Iterable[Item], before: Mapping[int, Answer], answers: Mapping[int, Answer]) -> Judgement:
    """A re-check: only what ``before`` left open is looked at; everything else is carried over as it was.

    Answers to other items are left aside. Raises ``ValidationError`` like ``judge``.
    """
    items = list(items)
    asked = [item for item in items if item.key in before and before[item.key].finding == Finding.OPEN]
    problems = _problems(asked, answers, {item.key for item in asked})
    if problems:
        raise ValidationError(problems)
    fresh = {item.key for item in asked}
    merged = {
        item.key: answers[item.key]
        if item.key in fresh
        else Answer(before[item.key].finding, before[item.key].note, carried=True)
        for item in items
        if item.key in before
    }
    return _judgement(items, merged)


def _problems(items: list[Item], answers: Mapping[int, Answer], open_before: set[int]) -> dict[str, ValidationError]:
    problems = {}
    for item in items:
        answer = answers.get(item.key)
        if answer is None or answer.finding not in Finding.values:
            problems[f"finding_{item.key}"] = ValidationError(_("Choose what you found here."))
            continue
        if len(answer.note) > NOTE_MAXIMUM:
            problems[f"note_{item.key}"] = ValidationError(
                _("At most %(count)s characters, please."), params={"count": NOTE_MAXIMUM}
            )
        settled = item.key in open_before and answer.finding != Finding.OPEN
        if item.is_veto and settled and not answer.has_photo:
            problems[f"photo_{item.key}"] = ValidationError(
                _("This was a red point. Take a photo that shows it is put right.")
            )
    return problems


def _judgement(items: list[Item], answers: Mapping[int, Answer]) -> Judgement:
    still_open = [item for item in items if item.key in answers and answers[item.key].finding == Finding.OPEN]
    return Judgement(
        answers=answers,
        colour=colour_of(still_open),
        points=sum(item.points for item in still_open),
        open_keys=tuple(item.key for item in still_open),
    )


# ------------------------------------------------------------------ when the next check is due
class Due(StrEnum):
    """How near the next check is."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    NONE = "none"


def days_until_next(colour: str, cycle: Cycle) -> int:
    return cycle[colour or Colour.RED]


def next_check_on(colour: str, on: date, cycle: Cycle) -> date:
    """The day by which a dwelling that was checked ``on`` this day is checked again."""
    return on + timedelta(days=days_until_next(colour, cycle))


def soon_days(colour: str, cycle: Cycle) -> int:
    """From how many days before the day a check is called near: a third of the cycle, a week at most."""
    return max(1, min(SOON_AT_MOST, days_until_next(colour, cycle) // 3))


def due(next_on: date | None, colour: str, *, on: date, cycle: Cycle) -> Due:
    """``next_on`` is the last good day; the day after it the check is overdue. None: no check is planned."""
    if next_on is None:
        return Due.NONE
    if next_on < on:
        return Due.OVERDUE
    return Due.SOON if (next_on - on).days <= soon_days(colour, cycle) else Due.LATER


def due_chip(next_on: date | None, colour: str, *, on: date, cycle: Cycle) -> Chip | None:
    """How late or near the next check is, in words; None while there is time."""
    state = due(next_on, colour, on=on, cycle=cycle)
    if next_on is None or state in {Due.NONE, Due.LATER}:
        return None
    days = abs((next_on - on).days)
    if state is Due.OVERDUE:
        return overdue_chip(ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days})
    if days == 0:
        return soon_chip(_("Due today"))
    return soon_chip(ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days})


def resumed_on(next_on: date | None, *, on: date) -> date:
    """When a dwelling that stood empty is let again: a check that fell into the gap is due at once."""
    return on if next_on is None else max(next_on, on)


# ------------------------------------------------------------------ the states of a check and of a file
def state_of(*, is_done: bool, open_items: int, is_followed: bool) -> CheckState:
    """Planned, done; with something open it is being put right until a re-check follows."""
    if not is_done:
        return CheckState.PLANNED
    if not open_items:
        return CheckState.DONE
    return CheckState.RECHECKED if is_followed else CheckState.RECTIFYING


@dataclass(frozen=True)
class Step:
    """One step of a file: from which states it leads where."""

    name: str
    sources: frozenset[FileStatus]
    target: FileStatus
    refusal: Any


FILE_STEPS = {
    step.name: step
    for step in (
        Step(
            "vacant",
            frozenset({FileStatus.ACTIVE}),
            FileStatus.VACANT,
            gettext_lazy("Only a dwelling that is let can stand empty."),
        ),
        Step(
            "relet",
            frozenset({FileStatus.VACANT}),
            FileStatus.ACTIVE,
            gettext_lazy("This dwelling does not stand empty."),
        ),
        Step("end", frozenset(FileStatus.kept()), FileStatus.ENDED, gettext_lazy("This file has been closed already.")),
    )
}


def use_after(before: str, *, lived_in: bool) -> DwellingUse:
    """What a dwelling is used for when it is no longer rented out: what it was before, as far as that can still be."""
    if not lived_in:
        return DwellingUse.VACANT
    return DwellingUse.OWN if before in {DwellingUse.LET, DwellingUse.VACANT} else DwellingUse(before)


# ------------------------------------------------------------------ periods
def clean_file(landlord_name: str, landlord_phone: str, rooms_let: int) -> dict[str, Any]:
    """What is kept of the letting, normalised. Raises ``ValidationError`` by field."""
    problems: dict[str, ValidationError] = {}
    cleaned: dict[str, Any] = {"landlord_name": " ".join(landlord_name.split()), "rooms_let": rooms_let}
    if not cleaned["landlord_name"]:
        problems["landlord_name"] = ValidationError(_("Please enter the landlord's name."))
    elif len(cleaned["landlord_name"]) > NAME_MAXIMUM:
        problems["landlord_name"] = ValidationError(
            _("At most %(count)s characters, please."), params={"count": NAME_MAXIMUM}
        )
    try:
        cleaned["landlord_phone"] = clean_phone(landlord_phone)
    except ValidationError as problem:
        problems["landlord_phone"] = problem
    if not 1 <= rooms_let <= MOST_ROOMS:
        problems["rooms_let"] = ValidationError(
            _("Between 1 and %(count)s rooms, please."), params={"count": MOST_ROOMS}
        )
    if problems:
        raise ValidationError(problems)
    return cleaned


def check_due_on(issued_on: date, due_on: date) -> None:
    """A landlord gets at least until the next day, at most three months. Raises ``ValidationError``."""
    if not issued_on < due_on <= issued_on + timedelta(days=NOTICE_LONGEST):
        raise ValidationError(
            {
                "due_on": _("Choose a day after today, at most %(days)s days from now.") % {"days": NOTICE_LONGEST},
            }
        )


def months_later(day: date, months: int) -> date:
    """The same day so many months later, the last of that month where it has no such day."""
    number = day.year * 12 + day.month - 1 + months
    return _day_of(number // 12, number % 12 + 1, day.day)


def tenants_gone_by(on: date) -> date:
    """The latest day of moving out whose six months are over ``on`` this day: ``months_later(it, 6) <= on``."""
    earlier = months_later(on, -TENANTS_KEPT)
    is_last_of_month = (on + timedelta(days=1)).month != on.month
    return _day_of(earlier.year, earlier.month, 31) if is_last_of_month else earlier


def _day_of(year: int, month: int, day: int) -> date:
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day, last))


# ------------------------------------------------------------------ who may do what
MAY_NOT_INSPECT = gettext_lazy("Your role may see rental files but not keep or check them.")
FILE_IS_ENDED = gettext_lazy("This dwelling is no longer rented out; its file is closed.")
MAY_NOT_PUBLISH = gettext_lazy("The checklist is published by the district grid office.")


def may_inspect(user: Any, grid: Any) -> Decision:
    """Whether ``user`` keeps rental files in ``grid``; None is the system itself (loading, jobs)."""
    if user is None or user.has_perm(Permission.INSPECT_RENTALS, grid):
        return Allowed()
    return Denied(MAY_NOT_INSPECT)


def may_keep(user: Any, file: Any) -> Decision:
    """Whether ``user`` may change the file, check the dwelling, enter tenants; closed files stay as they are."""
    is_kept: Decision = Allowed() if file.status in FileStatus.kept() else Denied(FILE_IS_ENDED)
    return all_of(may_inspect(user, file.dwelling.grid), is_kept)


def may_step(user: Any, file: Any, name: str) -> Decision:
    """Whether ``user`` may take this step of ``FILE_STEPS``."""
    step = FILE_STEPS[name]
    fits: Decision = Allowed() if file.status in step.sources else Denied(step.refusal)
    return all_of(may_inspect(user, file.dwelling.grid), fits)


def may_recheck(user: Any, file: Any, last: Any) -> Decision:
    """A re-check needs a check before it (``last`` or None) that left something open."""
    open_one: Decision = Allowed()
    if last is None or not last.open_items:
        open_one = Denied(_("Nothing is open from the check before; make a full check."))
    return all_of(may_keep(user, file), open_one)


def may_issue(user: Any, file: Any, last: Any, *, has_notice: bool) -> Decision:
    """A notice follows from the newest check, once, while something is open."""
    fits: Decision = Allowed()
    if last is None or not last.open_items:
        fits = Denied(_("The last check left nothing open, so there is nothing to put right."))
    elif has_notice:
        fits = Denied(_("The notice to this check has been issued already."))
    return all_of(may_keep(user, file), fits)


def may_serve(user: Any, notice: Any) -> Decision:
    fits: Decision = Allowed()
    if notice.served_on is not None:
        fits = Denied(_("It is noted already how this notice reached the landlord."))
    return all_of(may_inspect(user, notice.rental_check.file.dwelling.grid), fits)


def may_publish(user: Any) -> Decision:
    """The district grid office: who manages the grids of a whole district (there is no power of its own for it)."""
    scope = scope_of(user, Permission.MANAGE_GRIDS)
    if scope.everything or any(len(prefix) == Level.DISTRICT.digits for prefix in scope.prefixes):
        return Allowed()
    return Denied(MAY_NOT_PUBLISH)


def sees_tenants(user: Any, grid: Any) -> bool:
    """Who is tenant is for the registration duty only: to those who keep the files, to nobody else."""
    return user is None or user.has_perm(Permission.INSPECT_RENTALS, grid)


def state_chip(state: CheckState) -> Chip:
    return Chip(state.label, Tone(state.tone))
