"""The law of meetings (domain.md M19, 3.6), without a database."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.meetings.choices import (
    CARRIED_LIMIT,
    DAYS_AHEAD,
    NEED_WORKING_DAYS,
    NOTICE_WORKING_DAYS,
    HolidayPolicy,
    ItemDecision,
    MeetingState,
)
from governance.worktime.rules import is_working_day
from grids.access.choices import Permission
from grids.common.chips import Chip, Tone, overdue_chip
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.workdays import after_working_days

ONE_DAY = timedelta(days=1)


# ------------------------------------------------------------------ the day
def planned_day(year: int, month: int, day: int, policy: str) -> date:
    """The day of a month on which a series meets: the fixed day, or the working day after or before it (3.6, 11).

    A day that the month does not have is its last one.
    """
    on = date(year, month, min(day, monthrange(year, month)[1]))
    step = {HolidayPolicy.NEXT_WORKDAY: ONE_DAY, HolidayPolicy.PREV_WORKDAY: -ONE_DAY}.get(HolidayPolicy(policy))
    while step and not is_working_day(on):
        on += step
    return on


def months_to_plan(today: date, day: int, policy: str) -> list[tuple[date, date]]:
    """``[(first of the month, day of the meeting)]`` of the months whose meeting lies in the next thirty days."""
    found = []
    first = (today.replace(day=1) - ONE_DAY).replace(day=1)  # a day put off may lie in the month after its own
    for _number in range(4):
        on = planned_day(first.year, first.month, day, policy)
        if today <= on <= today + timedelta(days=DAYS_AHEAD):
            found.append((first, on))
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found


def invitation_day(on: date) -> date:
    """When invitations go out by themselves: three working days before."""
    left = NOTICE_WORKING_DAYS
    while left:
        on -= ONE_DAY
        left -= is_working_day(on)
    return on


def held_in_its_month(month: date, held_on: date) -> bool:
    """I33: whether a meeting took place in the month that it was for (a day put off counts for its own month)."""
    return (held_on.year, held_on.month) == (month.year, month.month)


# ------------------------------------------------------------------ who may
def may_hold(user: Any, grid: Any) -> Decision:
    """Whether ``user`` calls meetings of the community and keeps their minutes."""
    if user.has_perm(Permission.HOLD_MEETINGS, grid):
        return Allowed()
    return Denied(_("Meetings are held by the community secretary and the community's workers."))


def _in_state(user: Any, meeting: Any, states: Iterable[MeetingState], reason: str) -> Decision:
    decision = may_hold(user, meeting.grid)
    if decision and meeting.state not in set(states):
        return Denied(reason)
    return decision


def may_convene(user: Any, meeting: Any) -> Decision:
    return _in_state(user, meeting, [MeetingState.PLANNED], _("The invitations have been sent already."))


def may_change(user: Any, meeting: Any) -> Decision:
    """Move to another day, or call off: only what has not begun."""
    return _in_state(user, meeting, MeetingState.ahead(), _("The meeting has begun or was called off."))


def may_open(user: Any, meeting: Any, *, today: date) -> Decision:
    decision = _in_state(user, meeting, MeetingState.ahead(), _("The meeting has begun already, or was called off."))
    if decision and meeting.planned_on > today:
        return Denied(
            _("The meeting is on %(day)s. Move it first if it takes place earlier.") % _day(meeting.planned_on)
        )
    return decision


def may_call_roll(user: Any, meeting: Any) -> Decision:
    """While it is in session, and afterwards until the minutes are confirmed."""
    states = [MeetingState.OPEN, MeetingState.HELD]
    return _in_state(user, meeting, states, _("The roll is called while the meeting is in session."))


def may_decide(user: Any, meeting: Any) -> Decision:
    return _in_state(user, meeting, [MeetingState.OPEN], _("Items are decided while the meeting is in session."))


def may_add_item(user: Any, meeting: Any) -> Decision:
    states = [*MeetingState.ahead(), MeetingState.OPEN]
    return _in_state(user, meeting, states, _("The meeting is over; the next one takes new items."))


def may_close(user: Any, meeting: Any, *, undecided: int) -> Decision:
    """M19: every item closes with a decision before the meeting ends."""
    decision = _in_state(user, meeting, [MeetingState.OPEN], _("The meeting is not in session."))
    if decision and undecided:
        return Denied(
            _("Items without a decision yet (answered, affair, or carried over): %(count)d.") % {"count": undecided}
        )
    return decision


def may_write_minutes(user: Any, meeting: Any) -> Decision:
    return _in_state(user, meeting, [MeetingState.HELD], _("Minutes are written after the meeting, until confirmed."))


def may_confirm(user: Any, meeting: Any) -> Decision:
    """3.6 item 9: whoever wrote the minutes does not confirm them."""
    decision = may_write_minutes(user, meeting)
    if not decision:
        return decision
    if not meeting.minutes:
        return Denied(_("There are no minutes yet."))
    if meeting.recorder_id == user.pk:
        return Denied(_("Minutes are confirmed by somebody other than whoever wrote them."))
    return Allowed()


def may_publish(user: Any, meeting: Any) -> Decision:
    return _in_state(user, meeting, [MeetingState.CONFIRMED], _("Only confirmed minutes are published."))


def may_speak_up(meeting: Any) -> Decision:
    """Whether an invited member may still excuse himself or add a question."""
    if meeting.state in [*MeetingState.ahead(), MeetingState.OPEN]:
        return Allowed()
    return Denied(_("This briefing is over; the next one takes new questions."))


def may_check_in(meeting: Any) -> Decision:
    if meeting.state == MeetingState.OPEN:
        return Allowed()
    return Denied(_("Signing in is possible while the meeting is in session."))


# ------------------------------------------------------------------ items, minutes
def carried_too_often(times: int) -> bool:
    """M19: a carried-over item turns yellow after the second time."""
    return times > CARRIED_LIMIT


def carried_chip(times: int) -> Chip | None:
    """How often an item was carried over; None for a new one."""
    if not times:
        return None
    words = ngettext("Carried over %(count)d time", "Carried over %(count)d times", times) % {"count": times}
    return Chip(words, Tone.YELLOW) if carried_too_often(times) else Chip(words, Tone.GREY)


def need_chip(raised_at: datetime, *, now: datetime) -> Chip | None:
    """That a need has waited too long (M19, I31); it has until the end of the third working day after its own."""
    day = timezone.localtime(raised_at).replace(hour=0, minute=0, second=0, microsecond=0)
    return overdue_chip(_("Overdue")) if after_working_days(day, NEED_WORKING_DAYS) < now else None


def check_decision(decision: str, answer: str) -> dict[str, str]:
    """What is missing of a decision, by field; empty when it is complete."""
    if decision not in {choice.value for choice in ItemDecision.closing()}:
        return {"decision": _("Choose one of these.")}
    if decision == ItemDecision.ANSWERED and not answer.strip():
        return {"answer": _("Write down the answer that was given.")}
    return {}


_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_LONG = re.compile(r"(?<!\d)\d{14,17}[\dXx](?!\d)")


def for_the_public(text: str, names: Iterable[str]) -> str:
    """3.6 item 9: the text without names of persons and without phones or identity numbers.

    ``names``: everybody who may be named in it (members, heads of the households concerned). The family name stays:
    "张三" becomes "张某".
    """
    for name in sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True):
        text = text.replace(name, f"{name[0]}某")
    return _PHONE.sub(_("(phone left out)"), _LONG.sub(_("(number left out)"), text))


def _day(day: date) -> dict[str, str]:
    return {"day": f"{day:%Y-%m-%d}"}
