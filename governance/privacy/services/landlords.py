"""What is done by a request, whoever asked: a person of the roster, or a landlord who stands in rental files only."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from governance.privacy.choices import RequestState
from governance.privacy.models import SubjectRequest
from governance.privacy.rules import Ties, clean_reason, may_correct_landlord, may_erase, still_needed
from governance.privacy.services.erasing import erase_person, ties_of
from governance.privacy.services.holding import HOLD_REASONS, held_files, lock_of_landlords
from governance.privacy.services.requests import close
from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.locks import lock, waiting_at_most
from grids.common.sentences import joined
from grids.trail.services import record
from residents.rentals.landlords import correct_landlord, erase_landlord, landlord_of, still_lets
from residents.roster.subjects import subject_sources

PATIENCE = 3.0  # seconds that a page waits for somebody else's writing


def reasons_to_keep(asked: SubjectRequest) -> list[str]:
    """Why the data of whoever asked may not be erased yet, in sentences for him."""
    if asked.landlord_of is None:
        return still_needed(ties_of(asked.subject, today()))
    landlord, on = landlord_of(asked.landlord_of), today()
    is_held = not held_files(on).isdisjoint(file.pk for file in landlord.files)
    reason = still_lets(landlord, on)
    return [*([reason] if reason else []), *still_needed(Ties(holds=int(is_held)))]


@transaction.atomic
def correct_by_request(
    asked: SubjectRequest, *, actor: Any, version: int, name: str, phone: str, reason: str
) -> SubjectRequest:
    """Write the landlord's right name and phone into all files of his, and close the request as done."""
    may_correct_landlord(actor, asked).or_raise()
    told = clean_reason(reason)
    lock(lock_of_landlords(asked.grid))
    file = asked.subject
    files = correct_landlord(file, actor=actor, name=name, phone=phone)
    record("landlord.correct", file, actor=actor, grid=asked.grid, changes={"files": [0, files]})
    close(asked, actor=actor, version=version, state=RequestState.GRANTED, reason=told)
    return asked


def erase_by_request(asked: SubjectRequest, *, actor: Any, version: int, reason: str) -> SubjectRequest:
    """Erase whoever asked and close the request. Raises ``Refused`` with every reason to keep the data, and at once
    when the erasure would have to wait for a large import: the request stays open, and is answered a little later.
    """
    for source in subject_sources:
        if busy := source.busy():
            raise Refused(busy)
    with waiting_at_most(
        PATIENCE, otherwise=_("Other work is being written just now. Nothing was erased yet: try again in a minute.")
    ):
        return _erase(asked, actor=actor, version=version, reason=reason)


def _erase(asked: SubjectRequest, *, actor: Any, version: int, reason: str) -> SubjectRequest:
    if asked.landlord_of is None:
        return erase_person(asked, actor=actor, version=version, reason=reason)
    may_erase(actor, asked).or_raise()
    told = clean_reason(reason)
    lock(lock_of_landlords(asked.grid))
    asked.landlord_of.refresh_from_db()
    if reasons := reasons_to_keep(asked):
        raise Refused(joined(reasons))
    landlord = landlord_of(asked.landlord_of)
    his = [file.pk for file in landlord.files]
    HOLD_REASONS.hide(landlord, words=landlord.words, actor=actor)
    erase_landlord(asked.landlord_of, actor=actor)
    record("landlord.erase", asked.landlord_of, actor=actor, grid=asked.grid, changes={"request": [None, asked.pk]})
    close(asked, actor=actor, version=version, state=RequestState.GRANTED, reason=told)
    SubjectRequest.objects.filter(landlord_of__in=his).update(wish="")
    return asked
