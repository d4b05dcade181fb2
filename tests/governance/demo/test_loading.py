"""The demo in the database: its numbers, its order, and that loading it again changes nothing."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.utils.timezone import localtime

from governance.affairs.choices import AffairState, Source, Tier
from governance.affairs.models import Affair, AffairStep
from governance.demo.accounts import PASSWORD, TOUR
from governance.demo.affair_plans import quarter_before
from governance.demo.affairs import LIVING, QUARTER, SOURCES, closed_since
from governance.demo.blueprint import draw_up
from governance.demo.duplicates import PAIRS
from governance.demo.loading import load
from governance.demo.names import ID_AREA, PHONE_BLOCK
from governance.demo.progress import Progress
from governance.demo.rentals import FILES as RENTAL_FILES
from governance.demo.territory import DINGSHAN, GULOU, SANJIABANG
from governance.indicators.definitions import SERVICE, VOLUNTEERS
from governance.indicators.reports import figure
from governance.indicators.rules import Frame, Period
from grids.access.choices import Permission, Role
from grids.access.models import User
from grids.access.querysets import scope_of
from grids.common.clock import now, today
from grids.moves.models import StaffMove
from grids.moves.services import fault_of
from grids.team.models import Post, StaffProfile
from grids.trail.models import AuditEntry
from grids.trail.services import seal, verify
from grids.tree.choices import Kind, Level
from grids.tree.models import Grid
from residents.contacts.choices import BAND_MAXIMUM, ContactRole
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.querysets import uncovered
from residents.rentals.models import FindingPhoto, RentalFile, Tenancy
from residents.rentals.reports import colour_distribution
from residents.roster.models import Dwelling, Household, Person, Residency
from residents.visits.models import Encounter, HouseholdNeed
from residents.volunteers.choices import ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceClaim
from tests.governance.indicators.plain import Town

# Each test stands in a savepoint inside the one transaction of ``demo``; and it runs before any test that flushes.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, loaded once for this file and rolled back at its end."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        try:
            yield load(progress=Progress(quiet=True))
        finally:
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@pytest.fixture
def dingshan(demo) -> Grid:
    return Grid.objects.get(code=DINGSHAN)


@pytest.fixture
def sanjiabang(demo) -> Grid:
    return Grid.objects.get(code=SANJIABANG)


# ------------------------------------------------------------------ the figures of contacts and visits
@pytest.mark.parametrize(("code", "secretary"), [(DINGSHAN, "shuji"), (SANJIABANG, "sanjia")])
def test_the_figures_of_contacts_and_visits_equal_a_plain_count(demo, code, secretary):
    community, moment = Grid.objects.get(code=code), now()
    period = Period(localtime(moment).date() - timedelta(days=90), localtime(moment).date())
    expected = Town().count(community.prefix, period, moment)
    frame = Frame(User.objects.get(username=secretary), community, period, moment)
    found = {key: figure(key, frame) for key in (*SERVICE, *VOLUNTEERS)}
    assert {key: (one.numerator, one.denominator) for key, one in found.items()} == expected


# ------------------------------------------------------------------ territory and team
def test_gulou_is_imported_whole(demo):
    gulou = Grid.objects.under(Grid.objects.get(code=GULOU))
    assert gulou.at_level(Level.STREET).count() == 13
    assert gulou.at_level(Level.COMMUNITY).count() == 122
    assert not gulou.filter(level__lte=Level.COMMUNITY, is_demo_code=True).exists()


def test_invented_codes_are_marked(dingshan, sanjiabang):
    for community in (dingshan, sanjiabang):
        assert not Grid.objects.under(community).filter(level__gt=Level.COMMUNITY, is_demo_code=False).exists()
    assert sanjiabang.is_demo_code


def test_dingshan_has_its_grids(dingshan):
    grids = Grid.objects.under(dingshan).at_level(Level.GRID)
    assert Counter(grids.values_list("kind", flat=True)) == {Kind.COMPREHENSIVE: 9, Kind.EXCLUSIVE: 4}
    numbers = sorted(int(code[-3:]) for code in grids.values_list("code", flat=True))
    assert numbers == [*range(1, 10), 901, 902, 903, 904]
    assert Grid.objects.under(dingshan).at_level(Level.MICROGRID).count() == 253


def test_the_tree_is_whole(demo):
    call_command("check_tree", stdout=StringIO())


def test_every_grid_has_one_full_and_two_part(dingshan):
    posts = Post.objects.under(dingshan).held_on()
    assert posts.filter(role=Role.FULL_TIME).count() == 13
    assert posts.filter(role=Role.PART_TIME).count() == 26
    for grid in Grid.objects.under(dingshan).at_level(Level.GRID):
        roles = Counter(posts.filter(grid=grid).values_list("role", flat=True))
        assert (roles[Role.FULL_TIME], roles[Role.PART_TIME], roles[Role.GRID_LEADER]) == (1, 2, 1), grid


def test_every_micro_grid_has_its_liaison(dingshan):
    posts = Post.objects.under(dingshan).held_on().filter(role=Role.LIAISON)
    assert posts.count() == posts.values("grid").distinct().count() == 253


def test_somebody_holds_three_posts_and_counts_once(dingshan):
    busiest = StaffProfile.objects.annotate(offices=Count("posts")).order_by("-offices").first()
    assert busiest.offices == 3


def test_a_move_waits_for_the_security_administrator(demo):
    (move,) = StaffMove.objects.to_decide(User.objects.get(username="anquan"))
    assert move.items
    assert fault_of(move) == ""


# ------------------------------------------------------------------ residents
def test_counts_of_residents(dingshan, sanjiabang):
    assert Residency.objects.active().under(dingshan).count() == 10_537
    assert Household.objects.active().under(sanjiabang).count() == 1_904
    per_micro_grid = Counter(Household.objects.under(dingshan).values_list("dwelling__grid__code", flat=True))
    assert len(per_micro_grid) == 253
    assert all(10 <= households <= 14 for households in per_micro_grid.values())


def test_people_and_doors_are_those_of_the_blueprint(demo):
    blueprint = draw_up()
    lived_in = [
        (micro.building, door, person)
        for plan in (blueprint.dingshan, blueprint.sanjiabang)
        for _grid, micro, door in plan.doors()
        for person in door.family.persons
    ]
    doors = set(Dwelling.objects.values_list("unit__building__name", "unit__name", "room"))
    assert {(building, door.unit, door.room) for building, door, _person in lived_in} <= doors
    persons = Counter(Person.objects.values_list("name", "id_number"))
    planned = Counter((person.name, person.id_number) for _building, _door, person in lived_in)
    # Some are rewritten as a slip of the pen would have entered them; births and newcomers are added.
    assert (planned - persons).total() == PAIRS
    assert 0 < (persons - planned).total() < 100


def test_personal_values_are_of_nobody_and_encrypted(demo):
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM residents_person WHERE phone <> '' ORDER BY id LIMIT 50")
        stored = cursor.fetchall()
    assert not any(ID_AREA in number or PHONE_BLOCK in phone for number, phone in stored)
    persons = list(Person.objects.all())
    assert {person.id_number[: len(ID_AREA)] for person in persons if person.id_number} == {ID_AREA}
    assert {person.phone[: len(PHONE_BLOCK)] for person in persons if person.phone} == {PHONE_BLOCK}
    # Children just born, and the second of two records that may be one person's.
    assert 0 < sum(not person.id_number for person in persons) < 20


# ------------------------------------------------------------------ contacts
def loads_in(community: Grid) -> Counter:
    return Counter(ContactMember.objects.under(community).serving().with_load().values_list("load", flat=True))


def test_sanjiabang_is_covered_with_even_loads(sanjiabang):
    assert loads_in(sanjiabang) == {12: 45, 11: 124}
    assert not uncovered(Household.objects.under(sanjiabang).covered_by_duty()).exists()


def test_every_member_lives_in_his_community_and_contacts_others(demo):
    serving = ContactAssignment.objects.serving().select_related("member")
    home = dict(Residency.objects.active().values_list("person_id", "household_id"))
    assert all(home[one.member.person_id] != one.household_id for one in serving)
    for code in (DINGSHAN, SANJIABANG):
        members = ContactMember.objects.filter(grid__code=code)
        living = Residency.objects.active().under(Grid.objects.get(code=code))
        assert members.exclude(person__in=living.values("person")).count() == 0


def test_dingshan_leaves_the_secretary_something_to_do(dingshan):
    households = Household.objects.under(dingshan).covered_by_duty()
    open_doors = uncovered(households).count()
    assert 0.15 < open_doors / households.count() < 0.5
    loads = loads_in(dingshan)
    assert min(loads) >= 5
    assert max(loads) == BAND_MAXIMUM + 2
    assert loads[BAND_MAXIMUM + 2] == 1
    beyond = ContactAssignment.objects.serving().exclude(exception_reason="")
    assert beyond.count() == 2
    assert not beyond.filter(exception_until__lt=today()).exists()
    exempt = ContactMember.objects.with_band().filter(grid=dingshan, is_exempt=True)
    assert exempt.count() == 1


def test_the_tour_member_has_twelve_households(demo):
    member = ContactMember.objects.with_load().get(user__username="lianhu")
    assert member.load == 12
    assert ContactAssignment.objects.serving().filter(role=ContactRole.BACKUP).exists()


# ------------------------------------------------------------------ visits
def test_visits_are_of_the_last_months_and_leave_people_in_peace(demo):
    moment = now()
    visits = Encounter.objects.all()
    assert visits.count() > 2_000
    assert HouseholdNeed.objects.exists()
    assert all((moment - at).days <= 121 for at in visits.values_list("occurred_at", flat=True))
    # Where somebody is in need nobody waits for the end of the fortnight (V6).
    visits = visits.exclude(kind="five_must")
    last = {}
    for household, at in visits.order_by("household", "occurred_at").values_list("household", "occurred_at"):
        assert household not in last or (at - last[household]).days >= 14
        last[household] = at


def test_visitors_serve_where_they_visit(demo):
    pairs = Encounter.objects.order_by("pk").select_related("visitor", "household__dwelling__grid")[:300]
    for one in pairs:
        serves = scope_of(one.visitor, Permission.LOG_VISITS).holds(one.household.grid.code)
        contacts = ContactAssignment.objects.of_user(one.visitor).filter(household=one.household).exists()
        assert serves or contacts


# ------------------------------------------------------------------ affairs
def test_the_quarter_has_254_affairs_all_closed(dingshan):
    start, end = quarter_before(localtime(now()))
    quarter = Affair.objects.under(dingshan).filter(reported_at__gte=start, reported_at__lt=end)
    assert quarter.count() == 254
    assert not quarter.exclude(state=AffairState.CLOSED, closed_at__lt=end).exists()
    assert Counter(quarter.values_list("tier", flat=True)) == QUARTER
    assert QUARTER == {Tier.GRID: 180, Tier.COMMUNITY: 61, Tier.STREET: 11, Tier.DISTRICT: 2}
    assert quarter.filter(rating__gte=3).count() == 254
    assert quarter.values("text").distinct().count() > 200


def test_affairs_come_from_residents_and_from_rounds(dingshan):
    """What residents raised is no figure of zero (I51), and whoever brought it in serves there."""
    affairs = Affair.objects.under(dingshan)
    sources = Counter(affairs.values_list("source", flat=True))
    assert set(sources) == {Source.GRID_MEMBER, Source.LIAISON, Source.DESK, Source.JOINT_FAMILY}
    by_rounds = sources[Source.GRID_MEMBER] / affairs.count()
    assert abs(by_rounds - SOURCES[Source.GRID_MEMBER] / sum(SOURCES.values())) < 0.1
    desk = affairs.filter(source=Source.DESK)
    assert desk.exclude(reporter_name="").count() == desk.count()
    member = User.objects.get(username="lianhu")
    served = set(ContactAssignment.objects.of_user(member).values_list("household", flat=True))
    passed_on = affairs.filter(source=Source.JOINT_FAMILY)
    assert set(passed_on.values_list("reporter", flat=True)) == {member.pk}
    assert set(passed_on.values_list("household", flat=True)) <= served
    start, end = quarter_before(localtime(now()))
    period = Period(start.date(), end.date() - timedelta(days=1))
    frame = Frame(User.objects.get(username="shuji"), dingshan, period, now())
    assert figure("I51", frame).numerator > 100


def test_affairs_stand_in_every_state_and_some_are_overdue(dingshan):
    start, _end = quarter_before(localtime(now()))
    living = Affair.objects.under(dingshan).filter(reported_at__gte=start).open()
    states = Counter(living.values_list("state", flat=True))
    assert states == {state: in_time + late for state, (in_time, late) in LIVING.items()}
    assert living.overdue(now=now()).count() == sum(late for _in_time, late in LIVING.values())


def test_every_affair_went_the_path_step_by_step(demo):
    ends = dict(Affair.objects.values_list("pk", "state"))
    assert len(ends) == 254 + closed_since(localtime(now())) + sum(map(sum, LIVING.values()))
    path = [state.value for state in AffairState]
    steps: dict[int, list[str]] = {}
    for affair, state in AffairStep.objects.order_by("affair", "sequence").values_list("affair", "to_state"):
        steps.setdefault(affair, []).append(state)
    for affair, states in steps.items():
        assert states == path[: len(states)]
        assert states[-1] == ends[affair]


def test_nobody_verified_what_he_handled(demo):
    closed = Affair.objects.filter(state=AffairState.CLOSED).values_list("handler", "verifier", "reporter")
    assert all(handler not in {verifier, reporter} for handler, verifier, reporter in closed)
    assert all(verifier != reporter for _handler, verifier, reporter in closed)


# ------------------------------------------------------------------ accounts, trail, again
def test_the_accounts_of_the_tour_log_in(demo, client):
    for account in TOUR:
        user = User.objects.get(username=account.username)
        assert not user.must_change_password
        assert user.role_grants.filter(role=account.role).exists()
    assert User.objects.get(username="shuji").check_password(PASSWORD)
    assert User.objects.values("password").distinct().count() == 1


def test_the_trail_tells_of_the_loading_and_verifies(demo):
    assert AuditEntry.objects.filter(act="demo.load", changes__seed=["", 2026]).count() == 1
    seal()
    verdict = verify()
    assert verdict.broken is None
    assert verdict.unsealed == 0
    assert verdict.entries == AuditEntry.objects.count()


def everything() -> list[int]:
    from django.apps import apps

    return [
        model._base_manager.count() for app in ("grids", "residents", "governance") for model in models_of(apps, app)
    ]


def models_of(apps, label):
    return [model for model in apps.get_app_config(label).get_models() if not model._meta.proxy]


def test_loading_again_changes_nothing(demo):
    before = everything()
    told = StringIO()
    call_command("load_demo", stdout=told)
    assert "nothing was changed" in told.getvalue()
    assert everything() == before


def test_another_seed_is_refused(demo):
    with pytest.raises(CommandError, match="the demo of seed 2026; nothing was changed"):
        call_command("load_demo", seed=1)


def test_the_table_of_accounts_names_password_and_logins(demo):
    told = StringIO()
    call_command("load_demo", accounts=True, stdout=told)
    assert PASSWORD in told.getvalue()
    assert all(f"  {account.username} " in told.getvalue() for account in TOUR)


def test_rental_dwellings_of_every_colour(dingshan):
    """Written through the services: some overdue, one never checked, one empty, red points settled by photos."""
    files = RentalFile.objects.kept().under(dingshan)
    assert files.count() == RENTAL_FILES
    colours = colour_distribution(files)
    assert all(colours.values())
    assert colours["green"] > colours["yellow"] > colours["red"] > colours[""]
    assert 0 < files.overdue(on=today()).count() < 20
    assert files.filter(status="vacant").count() == 1
    assert Tenancy.objects.active().under(dingshan).count() > RENTAL_FILES
    settled = FindingPhoto.objects.filter(finding__finding="ok", item__is_veto=True)
    assert settled.exists()


def test_members_reported_and_their_claims_are_in_every_state(dingshan):
    """Written through the services; the tour's member and the tour's contact both have something to do."""
    reports = Counter(PartyMemberReport.objects.values_list("state", flat=True))
    assert reports == {ReportState.ACCEPTED: 14, ReportState.REPORTED: 3}
    claims = Counter(ServiceClaim.objects.values_list("state", flat=True))
    assert claims == {ClaimState.CLAIMED: 1, ClaimState.DONE: 2, ClaimState.CONFIRMED: 3, ClaimState.REFUSED: 1}
    assert ServiceClaim.objects.of_user(User.objects.get(username="zaizhi")).running().exists()
    for account in ("lianhu", "shuji"):
        assert ServiceClaim.objects.to_confirm(User.objects.get(username=account)).exists()
