"""Which pairs are proposed, to whom, and the pages on which they are merged."""

import html
import random
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from residents.roster import duplicates
from residents.roster.choices import Relation
from residents.roster.duplicates import Sign, normalised, similar
from residents.roster.initials import initials_of
from residents.roster.models import NoDuplicate, Person, PersonMerge, Residency
from residents.roster.services.merging import judge_two_persons, merge_persons
from tests.residents.roster.people import numbers, words

BORN = date(1980, 5, 6)


def live(household, name, **values):
    person = Person(name=name, name_initials=initials_of(name), **values)
    person.phone_tail = person.phone[-4:]
    person.save()
    Residency.objects.create(
        person=person, household=household, relation=Relation.NOT_RELATED, starts_on=date(2025, 1, 1)
    )
    return person


def found(user):
    return {(pair.first, pair.second): pair.sign for pair in duplicates.find(user)}


# ------------------------------------------------------------------ names
@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("王小明", "王小明", True),
        ("王小明", "王 小明", True),
        ("王小明", "王晓明", True),
        ("王小明", "王明小", True),
        ("王小明", "小王明", True),
        ("王小明", "王明", True),
        ("阿不都·热合曼", "阿不都热合曼", True),
        ("John Smith", "john smith", True),
        ("张三", "张四", True),
        ("张三", "章山", True),
        ("王小明", "王大勇", False),
        ("王小明", "明小王", False),
        ("张三", "李四", False),
        ("王", "李", False),
        ("王小明", "王", False),
        ("", "", False),
    ],
)
def test_similar_names(one, other, alike):
    initials = (initials_of(one), initials_of(other))
    assert similar(one, other, initials=initials) is alike
    assert similar(other, one, initials=initials[::-1]) is alike


def test_normalised():
    assert normalised(" Ａbc·Ｄ ") == "abcd"


# ------------------------------------------------------------------ pairs
def test_one_number_twice(world):
    number = numbers(1)[0]
    one = live(world.east_household, "吴双", id_number=number)
    other = live(world.west_household, "郑重", id_number=number)
    assert found(world.secretary) == {(one.pk, other.pk): Sign.NUMBER}
    assert found(world.desk_worker) == {(one.pk, other.pk): Sign.NUMBER}


def test_similar_with_birth_date_and_door_or_phone(world):
    door = live(world.east_household, "吴双", birth_date=BORN, phone="13900000001")
    same_door = live(world.east_household, "吴爽", birth_date=BORN)
    same_phone = live(world.west_household, "吴霜", birth_date=BORN, phone="13900000001")
    live(world.west_household, "吴双", birth_date=date(1980, 6, 5), phone="13900000001")  # born on another day
    live(world.east_other_household, "吴双", birth_date=BORN)  # another door, another phone
    live(world.east_household, "郑大勇", birth_date=BORN)  # another name
    assert found(world.secretary) == {
        (door.pk, same_phone.pk): Sign.PHONE,
        (door.pk, same_door.pk): Sign.DOOR,
    }
    assert [pair.sign for pair in duplicates.find(world.secretary)] == [Sign.PHONE, Sign.DOOR]


def test_twins_are_two_persons(world):
    one, other = numbers(2)
    live(world.east_household, "王大龙", birth_date=BORN, id_number=one)
    live(world.east_household, "王小龙", birth_date=BORN, id_number=other)
    live(world.west_household, "李龙", birth_date=BORN, sex="1")
    live(world.west_household, "李凤", birth_date=BORN, sex="2")
    assert found(world.secretary) == {}


def test_the_verdict_hides_a_pair(world):
    one = live(world.east_household, "吴双", birth_date=BORN)
    other = live(world.east_household, "吴爽", birth_date=BORN)
    judge_two_persons(one, other, actor=world.secretary)
    assert found(world.secretary) == {}
    assert duplicates.of_person(one, world.secretary) == []


def test_a_merged_record_is_proposed_no_more(world):
    number = numbers(1)[0]
    one = live(world.east_household, "吴双", id_number=number)
    other = live(world.west_household, "吴双", id_number=number)
    merge_persons(one, other, actor=world.secretary, version=1, absorbed_version=1)
    assert found(world.secretary) == {}


