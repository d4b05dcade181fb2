"""Care tags and the consents behind them: entered with a basis, reviewed, ended; nothing is kept for ever."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.roster import care
from residents.roster.choices import CareBasis, CareEnd, CareKind, ConsentPurpose
from residents.roster.models import CareTag, ConsentRecord, Person
from residents.roster.notice import VERSION
from residents.roster.services.rows import changed_meanwhile, grid_of


@transaction.atomic
def give_consent(
    person: Person,
    *,
    actor: Any,
    purpose: str,
    way: str,
    given_on: date | None = None,
    guardian_name: str = "",
    witness: str = "",
) -> ConsentRecord:
    """Somebody agreed to one purpose, after the present notice was read to him; its version is kept with the record."""
    grid = grid_of(person)
    care.may_manage_care(actor, grid).or_raise()
    values = {
        "purpose": purpose,
        "way": way,
        "given_on": given_on,
        "guardian_name": guardian_name,
        "witness": witness,
    }
    cleaned = care.check_consent(values, birth_date=person.birth_date, on=today())
    if person.consents.filter(purpose=purpose, withdrawn_on__isnull=True).exists():
        raise ValidationError({"purpose": _("There is a consent to this on record already.")})
    try:
        with transaction.atomic():
            consent = ConsentRecord.objects.create(person=person, notice_version=VERSION, recorded_by=actor, **cleaned)
    except IntegrityError as problem:
        raise Conflict(_("Somebody else entered the same at the same moment.")) from problem
    changes = {"purpose": ["", cleaned["purpose"]], "notice_version": ["", VERSION]}
    record("consent.give", consent, actor=actor, grid=grid, changes=changes)
    return consent


@transaction.atomic
def withdraw_consent(consent: ConsentRecord, *, actor: Any, on: date | None = None) -> ConsentRecord:
    """The person took the consent back; every care tag that rests on it ends the same day."""
    on = on or today()
    person = consent.person
    grid = grid_of(person)
    care.may_manage_care(actor, grid).or_raise()
    consent.refresh_from_db(fields=["withdrawn_on", "given_on", "version"])
    if consent.withdrawn_on is not None:
        raise Refused(care.CONSENT_IS_OVER)
    if on > today():
        raise ValidationError({"on": _("This day is in the future.")})
    if on < consent.given_on:
        message = _("The consent was given on %(day)s. Choose that day or a later one.")
        raise ValidationError({"on": message % {"day": f"{consent.given_on:%Y-%m-%d}"}})
    advance(consent, expected=consent.version, reason=changed_meanwhile(), withdrawn_on=on)
    record("consent.withdraw", consent, actor=actor, grid=grid, changes={"withdrawn_on": [None, on]})
    for tag in CareTag.objects.active().filter(consent=consent):
        _end(tag, on=on, why=CareEnd.WITHDRAWN, actor=actor, grid=grid)
    return consent


@transaction.atomic
def add_care_tag(
    person: Person,
    *,
    actor: Any,
    kind: str,
    basis: str,
    review_on: date,
    source_document: str = "",
    starts_on: date | None = None,
) -> CareTag:
    """Somebody is entitled to care of one kind, by a document or by his own consent, until the review."""
    grid = grid_of(person)
    care.may_manage_care(actor, grid).or_raise()
    starts_on = starts_on or today()
    if starts_on > today():
        raise ValidationError({"starts_on": _("This day is in the future.")})
    if person.deceased_on is not None or not person.residencies.active().exists():
        raise Refused(_("This person lives nowhere here at present."))
    consent = person.consents.filter(purpose=ConsentPurpose.CARE_TAG, withdrawn_on__isnull=True).first()
    facts = care.TagFacts(CareKind(kind), CareBasis(basis), source_document, consent is not None)
    care.check_tag(facts, birth_date=person.birth_date, on=today())
    care.check_review(review_on, on=today())
    if CareTag.objects.active().filter(person=person, kind=kind).exists():
        raise ValidationError({"kind": _("This care tag is on record already. Review it instead.")})
    try:
        with transaction.atomic():
            tag = CareTag.objects.create(
                person=person,
                kind=facts.kind,
                basis=facts.basis,
                source_document=source_document.strip(),
                consent=consent if facts.basis == CareBasis.CONSENT else None,
                starts_on=starts_on,
                review_on=review_on,
                entered_by=actor,
            )
    except IntegrityError as problem:
        raise Conflict(_("Somebody else entered the same at the same moment.")) from problem
    # Which group it is stands in the tag alone: the trail is read by more people.
    record("caretag.add", tag, actor=actor, grid=grid, changes={"basis": ["", facts.basis.value]})
    return tag


@transaction.atomic
def review_care_tag(tag: CareTag, *, actor: Any, version: int, review_on: date) -> CareTag:
    """The tag still applies; it is looked at again on ``review_on``. A tag by consent needs the consent to stand."""
    grid = grid_of(tag.person)
    care.may_manage_care(actor, grid).or_raise()
    _require_active(tag)
    care.check_review(review_on, on=today())
    advance(tag, expected=version, reason=changed_meanwhile(), review_on=review_on)
    record("caretag.review", tag, actor=actor, grid=grid, changes={})
    return tag


@transaction.atomic
def end_care_tag(tag: CareTag, *, actor: Any, reason: str = CareEnd.REVIEWED, on: date | None = None) -> CareTag:
    """The tag no longer applies, or had been entered by mistake."""
    grid = grid_of(tag.person)
    care.may_manage_care(actor, grid).or_raise()
    _require_active(tag)
    on = on or today()
    if on > today():
        raise ValidationError({"on": _("This day is in the future.")})
    _end(tag, on=on, why=CareEnd(reason), actor=actor, grid=grid)
    return tag


def expire_care_tags(tags: Any, on: date, actor: Any) -> int:
    """End the given tags, whose review date has passed (nightly, see ``retention``); returns how many."""
    ended = 0
    for tag in tags.select_related("person"):
        _end(tag, on=on, why=CareEnd.EXPIRED, actor=actor, grid=grid_of(tag.person))
        ended += 1
    return ended


def _require_active(tag: CareTag) -> None:
    tag.refresh_from_db(fields=["ended_on", "starts_on"])
    if tag.ended_on is not None:
        raise Refused(care.TAG_IS_OVER)


def _end(tag: CareTag, *, on: date, why: CareEnd, actor: Any, grid: Any) -> None:
    advance(
        tag,
        expected=tag.version,
        reason=changed_meanwhile(),
        ended_on=max(on, tag.starts_on),
        end_reason=why,
    )
    record("caretag.end", tag, actor=actor, grid=grid, changes={"end_reason": ["", why.value]})
