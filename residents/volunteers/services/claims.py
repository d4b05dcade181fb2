"""Claims: one wins, does it, and who benefited confirms (M21). Locks: report, then call, then claim."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.contacts.models import ContactAssignment
from residents.roster.models import Residency
from residents.volunteers import codes, rules
from residents.volunteers.choices import CallState, ClaimState, ConfirmedBy
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from residents.volunteers.services import telling
from residents.volunteers.services.board import call_changed, close_call, locked_call, locked_calls, offer_again


def _locked(claim: ServiceClaim) -> ServiceClaim:
    """The claim as it is now, behind its locked call."""
    call = locked_call(claim.call)
    row = ServiceClaim.objects.select_for_update(of=("self",)).with_call().get(pk=claim.pk)
    row.call = call
    return row


@transaction.atomic
def claim(call: ServiceCall, report: PartyMemberReport, *, actor: Any) -> ServiceClaim:
    """Take the one place of ``call``. Of any number who try at once exactly one gets it, the others ``Conflict``.

    Raises ``Refused`` when a rule says no.
    """
    rows = PartyMemberReport.objects.select_for_update(of=("self",)).with_person()
    report = rows.get(pk=report.pk)
    call = locked_call(call)
    if call.state == CallState.TAKEN:
        raise Conflict(_("Somebody else has just claimed this."))
    home = Residency.objects.active().filter(household=call.household_id, person=report.person_id)
    lives_there = call.household_id is not None and home.exists()
    rules.may_claim(actor, call, report, on=today(), lives_there=lives_there).or_raise()
    try:
        with transaction.atomic():
            made = ServiceClaim.objects.create(call=call, report=report, claimed_by=actor)
    except IntegrityError as problem:
        raise Conflict(_("Somebody else has just claimed this.")) from problem
    advance(call, expected=call.version, reason=call_changed(), state=CallState.TAKEN)
    changes = {"call": [None, call.pk], "report": [None, report.pk]}
    record("serviceclaim.claim", made, actor=actor, grid=call.grid, changes=changes)
    telling.tell_publisher(made, "claimed", actor=actor)
    telling.tell_claimer(made, "claimed", actor=actor)
    return made


@transaction.atomic
def finish(claim: ServiceClaim, *, actor: Any, done_on: date, hours: Decimal) -> ServiceClaim:
    """It is done; who benefited is asked to confirm. Raises ``Refused``, ``ValidationError`` by field."""
    row = _locked(claim)
    rules.may_carry(actor, "finish", row).or_raise()
    claimed_on = timezone.localtime(row.claimed_at).date()
    values = rules.clean_done(done_on, hours, claimed_on=claimed_on, today=today())
    _write(row, "finish", actor=actor, finished_at=now(), finished_by=actor, **values)
    telling.tell_beneficiary(row, actor=actor)
    return row


@transaction.atomic
def give_back(claim: ServiceClaim, *, actor: Any) -> ServiceClaim:
    """He cannot do it after all; it is on the board again. Why is not asked."""
    row = _locked(claim)
    rules.may_carry(actor, "return", row).or_raise()
    settle(row, "return", actor=actor)
    offer_again(row.call, actor=actor)
    telling.tell_publisher(row, "returned", actor=actor)
    return row


@transaction.atomic
def confirm(claim: ServiceClaim, *, actor: Any) -> ServiceClaim:
    """Who benefited says through his contact, or the desk where it was a post, that it was done: now it counts."""
    row = _locked(claim)
    rules.may_confirm(actor, "confirm", row, is_contact=is_contact(actor, row)).or_raise()
    return _confirm(row, actor=actor, by=ConfirmedBy.CONTACT if row.call.household_id else ConfirmedBy.COMMUNITY)


@transaction.atomic
def deny(claim: ServiceClaim, *, actor: Any, reason: str) -> ServiceClaim:
    """Who benefited says that it was not done; nothing counts, and it is on the board again."""
    row = _locked(claim)
    rules.may_confirm(actor, "refuse", row, is_contact=is_contact(actor, row)).or_raise()
    return _deny(row, actor=actor, reason=rules.clean_reason(reason))


def waiting_for(code: str) -> ServiceClaim | None:
    """What the household with this code is asked to confirm; None for an unknown code and before it is done."""
    known = codes.candidates(code)
    rows = ServiceClaim.objects.with_call().filter(call__code_index__in=known, state=ClaimState.DONE)
    return rows.first() if known else None


@transaction.atomic
def answer_by_code(code: str, *, was_done: bool) -> ServiceClaim:
    """The household itself answers with its code; a confirmation spends the code. Raises ``Conflict``."""
    found = waiting_for(code)
    if found is None:
        raise Conflict(_("Nothing waits to be confirmed with this code."))
    row = _locked(found)
    if row.state != ClaimState.DONE or row.call.code_index not in codes.candidates(code):
        raise Conflict(_("Nothing waits to be confirmed with this code."))
    if was_done:
        return _confirm(row, actor=None, by=ConfirmedBy.CODE)
    return _deny(row, actor=None, reason=str(_("The household says that it was not done.")))


def is_contact(user: Any, claim: ServiceClaim) -> bool:
    """Whether ``user`` is a contact of the household that benefited, and not the very member who claimed."""
    own = ContactAssignment.objects.of_user(user).filter(household=claim.call.household_id)
    return own.exclude(member__person=claim.report.person_id).exists()


def _confirm(row: ServiceClaim, *, actor: Any, by: ConfirmedBy) -> ServiceClaim:
    settle(row, "confirm", actor=actor, confirmed_by=by)
    close_call(row.call, CallState.FULFILLED, act="fulfil", actor=actor)
    telling.tell_claimer(row, "confirmed", actor=actor, hours=rules.hours_of(row.half_hours))
    telling.tell_publisher(row, "fulfilled", actor=actor)
    return row


def _deny(row: ServiceClaim, *, actor: Any, reason: str) -> ServiceClaim:
    settle(row, "refuse", actor=actor, refusal=reason)
    offer_again(row.call, actor=actor)
    telling.tell_claimer(row, "not_confirmed", actor=actor)
    telling.tell_publisher(row, "not_confirmed", actor=actor)
    return row


@transaction.atomic
def lapse(claim: ServiceClaim) -> bool:
    """The time to do it, or to confirm it, is over; whether that is so is asked on the locked row."""
    row = _locked(claim)
    if not is_over(row):
        return False
    settle(row, "lapse", actor=None)
    offer_again(row.call, actor=None)
    telling.tell_claimer(row, "lapsed", actor=None)
    telling.tell_publisher(row, "lapsed", actor=None)
    return True


def is_over(row: ServiceClaim) -> bool:
    """Not done by the day it was needed, or done and not confirmed within thirty days."""
    if row.state == ClaimState.CLAIMED:
        return row.call.until_on < today()
    confirm_by = row.finished_at + rules.CONFIRM_WITHIN if row.finished_at else None
    return row.state == ClaimState.DONE and confirm_by is not None and confirm_by < now()


def let_go(report: PartyMemberReport, *, actor: Any) -> None:
    """The report, locked by the caller, is over: what was claimed is on the board again, what was done stays."""
    claimed = ServiceClaim.objects.filter(report=report, state=ClaimState.CLAIMED)
    calls = {call.pk: call for call in locked_calls(ServiceCall.objects.filter(claims__in=claimed))}
    rows = claimed.filter(call__in=calls).select_for_update(of=("self",)).with_call().order_by("pk")
    for row in list(rows):
        row.call = calls[row.call_id]
        settle(row, "return", actor=actor)
        offer_again(row.call, actor=actor)
        telling.tell_publisher(row, "returned", actor=actor)


def settle(row: ServiceClaim, name: str, *, actor: Any, **values: Any) -> None:
    """The claim, locked by the caller behind its call, comes to one of its ends."""
    if not rules.fits(rules.CLAIM_STEPS, name, row):
        raise Refused(rules.fits(rules.CLAIM_STEPS, name, row).reason)
    _write(row, name, actor=actor, settled_at=now(), settled_by=actor, **values)


def _write(row: ServiceClaim, name: str, *, actor: Any, **values: Any) -> None:
    before, after = row.state, rules.CLAIM_STEPS[name].target
    advance(row, expected=row.version, reason=call_changed(), state=after, **values)
    changes: dict[str, list[Any]] = {"state": [str(before), str(after)]}
    if "half_hours" in values:
        changes["half_hours"] = [None, values["half_hours"]]
    record(f"serviceclaim.{name}", row, actor=actor, grid=row.call.grid, changes=changes)
