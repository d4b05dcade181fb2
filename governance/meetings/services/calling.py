"""Plan meetings ahead, invite, move, call off."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.meetings import rules
from governance.meetings.choices import HolidayPolicy, MeetingKind, MeetingState
from governance.meetings.models import Attendance, Meeting, MeetingSeries
from governance.meetings.notices import CANCELLED, INVITED, MOVED
from governance.meetings.services.agenda import fill_agenda
from governance.meetings.services.rows import changed_meanwhile, locked
from grids.common.clock import now, today
from grids.common.models import advance
from grids.notifications.services import notify
from grids.trail.services import record
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment, ContactMember

LATEST_WEEKS = 26


def series_of(grid: Any) -> MeetingSeries:
    """The briefing of a community; made with the portal's own settings when there is none yet."""
    found = MeetingSeries.objects.filter(grid=grid, kind=MeetingKind.BRIEFING).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = MeetingSeries.objects.create(grid=grid, kind=MeetingKind.BRIEFING)
            record("meetingseries.create", made, actor=None, grid=grid, changes={"day": [None, made.day]})
            return made
    except IntegrityError:
        return MeetingSeries.objects.get(grid=grid, kind=MeetingKind.BRIEFING)


@transaction.atomic
def change_series(
    series: MeetingSeries, *, actor: Any, version: int, day: int, holiday_policy: str, starts_at: time, place: str
) -> MeetingSeries:
    """Day, policy, time and place of the meetings to come; those that are planned already keep theirs."""
    rules.may_hold(actor, series.grid).or_raise()
    if holiday_policy not in HolidayPolicy.values:
        raise ValidationError({"holiday_policy": _("Choose one of these.")})
    if not 1 <= day <= 31:
        raise ValidationError({"day": _("A day of the month lies between 1 and 31.")})
    before = {"day": series.day, "policy": series.holiday_policy}
    values = {"day": day, "holiday_policy": holiday_policy, "starts_at": starts_at, "place": place.strip()}
    advance(series, expected=version, reason=changed_meanwhile(), **values)
    changes = {"day": [before["day"], day], "policy": [before["policy"], holiday_policy]}
    record("meetingseries.change", series, actor=actor, grid=series.grid, changes=changes)
    return series


def communities_with_contacts() -> list[Grid]:
    """Communities in which somebody contacts a household now: each of them has a briefing."""
    serving = ContactAssignment.objects.serving().order_by().values("member__grid")
    return list(Grid.objects.living().filter(pk__in=serving).order_by("code"))


def plan_ahead(on: date, *, grids: Iterable[Any] | None = None) -> list[Meeting]:
    """Put the briefings of the next thirty days into the calendar, each with its invitations and its agenda.

    Run every night; run twice it makes nothing twice. Invitations go out three working days before.
    """
    made = []
    for grid in communities_with_contacts() if grids is None else grids:
        series = series_of(grid)
        known = set(series.meetings.values_list("month", flat=True))
        for month, day in rules.months_to_plan(on, series.day, series.holiday_policy):
            if month not in known and (meeting := _plan(series, month, day)):
                made.append(meeting)
    return made


def _plan(series: MeetingSeries, month: date, day: date) -> Meeting | None:
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                series=series,
                grid=series.grid,
                month=month,
                planned_on=day,
                starts_at=series.starts_at,
                place=series.place,
            )
            invite(meeting)
            fill_agenda(meeting)
            record("meeting.plan", meeting, actor=None, grid=series.grid, changes={"planned_on": [None, day]})
            return meeting
    except IntegrityError:  # another worker has planned it just now
        return None


def invite(meeting: Meeting) -> int:
    """Put everybody who contacts a household of the community now on the list; returns how many are new."""
    serving = ContactAssignment.objects.serving().order_by().values("member")
    members = ContactMember.objects.serving().filter(grid=meeting.grid, pk__in=serving)
    new = members.exclude(attendances__meeting=meeting).order_by("pk")
    rows = [Attendance(meeting=meeting, member=member) for member in new]
    Attendance.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def invited_accounts(meeting: Meeting) -> list[Any]:
    rows = meeting.attendances.filter(member__user__isnull=False).select_related("member__user")
    return [row.member.user for row in rows]


