"""The items of a walk from door to door: a visit, a note on a door, and what makes somebody go there at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.access.choices import Permission, Role
from grids.access.querysets import roles_on
from grids.common import clock
from grids.common.decisions import Decision
from grids.common.errors import StaleVersion
from residents.offline import rules
from residents.offline.attaching import attach
from residents.offline.choices import Choice, HeldReason
from residents.offline.kinds import Arrival, Clash, Hold, ItemKind, Outcome, hold_if_too_old, item_kinds
from residents.offline.models import SyncItem
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.roster.rules import may_change_household
from residents.roster.services.correcting import change_household
from residents.visits import services as visits
from residents.visits.arriving import may_raise
from residents.visits.choices import Channel, EncounterKind, RemoteReason, Trigger, TriggerSource
from residents.visits.choices import Outcome as Found
from residents.visits.models import Encounter
from residents.visits.querysets import is_contact_of
from residents.visits.rules import ROUTINE_INTERVAL, is_late, may_log
from residents.visits.services.reviewed import let_in_visit

NOTE_LENGTH = Household._meta.get_field("note").max_length or 0


# ------------------------------------------------------------------ a visit
@dataclass(frozen=True)
class SentVisit:
    """What a phone says of a visit; ``occurred_at`` is the device's time, None for the moment of recording."""

    outcome: str
    channel: str
    kind: str
    note: str
    needs: tuple[str, ...]
    invited: bool
    remote_reason: str
    occurred_at: datetime | None

    @property
    def is_routine(self) -> bool:
        """What V6 counts: somebody was disturbed at the door without having asked for it."""
        at_door = self.kind == EncounterKind.ROUTINE and self.channel == Channel.FACE
        return at_door and self.outcome != Found.NOT_HOME and not self.invited


def read_visit(payload: dict[str, Any]) -> SentVisit:
    said = rules.text_in(payload, "occurred_at")
    occurred_at = rules.read_moment(said) if said else None
    return SentVisit(
        outcome=rules.text_in(payload, "outcome", default=Found.MET.value),
        channel=rules.text_in(payload, "channel", default=Channel.FACE.value),
        kind=rules.text_in(payload, "kind", default=EncounterKind.ROUTINE.value),
        note=rules.text_in(payload, "note"),
        needs=rules.texts_in(payload, "needs"),
        invited=rules.flag_in(payload, "invited"),
        remote_reason=rules.text_in(payload, "remote_reason"),
        occurred_at=occurred_at,
    )


def may_visit(account: Any, household: Household) -> Decision:
    return may_log(
        account,
        household.dwelling.grid,
        is_contact=is_contact_of(account, household),
        is_active=household.status == HouseholdStatus.ACTIVE,
    )


def moment_of(arrival: Arrival) -> datetime:
    """When the visit took place, in our time."""
    said: datetime | None = arrival.values.occurred_at
    return arrival.made_at if said is None else arrival.clock.ours(said)[0]


def apply_visit(arrival: Arrival) -> Outcome:
    """Log it as the page does. Older than the limit is held; a routine visit beside another one is a conflict (V6)."""
    values: SentVisit = arrival.values
    stored = Encounter.objects.filter(client_id=arrival.client_id, visitor=arrival.account).first()
    if stored is not None:  # the page had stored it before the phone lost the answer
        return _visit_stored(stored)
    occurred_at = moment_of(arrival)
    hold_if_too_old(arrival, occurred_at)
    if values.is_routine and not arrival.choice and (other := _unknown_routine(arrival, occurred_at)):
        raise _too_near(arrival, occurred_at, other)
    try:
        encounter = visits.log_visit(
            arrival.household,
            actor=arrival.actor,
            client_id=arrival.client_id,
            kind=values.kind,
            channel=values.channel,
            outcome=values.outcome,
            note=values.note,
            needs=values.needs,
            occurred_at=occurred_at,
            late_reason=recorded_offline() if is_late(occurred_at, now=clock.now()) else "",
            invited=values.invited or arrival.choice == Choice.BOTH,
            remote_reason=values.remote_reason,
        )
    except ValidationError as problem:
        errors = getattr(problem, "error_dict", {})
        if "occurred_at" in errors:
            raise Hold(HeldReason.TOO_OLD) from problem
        too_soon = any(one.code == "too_soon" for one in errors.get("invited", ()))
        if too_soon and (other := _routine_near(arrival, occurred_at).first()):
            # The phone could know, and the visit took place all the same.
            raise _too_near(arrival, occurred_at, other) from problem
        raise
    attach(encounter.client_id)
    return _visit_stored(encounter)


