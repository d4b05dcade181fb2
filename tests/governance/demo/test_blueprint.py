"""The demo on paper: the numbers of domain.md 0.4, 6.2 and 6.3, the same people for the same seed. No database."""

import hashlib
from collections import Counter

import pytest
from stdnum.cn import ric

from governance.affairs.choices import Category
from governance.affairs.guards import OUTCOMES
from governance.demo import territory
from governance.demo.affair_plans import templates
from governance.demo.blueprint import SEED, Blueprint, draw_up
from governance.demo.families import LARGEST, SMALLEST, sizes_for
from governance.demo.names import ID_AREA, PHONE_BLOCK, REFERENCE_DAY
from residents.roster.rules import clean_person
from residents.visits.rules import wording_warnings


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return draw_up()


def people(plan):
    return [person for _grid, _micro, door in plan.doors() for person in door.family.persons]


def digest(blueprint: Blueprint) -> str:
    """Names and doors of everybody, in order."""
    lines = [
        f"{micro.name} {door.unit} {door.room} {person.name} {person.id_number}"
        for plan in (blueprint.dingshan, blueprint.sanjiabang)
        for _grid, micro, door in plan.doors()
        for person in door.family.persons
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_dingshan_has_the_numbers_of_its_story(blueprint):
    plan = blueprint.dingshan
    kinds = Counter("exclusive" if grid.exclusive_type else "comprehensive" for grid in plan.grids)
    assert kinds == {"comprehensive": 9, "exclusive": 4}
    assert [grid.number for grid in plan.grids] == [*range(1, 10), 901, 902, 903, 904]
    micro_grids = [micro for _grid, micro in plan.micro_grids()]
    assert len(micro_grids) == 253
    assert all(10 <= len(micro.doors) <= 14 for micro in micro_grids)
    assert 2_530 <= sum(len(micro.doors) for micro in micro_grids) <= 3_542
    assert len(people(plan)) == 10_537


def test_a_comprehensive_grid_has_300_to_500_households(blueprint):
    sizes = [sum(len(micro.doors) for micro in grid.micro_grids) for grid in blueprint.dingshan.grids[:9]]
    assert all(300 <= size <= 500 for size in sizes), sizes


def test_sanjiabang_has_1904_households(blueprint):
    plan = blueprint.sanjiabang
    assert sum(1 for _place in plan.doors()) == 1_904
    assert len(people(plan)) == territory.RESIDENTS_OF_SANJIABANG


def test_doors_are_unique(blueprint):
    for plan in (blueprint.dingshan, blueprint.sanjiabang):
        doors = [(grid.number, micro.building, door.unit, door.room) for grid, micro, door in plan.doors()]
        assert len(doors) == len(set(doors))


def test_every_household_has_one_head_who_is_of_age(blueprint):
    for plan in (blueprint.dingshan, blueprint.sanjiabang):
        for _grid, _micro, door in plan.doors():
            heads = [person for person in door.family.persons if person.is_head]
            assert len(heads) == 1
            assert heads[0].age >= 18


def test_parents_are_older_than_their_children(blueprint):
    for _grid, _micro, door in blueprint.dingshan.doors():
        ages = {person.relation.name: person.age for person in door.family.persons}
        for child in ("SON", "DAUGHTER"):
            assert ages.get(child, 0) + 14 <= ages["HEAD"]
        if "PARENT" in ages:
            assert ages["PARENT"] >= ages["HEAD"] + 14


def test_identity_numbers_are_of_nobody_and_right_in_themselves(blueprint):
    persons = people(blueprint.dingshan) + people(blueprint.sanjiabang)
    numbers = [person.id_number for person in persons]
    assert len(numbers) == len(set(numbers))
    for person in persons:
        assert person.id_number.startswith(ID_AREA)
        # python-stdnum knows the check digit; the area is the one thing it must not know.
        assert ric.calc_check_digit(person.id_number) == person.id_number[-1]
        assert person.id_number[6:14] == f"{person.birth_date:%Y%m%d}"
        assert int(person.id_number[16]) % 2 == (person.sex == "1")


def test_phones_are_of_no_network_and_used_once(blueprint):
    phones = [person.phone for person in people(blueprint.dingshan) + people(blueprint.sanjiabang) if person.phone]
    assert all(phone.startswith(PHONE_BLOCK) and len(phone) == 11 for phone in phones)
    assert len(phones) == len(set(phones))


def test_everybody_passes_the_rules_of_the_roster(blueprint):
    for person in people(blueprint.sanjiabang):
        values = {"name": person.name, "id_number": person.id_number, "phone": person.phone}
        cleaned = clean_person(values, on=REFERENCE_DAY)
        assert cleaned["birth_date"] == person.birth_date
        assert cleaned["sex"] == person.sex


def test_the_same_seed_makes_the_same_people_and_another_seed_others(blueprint):
    assert digest(draw_up(SEED)) == digest(blueprint)
    assert digest(draw_up(SEED + 1)) != digest(blueprint)


def test_another_seed_keeps_the_numbers():
    other = draw_up(7)
    assert len(people(other.dingshan)) == 10_537
    assert sum(1 for _place in other.sanjiabang.doors()) == 1_904


def test_sizes_add_up_or_are_refused(blueprint):
    random = blueprint.registry.random
    assert sum(sizes_for(10, 37, random)) == 37
    for impossible in (10 * SMALLEST - 1, 10 * LARGEST + 1):
        with pytest.raises(ValueError, match="do not fit"):
            sizes_for(10, impossible, random)


def test_there_are_sixty_stories_and_each_category_can_end_so():
    stories = templates()
    assert len({story.text for story in stories}) == len(stories) >= 60
    for story in stories:
        assert story.category in Category.decided()
        assert story.outcome in OUTCOMES[story.category]
        assert 1 <= story.rule <= 8
        assert len(story.result) >= 10
        assert "{at}" in story.text
        assert wording_warnings(story.text + story.result) == []
