"""Open a meeting, close it, and its minutes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from governance.meetings import rules
from governance.meetings.choices import MeetingState
from governance.meetings.models import Meeting
from governance.meetings.services.agenda import fill_agenda
from governance.meetings.services.calling import invite
from governance.meetings.services.rows import changed_meanwhile, locked
from grids.common.clock import now, today
from grids.common.models import advance
from grids.trail.services import record

MINUTES_LENGTH = 20_000


@transaction.atomic
def open_meeting(meeting: Meeting, *, actor: Any) -> Meeting:
    """The meeting begins: the list of those invited and the agenda are as of now."""
    meeting = locked(meeting)
    rules.may_open(actor, meeting, today=today()).or_raise()
    invite(meeting)
    fill_agenda(meeting)
    return _step(meeting, actor, "meeting.open", state=MeetingState.OPEN, opened_at=now())


@transaction.atomic
def close_meeting(meeting: Meeting, *, actor: Any) -> Meeting:
    """The meeting ends. Refused while an item has no decision (M19)."""
    meeting = locked(meeting)
    rules.may_close(actor, meeting, undecided=meeting.agenda.undecided().count()).or_raise()
    return _step(meeting, actor, "meeting.close", state=MeetingState.HELD, held_at=now())


@transaction.atomic
def write_minutes(meeting: Meeting, *, actor: Any, version: int, minutes: str) -> Meeting:
    """Write or rewrite the minutes; whoever does so last is their recorder."""
    meeting = locked(meeting)
    rules.may_write_minutes(actor, meeting).or_raise()
    minutes = minutes.strip()
    if not minutes:
        raise ValidationError({"minutes": _("There are no minutes yet.")})
    if len(minutes) > MINUTES_LENGTH:
        raise ValidationError({"minutes": _("At most %(count)d characters, please.") % {"count": MINUTES_LENGTH}})
    advance(meeting, expected=version, reason=changed_meanwhile(), minutes=minutes, recorder=actor)
    record("meeting.minutes", meeting, actor=actor, grid=meeting.grid, changes={"length": [None, len(minutes)]})
    return meeting


@transaction.atomic
def confirm_minutes(meeting: Meeting, *, actor: Any, version: int, public_minutes: str) -> Meeting:
    """3.6 item 9: somebody other than the recorder confirms, and settles what the public may read.

    ``version`` is that of the minutes he has read: rewritten meanwhile, they are read again first.
    """
    meeting = locked(meeting)
    rules.may_confirm(actor, meeting).or_raise()
    advance(
        meeting,
        expected=version,
        reason=changed_meanwhile(),
        state=MeetingState.CONFIRMED,
        public_minutes=rules.for_the_public(public_minutes.strip(), names_in(meeting)),
        confirmed_by=actor,
        confirmed_at=now(),
    )
    record("meeting.confirm", meeting, actor=actor, grid=meeting.grid)
    return meeting


@transaction.atomic
def publish_minutes(meeting: Meeting, *, actor: Any) -> Meeting:
    meeting = locked(meeting)
    rules.may_publish(actor, meeting).or_raise()
    return _step(meeting, actor, "meeting.publish", state=MeetingState.PUBLISHED, published_at=now())


def names_in(meeting: Meeting) -> set[str]:
    """Names that the public version must not hold: members invited, and persons of the households on the agenda."""
    members = meeting.attendances.values_list("member__person__name", flat=True)
    homes = meeting.agenda.filter(household__isnull=False)
    residents = homes.filter(household__residencies__ends_on__isnull=True)
    return {
        name for name in [*members, *residents.values_list("household__residencies__person__name", flat=True)] if name
    }


def _step(meeting: Meeting, actor: Any, act: str, **values: Any) -> Meeting:
    before = meeting.state
    advance(meeting, expected=meeting.version, reason=changed_meanwhile(), **values)
    record(act, meeting, actor=actor, grid=meeting.grid, changes={"state": [before, meeting.state]})
    return meeting
