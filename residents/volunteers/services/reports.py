"""Reports: made, accepted, changed, over; each with its entry in the trail."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.access.choices import Role
from grids.access.services import grant_role, revoke_role
from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from grids.tree.choices import GridStatus, Level
from residents.contacts.models import ContactMember
from residents.contacts.services import check_account
from residents.roster.models import Person, Residency
from residents.roster.services import change_person
from residents.volunteers import rules
from residents.volunteers.choices import ReportEnd, ReportState
from residents.volunteers.models import PartyMemberReport, ReportSkill
from residents.volunteers.services import telling
from residents.volunteers.services.claims import let_go


def changed_meanwhile() -> str:
    return _("Somebody changed this report at the same moment. Look again, then decide.")


@transaction.atomic
def register(
    person: Person,
    grid: Any,
    *,
    actor: Any,
    employer: str,
    skills: Iterable[str],
    hours_a_month: int,
    consented_on: date | None,
    user: Any = None,
) -> PartyMemberReport:
    """Enter at the desk that ``person`` reports to the community ``grid``; ``user`` is his account, if he has one.

    Raises ``Refused``, ``Conflict`` when he has reported already, ``ValidationError`` by field.
    """
    rules.may_keep(actor, grid).or_raise()
    if user is not None:
        check_account(user, grid)
    check_home(person, grid)
    day = rules.clean_consent(consented_on, today=today())
    return _make(grid, actor=actor, person=person, user=user, day=day, cleaned=(employer, skills, hours_a_month))


@transaction.atomic
def report_oneself(
    grid: Any, *, actor: Any, employer: str, skills: Iterable[str], hours_a_month: int, agrees: bool
) -> PartyMemberReport:
    """An account reports itself to the community ``grid``; ``agrees``: to be registered, by ticking the box.

    Whoever is a joint-family member is known to the roster; the desk connects all others with their person.
    """
    day = rules.clean_consent(today() if agrees else None, today=today())
    person = _known_person(actor, grid)
    return _make(grid, actor=actor, person=person, user=actor, day=day, cleaned=(employer, skills, hours_a_month))


def _known_person(user: Any, grid: Any) -> Person | None:
    member = ContactMember.objects.filter(user=user, ends_on__isnull=True).select_related("person").first()
    return member.person if member is not None and _lives_in(member.person, grid) else None


def _make(
    grid: Any, *, actor: Any, person: Person | None, user: Any, day: date, cleaned: tuple[str, Iterable[str], int]
) -> PartyMemberReport:
    if grid.level != Level.COMMUNITY or grid.status not in GridStatus.living():
        raise Refused(_("One reports to a community; choose the community."))
    values = rules.clean_report(*cleaned)
    skills = values.pop("skills")
    try:
        with transaction.atomic():
            report = PartyMemberReport.objects.create(
                grid=grid, person=person, user=user, entered_by=actor, consented_on=day, **values
            )
    except IntegrityError as problem:
        raise Conflict(_("There is a report to this community already.")) from problem
    ReportSkill.objects.bulk_create(ReportSkill(report=report, skill=skill) for skill in skills)
    changes = {"person": [None, person.pk if person else None], "user": [None, user.pk if user else None]}
    record("partymemberreport.make", report, actor=actor, grid=grid, changes=changes)
    telling.tell_community(report, actor=actor)
    return report


def _lives_in(person: Person, grid: Any) -> bool:
    return Residency.objects.active().under(grid).filter(person=person).exists()


def check_home(person: Person, grid: Any) -> None:
    """One reports to the community in which one lives. Raises ``Refused``."""
    if person.deceased_on is not None:
        raise Refused(_("This person has died."))
    if not _lives_in(person, grid):
        raise Refused(_("One reports to the community in which one lives; this person does not live here."))


def _locked(report: PartyMemberReport) -> PartyMemberReport:
    rows = PartyMemberReport.objects.select_for_update(of=("self",)).with_person()
    return rows.get(pk=report.pk)


@transaction.atomic
def connect(report: PartyMemberReport, person: Person, *, actor: Any) -> PartyMemberReport:
    """Say which person of the roster an account that reported itself is. Raises ``Refused``, ``Conflict``."""
    report = _locked(report)
    rules.may_keep(actor, report.grid).or_raise()
    if report.person_id is not None or report.state != ReportState.REPORTED:
        raise Conflict(changed_meanwhile())
    check_home(person, report.grid)
    try:
        with transaction.atomic():
            advance(report, expected=report.version, reason=changed_meanwhile(), person=person)
    except IntegrityError as problem:
        raise Conflict(_("There is a report to this community already.")) from problem
    changes = {"person": [None, person.pk]}
    record("partymemberreport.connect", report, actor=actor, grid=report.grid, changes=changes)
    return report


@transaction.atomic
def change(
    report: PartyMemberReport, *, actor: Any, version: int, employer: str, skills: Iterable[str], hours_a_month: int
) -> PartyMemberReport:
    """Other employer, skills or hours. Raises ``StaleVersion`` on an older form."""
    report = _locked(report)
    rules.may_change(actor, report).or_raise()
    values = rules.clean_report(employer, skills, hours_a_month)
    chosen = values.pop("skills")
    known = list(report.skills.values_list("skill", flat=True))
    changes = {"hours_a_month": [report.hours_a_month, hours_a_month], "skills": [known, chosen]}
    advance(report, expected=version, reason=changed_meanwhile(), **values)
    report.skills.exclude(skill__in=chosen).delete()
    ReportSkill.objects.bulk_create(ReportSkill(report=report, skill=one) for one in chosen if one not in known)
    record("partymemberreport.change", report, actor=actor, grid=report.grid, changes=changes)
    return report


@transaction.atomic
def accept(report: PartyMemberReport, *, actor: Any) -> PartyMemberReport:
    """The community accepts: the account gets the right to claim; the roster notes the party membership he reported."""
    report = _locked(report)
    rules.may_decide(actor, "accept", report).or_raise()
    person = report.person
    if person is None:
        raise Refused(_("First say which person of the roster it is."))
    check_home(person, report.grid)
    _step(report, "accept", actor=actor, decided_at=now(), decided_by=actor)
    if not person.party_member:
        change_person(person, actor=actor, version=person.version, party_member=True)
    if report.user is not None:
        grant_role(report.user, Role.IN_SERVICE, report.grid, actor=actor, source=report.source)
    telling.tell_member(report, "accepted", actor=actor)
    return report


@transaction.atomic
def refuse(report: PartyMemberReport, *, actor: Any, reason: str) -> PartyMemberReport:
    """Not accepted, and why; it may be reported anew."""
    report = _locked(report)
    rules.may_decide(actor, "refuse", report).or_raise()
    words = rules.clean_reason(reason)
    moment = now()
    _step(report, "refuse", actor=actor, decided_at=moment, decided_by=actor, over_at=moment, refusal=words)
    telling.tell_member(report, "refused", actor=actor)
    return report


@transaction.atomic
def withdraw(report: PartyMemberReport, *, actor: Any) -> PartyMemberReport:
    """At the person's own wish; why is not asked. What he has claimed is on the board again."""
    report = _locked(report)
    rules.may_withdraw(actor, report).or_raise()
    return _close(report, "withdraw", actor=actor)


