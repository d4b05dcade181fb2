"""Pages of briefings with many items: the database is asked once for all of them."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from governance.affairs.choices import Tier
from governance.affairs.models import Affair
from governance.meetings.models import AgendaItem, Attendance, Meeting
from grids.access.models import User
from grids.common.clock import now
from residents.contacts.models import ContactMember
from residents.roster.models import Person
from residents.visits.models import HouseholdNeed
from tests.strictness import triggers_off
from tests.world import SINCE, World, enlist

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_agendas(world: World) -> list[Meeting]:
    """Three briefings that were held, with three matters of each of two members."""
    second = enlist(world, "east_other", "community", None)
    meetings = [
        Meeting.objects.create(
            series=world.east_series,
            grid=world.community,
            month=date(2025, month, 1),
            planned_on=date(2025, month, 5),
            state="held",
        )
        for month in (9, 11, 12)
    ]
    for meeting in meetings:
        Attendance.objects.create(meeting=meeting, member=world.member)
        for order in range(6):
            member, home = [(world.member, "east"), (second, "east_other")][order % 2]
            household = world.households[home]
            need = HouseholdNeed.objects.create(encounter=world.east_visit, household=household, text=f"事{order}")
            AgendaItem.objects.create(
                meeting=meeting,
                order=order,
                kind="need",
                text=f"{meeting.planned_on}的事{order}",
                member=member,
                household=household,
                need=need,
                affair=affair(world, f"{meeting.pk}{order}") if order % 3 else None,
            )
    return meetings


def affair(world: World, number: str) -> Affair:
    """A family affair: who may read it depends on where it is and who leads it."""
    return Affair.objects.create(
        number=number,
        text="两家为楼道吵架",
        grid=world.east_grid,
        lead_grid=world.east_micro,
        category="family",
        tier=Tier.GRID,
        source="grid_member",
        reporter=world.east_worker,
    )


def words(user: User, name: str, **arguments: int) -> str:
    client = Client()
    client.force_login(user, backend="grids.access.backends.GridBackend")
    answer = client.get(reverse(f"governance:{name}", kwargs=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("page", ["meeting-detail", "meeting-sheet"])
def test_a_long_agenda_is_read_at_once(world: World, long_agendas: list[Meeting], page: str):
    text = words(world.secretary, page, pk=long_agendas[0].pk)
    assert all(f"2025-09-05的事{order}" in text for order in range(6))


def test_the_agenda_marks_what_waits_too_long_and_leads_to_what_it_counts(world: World, long_agendas: list[Meeting]):
    meeting = long_agendas[0]
    for order, kind in enumerate(("visits", "five_must"), start=7):
        AgendaItem.objects.create(meeting=meeting, order=order, kind=kind, text="3件")
    with triggers_off(connection):
        HouseholdNeed.objects.filter(text="事0").update(raised_at=now() - timedelta(days=40))
    text = words(world.secretary, "meeting-detail", pk=meeting.pk)
    assert text.count("超期") == 1
    assert f'href="{reverse("governance:gaps")}"' in text
    assert f'href="{reverse("residents:visittask-list")}?grid={world.community.code}"' in text
    text = words(world.auditor, "meeting-detail", pk=meeting.pk)
    assert reverse("governance:gaps") not in text.partition("<main")[2]


def test_the_roll_of_six_hundred_members_is_saved(world: World):
    """Each 5 households of 3,000: more fields than a form may have, were each member two of them."""
    meeting = world.east_meeting
    people = Person.objects.bulk_create(Person(name=f"党员{n}") for n in range(600))
    members = ContactMember.objects.bulk_create(
        ContactMember(grid=world.community, person=one, consented_on=SINCE, starts_on=SINCE) for one in people
    )
    Attendance.objects.bulk_create(Attendance(meeting=meeting, member=one) for one in members)
    client, url = Client(), reverse("governance:meeting-roll", args=[meeting.pk])
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    [shown] = re.findall(r'name="shown" value="([\d,]+)"', client.get(url).content.decode())
    assert len(shown.split(",")) == 601
    present = [one.pk for one in members[:560]]
    assert client.post(url, {"shown": shown, "present": present}).status_code == 302
    assert meeting.attendances.filter(state="present").count() == 560
    assert client.post(url, {"shown": shown, "present": present[:-1]}).status_code == 302
    assert meeting.attendances.filter(state="present").count() == 559


def test_a_member_reads_his_own_matters_of_all_briefings_at_once(world: World, long_agendas: list[Meeting]):
    text = words(world.joint_member, "briefing-mine")
    for meeting in long_agendas:
        assert [f"{meeting.planned_on}的事{order}" in text for order in range(6)] == [True, False] * 3