def recorded_offline() -> str:
    return _("recorded offline")


def _visit_stored(encounter: Encounter) -> Outcome:
    return Outcome(_("The visit is at the office."), url=encounter.get_absolute_url())


def _routine_near(arrival: Arrival, occurred_at: datetime) -> Any:
    """Routine visits at this door less than 14 days from the moment, the newest first (V6)."""
    near = Q(occurred_at__gt=occurred_at - ROUTINE_INTERVAL, occurred_at__lt=occurred_at + ROUTINE_INTERVAL)
    visits = Encounter.objects.current().filter(near, household=arrival.household, kind=EncounterKind.ROUTINE)
    visits = visits.filter(channel=Channel.FACE).exclude(outcome=Found.NOT_HOME)
    return visits.select_related("visitor").order_by("-occurred_at", "-pk")


def _unknown_routine(arrival: Arrival, occurred_at: datetime) -> Encounter | None:
    """Another account's routine visit within 14 days that was entered after the phone's list was made."""
    others = _routine_near(arrival, occurred_at).exclude(visitor=arrival.account)
    if arrival.pack_made_at is not None:
        others = others.filter(recorded_at__gt=arrival.pack_made_at)
    return others.first()


def _too_near(arrival: Arrival, occurred_at: datetime, other: Encounter) -> Clash:
    return Clash(
        _("Somebody else visited this household within 14 days; your phone could not know it.")
        if other.visitor_id != arrival.account.pk
        else _("You visited this household within 14 days already."),
        mine=_side(arrival.account, occurred_at, arrival.values.outcome),
        theirs=_side(other.visitor, other.occurred_at, other.outcome),
        choices=(Choice.BOTH.value, Choice.THEIRS.value),
    )


def _side(visitor: Any, moment: datetime, outcome: str) -> dict[str, str]:
    known = outcome in Found.values
    return {
        "who": visitor.get_full_name(),
        "when": f"{timezone.localtime(moment):%Y-%m-%d %H:%M}",
        "outcome": str(Found(outcome).label) if known else "",
    }


# ------------------------------------------------------------------ a note on a door
@dataclass(frozen=True)
class SentNote:
    base: int
    note: str


def read_note(payload: dict[str, Any]) -> SentNote:
    note = rules.text_in(payload, "note").strip()
    if len(note) > NOTE_LENGTH:
        raise ValidationError({"note": [_("At most %(count)d characters, please.") % {"count": NOTE_LENGTH}]})
    return SentNote(base=rules.key_in(payload, "base"), note=note)


def apply_note(arrival: Arrival) -> Outcome:
    """Write it if nobody else wrote since the phone's list was made, else show both."""
    values: SentNote = arrival.values
    household = Household.objects.select_for_update(of=("self",)).with_place().get(pk=arrival.household.pk)
    version, note = household.version, values.note
    if arrival.choice:
        if arrival.shown.get("version") != version:
            raise _notes_differ(note, household)
        if arrival.choice == Choice.BOTH:
            note = _joined(household.note, note)
    elif household.note != note and not _only_mine_since(arrival, household, values.base):
        raise _notes_differ(note, household)
    if household.note == note:
        return Outcome(_("The note is at the office."), url=_door_url(household))
    try:
        change_household(household, actor=arrival.actor, version=version, note=note)
    except StaleVersion:
        raise _notes_differ(values.note, Household.objects.get(pk=household.pk)) from None
    return Outcome(_("The note is at the office."), url=_door_url(household), made_version=household.version)


def _joined(theirs: str, mine: str) -> str:
    both = f"{theirs}；{mine}" if theirs and mine else theirs or mine
    if len(both) > NOTE_LENGTH:
        raise ValidationError({"choice": [_("Together the notes are too long. Choose one of them.")]})
    return both


def _only_mine_since(arrival: Arrival, household: Household, base: int) -> bool:
    """Whether every version since ``base`` was written by an earlier item of the same phone."""
    if base == household.version:
        return True
    if not 0 < base < household.version:
        return False
    mine = SyncItem.objects.of(arrival.account).filter(
        device=arrival.device, household=household, made_version__gt=base, made_version__lte=household.version
    )
    return mine.count() == household.version - base


def _notes_differ(mine: str, household: Household) -> Clash:
    return Clash(
        _("The note on this door was changed by somebody else since your list was made."),
        mine={"note": mine},
        theirs={"note": household.note, "version": household.version},
        choices=(Choice.MINE.value, Choice.THEIRS.value, Choice.BOTH.value),
    )


def _door_url(household: Household) -> str:
    return reverse("residents:household-detail", args=[household.pk])


