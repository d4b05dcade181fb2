"""Who may do what about personal data, by when it must be answered, and what may not be erased yet. No database."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.privacy.choices import IdentityCheck, RequestChannel, RequestKind, RequestState
from governance.worktime.choices import Unit
from governance.worktime.rules import deadline
from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied
from grids.trail.services import HIDDEN

ANSWER_DAYS = 15  # working days (domain.md 2.11)
SHORTEST_REASON = 4
MAY_NOT_MANAGE = gettext_lazy("Requests about personal data are answered by the community secretary.")
MAY_NOT_SEE_DISCLOSURES = gettext_lazy("Who looked at personal data is seen by the secretary and the auditor.")
IS_ANSWERED = gettext_lazy("This request has been answered.")
IS_LIFTED = gettext_lazy("This hold was lifted already.")
IS_ERASED = gettext_lazy("This person's data was erased.")


def answer_by(received_on: date) -> date:
    """The last day of the answer: 15 working days after the day on which the request came in."""
    noon = timezone.make_aware(datetime.combine(received_on, time(12)))
    return deadline(noon, ANSWER_DAYS, Unit.WD).date()


# ------------------------------------------------------------------ who may
def may_manage(user: Any, grid: Any) -> Decision:
    """Whether ``user`` answers requests and places holds in ``grid``."""
    if user is not None and grid is not None and user.has_perm(Permission.MANAGE_PRIVACY, grid):
        return Allowed()
    return Denied(MAY_NOT_MANAGE)


def may_see_disclosures(user: Any, grid: Any) -> Decision:
    """Whether ``user`` may know who looked at hidden values of persons in ``grid``."""
    allowed = (Permission.VIEW_DISCLOSURES, Permission.MANAGE_PRIVACY)
    if grid is not None and any(user.has_perm(power, grid) for power in allowed):
        return Allowed()
    return Denied(MAY_NOT_SEE_DISCLOSURES)


def may_register(user: Any, grid: Any, person: Any) -> Decision:
    """Whether a request of ``person`` may be registered: there must be something left to ask about."""
    if person.erased_at is not None:
        return Denied(IS_ERASED)
    return may_manage(user, grid)


def may_register_landlord(user: Any, file: Any) -> Decision:
    """Whether a request of the landlord whom a rental file names may be registered."""
    if file.landlord_name == HIDDEN:
        return Denied(IS_ERASED)
    return may_manage(user, file.grid)


def may_answer(user: Any, request: Any) -> Decision:
    decision = may_manage(user, request.grid)
    if decision and not request.is_open:
        return Denied(IS_ANSWERED)
    return decision


def may_copy(user: Any, request: Any) -> Decision:
    """Whether the copy may be made: for a request that asks for one and is not answered yet."""
    decision = may_answer(user, request)
    if decision and request.kind != RequestKind.COPY:
        return Denied(_("This request does not ask for a copy."))
    return decision


def may_correct_landlord(user: Any, request: Any) -> Decision:
    """Whether a landlord's name and phone may be corrected by this request; persons are corrected on their own page."""
    decision = may_answer(user, request)
    if decision and (request.kind != RequestKind.CORRECT or request.landlord_of_id is None):
        return Denied(_("This request does not ask for the correction of a landlord."))
    return decision


def may_erase(user: Any, request: Any) -> Decision:
    """Whether the person may be erased by this request, as far as the user goes; see ``still_needed`` for the data."""
    decision = may_answer(user, request)
    if decision and request.kind != RequestKind.ERASE:
        return Denied(_("This request does not ask for erasure."))
    return decision


def may_lift(user: Any, hold: Any) -> Decision:
    decision = may_manage(user, hold.grid)
    if decision and hold.lifted_at is not None:
        return Denied(IS_LIFTED)
    return decision


# ------------------------------------------------------------------ what is written
def clean_reason(text: str, *, field: str = "reason") -> str:
    """Raises ``ValidationError``: a reason is a sentence that the person can be told."""
    reason = " ".join((text or "").split())
    if len(reason) < SHORTEST_REASON:
        raise ValidationError({field: _("Please say why, in a sentence that the person can be told.")})
    if len(reason) > 500:
        raise ValidationError({field: _("At most %(count)s characters, please.") % {"count": 500}})
    return reason


def clean_request(values: dict[str, Any], *, on: date) -> dict[str, Any]:
    """The values of a new request; raises ``ValidationError`` by field."""
    problems: dict[str, str] = {}
    choices = {"kind": RequestKind, "channel": RequestChannel, "identity_check": IdentityCheck}
    cleaned: dict[str, Any] = {"wish": " ".join((values.get("wish") or "").split())}
    for field, offered in choices.items():
        cleaned[field] = values.get(field)
        if cleaned[field] not in offered.values:
            problems[field] = _("Choose one of these.")
    received_on = values.get("received_on") or on
    if received_on > on:
        problems["received_on"] = _("This day is in the future.")
    if cleaned["kind"] == RequestKind.CORRECT and not cleaned["wish"]:
        problems["wish"] = _("Please write down what is to be corrected.")
    if cleaned["channel"] == RequestChannel.PHONE and cleaned["identity_check"] == IdentityCheck.DOCUMENT:
        problems["identity_check"] = _("Nobody can show a document by phone. Choose how you knew who was asking.")
    if problems:
        raise ValidationError(problems)
    return {**cleaned, "received_on": received_on, "due_on": answer_by(received_on)}


def answers_by_words(kind: str, *, copied: bool) -> list[RequestState]:
    """How a request of ``kind`` may be closed with words: erasure is done by its own act, a copy must exist first."""
    states = RequestState.without_deed()
    if kind == RequestKind.CORRECT:
        return [RequestState.GRANTED, RequestState.PARTLY, *states]
    if kind == RequestKind.COPY and copied:
        return [RequestState.GRANTED, *states]
    return states


# ------------------------------------------------------------------ what may not be erased yet
@dataclass(frozen=True)
class Ties:
    """What still binds a person's data; every number is a count of rows, ``others`` are sentences of upper rooms."""

    lives_here: int = 0
    holds: int = 0
    serving: int = 0
    statutory_tags: int = 0
    others: tuple[str, ...] = ()


def still_needed(ties: Ties) -> list[str]:
    """Why the data may not be erased yet, in sentences for the person; empty when nothing stands in the way.

    PIPL art. 47: erasure may wait while the law demands the data or its purpose goes on.
    """
    reasons = []
    if ties.lives_here:
        reasons.append(_("The person lives here: the community must keep the register of those who do."))
    if ties.statutory_tags:
        reasons.append(_("The person receives care that the law prescribes and that has not ended."))
    if ties.serving:
        reasons.append(_("The person still serves, as a joint-family member or on a vessel."))
    if ties.holds:
        reasons.append(_("The data is under a legal hold."))
    return [*reasons, *ties.others]