@transaction.atomic
def end(report: PartyMemberReport, *, actor: Any, reason: str) -> PartyMemberReport:
    """The community ends it (``ReportEnd``); None is the portal itself, when the person moved away or died."""
    report = _locked(report)
    decision = rules.may_decide(actor, "end", report) if actor else rules.fits(rules.REPORT_STEPS, "end", report)
    decision.or_raise()
    if reason not in ReportEnd.values:
        raise ValidationError({"end_reason": _("Choose one of these.")})
    report = _close(report, "end", actor=actor, end_reason=reason)
    telling.tell_member(report, "ended", actor=actor)
    return report


def _close(report: PartyMemberReport, name: str, *, actor: Any, **values: Any) -> PartyMemberReport:
    let_go(report, actor=actor)
    _step(report, name, actor=actor, over_at=now(), **values)
    if report.user is not None:
        revoke_role(report.user, Role.IN_SERVICE, report.grid, actor=actor, source=report.source)
    return report


def _step(report: PartyMemberReport, name: str, *, actor: Any, **values: Any) -> None:
    """The report, locked by the caller, goes to the state that the table names."""
    before, after = report.state, rules.REPORT_STEPS[name].target
    advance(report, expected=report.version, reason=changed_meanwhile(), state=after, **values)
    changes = {"state": [str(before), str(after)]}
    if "end_reason" in values:
        changes["end_reason"] = ["", str(values["end_reason"])]
    record(f"partymemberreport.{name}", report, actor=actor, grid=report.grid, changes=changes)


@transaction.atomic
def link_account(report: PartyMemberReport, user: Any, *, actor: Any) -> PartyMemberReport:
    """Let the member log in as ``user``. Raises ``ValidationError`` for an account that does not exist here."""
    report = _locked(report)
    rules.may_link(actor, report).or_raise()
    check_account(user, report.grid)
    try:
        with transaction.atomic():
            advance(report, expected=report.version, reason=changed_meanwhile(), user=user)
    except IntegrityError as problem:
        raise Conflict(_("This account has reported to the community already.")) from problem
    changes = {"user": [None, user.pk]}
    record("partymemberreport.link", report, actor=actor, grid=report.grid, changes=changes)
    if report.state == ReportState.ACCEPTED:
        grant_role(user, Role.IN_SERVICE, report.grid, actor=actor, source=report.source)
    return report