@transaction.atomic
def convene(meeting: Meeting, *, actor: Any) -> Meeting:
    """Send the invitations: agenda, day, place. ``actor`` None is the nightly work."""
    meeting = locked(meeting)
    if actor is not None:
        rules.may_convene(actor, meeting).or_raise()
    invite(meeting)
    fill_agenda(meeting)
    advance(
        meeting,
        expected=meeting.version,
        reason=changed_meanwhile(),
        state=MeetingState.CONVENED,
        convened_at=now(),
    )
    notify(
        invited_accounts(meeting), INVITED, url=own_url(), values=_when(meeting), key=f"meeting:{meeting.pk}:invited"
    )
    number = meeting.attendances.count()
    record("meeting.convene", meeting, actor=actor, grid=meeting.grid, changes={"invited": [0, number]})
    return meeting


@transaction.atomic
def move(meeting: Meeting, *, actor: Any, to: date, starts_at: time, place: str, reason: str) -> Meeting:
    """Another day, time or place, with the reason; everybody who was invited is told."""
    meeting = locked(meeting)
    rules.may_change(actor, meeting).or_raise()
    problems = {}
    if not reason.strip():
        problems["reason"] = _("Write down why the briefing is moved.")
    if to < today():
        problems["to"] = _("This day is over. Choose a day to come.")
    elif (to - today()).days > LATEST_WEEKS * 7:
        problems["to"] = _("This day is too far away; choose one within half a year.")
    if problems:
        raise ValidationError(problems)
    before = meeting.planned_on
    advance(
        meeting,
        expected=meeting.version,
        reason=changed_meanwhile(),
        planned_on=to,
        starts_at=starts_at,
        place=place.strip(),
        change_reason=reason.strip(),
    )
    if meeting.state == MeetingState.CONVENED:
        notify(invited_accounts(meeting), MOVED, url=own_url(), values={**_when(meeting), "reason": reason.strip()})
    changes = {"planned_on": [before, to]}
    record("meeting.move", meeting, actor=actor, grid=meeting.grid, changes=changes, reason=reason.strip())
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, actor: Any, reason: str) -> Meeting:
    """Call a meeting off; what it would have talked about stays for the next one."""
    meeting = locked(meeting)
    rules.may_change(actor, meeting).or_raise()
    if not reason.strip():
        raise ValidationError({"reason": _("Write down why the briefing is called off.")})
    told = invited_accounts(meeting) if meeting.state == MeetingState.CONVENED else []
    advance(
        meeting,
        expected=meeting.version,
        reason=changed_meanwhile(),
        state=MeetingState.CANCELLED,
        change_reason=reason.strip(),
    )
    # Items carried into it are free to be carried into the next one.
    meeting.agenda.filter(carried_from__isnull=False).update(carried_from=None)
    notify(told, CANCELLED, url=own_url(), values={"day": _when(meeting)["day"], "reason": reason.strip()})
    record("meeting.cancel", meeting, actor=actor, grid=meeting.grid, reason=reason.strip())
    return meeting


def convene_due(on: date) -> int:
    """Send the invitations of meetings that are three working days away, or nearer; returns how many."""
    due = Meeting.objects.filter(state=MeetingState.PLANNED, planned_on__gte=on).order_by("planned_on", "pk")
    sent = 0
    for meeting in due:
        if rules.invitation_day(meeting.planned_on) <= on:
            convene(meeting, actor=None)
            sent += 1
    return sent


def own_url() -> str:
    return reverse("governance:briefing-mine")


def _when(meeting: Meeting) -> dict[str, str]:
    return {"day": f"{meeting.planned_on:%Y-%m-%d}", "time": f"{meeting.starts_at:%H:%M}"}
