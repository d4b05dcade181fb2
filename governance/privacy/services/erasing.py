"""Erasure: everything personal about somebody is overwritten, the rows and every figure stay (PIPL art. 47; P39)."""

from datetime import date
from typing import Any

from django.db import transaction

from governance.privacy.choices import RequestState
from governance.privacy.models import LegalHold, SubjectRequest
from governance.privacy.rules import Ties, clean_reason, may_erase, still_needed
from governance.privacy.services.holding import held_files
from governance.privacy.services.requests import close
from grids.common.clock import now, today
from grids.common.errors import Refused
from grids.common.locks import lock
from grids.common.sentences import joined
from grids.trail.services import record
from residents.contacts.models import ContactMember
from residents.rentals.subjects import let_by
from residents.roster.choices import CareBasis, IdType, Sex
from residents.roster.free_texts import words_of
from residents.roster.models import Absence, CareTag, ConsentRecord, Person, PersonMerge
from residents.roster.subjects import subject_sources

# What a person's row says afterwards. The residencies, visits and affairs that point at it count as before.
EMPTY_PERSON: dict[str, Any] = {
    "name": "",
    "name_initials": "",
    "sex": Sex.UNKNOWN,
    "birth_date": None,
    "id_type": IdType.RESIDENT,
    "id_number": "",
    "id_number_index": "",
    "phone": "",
    "phone_index": "",
    "phone_tail": "",
    "party_member": False,
    "education": "",
    "country": "",
    "deceased_on": None,
    "verified_by": None,
}
# What stands where a constraint wants a word.
ERASED = "•••"
# The columns of the roster, and of rows that point at a person, that are overwritten here.
OVERWRITTEN = {
    "residents.Person": frozenset(EMPTY_PERSON),
    "residents.ConsentRecord": frozenset({"guardian_name", "witness"}),
    "residents.CareTag": frozenset({"source_document", "ended_on", "end_reason"}),
    "residents.ContactMember": frozenset({"branch"}),
    "residents.Absence": frozenset({"kind"}),
    "residents.Residency": frozenset({"hukou_county", "inflow_reason"}),
    "residents.PersonMerge": frozenset({"snapshot", "reason"}),
    "governance.SubjectRequest": frozenset({"wish"}),
}


def ties_of(person: Person, on: date) -> Ties:
    """What still binds the person's data on ``on``; his duplicates that were merged into him belong to him."""
    same = [person.pk, *person.absorbed.values_list("pk", flat=True)]
    crew = person.vessels.filter(ends_on__isnull=True).count()
    return Ties(
        lives_here=person.residencies.active().count(),
        holds=LegalHold.objects.in_force(on).filter(person__in=same).count() + _held_as_landlord(person, on),
        serving=ContactMember.objects.filter(person__in=same, ends_on__isnull=True).count() + crew,
        statutory_tags=CareTag.objects.active().filter(person__in=same, basis=CareBasis.STATUTORY).count(),
        others=tuple(sentence for source in subject_sources if (sentence := source.keep(person, on))),
    )


def _held_as_landlord(person: Person, on: date) -> int:
    """How many of the rental files that he lets are under a hold."""
    let = {file.pk for file in let_by(person)}
    return len(let & held_files(on)) if let else 0


@transaction.atomic
def erase_person(asked: SubjectRequest, *, actor: Any, version: int, reason: str) -> SubjectRequest:
    """Erase the person of ``asked`` and close the request. Raises ``Refused`` with every reason to keep the data.

    ``reason`` is what the person was told. Nothing brings the data back: backups run out by themselves (see
    docs/deployment.md).
    """
    may_erase(actor, asked).or_raise()
    told = clean_reason(reason)
    lock(f"subject:{asked.person_id}", *(name for source in subject_sources for name in source.locks))
    person = Person.objects.select_for_update(of=("self",)).get(subject_requests=asked)
    reasons = still_needed(ties_of(person, today()))
    if reasons:
        raise Refused(joined(reasons))
    for row in [person, *Person.objects.select_for_update().filter(merged_into=person)]:
        _erase(row, actor)
    record("person.erase", person, actor=actor, grid=asked.grid, changes={"request": [None, asked.pk]})
    close(asked, actor=actor, version=version, state=RequestState.GRANTED, reason=told)
    SubjectRequest.objects.filter(person=person).update(wish="")
    return asked


def _erase(person: Person, actor: Any) -> None:
    words = words_of(person)
    Person.objects.filter(pk=person.pk).update(
        **EMPTY_PERSON, erased_at=now(), changed_at=now(), version=person.version + 1
    )
    ConsentRecord.objects.filter(person=person).update(guardian_name="", witness="", changed_at=now())
    tags = CareTag.objects.filter(person=person)
    tags.exclude(source_document="").update(source_document=ERASED, changed_at=now())
    tags.active().update(ended_on=today(), end_reason="withdrawn", changed_at=now())
    ContactMember.objects.filter(person=person).update(branch="", changed_at=now())
    Absence.objects.filter(residency__person=person).update(kind="other", changed_at=now())
    person.residencies.update(hukou_county="", inflow_reason="", changed_at=now())
    for merge in PersonMerge.objects.filter(kept=person) | PersonMerge.objects.filter(absorbed=person):
        PersonMerge.objects.filter(pk=merge.pk).update(snapshot="", reason="")
    for text in (text for source in subject_sources for text in source.texts):
        text.hide(person, words=words, actor=actor)
    for source in subject_sources:
        source.erase(person, words=words, actor=actor)
    person.refresh_from_db()