def accept_note(arrival: Arrival) -> Outcome:
    """The secretary lets it in: it takes the place of the note that its writer knew; beside a newer one both stay."""
    household = Household.objects.with_place().get(pk=arrival.household.pk)
    values: SentNote = arrival.values
    is_known = household.note in ("", values.note) or _only_mine_since(arrival, household, values.base)
    note = values.note if is_known else _joined(household.note, values.note)
    change_household(household, actor=arrival.actor, version=household.version, note=note)
    return Outcome(_("The note is at the office."), url=_door_url(household), made_version=household.version)


def accept_visit(arrival: Arrival) -> Outcome:
    """The secretary lets it in: the member is the visitor, whatever became of his post since."""
    values: SentVisit = arrival.values
    encounter = let_in_visit(
        arrival.household,
        visitor=arrival.account,
        actor=arrival.actor,
        client_id=arrival.client_id,
        occurred_at=min(moment_of(arrival), arrival.received_at),
        needs=values.needs,
        late_reason=recorded_offline(),
        kind=values.kind,
        channel=values.channel,
        outcome=values.outcome,
        note=values.note,
        invited=values.invited,
        remote_reason=values.remote_reason,
    )
    attach(encounter.client_id)
    return _visit_stored(encounter)


def describe_visit(values: SentVisit) -> list[tuple[Any, Any]]:
    def label(choices: Any, value: str) -> Any:
        return choices(value).label if value in choices.values else value

    return [
        (_("Outcome"), label(Found, values.outcome)),
        (_("How"), label(Channel, values.channel)),
        (_("Why not at the door"), label(RemoteReason, values.remote_reason)),
        (_("Kind"), label(EncounterKind, values.kind)),
        (_("Note"), values.note),
        (_("Needs"), _(", ").join(values.needs)),
    ]


# ------------------------------------------------------------------ somebody must go there at once
@dataclass(frozen=True)
class SentTrigger:
    trigger: str
    note: str


def read_trigger(payload: dict[str, Any]) -> SentTrigger:
    return SentTrigger(rules.text_in(payload, "trigger"), rules.text_in(payload, "note"))


def may_tell(account: Any, household: Household) -> Decision:
    return may_raise(
        account,
        household.dwelling.grid,
        is_contact=is_contact_of(account, household),
        is_active=household.status == HouseholdStatus.ACTIVE,
    )


def apply_trigger(arrival: Arrival) -> Outcome:
    """As the page does; the secretary who lets a held one in tells it as the office.

    A liaison says that somebody must go there, and not what it is about.
    """
    values: SentTrigger = arrival.values
    note = values.note
    if arrival.actor == arrival.account:
        hold_if_too_old(arrival, arrival.made_at)
        note = note if _may_say_more(arrival) else ""
    visits.raise_task(
        arrival.household,
        values.trigger,
        actor=arrival.actor,
        source=_source_of(arrival),
        note=note,
    )
    return Outcome(_("It is at the office; somebody is told to go there."))


def _may_say_more(arrival: Arrival) -> bool:
    account, household = arrival.account, arrival.household
    return is_contact_of(account, household) or account.has_perm(Permission.VIEW_VISITS, household.dwelling.grid)


def _source_of(arrival: Arrival) -> str:
    account, grid = arrival.account, arrival.household.dwelling.grid
    if is_contact_of(account, arrival.household):
        return TriggerSource.CONTACT.value
    return TriggerSource.LIAISON.value if Role.LIAISON in roles_on(account, grid) else TriggerSource.STAFF.value


def describe_trigger(values: SentTrigger) -> list[tuple[Any, Any]]:
    trigger = Trigger(values.trigger).label if values.trigger in Trigger.values else values.trigger
    return [(_("What happened"), trigger), (_("Note"), values.note)]


item_kinds.register(
    ItemKind(
        name="visit.log",
        label=gettext_lazy("Visit"),
        read=read_visit,
        may=may_visit,
        apply=apply_visit,
        accept=accept_visit,
        describe=describe_visit,
    )
)
item_kinds.register(
    ItemKind(
        name="task.raise",
        label=gettext_lazy("Somebody must go there"),
        read=read_trigger,
        may=may_tell,
        apply=apply_trigger,
        accept=apply_trigger,
        describe=describe_trigger,
    )
)
item_kinds.register(
    ItemKind(
        name="door.note",
        label=gettext_lazy("Note on a door"),
        read=read_note,
        may=may_change_household,
        apply=apply_note,
        accept=accept_note,
        describe=lambda values: [(_("Note"), values.note)],
    )
)
