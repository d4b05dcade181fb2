"""The law of "five must arrive" (domain.md M20, V5), without a database.

Clocks are continuous: nights, weekends and holidays count, because the household waits through them.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.chips import Chip, Tone
from grids.common.decisions import Allowed, Decision, Denied
from residents.visits.choices import Channel, Outcome, RemoteReason, TaskState, Trigger, TriggerSource

# How soon somebody must be there. The sources name the five occasions, not the hours: these are our own defaults.
HOURS = {
    Trigger.EMERGENCY: 2,
    Trigger.DISCONTENT: 24,
    Trigger.DISPUTE: 24,
    Trigger.HARDSHIP: 24,
    Trigger.FAMILY_EVENT: 48,
    Trigger.RISK_CHANGE: 24,
}
# The same thing told again within this time is the same visit that is owed.
TOLD_AGAIN = timedelta(days=7)
# The share of the time after which the backup contact is told; at the end of it the grid's members are.
BACKUP_SHARE = 2
EVENT_AHEAD = timedelta(days=366)
EVENT_BEHIND = timedelta(days=30)
NOTE_MAXIMUM = 200
REASON_MAXIMUM = 200


def due_at(trigger: str, raised_at: datetime, *, event_at: datetime | None = None) -> datetime:
    """When somebody must have been there. A family event that is later than that: by the end of its day."""
    due = raised_at + timedelta(hours=HOURS[Trigger(trigger)])
    if trigger == Trigger.FAMILY_EVENT and event_at is not None and event_at > due:
        day = timezone.localtime(event_at).date()
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    return due


def backup_due_at(raised_at: datetime, due_at: datetime) -> datetime:
    """When half of the time has passed: the backup contact is told."""
    return raised_at + (due_at - raised_at) / BACKUP_SHARE


def is_told_again(task: Any, *, now: datetime) -> bool:
    """Whether the same trigger told at ``now`` is this task: still open, or raised less than seven days ago."""
    if task.state == TaskState.CANCELLED:
        return False
    return task.state == TaskState.OPEN or now - task.raised_at < TOLD_AGAIN


def is_arrival(encounter: Any) -> bool:
    """Somebody was at the door with somebody of the household, who may have wished not to talk.

    A household that is away or at sea is reached by a call for which the visitor gave that reason.
    """
    if encounter.channel == Channel.FACE:
        return encounter.outcome in [*Outcome.met_somebody(), Outcome.REFUSED]
    is_absent = encounter.household_away and encounter.remote_reason in RemoteReason.of_absent()
    return is_absent and encounter.outcome in Outcome.met_somebody()


def settles(encounter: Any, task: Any) -> bool:
    """A visit before anybody had said a word is no answer to it."""
    return encounter.occurred_at >= task.raised_at


def is_on_time(task: Any) -> bool | None:
    """Whether he arrived in time; None while nobody did."""
    return None if task.arrived_at is None else task.arrived_at <= task.due_at


# ------------------------------------------------------------------ what is filled in
def check_trigger(
    trigger: str, source: str, *, note: str, event_at: datetime | None, now: datetime
) -> tuple[Trigger, TriggerSource]:
    """The two words as choices. Raises ``ValidationError`` by field."""
    problems: dict[str, str] = {}
    if trigger not in Trigger.values:
        problems["trigger"] = _("Choose one of the list.")
    if source not in TriggerSource.values:
        problems["source"] = _("Choose one of the list.")
    if len(note) > NOTE_MAXIMUM:
        problems["note"] = _("At most %(count)d characters, please.") % {"count": NOTE_MAXIMUM}
    if event_at is not None and not now - EVENT_BEHIND <= event_at <= now + EVENT_AHEAD:
        problems["event_at"] = _("Choose a day between a month ago and a year from now.")
    if problems:
        raise ValidationError({name: [text] for name, text in problems.items()})
    return Trigger(trigger), TriggerSource(source)


def check_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": [_("Please write down why nobody needs to go there any more.")]})
    if len(reason) > REASON_MAXIMUM:
        raise ValidationError({"reason": [_("At most %(count)d characters, please.") % {"count": REASON_MAXIMUM}]})
    return reason


# ------------------------------------------------------------------ who may
def may_raise(user: Any, grid: Any, *, is_contact: bool, is_active: bool = True) -> Decision:
    """Whoever visits there, the household's own contact, and the secretary; None is the portal itself."""
    if not is_active:
        return Denied(_("This household has moved away or was dissolved; there is nobody to visit."))
    if user is None or is_contact:
        return Allowed()
    if user.has_perm(Permission.LOG_VISITS, grid) or user.has_perm(Permission.ASSIGN_CONTACTS, grid):
        return Allowed()
    return Denied(_("That somebody must go there is told by those who visit there."))


def may_cancel(user: Any, task: Any, grid: Any) -> Decision:
    """The secretary's desk and the grid leader, while nobody has arrived; None is the portal itself.

    Those are who verifies what others did, and knows the people there by name.
    """
    if task.state != TaskState.OPEN:
        return Denied(already_settled(task))
    if user is None or (user.has_perm(Permission.VERIFY_AFFAIRS, grid) and user.has_perm(Permission.VIEW_NAMES, grid)):
        return Allowed()
    return Denied(_("Only the community secretary's desk and the grid leader call a visit off."))


def already_settled(task: Any) -> str:
    """What the slower of two hears."""
    if task.state == TaskState.CANCELLED:
        return _("This visit was called off already.")
    return _("Somebody has arrived there already.")


def source_of(user: Any, grid: Any, *, is_contact: bool, told_by_household: bool = False) -> TriggerSource:
    """In which of his parts somebody tells it."""
    if told_by_household:
        return TriggerSource.RESIDENT
    if is_contact:
        return TriggerSource.CONTACT
    if user.has_perm(Permission.VIEW_VISITS, grid):
        return TriggerSource.STAFF
    return TriggerSource.LIAISON


# ------------------------------------------------------------------ how it looks
def clock_chip(task: Any, *, now: datetime) -> Chip:
    """Where a task stands against its clock: "Due in 3 h", "1 d 2 h late", "Arrived in time"."""
    if task.state == TaskState.CANCELLED:
        return Chip(str(TaskState.CANCELLED.label), Tone.GREY, "ban")
    if task.state == TaskState.ARRIVED:
        if is_on_time(task):
            return Chip(_("Arrived in time"), Tone.GREEN, "check")
        return Chip(_("Arrived %(span)s late") % {"span": span_words(task.arrived_at - task.due_at)}, Tone.YELLOW)
    if now > task.due_at:
        return Chip(_("%(span)s overdue") % {"span": span_words(now - task.due_at)}, Tone.RED, "clock-alert")
    left = Chip(_("%(span)s left") % {"span": span_words(task.due_at - now)}, Tone.BLUE, "clock")
    if now >= backup_due_at(task.raised_at, task.due_at):
        return Chip(str(left), Tone.YELLOW, "clock")
    return left


def span_words(span: timedelta) -> str:
    """A span in the two coarsest units: "2 d 3 h", "3 h 20 min", "5 min"; never nothing."""
    minutes = max(1, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}


def moment_words(moment: datetime) -> str:
    """2026-10-01 20:00, in the portal's time zone."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