def test_nothing_beyond_ones_grids(world):
    number = numbers(1)[0]
    live(world.east_household, "吴双", id_number=number)
    live(world.foreign_household, "吴双", id_number=number)
    for name in ("secretary", "foreign_secretary", "east_worker", "auditor", "street_desk", "liaison", "stranger"):
        assert found(world.users[name]) == {}


def test_the_pairs_of_one_person(world):
    number = numbers(1)[0]
    one = live(world.east_household, "吴双", id_number=number, birth_date=BORN, phone="13900000001")
    by_number = live(world.west_household, "郑重", id_number=number)
    by_phone = live(world.west_household, "吴霜", birth_date=BORN, phone="13900000001")
    by_door = live(world.east_household, "吴爽", birth_date=BORN)
    live(world.foreign_household, "吴双", id_number=number)
    pairs = {pair.second: pair.sign for pair in duplicates.of_person(one, world.secretary)}
    assert pairs == {by_number.pk: Sign.NUMBER, by_phone.pk: Sign.PHONE, by_door.pk: Sign.DOOR}
    everything = duplicates.find(world.secretary)
    assert {(pair.first, pair.second) for pair in everything if one.pk in {pair.first, pair.second}} == {
        (one.pk, pk) for pk in pairs
    }


def test_planted_duplicates_are_all_found(world):
    """3,000 persons, 60 planted slips of the pen; every one is proposed and few others are."""
    draw = random.Random(11)
    homes = [world.east_household, world.east_other_household, world.west_household, world.member_household]
    surnames, given = "赵钱孙李周吴郑王冯陈褚卫", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华"
    persons = []
    for place in range(3000):
        name = draw.choice(surnames) + "".join(draw.choice(given) for _ in range(2))
        born = date(1940 + place % 80, place // 80 % 12 + 1, place // 960 * 9 + 1)
        persons.append(Person(name=name, name_initials=initials_of(name), birth_date=born, phone=f"139{place:08d}"))
    Person.objects.bulk_create(persons, batch_size=500)
    homes_of = {person.pk: homes[place % 4] for place, person in enumerate(persons)}
    planted = set()
    for person in draw.sample(persons, 60):
        slip = draw.choice(["same", "other", "swapped", "sound"])
        name = {
            "same": person.name,
            "other": person.name[0] + draw.choice(given) + person.name[2],
            "swapped": person.name[0] + person.name[2] + person.name[1],
            "sound": person.name,
        }[slip]
        by_phone = draw.random() < 0.5
        again = Person.objects.create(
            name=name,
            name_initials=initials_of(name),
            birth_date=person.birth_date,
            phone=person.phone if by_phone else "",
        )
        homes_of[again.pk] = homes[(homes.index(homes_of[person.pk]) + 1) % 4] if by_phone else homes_of[person.pk]
        planted.add((person.pk, again.pk))
    Residency.objects.bulk_create(
        [
            Residency(person_id=pk, household=home, relation=Relation.NOT_RELATED, starts_on=date(2025, 1, 1))
            for pk, home in homes_of.items()
        ],
        batch_size=500,
    )
    pairs = set(found(world.secretary))
    assert planted <= pairs
    assert len(pairs) < 90


# ------------------------------------------------------------------ pages
@pytest.fixture
def pair(world):
    one = live(world.east_household, "吴双", birth_date=BORN, phone="13900000001", id_number=numbers(1)[0])
    return one, live(world.east_household, "吴爽", birth_date=BORN, phone="13900000002")


def test_the_list_shows_pairs_masked(visit, world, pair):
    text = words(visit(world.secretary, "duplicate-list"))
    assert "吴双" in text
    assert "吴爽" in text
    assert "139****0001" in text
    assert "13900000001" not in text
    assert pair[0].id_number not in text
    assert "1980-05-06" not in text
    assert visit(world.east_worker, "duplicate-list").status_code == 403


def test_queries_do_not_grow_with_pairs(visit, world, pair):
    with CaptureQueriesContext(connection) as few:
        visit(world.secretary, "duplicate-list")
    for place in range(12):
        live(world.east_household, "吴双" + "一二三四五六七八九十甲乙"[place], birth_date=BORN)
    with CaptureQueriesContext(connection) as many:
        page = visit(world.secretary, "duplicate-list")
    assert page.context["count"] > 20
    assert len(many) <= len(few)


def test_side_by_side_and_merged(visit, world, pair):
    one, other = pair
    page = visit(world.secretary, "personmerge-create", one.pk, other.pk)
    text = words(page)
    assert "pick_name" in text
    assert "pick_birth_date" not in text
    assert one.id_number not in text
    data = {
        "version": one.version,
        "absorbed_version": other.version,
        "pick_name": "absorbed",
        "pick_phone": "kept",
        "pick_id_number": "kept",
        "reason": "打电话问过",
    }
    answer = visit(world.secretary, "personmerge-create", one.pk, other.pk, data=data)
    assert answer.status_code == 302, words(answer)
    one.refresh_from_db()
    assert (one.name, one.phone, one.name_initials) == ("吴爽", "13900000001", "ws")
    # The absorbed record is nowhere, and its address leads on.
    answer = visit(world.secretary, "person-detail", other.pk)
    assert answer.headers["Location"] == reverse("residents:person-detail", args=[one.pk])
    assert visit(world.foreign_secretary, "person-detail", other.pk).status_code == 404
    assert visit(world.secretary, "person-update", other.pk).status_code == 404
    listed = words(visit(world.secretary, "person-list", query="?q=吴"))
    assert listed.count(reverse("residents:person-detail", args=[one.pk])) >= 1
    assert reverse("residents:person-detail", args=[other.pk]) not in listed
    # From the list of merges and from the person's page it can be undone.
    done = PersonMerge.objects.get(kept=one)
    undo = reverse("residents:personmerge-undo", args=[done.pk])
    assert undo in words(visit(world.secretary, "personmerge-list"))
    assert undo in words(visit(world.secretary, "person-detail", one.pk))
    assert undo not in words(visit(world.east_worker, "person-detail", one.pk))
    assert visit(world.secretary, "personmerge-undo", done.pk, data={}).status_code == 302
    one.refresh_from_db()
    assert one.name == "吴双"
    assert visit(world.secretary, "person-detail", other.pk).status_code == 200


def test_a_missing_choice_is_asked_for_and_a_stale_page_is_a_conflict(visit, world, pair):
    one, other = pair
    data = {"version": one.version, "absorbed_version": other.version}
    answer = visit(world.secretary, "personmerge-create", one.pk, other.pk, data=data)
    assert answer.status_code == 200
    assert "pick_name" in answer.context["form"].errors
    data |= dict.fromkeys(["pick_name", "pick_phone", "pick_id_number"], "kept")
    Person.objects.filter(pk=one.pk).update(version=7)
    assert visit(world.secretary, "personmerge-create", one.pk, other.pk, data=data).status_code == 409


def test_the_verdict_page(visit, world, pair):
    one, other = pair
    assert visit(world.secretary, "noduplicate-create", one.pk, other.pk).status_code == 200
    assert visit(world.secretary, "noduplicate-create", one.pk, other.pk, data={}).status_code == 302
    assert NoDuplicate.objects.filter(first=one, second=other).exists()
    assert "吴双" not in html.unescape(visit(world.secretary, "duplicate-list").content.decode())


@pytest.mark.parametrize("name", ["personmerge-create", "noduplicate-create"])
def test_foreign_persons_do_not_exist(visit, world, pair, name):
    foreign = world.foreign_person
    for keys in ((pair[0].pk, foreign.pk), (foreign.pk, pair[0].pk), (pair[0].pk, pair[0].pk), (pair[0].pk, 10**12)):
        assert visit(world.secretary, name, *keys).status_code == 404
    assert visit(world.east_worker, name, pair[0].pk, pair[1].pk).status_code == 403
    assert visit(world.foreign_secretary, name, pair[0].pk, pair[1].pk).status_code == 404


def test_the_merges_list_does_not_grow_in_queries(visit, world):
    def one_more():
        merge_persons(
            live(world.east_household, "吴双"),
            live(world.east_household, "吴双"),
            actor=world.secretary,
            version=1,
            absorbed_version=1,
        )

    one_more()
    with CaptureQueriesContext(connection) as few:
        visit(world.secretary, "personmerge-list")
    for _ in range(5):
        one_more()
    with CaptureQueriesContext(connection) as many:
        visit(world.secretary, "personmerge-list")
    assert len(many) <= len(few)
    assert visit(world.foreign_secretary, "personmerge-list").context["page"].paginator.count == 1
