"""Who came: the roll, the code on the wall, and those who excused themselves."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from governance.meetings import rules
from governance.meetings.choices import AttendanceState, CheckInWay
from governance.meetings.models import Attendance, Meeting
from governance.meetings.services.rows import locked
from grids.common.clock import now
from grids.common.errors import Refused
from grids.trail.services import record


def call_roll(meeting: Meeting, *, actor: Any, present: Iterable[int], shown: Iterable[int]) -> int:
    """Mark who is present; returns how many marks changed.

    ``present`` and ``shown`` are keys of members: those ticked, and those whose tick the form showed. Whoever was not
    shown stays as he is, so that somebody who scans the code meanwhile is not taken off the list.
    """
    with transaction.atomic():
        meeting = locked(meeting)
        rules.may_call_roll(actor, meeting).or_raise()
        ticked, listed = set(present), set(shown)
        rows = list(meeting.attendances.select_for_update().filter(member_id__in=listed | ticked).order_by("pk"))
        changed = [row for row in rows if (row.state == AttendanceState.PRESENT) != (row.member_id in ticked)]
        for row in changed:
            here = row.member_id in ticked
            row.state = AttendanceState.PRESENT if here else AttendanceState.INVITED
            row.way = CheckInWay.LIST if here else ""
            row.marked_at, row.marked_by = now(), actor
        Attendance.objects.bulk_update(changed, ["state", "way", "marked_at", "marked_by"])
        if changed:
            number = meeting.attendances.filter(state=AttendanceState.PRESENT).count()
            record("meeting.roll", meeting, actor=actor, grid=meeting.grid, changes={"present": [None, number]})
        return len(changed)


def check_in(meeting: Meeting, *, actor: Any) -> Attendance:
    """An invited member scans the code: he is present. A second scan changes nothing."""
    with transaction.atomic():
        meeting = locked(meeting)
        row = _own(meeting, actor)
        if row.state == AttendanceState.PRESENT:
            return row
        rules.may_check_in(meeting).or_raise()
        return _mark(row, AttendanceState.PRESENT, way=CheckInWay.CODE, actor=actor, act="meeting.checkin")


def excuse(meeting: Meeting, *, actor: Any) -> Attendance:
    """An invited member says that he cannot come; or, said again, that he can after all."""
    with transaction.atomic():
        meeting = locked(meeting)
        rules.may_speak_up(meeting).or_raise()
        row = _own(meeting, actor)
        if row.state == AttendanceState.PRESENT:
            raise Refused(_("You are marked as present."))
        other = AttendanceState.INVITED if row.state == AttendanceState.EXCUSED else AttendanceState.EXCUSED
        return _mark(row, other, way="", actor=actor, act="meeting.excuse")


def _own(meeting: Meeting, actor: Any) -> Attendance:
    row = meeting.attendances.select_for_update(of=("self",)).filter(member__user=actor).first()
    if row is None:
        raise Refused(_("You are not invited to this briefing."))
    return row


def _mark(row: Attendance, state: AttendanceState, *, way: str, actor: Any, act: str) -> Attendance:
    before, row.state, row.way = row.state, state, way
    row.marked_at, row.marked_by = now(), actor
    row.save(update_fields=["state", "way", "marked_at", "marked_by"])
    record(act, row, actor=actor, grid=row.meeting.grid, changes={"state": [before, str(state)]})
    return row
