"""The balancing board: what it shows, and that a proposal is applied whole, on its own state, or not at all."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.common.workdays import after_working_days
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from residents.contacts import services
from residents.contacts.bands import Band
from residents.contacts.facts import band_of
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.querysets import uncovered
from residents.contacts.services.balancing import apply_balance
from residents.contacts.standing import standing_of
from residents.roster.models import Household
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import World


def secretary(world: World) -> Client:
    client = Client()
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    return client


def test_a_proposal_is_applied_whole_with_its_trail_and_its_messages(world: World):
    doors = more_households(world, 30)
    overloaded, _other, _third = more_members(world, 3)
    load_up(overloaded, doors[:15])
    load_up(overloaded, doors[15:17], exception_reason="例外", exception_until=today() - timedelta(days=1))
    standing = standing_of(world.community)
    before = ContactAssignment.objects.count()
    plan = standing.proposal()
    assert ContactAssignment.objects.count() == before  # nothing is saved by looking
    asked = apply_balance(world.community, standing.fingerprint, actor=world.secretary)
    assert (asked.gaps, asked.changes) == (sum(move.before is None for move in plan.moves), 2)
    assert asked.respond_by == after_working_days(now(), 5)
    # C8, C9: nobody is assigned by it; the two households serve on with the old contact until the new one accepts.
    assert ContactAssignment.objects.serving().count() == before
    assert ContactAssignment.objects.filter(status="handover").count() == 2
    assert ContactHandover.objects.open().filter(reason="rebalanced").count() == 2
    with pytest.raises(Refused):  # everything is under way: nothing is proposed twice
        apply_balance(world.community, standing_of(world.community).fingerprint, actor=world.secretary)
    for proposal in ContactAssignment.objects.proposed().order_by("pk"):
        services.accept(proposal, actor=world.secretary)
    loads = dict(ContactMember.objects.serving().with_load().values_list("pk", "load"))
    assert {pk: loads[pk] for pk in plan.loads_after} == plan.loads_after
    assert loads[overloaded.pk] == 15
    assert not uncovered(Household.objects.under(world.community).covered_by_duty()).exists()
    acts = AuditEntry.objects.values_list("act", flat=True)
    assert list(acts).count("contact.propose") == len(plan.moves)
    assert (list(acts).count("contact.assign"), list(acts).count("contact.change")) == (asked.gaps, 2)
    assert not ContactHandover.objects.open().exists()
    assert list(acts).count("contact.end") == 2
    assert "contact.balance" in acts
    assert ContactAssignment.objects.filter(replaces__isnull=False).count() == 2
    assert Notification.objects.filter(kind="contacts.balanced", user=world.member.user).count() == 1
    with pytest.raises(Refused):
        apply_balance(world.community, standing_of(world.community).fingerprint, actor=world.secretary)


def test_a_state_that_moved_on_is_409_with_a_fresh_preview_and_nothing_is_done(world: World):
    doors = more_households(world, 12)
    more_members(world, 1)
    client, url = secretary(world), reverse("residents:contact-balance", args=[world.community.pk])
    old = client.get(url).context["form"]["fingerprint"].value()
    services.assign(doors[0], world.member, actor=world.secretary)
    count = ContactAssignment.objects.count()
    answer = client.post(url, {"fingerprint": old})
    assert answer.status_code == 409
    fresh = answer.context["form"]["fingerprint"].value()
    assert fresh != old
    assert ContactAssignment.objects.count() == count
    assert client.post(url, {}).status_code == 200  # a proposal that nobody has seen is not applied
    assert not ContactAssignment.objects.proposed().exists()
    assert client.post(url, {"fingerprint": fresh}).status_code == 302
    assert ContactAssignment.objects.serving().count() == count  # the members are asked, nobody is assigned
    assert client.get(reverse("residents:contact-board", args=[world.community.pk])).status_code == 200
    with pytest.raises(Refused):
        apply_balance(world.community, fresh, actor=world.east_worker)


def test_the_board_counts_without_a_contact_what_its_link_lists(world: World):
    """Who is asked about a household does not contact it yet: it stays out of the balancing, not out of the number."""
    first, *_others = more_households(world, 3)
    [member] = more_members(world, 1)
    services.propose(first, member, actor=world.secretary)
    client = secretary(world)
    shown = client.get(reverse("residents:contact-board", args=[world.community.pk])).context
    listed = client.get(shown["uncovered_url"], {"grid": world.community.code}).context
    assert shown["open_number"] == listed["page"].paginator.count
    assert (shown["gap_number"], shown["aside"]) == (shown["open_number"] - 1, 1)


def test_the_board_asks_the_same_number_of_questions_whatever_the_size(world: World, django_assert_max_num_queries):
    more_members(world, 4)
    more_households(world, 40)
    with django_assert_max_num_queries(7):
        standing_of(world.community)


def test_a_band_holds_for_new_contacts_and_breaks_no_present_one(world: World):
    load_up(world.member, more_households(world, 10))
    row = services.set_band(world.community, Band(3, 5, 6), actor=world.secretary)
    assert band_of(world.community) == Band(3, 5, 6)
    with pytest.raises(Refused, match="6"):
        services.assign(world.west_household, world.member, actor=world.secretary)
    assert ContactMember.objects.with_load().with_band().to_relieve().get() == world.member
    with pytest.raises(Conflict):
        services.set_band(world.community, Band(), actor=world.secretary)
    with pytest.raises(ValidationError):
        services.set_band(world.community, Band(5, 4), actor=world.secretary, version=row.version)
    with pytest.raises(Refused):
        services.set_band(world.community, Band(), actor=world.east_worker, version=row.version)
    assert AuditEntry.objects.filter(act="contactband.set").count() == 1


def test_an_exemption_has_a_last_day_but_for_age_and_ends(world: World):
    with pytest.raises(ValidationError):
        services.exempt_member(world.member, actor=world.secretary, reason="illness")
    exemption = services.exempt_member(
        world.member, actor=world.secretary, reason="illness", until=today() + timedelta(days=30)
    )
    assert not ContactMember.objects.with_load().with_band().filter(pk=world.member.pk).out_of_band().exists()
    with pytest.raises(Conflict):
        services.exempt_member(world.member, actor=world.secretary, reason="age")
    services.end_exemption(exemption, actor=world.secretary)
    assert ContactMember.objects.with_load().with_band().filter(pk=world.member.pk).out_of_band().exists()
    assert "illness" not in str(list(AuditEntry.objects.values_list("changes", "reason")))
