"""Claims (M21): one place, one winner, and nothing counts before who benefited has confirmed it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grids.access.models import RoleGrant
from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from residents.roster.services import close_household
from residents.volunteers import codes, services
from residents.volunteers.choices import CallState, ClaimState, ConfirmedBy, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from tests.residents.volunteers.helping import accepted, done, entered, post, wish
from tests.world import World


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def told(account) -> set[str]:
    return set(Notification.objects.filter(user=account).values_list("kind", flat=True))


# ------------------------------------------------------------------ claims
def test_a_claim_cannot_be_taken_twice(world: World):
    first, second = accepted(world), accepted(world, "east_other", None)
    call, _code = wish(world)
    claim = services.claim(call, first, actor=world.stranger)
    with pytest.raises(Conflict):
        services.claim(call, second, actor=world.desk_worker)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceClaim.objects.create(call=call, report=second)
    services.give_back(claim, actor=world.stranger)
    assert services.claim(call, second, actor=world.desk_worker).state == ClaimState.CLAIMED


def test_who_may_claim(world: World):
    waiting, call = entered(world), wish(world)[0]
    with pytest.raises(Refused, match="受理后才能认领"):
        services.claim(call, waiting, actor=world.stranger)
    services.accept(waiting, actor=world.secretary)
    with pytest.raises(Refused, match="本人认领"):
        services.claim(call, waiting, actor=world.east_worker)
    abroad = ServiceCall.objects.create(
        grid=world.next_grid,
        kind="post",
        title="别处",
        text="别处",
        half_hours=2,
        until_on=today(),
        published_by=world.secretary,
    )
    with pytest.raises(Refused, match="别的社区"):
        services.claim(abroad, waiting, actor=world.stranger)
    own, _code = wish(world, "west")
    with pytest.raises(Refused, match="自己家"):
        services.claim(own, waiting, actor=world.stranger)
    ServiceCall.objects.filter(pk=call.pk).update(until_on=today() - timedelta(days=1))
    with pytest.raises(Refused, match="不能认领"):
        services.claim(call, waiting, actor=world.stranger)


def test_nothing_counts_before_the_households_contact_has_confirmed(world: World):
    report = accepted(world)
    call, _code = wish(world)
    claim = services.claim(call, report, actor=world.stranger)
    assert told(world.desk_worker) >= {"volunteers.claimed"}
    claim = done(claim, world.stranger)
    assert told(world.joint_member) == {"volunteers.done"}  # the contact of the east household

    def counted() -> tuple[int, int]:
        row = PartyMemberReport.objects.with_service().get(pk=report.pk)
        return row.half_hours, row.confirmed

    assert counted() == (0, 0)
    for name in ("stranger", "desk_worker", "secretary", "east_worker"):
        with pytest.raises(Refused):
            services.confirm(claim, actor=world.users[name])
    services.confirm(claim, actor=world.joint_member)
    assert counted() == (3, 1)
    claim.refresh_from_db()
    call.refresh_from_db()
    assert (claim.confirmed_by, call.state, call.code_index) == (ConfirmedBy.CONTACT, CallState.FULFILLED, None)
    assert "volunteers.confirmed" in told(world.stranger)
    with pytest.raises(Refused):
        services.confirm(claim, actor=world.joint_member)
    assert acts()[-2:] == ["serviceclaim.confirm", "servicecall.fulfil"]


def test_a_contact_does_not_confirm_his_own_help(world: World):
    report = accepted(world, "member", "joint_member")
    call, code = wish(world)
    claim = done(services.claim(call, report, actor=world.joint_member), world.joint_member)
    assert "volunteers.done" not in told(world.joint_member)
    with pytest.raises(Refused):
        services.confirm(claim, actor=world.joint_member)
    assert services.answer_by_code(code, was_done=True).confirmed_by == ConfirmedBy.CODE


def test_another_account_of_the_same_person_confirms_nothing(world: World):
    report = accepted(world, "member", "stranger")
    claim = done(services.claim(wish(world)[0], report, actor=world.stranger), world.stranger)
    assert not services.is_contact(world.joint_member, claim)
    assert not ServiceClaim.objects.to_confirm(world.joint_member).exists()


def test_the_household_confirms_by_its_code_once(world: World):
    report = accepted(world)
    call, code = wish(world)
    claim = services.claim(call, report, actor=world.stranger)
    assert services.waiting_for(code) is None  # nothing is done yet
    done(claim, world.stranger)
    assert services.waiting_for(codes.spaced(code).lower()) == claim
    assert services.waiting_for("ABCDE23456") is None
    assert services.waiting_for("") is None
    services.answer_by_code(code, was_done=True)
    with pytest.raises(Conflict):
        services.answer_by_code(code, was_done=True)
    entry = AuditEntry.objects.get(act="serviceclaim.confirm")
    assert entry.actor is None


def test_a_new_code_makes_the_old_one_worthless(world: World):
    report = accepted(world)
    call, old = wish(world)
    new = services.renew_code(call, actor=world.desk_worker)
    done(services.claim(call, report, actor=world.stranger), world.stranger)
    with pytest.raises(Conflict):
        services.answer_by_code(old, was_done=True)
    services.answer_by_code(new, was_done=True)
    with pytest.raises(Refused):
        services.renew_code(call, actor=world.desk_worker)


def test_what_was_not_done_is_on_the_board_again(world: World):
    report = accepted(world)
    call, code = wish(world)
    claim = done(services.claim(call, report, actor=world.stranger), world.stranger)
    with pytest.raises(ValidationError):
        services.deny(claim, actor=world.joint_member, reason="")
    denied = services.deny(claim, actor=world.joint_member, reason="灯还没有换")
    assert denied.state == ClaimState.REFUSED
    call.refresh_from_db()
    assert call.state == CallState.OPEN
    claim = done(services.claim(call, report, actor=world.stranger), world.stranger)
    assert services.answer_by_code(code, was_done=False).state == ClaimState.REFUSED
    assert PartyMemberReport.objects.with_service().get(pk=report.pk).half_hours == 0


def test_a_post_is_confirmed_by_the_desk_and_by_somebody_else(world: World):
    report = accepted(world, "east_other", None)
    claim = services.claim(post(world), report, actor=world.desk_worker)
    claim = done(claim, world.desk_worker)
    with pytest.raises(Refused):
        services.confirm(claim, actor=world.desk_worker)  # who said that it was done
    assert list(ServiceClaim.objects.to_confirm(world.desk_worker)) == []
    assert list(ServiceClaim.objects.to_confirm(world.secretary)) == [claim]
    assert services.confirm(claim, actor=world.secretary).confirmed_by == ConfirmedBy.COMMUNITY


@pytest.mark.parametrize(("days", "hours"), [(1, "1"), (-1, "1"), (0, "0.3"), (0, "13")])
def test_done_is_between_claim_and_today(world: World, days: int, hours: str):
    claim = services.claim(post(world), accepted(world), actor=world.stranger)
    with pytest.raises(ValidationError):
        done(claim, world.stranger, today() + timedelta(days=days), hours)
    with pytest.raises(Refused):
        done(claim, world.east_worker)


def test_what_is_done_is_not_called_off(world: World):
    report, call = accepted(world), post(world)
    claim = services.claim(call, report, actor=world.stranger)
    services.withdraw_call(call, actor=world.desk_worker)
    claim.refresh_from_db()
    assert claim.state == ClaimState.LAPSED
    assert "volunteers.called_off" in told(world.stranger)
    second = post(world)
    done(services.claim(second, report, actor=world.stranger), world.stranger)
    with pytest.raises(Refused):
        services.withdraw_call(second, actor=world.desk_worker)


# ------------------------------------------------------------------ by itself
def test_the_night_ends_what_is_over(world: World):
    report = accepted(world)
    late, unconfirmed, unclaimed, fresh = (post(world) for _number in range(4))
    first = services.claim(late, report, actor=world.stranger)
    second = done(services.claim(unconfirmed, report, actor=world.stranger), world.stranger)
    third = services.claim(fresh, report, actor=world.stranger)
    assert services.watch() == {"lapsed": 0, "expired": 0, "ended": 0}
    yesterday = today() - timedelta(days=1)
    ServiceCall.objects.filter(pk__in=[late.pk, unclaimed.pk]).update(until_on=yesterday)
    ServiceClaim.objects.filter(pk=second.pk).update(finished_at=now() - timedelta(days=31))
    assert services.watch() == {"lapsed": 2, "expired": 2, "ended": 0}
    states = [ServiceClaim.objects.get(pk=one.pk).state for one in (first, second, third)]
    assert states == [ClaimState.LAPSED, ClaimState.LAPSED, ClaimState.CLAIMED]
    assert ServiceCall.objects.get(pk=unclaimed.pk).state == CallState.EXPIRED
    assert services.watch() == {"lapsed": 0, "expired": 0, "ended": 0}


def test_whoever_moves_away_ends_his_report(world: World):
    report = accepted(world)
    assert services.watch()["ended"] == 0
    close_household(world.west_household, actor=world.secretary, reason="moved_out", on=today())
    assert services.watch()["ended"] == 1
    report.refresh_from_db()
    assert (report.state, report.end_reason) == (ReportState.ENDED, "moved")
    assert not RoleGrant.objects.filter(user=world.stranger).exists()


def test_a_household_that_moves_away_has_no_wish(world: World):
    report = accepted(world)
    call, _code = wish(world, "east_other")
    claim = services.claim(call, report, actor=world.stranger)
    close_household(world.households["east_other"], actor=world.secretary, reason="moved_out", on=today())
    call.refresh_from_db()
    claim.refresh_from_db()
    assert (call.state, claim.state) == (CallState.WITHDRAWN, ClaimState.LAPSED)
