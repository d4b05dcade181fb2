"""Who comes, who goes, what is corrected: each refusal beside what is allowed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grids.common.clock import today
from grids.common.errors import Refused, StaleVersion
from grids.places.models import Building
from grids.trail.models import AuditEntry
from residents.roster import services
from residents.roster.choices import DwellingUse, EndReason, HouseholdStatus, Relation, ResidencyKind, Sex
from residents.roster.models import Dwelling, Household, Person, Residency
from residents.roster.rules import may_change_household
from tests.residents.roster.people import numbers

WITHOUT_KEEPING = ["auditor", "mentor", "liaison", "street_desk", "joint_member", "west_worker", "foreign_secretary"]


def new_home(world, **changes):
    values = {
        "actor": world.east_worker,
        "grid": world.east_micro,
        "building": "5",
        "unit": "2",
        "room": "1203室",
        "head": {"name": "吴新", "id_number": numbers(1)[0], "phone": "+86 139-0000-0001"},
    }
    return services.add_household(**{**values, **changes})


def wife_of(world, household, **changes):
    values = {"actor": world.east_worker, "relation": Relation.SPOUSE, "name": "郑妻", "sex": Sex.FEMALE}
    return services.add_person(household, **{**values, **changes})


def errors(caught) -> set[str]:
    return set(caught.value.message_dict)


# ------------------------------------------------------------------ adding
def test_a_household_is_added_at_the_doorstep(world):
    household = new_home(world, note=" 上夜班 ", kind=ResidencyKind.MIGRANT, use=DwellingUse.LET)

    assert household.dwelling.door == "5号楼2单元1203"
    assert (household.dwelling.floor, household.dwelling.use, household.note) == (12, "let", "上夜班")
    assert household.dwelling.grid == world.east_micro
    [head] = household.residencies.select_related("person")
    assert (head.is_head, head.relation, head.kind) == (True, Relation.HEAD, ResidencyKind.MIGRANT)
    person = Person.objects.get(pk=head.person_id)
    assert (person.phone, person.phone_tail, person.birth_date) == ("13900000001", "0001", date(1950, 1, 1))
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"building.add", "dwelling.add", "household.add", "person.add", "residency.start"} <= acts


def test_the_trail_never_holds_an_encrypted_value(world):
    household = new_home(world)
    person = household.residencies.get().person
    services.change_person(person, actor=world.east_worker, version=person.version, phone="13900000002")
    written = str(list(AuditEntry.objects.values_list("changes", "reason")))
    assert "•••" in written
    for value in (numbers(1)[0], "13900000001", "13900000002"):
        assert value not in written


@pytest.mark.parametrize("name", WITHOUT_KEEPING)
def test_only_who_keeps_the_roster_may_add(world, name):
    with pytest.raises(Refused):
        new_home(world, actor=getattr(world, name))
    with pytest.raises(Refused):
        wife_of(world, world.east_household, actor=getattr(world, name))
    new_home(world, actor=world.secretary)
    wife_of(world, world.east_household)


def test_a_building_is_not_made_twice(world):
    first = new_home(world, building="1", unit="1单元", room="301", head={"name": "甲"})
    assert first.dwelling.unit.building.name == "1号楼"
    again = new_home(world, building="１号楼", unit="1", room="302", head={"name": "乙"})
    assert again.dwelling.unit == first.dwelling.unit
    assert Building.objects.filter(name="1号楼").count() == 1
    from_grid = new_home(world, grid=world.east_grid, building="1号楼", unit="1", room="303", head={"name": "丙"})
    assert from_grid.dwelling.grid == world.east_micro


def test_an_ambiguous_building_asks_for_the_micro_grid(world):
    new_home(world, head={"name": "甲"})
    new_home(world, grid=world.west_micro, actor=world.west_worker, head={"name": "乙"})
    with pytest.raises(ValidationError) as caught:
        new_home(world, grid=world.community, actor=world.secretary, room="1", head={"name": "丙"})
    assert errors(caught) == {"grid"}


def test_a_taken_door_must_be_confirmed(world):
    first = new_home(world)
    with pytest.raises(ValidationError) as caught:
        new_home(world, head={"name": "合租"})
    [problem] = caught.value.error_dict["room"]
    assert problem.code == "door_taken"
    assert problem.params["household"] == first.pk
    second = new_home(world, head={"name": "合租"}, another_at_door=True)
    assert second.dwelling == first.dwelling


def test_a_refused_household_leaves_nothing_behind(world):
    before = Dwelling.objects.count(), Household.objects.count(), Building.objects.count(), AuditEntry.objects.count()
    with pytest.raises(ValidationError) as caught:
        new_home(world, head={"name": "", "phone": "1390000000"})
    assert errors(caught) == {"name", "phone"}
    after = Dwelling.objects.count(), Household.objects.count(), Building.objects.count(), AuditEntry.objects.count()
    assert after == before


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("opened_on", {"opened_on": date(2999, 1, 1)}),
        ("use", {"use": DwellingUse.VACANT}),
        ("building", {"building": " "}),
        ("room", {"room": ""}),
        ("floor", {"floor": 999}),
    ],
)
def test_a_door_is_checked(world, field, changes):
    with pytest.raises(ValidationError) as caught:
        new_home(world, **changes)
    assert errors(caught) == {field}


def test_duplicates_are_named_within_the_scope_only(world):
    number = world.west_person.id_number
    with pytest.raises(ValidationError) as caught:
        wife_of(world, world.east_household, actor=world.secretary, id_number=number.lower())
    [problem] = caught.value.error_dict["id_number"]
    assert problem.code == "duplicate"
    assert (problem.params["person"], problem.params["household"]) == (world.west_person.pk, world.west_household.pk)
    assert "李四" in caught.value.message_dict["id_number"][0]
    assert number not in str(caught.value)
    # The east worker may not even learn that the number is known elsewhere.
    wife_of(world, world.east_household, id_number=world.foreign_person.id_number)


def test_relations_to_the_head(world):
    with pytest.raises(ValidationError) as caught:
        wife_of(world, world.east_household, relation=Relation.HEAD)
    assert errors(caught) == {"relation"}
    wife_of(world, world.east_household)


# ------------------------------------------------------------------ moving
def test_moving_in_ends_where_somebody_lived(world):
    wife = wife_of(world, world.east_household)
    moved = services.move_in(wife.person, world.west_household, actor=world.secretary, relation=Relation.OTHER_RELATIVE)
    wife.refresh_from_db()
    assert (wife.ends_on, wife.end_reason) == (today(), EndReason.MOVED_INSIDE)
    assert moved.household == world.west_household
    assert wife.person.residencies.active().get() == moved


def test_moving_somebody_out_of_a_foreign_household_is_refused(world):
    with pytest.raises(Refused):
        services.move_in(world.west_person, world.east_household, actor=world.east_worker, relation=Relation.SIBLING)
    services.move_in(world.west_person, world.east_household, actor=world.secretary, relation=Relation.SIBLING)
    world.west_household.refresh_from_db()
    assert world.west_household.status == HouseholdStatus.CLOSED


def test_nobody_moves_in_twice_or_after_death(world):
    with pytest.raises(Refused, match="已住在本户"):
        services.move_in(world.east_person, world.east_household, actor=world.secretary, relation=Relation.SON)
    wife = wife_of(world, world.east_household)
    services.end_residency(wife, actor=world.east_worker, reason=EndReason.DECEASED)
    with pytest.raises(Refused, match="已去世"):
        services.move_in(wife.person, world.west_household, actor=world.secretary, relation=Relation.PARENT)


def test_a_household_moves_to_another_door(world):
    old = world.east_household.dwelling
    wife_of(world, world.east_household)
    household = services.move_household(
        world.east_household,
        actor=world.secretary,
        version=world.east_household.version,
        grid=world.west_micro,
        building="8幢",
        unit="1单元",
        room="302",
    )
    assert household.dwelling.door == "8幢1单元302"
    entry = AuditEntry.objects.get(act="household.move")
    assert entry.changes["dwelling"] == [old.pk, household.dwelling.pk]
    with pytest.raises(ValidationError):
        services.move_household(
            household,
            actor=world.secretary,
            version=household.version,
            grid=world.west_micro,
            building="8幢",
            unit="1单元",
            room="301",
        )


# ------------------------------------------------------------------ correcting
def test_a_stale_form_does_not_win(world):
    person = world.east_person
    opened = person.version
    services.change_person(person, actor=world.secretary, version=opened, name="赵一一")
    late = Person.objects.get(pk=person.pk)
    with pytest.raises(StaleVersion):
        services.change_person(late, actor=world.east_worker, version=opened, name="赵二")
    assert Person.objects.get(pk=person.pk).name == "赵一一"


def test_a_changed_number_is_found_by_its_new_index(world):
    person, number = world.east_person, numbers(1)[0]
    old = person.id_number
    services.change_person(person, actor=world.secretary, version=person.version, id_number=number, phone="02583000000")
    assert Person.objects.with_id_number(number).get() == person
    assert not Person.objects.with_id_number(old).exists()
    assert Person.objects.get(pk=person.pk).phone_tail == "0000"


def test_only_who_keeps_the_roster_may_correct(world):
    for name in WITHOUT_KEEPING:
        actor = getattr(world, name)
        with pytest.raises(Refused):
            services.change_person(world.east_person, actor=actor, version=1, name="某")
        with pytest.raises(Refused):
            services.change_household(world.east_household, actor=actor, version=1, note="某")
    services.change_person(world.east_person, actor=world.leader, version=1, name="某")
    services.change_household(world.east_household, actor=world.leader, version=1, note="某", use=DwellingUse.LET)
    assert Dwelling.objects.get(pk=world.east_household.dwelling_id).use == DwellingUse.LET


def test_another_head_is_named(world):
    wife = wife_of(world, world.east_household)
    services.name_head(wife, actor=world.east_worker, former_relation=Relation.SPOUSE)
    heads = world.east_household.residencies.active().filter(is_head=True)
    assert [head.person.name for head in heads] == ["郑妻"]
    with pytest.raises(ValidationError):
        services.change_residency(
            wife, actor=world.east_worker, version=wife.version, relation="10", kind=wife.kind, starts_on=today()
        )


# ------------------------------------------------------------------ leaving
def test_a_head_leaves_only_with_a_successor(world):
    head = world.east_household.residencies.get()
    wife = wife_of(world, world.east_household)
    with pytest.raises(ValidationError) as caught:
        services.end_residency(head, actor=world.east_worker, reason=EndReason.MOVED_OUT)
    assert errors(caught) == {"new_head"}
    other_home = world.west_household.residencies.get()
    with pytest.raises(ValidationError):
        services.end_residency(head, actor=world.east_worker, reason=EndReason.MOVED_OUT, new_head=other_home)
    services.end_residency(head, actor=world.east_worker, reason=EndReason.MOVED_OUT, new_head=wife)
    world.east_household.refresh_from_db()
    assert world.east_household.status == HouseholdStatus.ACTIVE
    assert world.east_household.residencies.active().get(is_head=True) == wife


def test_the_last_one_closes_the_door(world):
    told = []

    def hook(household, *, actor, on):
        told.append((household.pk, actor, on))

    services.household_closed.append(hook)
    try:
        head = world.east_household.residencies.get()
        services.end_residency(head, actor=world.east_worker, reason=EndReason.DECEASED)
    finally:
        services.household_closed.remove(hook)
    world.east_household.refresh_from_db()
    world.east_person.refresh_from_db()
    assert (world.east_household.status, world.east_household.closed_on) == (HouseholdStatus.CLOSED, today())
    assert world.east_person.deceased_on == today()
    assert told == [(world.east_household.pk, world.east_worker, today())]
    assert not may_change_household(world.secretary, world.east_household)
    with pytest.raises(Refused):
        wife_of(world, world.east_household)
    with pytest.raises(Refused):
        services.end_residency(head, actor=world.east_worker, reason=EndReason.MOVED_OUT)


def test_a_whole_household_leaves(world):
    wife_of(world, world.east_household)
    services.close_household(world.east_household, actor=world.east_worker, reason=EndReason.MOVED_OUT)
    assert world.east_household.status == HouseholdStatus.CLOSED
    assert not world.east_household.residencies.active().exists()
    with pytest.raises(Refused):
        services.close_household(world.west_household, actor=world.east_worker, reason=EndReason.MOVED_OUT)


@pytest.mark.parametrize("on", [date(2024, 12, 31), date(2999, 1, 1)])
def test_nobody_leaves_before_he_came_or_tomorrow(world, on):
    head = world.east_household.residencies.get()
    with pytest.raises(ValidationError):
        services.end_residency(head, actor=world.east_worker, reason=EndReason.MOVED_OUT, on=on)
    yesterday = today() - timedelta(days=1)
    services.end_residency(head, actor=world.east_worker, reason=EndReason.MOVED_OUT, on=yesterday)


# ------------------------------------------------------------------ the database stands behind it
def test_the_database_refuses_a_second_place_to_live(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Residency.objects.create(person=world.east_person, household=world.west_household, relation=Relation.SON)
    Residency.objects.create(
        person=world.east_person,
        household=world.west_household,
        relation=Relation.SON,
        starts_on=date(2020, 1, 1),
        ends_on=date(2021, 1, 1),
    )


def test_the_database_refuses_a_second_head(world):
    person = Person.objects.create(name="甲")
    with pytest.raises(IntegrityError), transaction.atomic():
        Residency.objects.create(person=person, household=world.east_household, relation=Relation.HEAD, is_head=True)
    Residency.objects.create(person=person, household=world.east_household, relation=Relation.SON)


def test_the_database_refuses_a_closed_household_without_a_day(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.filter(pk=world.east_household.pk).update(status=HouseholdStatus.CLOSED)


# ------------------------------------------------------------------ revealing
def test_a_reveal_is_written_into_the_trail(world):
    value = services.reveal(world.east_person, "phone", actor=world.east_worker, purpose="contact")
    assert value == "13800000101"
    entry = AuditEntry.objects.get(act="person.reveal")
    assert (entry.actor, entry.reason, entry.object_id) == (world.east_worker, "contact", str(world.east_person.pk))
    assert entry.changes == {"phone": ["", "•••"]}
    assert entry.grid == world.east_micro


@pytest.mark.parametrize("name", [*WITHOUT_KEEPING, "district_office", "stranger"])
def test_who_may_not_reveal_leaves_no_trace_of_a_value(world, name):
    with pytest.raises(Refused):
        services.reveal(world.east_person, "phone", actor=getattr(world, name), purpose="contact")
    assert not AuditEntry.objects.filter(act="person.reveal").exists()
    services.reveal(world.east_person, "phone", actor=world.leader, purpose="contact")


@pytest.mark.parametrize(("field", "purpose"), [("name", "contact"), ("phone", ""), ("phone", "curiosity")])
def test_a_reveal_has_a_field_and_a_purpose(world, field, purpose):
    with pytest.raises(ValidationError):
        services.reveal(world.east_person, field, actor=world.east_worker, purpose=purpose)


def test_a_look_up_finds_only_the_whole_number_in_scope(world):
    number = world.east_person.id_number
    assert services.look_up(f" {number} ", actor=world.east_worker) == [world.east_person]
    assert services.look_up(number, actor=world.west_worker) == []
    assert services.look_up(number, actor=world.auditor) == []
    with pytest.raises(ValidationError):
        services.look_up(number[:17], actor=world.east_worker)
    assert AuditEntry.objects.filter(act="person.lookup").count() == 3


def test_numbers_cannot_be_tried_out(world):
    for number in numbers(30):
        services.look_up(number, actor=world.east_worker)
    with pytest.raises(Refused):
        services.look_up(numbers(1)[0], actor=world.east_worker)
    services.look_up(numbers(1)[0], actor=world.west_worker)
