"""Visits that are owed at once: raised, told, passed on, settled by a visit, called off (domain.md M20).

Locks are taken in one order: the household first, then its tasks.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from grids.common import clock
from grids.common.models import advance
from grids.notifications.services import notify
from grids.trail.services import record
from residents.contacts.choices import ContactRole
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.visits import arriving
from residents.visits.choices import EncounterKind, TaskState, TriggerSource
from residents.visits.models import Encounter, VisitTask
from residents.visits.querysets import is_contact_of
from residents.visits.telling import door_of, members_of_grid


@transaction.atomic
def raise_task(
    household: Household,
    trigger: str,
    *,
    actor: Any,
    source: str,
    note: str = "",
    event_at: datetime | None = None,
    source_key: str = "",
) -> VisitTask:
    """Somebody must go to ``household``: its primary contact, or the grid's members where it has none.

    The same told again within seven days is the same task with ``times`` one more; its clock runs from the first time.
    An event with a ``source_key`` ("affair:12") counts once, however often it is told. ``actor`` None is the portal.
    Raises ``Refused`` for whoever may not, ``ValidationError`` by field.
    """
    moment, note = clock.now(), note.strip()
    kind, origin = arriving.check_trigger(trigger, source, note=note, event_at=event_at, now=moment)
    household = _locked(household)
    arriving.may_raise(
        actor,
        household.grid,
        is_contact=actor is not None and is_contact_of(actor, household),
        is_active=household.status == HouseholdStatus.ACTIVE,
    ).or_raise()
    tasks = VisitTask.objects.filter(household=household, trigger=kind)
    if source_key and (stored := VisitTask.objects.filter(trigger=kind, source_key=source_key).first()):
        return stored
    known = [task for task in tasks.order_by("-raised_at", "-pk") if arriving.is_told_again(task, now=moment)]
    if known:
        return _told_again(known[0], actor=actor, origin=origin, note=note, source_key=source_key)
    contact = primary_of(household)
    task = VisitTask.objects.create(
        household=household,
        trigger=kind,
        source=origin,
        source_key=source_key,
        told_keys=[source_key] if source_key else [],
        note=note,
        raised_by=actor,
        raised_at=moment,
        event_at=event_at,
        due_at=arriving.due_at(kind, moment, event_at=event_at),
        member=contact.member if contact else None,
    )
    record(
        "visittask.raise",
        task,
        actor=actor,
        grid=household.grid,
        changes={
            "household": [None, household.pk],
            "trigger": ["", str(kind)],
            "source": ["", str(origin)],
            "due_at": [None, task.due_at],
            "member": [None, task.member_id],
        },
    )
    _tell_owner(task)
    return task


def _told_again(task: VisitTask, *, actor: Any, origin: TriggerSource, note: str, source_key: str) -> VisitTask:
    """The household is locked, so that nobody else counts at the same moment."""
    if source_key and source_key in task.told_keys:
        return task
    values: dict[str, Any] = {"times": task.times + 1}
    if source_key:
        values["told_keys"] = [*task.told_keys, source_key]
    if note and not task.note:
        values["note"] = note
    advance(task, expected=task.version, reason=_changed_meanwhile(), **values)
    record(
        "visittask.retell",
        task,
        actor=actor,
        grid=task.household.grid,
        changes={"times": [task.times - 1, task.times], "source": ["", str(origin)]},
    )
    return task


@transaction.atomic
def cancel_task(task: VisitTask, *, actor: Any, reason: str, version: int | None = None) -> VisitTask:
    """Nobody needs to go there any more; the task stays readable and is not counted.

    Raises ``Refused`` for whoever may not or when somebody has arrived, ``Conflict`` for the slower of two.
    """
    _locked(task.household)
    present = VisitTask.objects.with_place().get(pk=task.pk)
    arriving.may_cancel(actor, present, present.household.grid).or_raise()
    return _called_off(present, actor=actor, reason=arriving.check_reason(reason), version=version)


def cancel_on_closing(household: Household, *, actor: Any, on: Any) -> None:
    """Where nobody lives any more nobody is visited; called by the roster in its own transaction."""
    for task in VisitTask.objects.open().filter(household=household).with_place().order_by("pk"):
        _called_off(task, actor=actor, reason=_("The household moved away or was dissolved."))


def carry_over(household: Household, into: Household, *, actor: Any) -> None:
    """``household`` joins ``into``, and both come locked: what is owed at the one door is owed at the other one.

    Where the same is owed there already it is one task, whose clock is the one that began first.
    """
    contact = primary_of(into)
    for task in VisitTask.objects.open().filter(household=household).with_place().order_by("pk"):
        same = VisitTask.objects.open().filter(household=into, trigger=task.trigger).with_place().first()
        if same is not None:
            _called_off(task, actor=actor, reason=_("The household joined another one, where this visit is owed too."))
            first = min(same, task, key=lambda one: one.due_at)
            _write(
                same,
                raised_at=min(same.raised_at, task.raised_at),
                due_at=first.due_at,
                times=same.times + task.times,
                told_keys=[*same.told_keys, *task.told_keys],
                note=same.note or task.note,
            )
            continue
        before = task.member_id
        _write(task, household=into, member=contact.member if contact else None)
        record(
            "visittask.pass_on",
            task,
            actor=actor,
            grid=into.grid,
            changes={"household": [household.pk, into.pk], "member": [before, task.member_id]},
        )
        _tell_owner(task, key=f"joined:{into.pk}")


def _called_off(task: VisitTask, *, actor: Any, reason: str, version: int | None = None) -> VisitTask:
    advance(
        task,
        expected=task.version if version is None else version,
        reason=_changed_meanwhile(),
        state=TaskState.CANCELLED,
        cancelled_at=clock.now(),
        cancel_reason=reason,
    )
    record(
        "visittask.cancel",
        task,
        actor=actor,
        grid=task.household.grid,
        changes={"state": [str(TaskState.OPEN), str(TaskState.CANCELLED)]},
        reason=reason,
    )
    return task


def owed_kind(household: Household) -> EncounterKind:
    """What a visit to this household is at the moment: a five-must visit while one is owed there."""
    is_owed = VisitTask.objects.open().filter(household=household).exists()
    return EncounterKind.FIVE_MUST if is_owed else EncounterKind.ROUTINE


# ------------------------------------------------------------------ arrival
def settle(encounter: Encounter, *, actor: Any) -> None:
    """What a visit that was just stored means for the tasks of its household; in the transaction of the visit.

    A correction that is no arrival any more takes the arrival back.
    """
    household = _locked(encounter.household)
    arrived = arriving.is_arrival(encounter)
    if encounter.replaces_id is not None:
        for task in VisitTask.objects.filter(encounter=encounter.replaces_id).with_place().order_by("pk"):
            if arrived and arriving.settles(encounter, task):
                _write(task, encounter=encounter, arrived_at=encounter.occurred_at)
            else:
                _reopen(task, actor=actor)
    if not arrived:
        return
    for task in VisitTask.objects.open().filter(household=household).with_place().order_by("pk"):
        if arriving.settles(encounter, task):
            _write(task, state=TaskState.ARRIVED, encounter=encounter, arrived_at=encounter.occurred_at)
            record(
                "visittask.arrive",
                task,
                actor=actor,
                grid=household.grid,
                changes={"state": [str(TaskState.OPEN), str(TaskState.ARRIVED)], "encounter": [None, encounter.pk]},
            )


def _reopen(task: VisitTask, *, actor: Any) -> None:
    """The arrival was none. What was told since then belongs to this task again: it would have been open all along."""
    newer = VisitTask.objects.open().filter(household=task.household_id, trigger=task.trigger).with_place().first()
    times, keys = task.times, task.told_keys
    if newer is not None:
        _called_off(newer, actor=actor, reason=_("Told again: it belongs to the earlier visit that is still owed."))
        times, keys = times + newer.times, [*keys, *newer.told_keys]
    _write(task, state=TaskState.OPEN, encounter=None, arrived_at=None, times=times, told_keys=keys)
    record(
        "visittask.reopen",
        task,
        actor=actor,
        grid=task.household.grid,
        changes={"state": [str(TaskState.ARRIVED), str(TaskState.OPEN)], "times": [task.times, times]},
    )
    _tell_owner(task, key="reopened")


def _write(task: VisitTask, **values: Any) -> None:
    advance(task, expected=task.version, reason=_changed_meanwhile(), **values)


# ------------------------------------------------------------------ who owes it, and who is told
def primary_of(household: Household) -> ContactAssignment | None:
    """Who answers for the household now."""
    contacts = ContactAssignment.objects.serving().primary().filter(household=household)
    return contacts.select_related("member__user", "member__person").first()


@transaction.atomic
def pass_on(household: Household, *, actor: Any, member: ContactMember | None) -> int:
    """Give the open tasks of ``household`` to ``member`` (None: the grid's members) and tell him; returns how many."""
    household = _locked(household)
    tasks = VisitTask.objects.open().filter(household=household).with_place().order_by("pk")
    moved = [task for task in tasks if task.member_id != (member.pk if member else None)]
    for task in moved:
        before = task.member_id
        _write(task, member=member)
        record(
            "visittask.pass_on",
            task,
            actor=actor,
            grid=household.grid,
            changes={"member": [before, task.member_id]},
        )
        _tell_owner(task)
    return len(moved)


def follow_contacts() -> int:
    """Where the primary contact has changed and nobody passed the tasks on: do it now. Returns how many moved.

    A hand-over passes them on itself; this is for the household that had no contact when it was told, and has one now.
    """
    serving = ContactAssignment.objects.serving().primary().filter(household=OuterRef("household"))
    tasks = VisitTask.objects.open().annotate(now_owed_by=Subquery(serving.values("member")[:1]))
    moved = 0
    for task in tasks.select_related("household").order_by("household", "pk"):
        if task.member_id != task.now_owed_by:
            contact = primary_of(task.household)
            moved += pass_on(task.household, actor=None, member=contact.member if contact else None)
    return moved


def alert_due(moment: datetime | None = None) -> dict[str, int]:
    """Tell the backup contact of every open task after half of its time, the grid's members when it is over.

    Run it as often as you like, from as many workers as you like: a conditional update decides who tells.
    """
    moment = moment or clock.now()
    told = {"backup": 0, "grid": 0}
    for task in VisitTask.objects.open().filter(backup_alerted_at=None).with_place():
        if arriving.backup_due_at(task.raised_at, task.due_at) <= moment:
            told["backup"] += _alert_backup(task, moment)
    for task in VisitTask.objects.overdue(now=moment).filter(grid_alerted_at=None).with_place():
        told["grid"] += _alert_grid(task, moment)
    return told


@transaction.atomic
def _alert_backup(task: VisitTask, moment: datetime) -> int:
    """Without a backup contact who can be told nobody is, nothing is noted, and the next run looks again."""
    contacts = ContactAssignment.objects.serving().filter(role=ContactRole.BACKUP, household=task.household_id)
    contact = contacts.filter(member__user__is_active=True).select_related("member__user").first()
    if contact is None or not _first(task, backup_alerted_at=moment):
        return 0
    notify(
        [contact.member.user],
        "visits.task_half",
        url=task.get_absolute_url(),
        values=_words(task),
        key=_key(task, "half"),
    )
    return 1


@transaction.atomic
def _alert_grid(task: VisitTask, moment: datetime) -> int:
    if not _first(task, grid_alerted_at=moment):
        return 0
    notify(
        members_of_grid(task.household.grid),
        "visits.task_over",
        url=task.get_absolute_url(),
        values=_words(task),
        key=_key(task, "over"),
    )
    return 1


def _first(task: VisitTask, **alerted: datetime) -> bool:
    """Whether this caller is the first to alert; a task that was settled meanwhile needs nobody any more.

    The version stays: whoever logs a visit at this moment is not turned away by an alert.
    """
    (column,) = alerted
    present = VisitTask.objects.open().filter(pk=task.pk, **{f"{column}__isnull": True})
    return bool(present.update(**alerted))


def _tell_owner(task: VisitTask, key: str = "owed") -> None:
    """The primary contact at once; the grid's members where there is none, or where he has no account."""
    user = task.member.user if task.member else None
    notify(
        [user] if user is not None and user.is_active else members_of_grid(task.household.grid),
        f"visits.task_{task.trigger}",
        url=task.get_absolute_url(),
        values=_words(task),
        key=_key(task, key),
    )


def _words(task: VisitTask) -> dict[str, str]:
    return {"door": door_of(task.household), "due": arriving.moment_words(task.due_at)}


def _key(task: VisitTask, what: str) -> str:
    return f"visittask:{task.pk}:{what}"


def _locked(household: Household) -> Household:
    """Whoever raises, settles or calls off for the same household waits here."""
    return Household.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=household.pk)


def _changed_meanwhile() -> str:
    return _("Somebody has just changed this. Look at it again, then decide.")
