"""Requests of persons about their data: taken down, answered in time, closed with a reason."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from governance.privacy.choices import DisclosingAct, RequestState
from governance.privacy.models import Disclosure, SubjectRequest
from governance.privacy.querysets import SubjectRequestQuerySet
from governance.privacy.rules import (
    answers_by_words,
    clean_reason,
    clean_request,
    may_answer,
    may_copy,
    may_register,
    may_register_landlord,
)
from governance.privacy.services.holding import lock_of_landlords
from grids.common.clock import now, today
from grids.common.errors import StaleVersion
from grids.common.locks import lock
from grids.trail.services import HIDDEN, record
from residents.rentals.landlords import landlord_of
from residents.rentals.models import RentalFile
from residents.roster.services import grid_of


@transaction.atomic
def register_request(
    person: Any,
    *,
    actor: Any,
    kind: str,
    channel: str,
    identity_check: str,
    wish: str = "",
    received_on: date | None = None,
) -> SubjectRequest:
    """Take down what ``person`` asks for; the answer is due in 15 working days. One open request of a kind at a time.

    ``person`` is a ``residents.Person`` of the actor's area; ``received_on`` (default: today) may lie in the past,
    because a letter may have waited.
    """
    grid = grid_of(person)
    may_register(actor, grid, person).or_raise()
    cleaned = clean_request(
        {
            "kind": kind,
            "channel": channel,
            "identity_check": identity_check,
            "wish": wish,
            "received_on": received_on,
        },
        on=today(),
    )
    lock(f"subject:{person.pk}")
    return _take_down(cleaned, person.subject_requests.all(), actor=actor, grid=grid, person=person)


@transaction.atomic
def register_landlord_request(
    file: RentalFile,
    *,
    actor: Any,
    kind: str,
    channel: str,
    identity_check: str,
    wish: str = "",
    received_on: date | None = None,
) -> SubjectRequest:
    """The same for the landlord whom ``file`` names and who is in no roster."""
    lock(lock_of_landlords(file.grid))
    file.refresh_from_db(fields=["landlord_name", "landlord_phone"])
    may_register_landlord(actor, file).or_raise()
    values = {"kind": kind, "channel": channel, "identity_check": identity_check}
    cleaned = clean_request({**values, "wish": wish, "received_on": received_on}, on=today())
    known = SubjectRequest.objects.filter(landlord_of__in=[one.pk for one in landlord_of(file).files])
    return _take_down(cleaned, known, actor=actor, grid=file.grid, landlord_of=file)


def _take_down(
    cleaned: dict[str, Any], known: SubjectRequestQuerySet, *, actor: Any, grid: Any, **subject: Any
) -> SubjectRequest:
    """Under the lock of the subject; ``known`` are all requests of the same one."""
    if known.open().filter(kind=cleaned["kind"]).exists():
        raise ValidationError({"kind": _("Such a request of this person is open already. Please answer that one.")})
    asked = SubjectRequest.objects.create(grid=grid, received_by=actor, **subject, **cleaned)
    record("subjectrequest.register", asked, actor=actor, grid=grid, changes={"kind": ["", cleaned["kind"]]})
    return asked


@transaction.atomic
def answer(asked: SubjectRequest, *, actor: Any, version: int, state: str, reason: str = "") -> SubjectRequest:
    """Close ``asked`` as ``state`` with what the person was told. Erasure is closed by ``erase_person`` alone."""
    may_answer(actor, asked).or_raise()
    if state not in answers_by_words(asked.kind, copied=was_copied(asked)):
        raise ValidationError({"state": _("Choose one of these.")})
    close(asked, actor=actor, version=version, state=RequestState(state), reason=clean_reason(reason))
    return asked


def close(asked: SubjectRequest, *, actor: Any, version: int, state: RequestState, reason: str) -> None:
    """Write the answer under the caller's transaction and rules; raises ``StaleVersion`` when somebody was faster."""
    said = _("Somebody else changed this request meanwhile. Please look at it and answer again.")
    told = {"state": state, "reason": reason, "answered_on": today(), "answered_by": actor}
    if not SubjectRequest.objects.filter(pk=asked.pk, version=version, state=RequestState.OPEN).update(
        **told, version=version + 1, changed_at=now()
    ):
        raise StaleVersion(said, back=asked.get_absolute_url())
    asked.refresh_from_db()
    record(
        "subjectrequest.answer",
        asked,
        actor=actor,
        grid=asked.grid,
        changes={"state": [RequestState.OPEN.value, state.value]},
    )


def was_copied(asked: SubjectRequest) -> bool:
    """Whether the copy that ``asked`` asks for was made since it came in."""
    entries = Disclosure.objects.of_person(asked.subject).filter(act=DisclosingAct.COPY, at__gte=asked.created_at)
    return asked.pk is not None and entries.exists()


@transaction.atomic
def make_copy(asked: SubjectRequest, *, actor: Any, form: str) -> None:
    """Note that everything held about the person is being written out in clear, before it is.

    The entry is about the person (or the rental file), so that "who saw this person" tells of it.
    """
    may_copy(actor, asked).or_raise()
    record(
        DisclosingAct.COPY.value,
        asked.subject,
        actor=actor,
        grid=asked.grid,
        changes={"everything": ["", HIDDEN], "request": [None, asked.pk]},
        reason=form,
    )
