"""Visits are written once; a correction is a new version that replaces the newest one (domain.md 3.5)."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.common import clock
from grids.common.errors import Conflict, Refused
from grids.trail.services import record
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household, Person
from residents.visits import rules
from residents.visits.choices import Channel, EncounterKind, Outcome, RemoteReason
from residents.visits.models import Encounter, HouseholdNeed
from residents.visits.querysets import is_away, is_contact_of
from residents.visits.rules import Visit
from residents.visits.services.photos import SentPhoto, add_photo

# The code of the ``ValidationError`` with which V6 refuses.
TOO_SOON = "too_soon"

# What else a stored visit settles (owed visits): function(encounter, *, actor), in the transaction of the visit.
visit_logged: list[Callable[..., None]] = []


def log_visit(
    household: Household,
    *,
    actor: Any,
    client_id: uuid.UUID,
    kind: str = EncounterKind.ROUTINE,
    channel: str = Channel.FACE,
    outcome: str = Outcome.MET,
    note: str = "",
    needs: Iterable[str] = (),
    occurred_at: datetime | None = None,
    late_reason: str = "",
    person: Person | None = None,
    on_behalf_of: ContactMember | None = None,
    invited: bool = False,
    remote_reason: str = "",
    photos: Sequence[SentPhoto] = (),
) -> Encounter:
    """Note one visit to or contact with a household; ``occurred_at`` None is now.

    ``on_behalf_of``: the member who was at the door; ``actor`` enters it from his sheet of paper.
    ``invited``: the household asked for it, so that a second routine visit within 14 days is all right (V6).
    ``remote_reason``: why it was called (``RemoteReason``). ``photos`` come from ``read_photo``; more may follow by
    ``add_photo``.

    Sent again with the same ``client_id`` and content (a double tap, a retry after a lost answer) it returns the visit
    that was stored the first time. Raises ``Conflict`` for other content under the same id, ``Refused`` when the actor
    may not, ``ValidationError`` by field.
    """
    visit = Visit(
        kind=str(kind),
        channel=str(channel),
        outcome=str(outcome),
        note=note,
        needs=tuple(needs),
        occurred_at=occurred_at,
        late_reason=late_reason,
        person_id=person.pk if person else None,
        invited=invited,
        remote_reason=str(remote_reason),
    )
    digest = rules.digest_of(
        visit, household_id=household.pk, visitor_id=actor.pk, photos=[photo.sha256 for photo in photos]
    )
    if stored := _stored(client_id, digest):
        return stored
    moment = clock.now()
    try:
        with transaction.atomic():
            _allow(household, actor)
            # Under the lock once more: the same sending may have been stored while this one waited.
            if stored := _stored(client_id, digest):
                return stored
            if on_behalf_of is not None:
                _check_behalf(on_behalf_of, household, actor)
            _check_person(person, household)
            cleaned = rules.clean_visit(visit, now=moment)
            refuse_too_soon(household, cleaned)
            encounter = _store(
                cleaned,
                Encounter(
                    household=household,
                    visitor=actor,
                    client_id=client_id,
                    payload_digest=digest,
                    on_behalf_of=on_behalf_of,
                ),
                act="visit.log",
                actor=actor,
                now=moment,
            )
            for photo in photos:
                add_photo(encounter, photo, actor=actor)
            return encounter
    except IntegrityError as problem:
        # Both sendings came at the same moment; the other one has stored it.
        if stored := _stored(client_id, digest):
            return stored
        raise Conflict(_already_used()) from problem


def correct_visit(
    encounter: Encounter, *, actor: Any, reason: str, client_id: uuid.UUID | None = None, **fields: Any
) -> Encounter:
    """Replace the newest version of a visit by one in which ``fields`` are changed; the old one stays readable.

    ``fields``: kind, channel, outcome, note, occurred_at, person, invited, remote_reason; ``needs`` are added to those
    of the old version, because an affair may already have grown out of them; photos stay. Of two corrections at once
    one wins; the other gets ``Conflict``. Raises ``Refused`` for anybody but the visitor and the secretary.
    """
    reason = reason.strip()
    household = encounter.household
    new_needs = tuple(fields.pop("needs", ()))
    person = fields.pop("person", encounter.person)
    visit = Visit(
        kind=encounter.kind,
        channel=encounter.channel,
        outcome=encounter.outcome,
        note=encounter.note,
        occurred_at=encounter.occurred_at,
        late_reason=encounter.late_reason,
        needs=new_needs,
        person_id=person.pk if person else None,
        invited=encounter.invited,
        remote_reason=encounter.remote_reason,
    )
    before = visit
    visit = replace(visit, **fields)
    client_id = client_id or uuid.uuid4()
    digest = rules.digest_of(
        replace(visit, late_reason=f"{encounter.pk}:{reason}"), household_id=household.pk, visitor_id=actor.pk
    )
    if stored := _stored(client_id, digest):
        return stored
    moment = clock.now()
    try:
        with transaction.atomic():
            rules.may_correct(actor, encounter, household.grid).or_raise()
            if not reason:
                raise ValidationError({"reason": [_("Please write down what was wrong.")]})
            _lock(household)
            if Encounter.objects.filter(replaces=encounter).exists():
                raise Conflict(already_corrected())
            if visit.person_id != encounter.person_id:
                _check_person(person, household)
            # How far back a visit may be dated is judged by the day on which it was first entered.
            cleaned = rules.clean_visit(visit, now=versions_of(encounter)[0].recorded_at)
            if not before.is_routine_at_door or cleaned.occurred_at != before.occurred_at:
                refuse_too_soon(household, cleaned, but=encounter)
            return _store(
                cleaned,
                Encounter(
                    household=household,
                    visitor_id=encounter.visitor_id,
                    client_id=client_id,
                    payload_digest=digest,
                    replaces=encounter,
                    on_behalf_of_id=encounter.on_behalf_of_id,
                    correction_reason=reason,
                    has_needs=encounter.has_needs,
                ),
                act="visit.correct",
                actor=actor,
                now=moment,
            )
    except IntegrityError as problem:
        if stored := _stored(client_id, digest):
            return stored
        raise Conflict(already_corrected()) from problem


def versions_of(encounter: Encounter) -> list[Encounter]:
    """Every version of a visit, the first entry first; a query for each correction."""
    versions = [encounter]
    while versions[0].replaces_id is not None:
        versions.insert(0, Encounter.objects.with_place().get(pk=versions[0].replaces_id))
    while newer := Encounter.objects.with_place().filter(replaces=versions[-1]).first():
        versions.append(newer)
    return versions


def _store(visit: Visit, encounter: Encounter, *, act: str, actor: Any, now: datetime) -> Encounter:
    """Write the visit, its needs and the entry in the trail. The note stays out of the trail: it is personal."""
    fill(encounter, visit, now=now)
    note_absence(encounter)
    encounter.save(force_insert=True)
    HouseholdNeed.objects.bulk_create(needs_of(encounter, visit))
    record(
        act,
        encounter,
        actor=actor,
        grid=encounter.household.grid,
        changes={
            "household": [None, encounter.household_id],
            "replaces": [None, encounter.replaces_id],
            "kind": ["", visit.kind],
            "outcome": ["", visit.outcome],
            "needs": [0, len(visit.needs)],
            "invited": [False, visit.invited],
        },
        reason=encounter.correction_reason or encounter.late_reason,
    )
    for settle in visit_logged:
        settle(encounter, actor=actor)
    return encounter


def fill(encounter: Encounter, visit: Visit, *, now: datetime) -> None:
    """Put a clean visit into its row."""
    encounter.person_id = visit.person_id
    encounter.kind, encounter.channel, encounter.outcome = visit.kind, visit.channel, visit.outcome
    encounter.note, encounter.note_length = visit.note, len(visit.note)
    encounter.has_needs = encounter.has_needs or bool(visit.needs)
    encounter.occurred_at = visit.occurred_at or now
    encounter.recorded_at = now
    encounter.late_reason = visit.late_reason
    encounter.invited, encounter.remote_reason = visit.invited, visit.remote_reason


def note_absence(encounter: Encounter) -> None:
    """V3: whether the roster agrees that everybody was away, where that is why the household was called."""
    if encounter.remote_reason in RemoteReason.of_absent():
        day = timezone.localtime(encounter.occurred_at).date()
        encounter.household_away = is_away(encounter.household, day)


def needs_of(encounter: Encounter, visit: Visit) -> list[HouseholdNeed]:
    return [
        HouseholdNeed(
            encounter=encounter, household_id=encounter.household_id, text=text, raised_at=encounter.occurred_at
        )
        for text in visit.needs
    ]


def _stored(client_id: uuid.UUID, digest: str) -> Encounter | None:
    """The visit that was stored under this id, if the content is the same. Raises ``Conflict`` for other content."""
    stored = Encounter.objects.with_place().filter(client_id=client_id).first()
    if stored is not None and stored.payload_digest != digest:
        raise Conflict(_already_used())
    return stored


def _allow(household: Household, actor: Any) -> None:
    """Checked on the locked row: a household cannot close while a visit to it is being stored."""
    present = _lock(household)
    rules.may_log(
        actor,
        present.grid,
        is_contact=is_contact_of(actor, present),
        is_active=present.status == HouseholdStatus.ACTIVE,
    ).or_raise()


def _check_behalf(member: ContactMember, household: Household, actor: Any) -> None:
    """Only a household that the member contacts now, and only by whoever keeps the roster of its grid."""
    rules.may_enter_for(actor, member, household.grid).or_raise()
    if not ContactAssignment.objects.serving().filter(member=member, household=household).exists():
        raise Refused(_("The member does not contact this household."))


def _lock(household: Household) -> Household:
    return Household.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=household.pk)


def refuse_too_soon(household: Household, visit: Visit, *, but: Encounter | None = None) -> None:
    """V6, on the locked household: one routine visit at the door in 14 days by anybody, unless it was invited.

    ``but`` is the version that is being corrected. Raises ``ValidationError`` at ``invited``, which says who was there.
    """
    if not visit.is_routine_at_door or visit.invited or visit.occurred_at is None:
        return
    if other := other_routine(household, visit.occurred_at, but=but):
        message = rules.too_soon_words(other.visitor.get_full_name(), other.occurred_at)
        raise ValidationError({"invited": ValidationError(message, code=TOO_SOON)})


def other_routine(household: Household, moment: datetime, *, but: Encounter | None = None) -> Encounter | None:
    """The newest routine visit at this door less than 14 days from ``moment``, or None (V6)."""
    visits = Encounter.objects.routine_at_door().near(moment).filter(household=household)
    if but is not None and but.pk is not None:
        visits = visits.exclude(pk=but.pk)
    return visits.select_related("visitor").first()


def _check_person(person: Person | None, household: Household) -> None:
    if person is not None and not household.residencies.active().filter(person=person).exists():
        raise Refused(_("This person does not live in the household."))


def _already_used() -> str:
    return _("This form was sent before with other content. Open the household again and log the visit anew.")


def already_corrected() -> str:
    """What the second of two correctors hears."""
    return _("This visit has just been corrected by somebody else. Look at the newest version first.")
