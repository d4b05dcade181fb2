"""The double report (M21): who reports, who accepts, what is published, and the tables of steps."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant
from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused, StaleVersion
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from residents.volunteers import codes, services
from residents.volunteers.choices import CallState, ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from residents.volunteers.rules import CLAIM_STEPS, REPORT_STEPS, half_hours, hours_of
from tests.residents.volunteers.helping import OFFER, accepted, done, entered, post, wish
from tests.world import World


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def told(account) -> set[str]:
    return set(Notification.objects.filter(user=account).values_list("kind", flat=True))


# ------------------------------------------------------------------ the report
@pytest.mark.parametrize("name", ["east_worker", "leader", "joint_member", "stranger", "auditor", "foreign_secretary"])
def test_the_desk_enters_who_reports(world: World, name: str):
    report = entered(world, account=None)
    assert (report.state, report.entered_by, report.user) == (ReportState.REPORTED, world.desk_worker, None)
    assert "partymemberreport.make" in acts()
    with pytest.raises(Refused):
        services.register(world.east_person, world.community, actor=world.users[name], consented_on=today(), **OFFER)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"employer": " "}, "employer"),
        ({"skills": []}, "skills"),
        ({"skills": ["gossip"]}, "skills"),
        ({"hours_a_month": 0}, "hours_a_month"),
        ({"hours_a_month": 61}, "hours_a_month"),
        ({"consented_on": None}, "consented_on"),
        ({"consented_on": today() + timedelta(days=2)}, "consented_on"),
    ],
)
def test_a_report_is_complete_and_consented(world: World, values: dict, field: str):
    with pytest.raises(ValidationError) as problem:
        entered(world, account=None, **values)
    assert list(problem.value.message_dict) == [field]


def test_one_reports_where_one_lives(world: World):
    with pytest.raises(Refused, match="居住的社区"):
        services.register(world.foreign_person, world.community, actor=world.desk_worker, consented_on=today(), **OFFER)


def test_a_person_has_one_report_in_a_community(world: World):
    first = entered(world, account=None)
    with pytest.raises(Conflict):
        entered(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartyMemberReport.objects.create(
            grid=world.community, person=first.person, hours_a_month=1, consented_on=today()
        )
    services.withdraw(first, actor=world.desk_worker)
    assert entered(world).state == ReportState.REPORTED


def test_the_secretary_accepts_and_the_account_may_claim(world: World):
    report = entered(world)
    assert told(world.secretary) == {"volunteers.reported"}
    for name in ("desk_worker", "east_worker", "stranger"):
        with pytest.raises(Refused):
            services.accept(report, actor=world.fresh(name))
    assert not world.fresh("stranger").has_perm(Permission.SERVE_COMMUNITY)
    services.accept(report, actor=world.secretary)
    assert RoleGrant.objects.get(user=world.stranger).role == Role.IN_SERVICE
    assert world.fresh("stranger").has_perm(Permission.SERVE_COMMUNITY, world.community)
    assert not world.fresh("stranger").has_perm(Permission.VIEW_ROSTER)
    assert told(world.stranger) == {"volunteers.accepted"}
    report.person.refresh_from_db()
    assert report.person.party_member  # C1: by self-report
    with pytest.raises(Refused):
        services.accept(report, actor=world.secretary)


def test_nobody_decides_about_himself(world: World):
    report = entered(world, account="secretary")
    with pytest.raises(Refused, match="自己的报到"):
        services.accept(report, actor=world.secretary)


def test_a_refusal_has_its_reason_and_another_report_may_follow(world: World):
    report = entered(world)
    with pytest.raises(ValidationError):
        services.refuse(report, actor=world.secretary, reason=" ")
    report = services.refuse(report, actor=world.secretary, reason="请先到社区登记住址")
    assert (report.state, report.over_at is not None) == (ReportState.REFUSED, True)
    assert told(world.stranger) == {"volunteers.refused"}
    assert accepted(world).state == ReportState.ACCEPTED


def test_an_account_reports_itself_and_the_desk_says_who_it_is(world: World):
    report = services.report_oneself(world.community, actor=world.stranger, agrees=True, **OFFER)
    assert (report.person, report.user) == (None, world.stranger)
    with pytest.raises(ValidationError):
        services.report_oneself(world.next_community, actor=world.stranger, agrees=False, **OFFER)
    with pytest.raises(Conflict):
        services.report_oneself(world.community, actor=world.stranger, agrees=True, **OFFER)
    with pytest.raises(Refused, match="哪位居民"):
        services.accept(report, actor=world.secretary)
    with pytest.raises(Refused):
        services.connect(report, world.foreign_person, actor=world.desk_worker)
    with pytest.raises(Refused):
        services.connect(report, world.west_person, actor=world.stranger)
    report = services.connect(report, world.west_person, actor=world.desk_worker)
    assert services.accept(report, actor=world.secretary).person == world.west_person
    with pytest.raises(Conflict):
        services.connect(report, world.east_person, actor=world.desk_worker)


def test_a_joint_family_member_is_known_already(world: World):
    report = services.report_oneself(world.community, actor=world.joint_member, agrees=True, **OFFER)
    assert report.person == world.member_person


def test_one_reports_to_a_community_only(world: World):
    with pytest.raises(Refused):
        services.report_oneself(world.east_grid, actor=world.stranger, agrees=True, **OFFER)


def test_what_is_offered_is_changed_by_himself_or_the_desk(world: World):
    report = accepted(world)
    changed = {"employer": "第二中学", "skills": ["tutoring", "hazards"], "hours_a_month": 6}
    services.change(report, actor=world.stranger, version=report.version, **changed)
    assert sorted(report.skills.values_list("skill", flat=True)) == ["hazards", "tutoring"]
    with pytest.raises(StaleVersion):
        services.change(report, actor=world.desk_worker, version=1, **changed)
    with pytest.raises(Refused):
        services.change(report, actor=world.east_worker, version=report.version, **changed)


def test_the_end_of_a_report_ends_the_rights_and_frees_what_was_claimed(world: World):
    report = accepted(world)
    one, two = post(world), post(world)
    services.claim(one, report, actor=world.stranger)
    finished = done(services.claim(two, report, actor=world.stranger), world.stranger)
    services.end(report, actor=world.secretary, reason="moved")
    assert not RoleGrant.objects.filter(user=world.stranger).exists()
    one.refresh_from_db()
    assert one.state == CallState.OPEN
    services.confirm(finished, actor=world.desk_worker)  # what was done still counts
    with pytest.raises(Refused):
        services.claim(one, report, actor=world.stranger)


def test_whoever_reported_withdraws_and_is_not_asked_why(world: World):
    report = accepted(world)
    with pytest.raises(Refused):
        services.withdraw(report, actor=world.east_worker)
    assert services.withdraw(report, actor=world.stranger).state == ReportState.WITHDRAWN
    assert not RoleGrant.objects.filter(user=world.stranger).exists()


def test_an_account_of_another_district_does_not_exist(world: World):
    report = accepted(world, account=None)
    with pytest.raises(ValidationError):
        services.link_account(report, world.foreign_worker, actor=world.desk_worker)
    services.link_account(report, world.stranger, actor=world.desk_worker)
    assert world.fresh("stranger").has_perm(Permission.SERVE_COMMUNITY, world.community)


# ------------------------------------------------------------------ wishes and posts
def test_a_wish_is_published_with_the_households_consent_only(world: World):
    call, code = wish(world)
    assert call.state == CallState.OPEN
    assert call.grid == world.east_micro
    assert len(code) == codes.LENGTH
    assert code not in str(list(ServiceCall.objects.values()))
    with pytest.raises(Refused, match="同意"):
        services.publish(
            world.east_grid,
            actor=world.desk_worker,
            household=world.east_household,
            title="灯",
            text="灯",
            hours=Decimal(1),
            until_on=today(),
        )
    with pytest.raises(Refused):
        services.publish(
            world.east_grid, actor=world.east_worker, title="灯", text="灯", hours=Decimal(1), until_on=today()
        )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"text": ""}, "text"),
        ({"text": "请带身份证 990101194904120011"}, "text"),
        ({"skill": "gossip"}, "skill"),
        ({"until_on": timedelta(days=-1)}, "until_on"),
        ({"until_on": timedelta(days=91)}, "until_on"),
        ({"hours": Decimal("0.25")}, "hours"),
        ({"hours": Decimal("12.5")}, "hours"),
        ({"hours": Decimal("0")}, "hours"),
    ],
)
def test_a_wish_says_something_for_a_limited_time(world: World, values: dict, field: str):
    # Days count from the day of the test, not from the day on which the run began.
    values = {name: today() + value if isinstance(value, timedelta) else value for name, value in values.items()}
    with pytest.raises(ValidationError) as problem:
        wish(world, **values)
    assert list(problem.value.message_dict) == [field]


@pytest.mark.parametrize(("hours", "halves"), [("0.5", 1), ("1", 2), ("1.5", 3), ("12", 24)])
def test_hours_go_in_steps_of_half_an_hour(hours: str, halves: int):
    assert half_hours(Decimal(hours)) == halves
    assert hours_of(halves) == hours


# ------------------------------------------------------------------ the tables
@pytest.mark.parametrize("state", ReportState)
@pytest.mark.parametrize("name", REPORT_STEPS)
def test_every_step_of_a_report_starts_where_the_table_says(world: World, state: str, name: str):
    report = accepted(world)
    over = None if state in ReportState.active() else now()
    reason = "moved" if state == ReportState.ENDED else ""
    PartyMemberReport.objects.filter(pk=report.pk).update(state=state, over_at=over, end_reason=reason)
    step = {
        "accept": lambda: services.accept(report, actor=world.secretary),
        "refuse": lambda: services.refuse(report, actor=world.secretary, reason="请补登记"),
        "withdraw": lambda: services.withdraw(report, actor=world.stranger),
        "end": lambda: services.end(report, actor=world.secretary, reason="wish"),
    }[name]
    if state in REPORT_STEPS[name].sources:
        assert step().state == REPORT_STEPS[name].target
    else:
        with pytest.raises(Refused):
            step()


@pytest.mark.parametrize("state", ClaimState)
@pytest.mark.parametrize("name", ["finish", "return", "confirm", "refuse"])
def test_every_step_of_a_claim_starts_where_the_table_says(world: World, state: str, name: str):
    claim = services.claim(post(world), accepted(world), actor=world.stranger)
    is_settled = state not in ClaimState.running()
    ServiceClaim.objects.filter(pk=claim.pk).update(
        state=state,
        done_on=today(),
        half_hours=2,
        finished_at=now(),
        settled_at=now() if is_settled else None,
        confirmed_by="community" if state == ClaimState.CONFIRMED else "",
    )
    step = {
        "finish": lambda: done(claim, world.stranger),
        "return": lambda: services.give_back(claim, actor=world.stranger),
        "confirm": lambda: services.confirm(claim, actor=world.desk_worker),
        "refuse": lambda: services.deny(claim, actor=world.desk_worker, reason="没有来"),
    }[name]
    if state in CLAIM_STEPS[name].sources:
        assert step().state == CLAIM_STEPS[name].target
    else:
        with pytest.raises(Refused):
            step()
