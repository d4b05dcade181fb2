"""The law of the double report (domain.md M21; hours as in M47), without a database.

What may follow what stands in two tables; services, buttons and tests read them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.access.choices import Permission
from grids.common.codes import covers
from grids.common.decisions import Allowed, Decision, Denied
from residents.visits.rules import wording_warnings
from residents.volunteers.choices import CallKind, CallState, ClaimState, ReportState, Skill

EMPLOYER_MAXIMUM, TITLE_MAXIMUM, TEXT_MAXIMUM, REASON_MAXIMUM = 80, 40, 300, 200
# Offered by a member each month, in whole hours.
OFFER_MAXIMUM = 60
# Hours are told in steps of half an hour (M47); one claim is one errand of at most a day's work.
HALF_HOURS_MAXIMUM = 24
CALL_LONGEST = timedelta(days=90)
# Whoever benefited confirms within so many days; after that what was done is not counted.
CONFIRM_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Step:
    """One act, the states it starts from, and the state it leads to."""

    sources: frozenset[str]
    target: str


def _step(sources: Iterable[str], target: str) -> Step:
    return Step(frozenset(sources), target)


R, C = ReportState, ClaimState
REPORT_STEPS: Mapping[str, Step] = {
    "accept": _step([R.REPORTED], R.ACCEPTED),
    "refuse": _step([R.REPORTED], R.REFUSED),
    "withdraw": _step([R.REPORTED, R.ACCEPTED], R.WITHDRAWN),
    "end": _step([R.ACCEPTED], R.ENDED),
}
CLAIM_STEPS: Mapping[str, Step] = {
    "finish": _step([C.CLAIMED], C.DONE),
    "confirm": _step([C.DONE], C.CONFIRMED),
    "refuse": _step([C.DONE], C.REFUSED),
    "return": _step([C.CLAIMED], C.RETURNED),
    "lapse": _step([C.CLAIMED, C.DONE], C.LAPSED),
}
del R, C


def fits(steps: Mapping[str, Step], name: str, row: Any) -> Decision:
    """Whether the step ``name`` starts from the state that ``row`` is in."""
    if row.state in steps[name].sources:
        return Allowed()
    return Denied(_("This is not possible any more: %(state)s.") % {"state": row.get_state_display()})


# ------------------------------------------------------------------ what is written down
def clean_report(employer: str, skills: Iterable[str], hours_a_month: int) -> dict[str, Any]:
    """Employer, skills (sorted, each once) and hours offered a month. Raises ``ValidationError`` by field."""
    name = " ".join(employer.split())
    chosen = sorted(set(skills), key=Skill.values.index) if set(skills) <= set(Skill.values) else []
    problems = {}
    if not 2 <= len(name) <= EMPLOYER_MAXIMUM:
        problems["employer"] = _("Write the name of the employer, nothing more.")
    if not chosen:
        problems["skills"] = _("Choose at least one.")
    if not 1 <= hours_a_month <= OFFER_MAXIMUM:
        problems["hours_a_month"] = _("Between 1 and %(most)d hours a month.") % {"most": OFFER_MAXIMUM}
    if problems:
        raise ValidationError(problems)
    return {"employer": name, "hours_a_month": hours_a_month, "skills": chosen}


def clean_consent(day: date | None, *, today: date) -> date:
    """The day on which the person agreed to be registered. Raises ``ValidationError``."""
    if day is None:
        raise ValidationError({"consented_on": _("Without the person's consent nobody is registered.")})
    if day > today:
        raise ValidationError({"consented_on": _("This day is in the future.")})
    return day


def clean_call(
    *, kind: str, title: str, text: str, skill: str, hours: Decimal, until_on: date, has_household: bool, today: date
) -> dict[str, Any]:
    """What is published on the board. Raises ``ValidationError`` by field."""
    problems: dict[str, list[str]] = {}
    values: dict[str, Any] = {"kind": kind, "title": " ".join(title.split()), "text": text.strip(), "skill": skill}
    for name, longest in (("title", TITLE_MAXIMUM), ("text", TEXT_MAXIMUM)):
        if not values[name]:
            problems[name] = [_("Say what is to be done.")]
        elif len(values[name]) > longest:
            problems[name] = [_("At most %(count)d characters, please.") % {"count": longest}]
    if warnings := wording_warnings(f"{title}\n{text}"):
        problems.setdefault("text", []).extend(warnings)
    if kind not in CallKind.values or (kind == CallKind.WISH) != has_household:
        problems["kind"] = [_("A micro wish is a household's; a service post belongs to no household.")]
    if skill and skill not in Skill.values:
        problems["skill"] = [_("Choose one of these.")]
    if not today <= until_on <= today + CALL_LONGEST:
        last = f"{today + CALL_LONGEST:%Y-%m-%d}"
        problems["until_on"] = [_("The last day lies between today and %(day)s.") % {"day": last}]
    try:
        values["half_hours"] = half_hours(hours)
    except ValidationError as problem:
        problems["hours"] = problem.messages
    if problems:
        raise ValidationError(problems)
    return {**values, "until_on": until_on}


def half_hours(hours: Decimal) -> int:
    """``1.5`` hours are 3 half hours. Raises ``ValidationError`` beyond 0.5 to 12 or between the steps (M47)."""
    halves = hours * 2
    if halves != int(halves) or not 1 <= halves <= HALF_HOURS_MAXIMUM:
        most = HALF_HOURS_MAXIMUM // 2
        raise ValidationError(_("Hours in steps of 0.5, from 0.5 to %(most)d.") % {"most": most})
    return int(halves)


def hours_of(halves: int | None) -> str:
    """``3`` half hours are "1.5", ``4`` are "2"."""
    return f"{(halves or 0) / 2:g}"


def hours_in_words(halves: int | None) -> str:
    """``2`` half hours are "1 hour", ``3`` are "1.5 hours"."""
    return ngettext("%(hours)s hour", "%(hours)s hours", 1 if halves == 2 else 2) % {"hours": hours_of(halves)}


def clean_done(done_on: date, hours: Decimal, *, claimed_on: date, today: date) -> dict[str, Any]:
    """When it was done and how long it took. Raises ``ValidationError`` by field."""
    problems = {}
    halves = 0
    if not claimed_on <= done_on <= today:
        first = f"{claimed_on:%Y-%m-%d}"
        problems["done_on"] = [_("The day lies between %(day)s, when it was claimed, and today.") % {"day": first}]
    try:
        halves = half_hours(hours)
    except ValidationError as problem:
        problems["hours"] = problem.messages
    if problems:
        raise ValidationError(problems)
    return {"done_on": done_on, "half_hours": halves}


def clean_reason(text: str) -> str:
    """Raises ``ValidationError`` for an empty one, and for words that judge a person or name an illness."""
    reason = " ".join(text.split())
    if not reason:
        raise ValidationError({"reason": _("Write down why.")})
    if warnings := wording_warnings(reason):
        raise ValidationError({"reason": warnings})
    return reason[:REASON_MAXIMUM]


# ------------------------------------------------------------------ who may
def may_keep(user: Any, grid: Any) -> Decision:
    """Enter who reported himself, publish wishes and posts: the community's desk."""
    if user.has_perm(Permission.KEEP_VOLUNTEERS, grid):
        return Allowed()
    return Denied(_("The community's desk enters who reports, and publishes what is asked for."))


