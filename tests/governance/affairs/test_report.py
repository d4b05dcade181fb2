"""Filing an affair: where one may, its number, its tracking code, its spokesman."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from governance.affairs.choices import AffairState, Source
from governance.affairs.models import Affair, AffairCounter
from governance.affairs.numbers import ALPHABET, tracking_candidates, tracking_index
from governance.affairs.services import report
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from residents.visits.models import Encounter, HouseholdNeed
from tests.harness import errors_among, run_together
from tests.world import build_world

TEXT = "三单元门前下水道堵塞，污水外溢"


@pytest.mark.parametrize(
    ("who", "where", "source"),
    [
        ("east_worker", "east_micro", Source.GRID_MEMBER),
        ("liaison", "east_micro", Source.LIAISON),
        ("joint_member", "west_micro", Source.JOINT_FAMILY),
        ("desk_worker", "community", Source.DESK),
        ("street_desk", "east_grid", Source.DESK),
    ],
)
def test_where_one_reports(world, who, where, source):
    affair = report(actor=world.fresh(who), grid=getattr(world, where), text=TEXT)
    assert affair.state == AffairState.REPORTED
    assert affair.source == source
    assert affair.due_at > affair.reported_at
    assert affair.number == f"AF-990106001001-{today():%Y%m%d}-0001"


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("east_worker", "west_micro"),
        ("liaison", "west_micro"),
        ("joint_member", "foreign_micro"),
        ("secretary", "street"),
        ("street_desk", "street"),
        ("auditor", "east_micro"),
        ("mentor", "east_micro"),
        ("stranger", "east_micro"),
        ("foreign_worker", "east_micro"),
    ],
)
def test_where_one_does_not(world, who, where):
    with pytest.raises(Refused):
        report(actor=world.fresh(who), grid=getattr(world, where), text=TEXT)
    assert not Affair.objects.exists()


def test_the_joint_family_member_speaks_for_his_household(world):
    affair = report(actor=world.fresh("east_worker"), household=world.east_household, text=TEXT)
    assert affair.agent == world.joint_member
    assert affair.grid == world.east_micro
    nobody = report(actor=world.fresh("east_worker"), household=world.households["east_other"], text=TEXT)
    assert nobody.agent is None


def test_the_same_report_sent_twice_is_filed_once(world):
    sent, worker = uuid.uuid4(), world.fresh("east_worker")
    first = report(actor=worker, grid=world.east_micro, text=TEXT, client_id=sent)
    again = report(actor=worker, grid=world.east_micro, text=f" {TEXT} ", client_id=sent)
    assert again == first
    assert first.tracking_code
    assert not hasattr(again, "tracking_code")
    with pytest.raises(Conflict):
        report(actor=worker, grid=world.east_micro, text="另一件事：楼道灯不亮，请来看看", client_id=sent)
    assert Affair.objects.count() == 1
    assert report(actor=worker, grid=world.east_micro, text=TEXT, client_id=uuid.uuid4()) != first


def test_an_id_that_another_reporter_used_opens_nothing(world):
    sent = uuid.uuid4()
    report(actor=world.fresh("east_worker"), grid=world.east_micro, text=TEXT, client_id=sent)
    with pytest.raises(Conflict):
        report(actor=world.fresh("secretary"), grid=world.east_micro, text=TEXT, client_id=sent)


@pytest.mark.concurrency
def test_ten_taps_on_one_report_file_one_affair(transactional_db):
    town, sent = build_world(), uuid.uuid4()
    outcomes = run_together(
        10, lambda _n: report(actor=town.east_worker, grid=town.east_micro, text=TEXT, client_id=sent).pk
    )
    assert errors_among(outcomes) == []
    assert len({outcome.value for outcome in outcomes}) == 1
    assert Affair.objects.filter(text=TEXT).count() == 1


def test_a_household_out_of_reach_is_not_named(world):
    for who, household in (("east_worker", "west"), ("joint_member", "west"), ("joint_member", "east_other")):
        with pytest.raises((ValidationError, Refused)):
            report(actor=world.fresh(who), household=world.households[household], text=TEXT)
    assert report(actor=world.fresh("joint_member"), household=world.east_household, text=TEXT).pk
    with pytest.raises(ValidationError) as problem:
        report(actor=world.fresh("secretary"), grid=world.west_micro, household=world.east_household, text=TEXT)
    assert "household" in problem.value.message_dict


@pytest.mark.parametrize("who", ["joint_member", "east_worker"])
def test_cancel_leads_to_a_page_that_one_may_open(client, world, who):
    client.force_login(world.fresh(who))
    page = client.get(reverse("governance:affair-report"), {"household": world.east_household.pk})
    assert client.get(page.context["back_url"]).status_code == 200


def test_an_affair_grows_out_of_a_need_once(world):
    visit = Encounter.objects.create(household=world.east_household, visitor=world.east_worker)
    need = HouseholdNeed.objects.create(encounter=visit, household=world.east_household, text="井盖松动")
    affair = report(actor=world.fresh("joint_member"), need=need, text="门口井盖松动，老人差点摔倒")
    assert (affair.need, affair.household, affair.agent) == (need, world.east_household, world.joint_member)
    with pytest.raises(ValidationError):
        report(actor=world.fresh("east_worker"), need=need, text=TEXT)


@pytest.mark.parametrize("text", ["", "坏了", "    坏   "])
def test_a_text_too_short_says_so(world, text):
    with pytest.raises(ValidationError, match="至少 5 个字"):
        report(actor=world.fresh("east_worker"), grid=world.east_micro, text=text)
    assert not AffairCounter.objects.exists()


def test_the_tracking_code_is_returned_once_and_stored_as_hmac(world):
    affair = report(actor=world.fresh("east_worker"), grid=world.east_micro, text=TEXT)
    code = affair.tracking_code
    assert len(ALPHABET) == 31
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    stored = Affair.objects.get(pk=affair.pk)
    assert not hasattr(stored, "tracking_code")
    assert stored.tracking_index == tracking_index(code)
    assert code not in str(Affair.objects.values().get(pk=affair.pk))
    spoken = f"{code[:4]}-{code[4:8]} {code[8:].lower()}"
    assert Affair.objects.filter(tracking_index__in=tracking_candidates(spoken)).get() == affair


@pytest.mark.concurrency
def test_numbers_are_unique_and_without_gaps_under_fifty_hands(transactional_db):
    world = build_world()

    def act(number):
        # Every fifth hand fails after the number was taken: no gap may remain.
        text = TEXT if number % 5 else "短"
        return report(actor=world.fresh("east_worker"), grid=world.east_micro, text=text).number

    outcomes = run_together(50, act)
    assert errors_among(outcomes, ValidationError) == []
    numbers = sorted(outcome.value for outcome in outcomes if outcome.succeeded)
    prefix = f"AF-990106001001-{today():%Y%m%d}-"
    assert numbers == [f"{prefix}{number:04d}" for number in range(1, 41)]
    assert AffairCounter.objects.get().last == 40


def test_a_need_that_was_reported_at_the_same_moment_is_a_conflict(world, monkeypatch):
    """Two taps pass the check together; the database lets one through, and the other hears why."""
    need = HouseholdNeed.objects.create(encounter=world.east_visit, household=world.east_household, text="井盖松动")
    report(actor=world.fresh("joint_member"), need=need, text="门口井盖松动，老人差点摔倒")
    monkeypatch.setattr("governance.affairs.services._problems", lambda *_args, **_facts: {})
    with pytest.raises(Conflict):
        report(actor=world.fresh("joint_member"), need=need, text="门口井盖松动，老人差点摔倒")
    assert Affair.objects.filter(need=need).count() == 1
