"""The figures of contacts, visits and members who report equal a plain count over a town with two years of history."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from governance.affairs.models import Affair
from governance.indicators.briefings import months_in_a_row
from governance.indicators.choices import Part
from governance.indicators.definitions import SERVICE, VOLUNTEERS
from governance.indicators.querysets import FIGURES
from governance.indicators.reports import figure
from governance.indicators.rules import Frame, Period
from governance.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from residents.contacts.models import ContactAssignment, ContactExemption, ContactMember
from residents.roster.choices import CareKind
from residents.roster.models import CareTag, Dwelling, Household, Person, Residency
from residents.visits.choices import Channel, EncounterKind, Outcome, Trigger
from residents.visits.models import CareLevelPlan, Encounter, HouseholdNeed, NeedAnswer, VisitTask
from residents.volunteers.choices import ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from tests.governance.indicators.plain import Town
from tests.world import World

HOUSEHOLDS = 3000
MEMBERS = 260
FIRST = datetime(2024, 11, 22, tzinfo=UTC)
AS_OF = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAYS = (AS_OF - FIRST).days
PERIODS = [
    Period(date(2026, 10, 1), date(2026, 12, 31)),
    Period(date(2026, 9, 30), date(2026, 10, 1)),
    Period(date(2025, 2, 1), date(2025, 2, 28)),
    Period(date(2025, 1, 1), date(2026, 11, 30)),
]


def a_moment(chance: random.Random) -> datetime:
    return FIRST + timedelta(seconds=chance.randrange(DAYS * 86400))


def a_day(chance: random.Random) -> date:
    return a_moment(chance).date()


def generated(world: World, chance: random.Random) -> None:
    """A community that lived for two years; everything by bulk, nothing by the services that are measured."""
    unit = world.east_household.dwelling.unit
    grids = [world.east_grid, world.east_micro, world.west_grid, world.west_micro]
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(
            grid=chance.choice(grids),
            unit=unit,
            room=f"Y{number}",
            sort_key=f"y{number:06d}",
            use="collective" if chance.random() < 0.02 else "residential",
        )
        for number in range(HOUSEHOLDS)
    )
    homes = []
    for dwelling in dwellings:
        opened = date(2024, 1, 1) if chance.random() < 0.8 else a_day(chance)
        closed = None if chance.random() < 0.9 else max(opened, a_day(chance))
        homes.append(
            Household(dwelling=dwelling, opened_on=opened, closed_on=closed, status="closed" if closed else "active")
        )
    homes = Household.objects.bulk_create(homes)
    people = Person.objects.bulk_create(Person(name=f"党员{number}") for number in range(MEMBERS))
    members = ContactMember.objects.bulk_create(
        ContactMember(
            grid=world.community,
            person=person,
            consented_on=date(2024, 1, 1),
            starts_on=date(2024, 1, 1) if chance.random() < 0.8 else a_day(chance),
        )
        for person in people
    )
    ContactExemption.objects.bulk_create(
        ContactExemption(member=member, reason="age", starts_on=a_day(chance)) for member in chance.sample(members, 12)
    )
    contacts(homes, members, chance)
    care(homes, chance)
    visits(world, homes, chance)
    tasks(world, homes, chance)
    briefings(world, members, chance)
    volunteers(world, chance)


def volunteers(world: World, chance: random.Random) -> None:
    """Reports in every state, a few withdrawn after they had been accepted, and claims of posts in every state."""
    people = Person.objects.bulk_create(Person(name=f"在职{number}") for number in range(120))
    reports = []
    for person in people:
        made, state = a_moment(chance), chance.choice([*ReportState])
        report = PartyMemberReport(person=person, grid=world.community, state=state, reported_at=made)
        report.hours_a_month, report.consented_on = 4, made.date()
        if state not in ReportState.active():
            report.over_at = made + timedelta(days=3)
            report.end_reason = "moved" if state == ReportState.ENDED else ""
        if state in (ReportState.ACCEPTED, ReportState.ENDED, ReportState.REFUSED) or chance.random() < 0.2:
            report.decided_at = made + timedelta(days=1)
        reports.append(report)
    PartyMemberReport.objects.bulk_create(reports)
    grids, claims = [world.community, world.east_grid, world.west_micro], []
    for number in range(240):
        call = ServiceCall(grid=chance.choice(grids), kind="post", title=f"清扫{number}", half_hours=2)
        call.until_on, call.published_by = date(2099, 1, 1), world.desk_worker
        made, state = a_moment(chance), chance.choice([*ClaimState])
        claim = ServiceClaim(call=call, report=chance.choice(reports), state=state, claimed_at=made)
        if state in (ClaimState.DONE, ClaimState.CONFIRMED, ClaimState.REFUSED):
            claim.done_on, claim.half_hours, claim.finished_at = made.date(), 2, made
        if state not in ClaimState.running():
            claim.settled_at = made + timedelta(days=2)
        claim.confirmed_by = "community" if state == ClaimState.CONFIRMED else ""
        claims.append(claim)
    ServiceCall.objects.bulk_create(claim.call for claim in claims)
    ServiceClaim.objects.bulk_create(claims)


def care(homes: list[Household], chance: random.Random) -> None:
    """One household in six has or had a care plan, one in eight somebody with a care tag, who may have left."""
    later_on = date(2099, 1, 1)
    plans, residencies, tags = [], [], []
    for home in chance.sample(homes, HOUSEHOLDS // 6):
        begun = a_day(chance)
        changed = None if chance.random() < 0.6 else begun + timedelta(days=chance.randrange(200))
        values = {"household": home, "review_on": later_on}
        plans.append(CareLevelPlan(level=chance.choice("ABC"), starts_on=begun, ended_on=changed, **values))
        if changed:
            plans[-1].end_reason = "changed"
            plans.append(CareLevelPlan(level=chance.choice("ABC"), starts_on=changed, **values))
    cared_for = chance.sample(homes, HOUSEHOLDS // 8)
    people = Person.objects.bulk_create(Person(name=f"老人{number}") for number in range(len(cared_for)))
    for home, person in zip(cared_for, people, strict=True):
        moved = None if chance.random() < 0.8 else a_day(chance)
        since = min(home.opened_on, moved or home.opened_on)
        residencies.append(
            Residency(
                person=person,
                household=home,
                kind="permanent_local",
                is_head=True,
                starts_on=since,
                ends_on=moved,
                end_reason="moved_out" if moved else "",
            )
        )
        for kind in chance.sample(CareKind.values, 2):
            ended = None if chance.random() < 0.7 else a_day(chance)
            begun = min(a_day(chance), ended or date(2026, 11, 1))
            tag = CareTag(person=person, kind=kind, basis="statutory", source_document="街道名单", starts_on=begun)
            tag.review_on, tag.ended_on, tag.end_reason = later_on, ended, "reviewed" if ended else ""
            tags.append(tag)
    CareLevelPlan.objects.bulk_create(plans, batch_size=500)
    Residency.objects.bulk_create(residencies, batch_size=500)
    CareTag.objects.bulk_create(tags, batch_size=500)


def briefings(world: World, members: list[ContactMember], chance: random.Random) -> None:
    """Two years of them: most held, some in the month after their own, called off, forgotten, or still ahead."""
    AgendaItem.objects.all().delete()
    Attendance.objects.all().delete()
    Meeting.objects.all().delete()
    series, rows = MeetingSeries.objects.get(grid=world.community), []
    for number in range(26):
        month = date(2024 + (10 + number) // 12, (10 + number) % 12 + 1, 1)
        on = month.replace(day=chance.choice([5, 6, 8]))
        meeting = Meeting(series=series, grid=world.community, month=month, planned_on=on, state="held")
        meeting.opened_at = datetime(on.year, on.month, on.day, 6, 30, tzinfo=UTC)
        fate = chance.random() if on < date(2026, 8, 1) else 0
        if on > AS_OF.date():
            meeting.state, meeting.opened_at = "convened", None
        elif fate > 0.9:
            meeting.state, meeting.opened_at, meeting.change_reason = "cancelled", None, "台风"
        elif fate > 0.8:
            meeting.state, meeting.opened_at = "planned", None
        elif fate > 0.7:
            meeting.planned_on += timedelta(days=30)
            meeting.opened_at += timedelta(days=30)
        rows.append(meeting)
    Attendance.objects.bulk_create(
        [
            Attendance(
                meeting=meeting, member=member, state=chance.choice(["present", "present", "excused", "invited"])
            )
            for meeting in Meeting.objects.bulk_create(rows)
            for member in chance.sample(members, 40)
        ],
        batch_size=500,
    )


def contacts(homes: list[Household], members: list[ContactMember], chance: random.Random) -> None:
    """Some had two contacts one after the other, some have none; loads lie below, within and above the band."""
    rows = []
    rest = list(homes)
    chance.shuffle(rest)
    for member in members:
        for slot in range(1, chance.randint(2, 20) + 1):
            if not rest:
                break
            home = rest.pop()
            change = a_day(chance)
            if chance.random() < 0.3:
                before = chance.choice(members)
                began = change - timedelta(days=chance.randrange(200))
                rows.append(
                    ContactAssignment(
                        household=home,
                        member=before,
                        status="ended",
                        starts_on=began,
                        ends_on=change,
                        end_reason="moved",
                    )
                )
            rows.append(
                ContactAssignment(
                    household=home,
                    member=member,
                    slot=slot,
                    starts_on=change,
                    exception_reason="人手不够" if slot > 15 else "",
                    exception_until=date(2099, 1, 1) if slot > 15 else None,
                )
            )
    ContactAssignment.objects.bulk_create(rows, batch_size=500)


def visits(world: World, homes: list[Household], chance: random.Random) -> None:
    """Three a household, one in twenty corrected; a need on one in eight, answered, reported or neither."""
    found = Encounter.objects.bulk_create(
        [encounter(world, chance.choice(homes).pk, a_moment(chance), chance) for _one in range(3 * HOUSEHOLDS)],
        batch_size=500,
    )
    corrections = [
        encounter(world, one.household_id, one.occurred_at, chance, replaces=one)
        for one in chance.sample(found, len(found) // 20)
    ]
    Encounter.objects.bulk_create(corrections, batch_size=500)
    needs = HouseholdNeed.objects.bulk_create(
        [
            HouseholdNeed(encounter=one, household_id=one.household_id, text="一件事", raised_at=one.occurred_at)
            for one in found
            if one.has_needs
        ],
        batch_size=500,
    )
    answers, affairs = [], []
    for number, need in enumerate(needs):
        if chance.random() < 0.4:
            answers.append(NeedAnswer(need=need, text="已答复", answered_at=later(need.raised_at, chance)))
        if chance.random() < 0.4:
            at = later(need.raised_at, chance)
            affairs.append(
                Affair(
                    number=f"AF-{number}", text="井盖", grid=world.east_grid, source="desk", need=need, reported_at=at
                )
            )
    NeedAnswer.objects.bulk_create(answers, batch_size=500)
    Affair.objects.bulk_create(affairs, batch_size=500)


def later(moment: datetime, chance: random.Random) -> datetime:
    return moment + timedelta(hours=chance.choice([0, 1, 20, 50, 70, 80, 100, 130, 200]))


def encounter(world: World, household: int, at: datetime, chance: random.Random, **more) -> Encounter:
    kind = chance.choice([*EncounterKind])
    channel = chance.choice([Channel.FACE, Channel.FACE, Channel.FACE, *Channel])
    return Encounter(
        household_id=household,
        visitor=world.east_worker,
        kind=kind,
        channel=channel,
        outcome=chance.choice([*Outcome]),
        note_length=chance.choice([0, 9, 10, 40]),
        has_needs=chance.random() < 0.12,
        household_away=channel != Channel.FACE and chance.random() < 0.5,
        remote_reason=chance.choice(["", "away", "at_sea", "wished"]) if channel != Channel.FACE else "",
        occurred_at=at,
        recorded_at=at,
        correction_reason="写错了" if more else "",
        **more,
    )


def tasks(world: World, homes: list[Household], chance: random.Random) -> None:
    """In every state; due to the second, late by a second, never, called off."""
    visit = Encounter.objects.order_by("pk").last()
    rows, open_ones = [], set()
    for _one in range(2000):
        home, trigger, told = chance.choice(homes), chance.choice([*Trigger]), a_moment(chance)
        due = told + timedelta(hours=chance.choice([2, 24, 48]))
        task = VisitTask(household=home, trigger=trigger, source="staff", raised_at=told, due_at=due)
        fate = chance.random()
        if fate < 0.7:
            task.state, task.encounter = "arrived", visit
            task.arrived_at = due + timedelta(seconds=chance.choice([-3600, -1, 0, 1, 7200]))
        elif fate < 0.8:
            task.state, task.cancelled_at, task.cancel_reason = "cancelled", told, "已经和好"
        elif (home.pk, trigger) in open_ones:
            continue
        else:
            open_ones.add((home.pk, trigger))
        rows.append(task)
    VisitTask.objects.bulk_create(rows, batch_size=500)


@pytest.mark.once
def test_the_figures_equal_a_plain_count_over_3000_households_and_two_years(world: World):
    generated(world, random.Random(20261122))
    town = Town()
    assert len(town.households) > HOUSEHOLDS
    seen = set()
    for place in (world.district, world.community, world.east_grid, world.west_micro):
        for period in PERIODS:
            frame = Frame(world.auditor, place, period, AS_OF)
            expected = town.count(place.prefix, period, AS_OF)
            assert months_in_a_row(frame) == town.months_in_a_row(place.prefix, period, AS_OF)
            for key in (*SERVICE, *VOLUNTEERS):
                found = figure(key, frame)
                assert (found.numerator, found.denominator) == expected[key], (key, place, str(period))
                assert FIGURES[key][Part.MISSING](frame).count() == found.missing
                seen |= {key} if 0 < found.numerator < found.denominator else set()
    # Every figure had rows on both sides at least once: the proof says something.
    assert seen == {*SERVICE, *VOLUNTEERS}


def test_what_the_arrival_rate_leaves_out_is_listed(world: World):
    VisitTask.objects.all().delete()
    told = AS_OF - timedelta(days=3)
    common = {
        "household": world.east_household,
        "source": "staff",
        "raised_at": told,
        "due_at": told + timedelta(hours=1),
    }
    VisitTask.objects.create(trigger="dispute", **common)
    VisitTask.objects.create(trigger="risk_change", **common)
    VisitTask.objects.create(
        trigger="hardship", state="cancelled", cancelled_at=told, cancel_reason="已经和好", **common
    )
    frame = Frame(world.auditor, world.community, PERIODS[0], AS_OF)
    found = figure("I28", frame)
    assert (found.numerator, found.denominator, found.excluded) == (0, 1, 2)
    assert str(figure("I28", Frame(world.auditor, world.west_grid, PERIODS[0], AS_OF))) == "—"