def may_decide(user: Any, name: str, report: Any) -> Decision:
    """Accept, refuse or end a report: the secretary of the community, and nobody about himself."""
    if not user.has_perm(Permission.ACCEPT_VOLUNTEERS, report.grid):
        return Denied(_("The community secretary decides about reports."))
    if report.user_id == user.pk:
        return Denied(_("Nobody decides about his own report."))
    if name == "accept" and report.person_id is None:
        return Denied(_("First say which person of the roster it is: open the person and press “Connect the report”."))
    return fits(REPORT_STEPS, name, report)


def may_change(user: Any, report: Any) -> Decision:
    """Employer, skills and hours: the person himself, or the desk for him."""
    if report.state not in ReportState.active():
        return Denied(_("This report is over."))
    return Allowed() if report.user_id == user.pk else may_keep(user, report.grid)


def may_withdraw(user: Any, report: Any) -> Decision:
    if report.user_id != user.pk and not may_keep(user, report.grid):
        return Denied(_("A report is withdrawn by whoever made it, or by the desk for him."))
    return fits(REPORT_STEPS, "withdraw", report)


def may_link(user: Any, report: Any) -> Decision:
    """Connect an account with a report that was entered for somebody."""
    if report.state not in ReportState.active():
        return Denied(_("This report is over."))
    if report.user_id is not None:
        return Denied(_("This report has an account already."))
    return may_keep(user, report.grid)


def is_claimable(call: Any, *, on: date) -> Decision:
    if call.state == CallState.TAKEN:
        return Denied(_("Somebody else has just claimed this."))
    if call.state != CallState.OPEN or call.until_on < on:
        return Denied(_("This can no longer be claimed."))
    return Allowed()


def may_claim(user: Any, call: Any, report: Any, *, on: date, lives_there: bool) -> Decision:
    """Whether the member of ``report`` may claim ``call``; by himself, or entered by the desk."""
    if report.user_id != user.pk and not may_keep(user, report.grid):
        return Denied(_("Each claims for himself, or the desk enters it for him."))
    if report.state != ReportState.ACCEPTED:
        return Denied(_("Claims are open to those whose report was accepted."))
    if not covers(report.grid.code, call.grid.code):
        return Denied(_("This belongs to another community."))
    if lives_there:
        return Denied(_("Nobody claims the wish of his own household."))
    return is_claimable(call, on=on)


def may_withdraw_call(user: Any, call: Any, *, is_done: bool) -> Decision:
    if not (decision := may_keep(user, call.grid)):
        return decision
    if is_done:
        return Denied(_("It is done already and waits to be confirmed."))
    if call.state not in CallState.running():
        return Denied(_("This is over already."))
    return Allowed()


def may_carry(user: Any, name: str, claim: Any) -> Decision:
    """Say that it is done, or give it back: the member himself, or the desk for him."""
    if claim.report.user_id != user.pk and not may_keep(user, claim.call.grid):
        return Denied(_("Only whoever claimed it, or the desk for him, says so."))
    return fits(CLAIM_STEPS, name, claim)


def may_confirm(user: Any, name: str, claim: Any, *, is_contact: bool) -> Decision:
    """Confirm, or say that it was not done: who benefited, never who did it or who said for him that it was done.

    For a household its contact may (``is_contact``), or the household itself with its code; for a post the desk.
    """
    if user.pk in (claim.report.user_id, claim.finished_by_id):
        return Denied(_("Whoever did it, or said that it was done, does not confirm it."))
    if claim.call.household_id is None:
        if not (decision := may_keep(user, claim.call.grid)):
            return decision
    elif not is_contact:
        return Denied(_("The household confirms it with its code, or its contact does."))
    return fits(CLAIM_STEPS, name, claim)
