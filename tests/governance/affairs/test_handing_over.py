"""With a household its new contact gets what is open there: owed visits, needs, affairs (domain.md 3.4, C9)."""

import pytest

from governance.affairs.choices import Source
from governance.affairs.models import Affair
from grids.common.clock import now
from grids.trail.models import AuditEntry
from residents.contacts.choices import AssignmentEnd
from residents.contacts.handover import handover_parts
from residents.contacts.models import ContactHandover, ContactMember
from residents.contacts.services import assign, change_contact, end_member
from residents.roster.subjects import subject_sources
from residents.visits.models import HouseholdNeed, VisitTask
from tests.world import enlist

pytestmark = pytest.mark.django_db


@pytest.fixture
def successor(world):
    return enlist(world, "east_other", "community", world.users["stranger"])


@pytest.fixture
def spoken_for(world) -> Affair:
    return Affair.objects.create(
        number="AF-990106001001-20260106-0009",
        text="水井堵了",
        grid=world.east_grid,
        household=world.households["east"],
        source=Source.JOINT_FAMILY,
        agent=world.joint_member,
        state="handling",
        category="official",
    )


def test_everything_open_goes_to_the_new_contact(world, successor, spoken_for):
    household = world.households["east"]
    need = HouseholdNeed.objects.create(encounter=world.east_visit, household=household, text="想装扶手")
    task = VisitTask.objects.get(household=household)
    parts = {part["key"]: part["lines"] for part in handover_parts.sheet(household)}
    assert any(need.text in line for line in parts["needs"])
    assert len(parts["tasks"]) == 1
    assert any(spoken_for.number in line for line in parts["affairs"])

    change_contact(world.east_contact, successor, actor=world.secretary, reason="rebalanced")
    task.refresh_from_db()
    spoken_for.refresh_from_db()
    assert task.member == successor
    assert spoken_for.agent == successor.user
    assert AuditEntry.objects.filter(act="affair.agent", object_id=str(spoken_for.pk)).count() == 1


def test_the_successor_of_a_contact_who_died_speaks_for_the_household(world, successor, spoken_for):
    end_member(world.member, actor=None, reason="deceased", why=AssignmentEnd.VACANCY)
    assert ContactMember.objects.get(pk=world.member.pk).user is None, "the membership no longer names the account"
    assign(world.households["east"], successor, actor=world.secretary)
    spoken_for.refresh_from_db()
    assert spoken_for.agent == successor.user


def test_a_family_affair_stays_off_the_sheet(world, spoken_for):
    Affair.objects.filter(pk=spoken_for.pk).update(category="family")
    parts = {part["key"]: part["lines"] for part in handover_parts.sheet(world.households["east"])}
    assert not any(spoken_for.number in line for line in parts.get("affairs", []))


def test_an_erased_person_is_taken_out_of_kept_sheets(world):
    household, person = world.households["east"], world.persons["east"]
    sheet = [{"key": "needs", "title": "诉求", "lines": [f"2026-01-05 {person.name}想装扶手", "2026-01-06 停水"]}]
    kept = ContactHandover.objects.create(
        household=household, from_assignment=world.east_contact, reason="rebalanced", sheet=sheet, due_at=now()
    )
    [room] = [source for source in subject_sources if source.key == "contacts"]
    words = [person.name, "", ""]
    assert sum(text.hide(person, words=words, actor=world.secretary) for text in room.texts) == 1
    kept.refresh_from_db()
    assert person.name not in str(kept.sheet)
    assert kept.sheet[0]["lines"][1] == "2026-01-06 停水"
    assert sum(text.hide(person, words=words, actor=world.secretary) for text in room.texts) == 0
