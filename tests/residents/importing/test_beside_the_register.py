"""A file beside the register and beside itself: what is right row by row and yet cannot be."""

import json
from datetime import timedelta

import pytest

from grids.common.clock import today
from grids.places.models import Building, Compound
from residents.importing.choices import ImportState
from residents.importing.packets import stored_rows
from residents.importing.services import undo_import
from residents.rentals.services import open_file
from residents.roster.choices import DwellingUse, Relation
from residents.roster.models import Dwelling, Household, Person
from residents.roster.services import change_household, close_household, move_away, move_in, record_death
from tests.residents.importing.files import HEADINGS, confirm, counts, upload, workbook
from tests.residents.importing.test_life import family, register

pytestmark = pytest.mark.django_db


def test_nobody_is_brought_in_before_he_left_another_home(world):
    confirm(upload(world, workbook(family("101", ["甲一", "甲二"]) + family("102", ["乙一"], first=4))))
    desk, day = world.fresh("secretary"), today()
    for home in Household.objects.filter(dwelling__unit__building__name="5幢"):
        change_household(home, actor=desk, version=home.version, opened_on=day - timedelta(days=400))
    person = Person.objects.get(name="甲二")
    home = Person.objects.get(name="乙一").residencies.get().household
    move_in(person, home, actor=desk, relation=Relation.OTHER_RELATIVE, starts_on=day - timedelta(days=100))
    row = [*family("102", ["乙一"])[0]]
    row[0:4] = ["甲二", person.id_number, "", "其他亲属"]

    def read(since):
        return upload(world, workbook([[*row, f"{since:%Y-%m-%d}"]], [*HEADINGS, "入住日期"]))

    early = read(day - timedelta(days=101))
    assert counts(early) == (0, 0, 0, 1)
    [wrong] = stored_rows(early)
    assert [(fault.column, fault.field) for fault in wrong.faults] == [(9, "since")]
    done = confirm(read(day - timedelta(days=90)))
    assert done.state == ImportState.DONE
    assert list(person.residencies.order_by("starts_on").values_list("starts_on", "ends_on")) == [
        (day - timedelta(days=400), day - timedelta(days=100)),
        (day - timedelta(days=90), None),
    ]


def test_what_rows_say_of_their_door_is_kept_or_told(world):
    """The use of a dwelling by whichever row says it; two uses are wrong; a second remark is named, not dropped."""
    heads = [*HEADINGS, "房屋用途", "备注"]
    said = [("", "门铃坏了"), ("出租", ""), ("", "下午在家")]
    rows = [[*row, *more] for row, more in zip(family("101", ["甲一", "甲二", "甲三"]), said, strict=True)]
    read = upload(world, workbook(rows, heads))
    told = {row.draft.row: row.notes for row in stored_rows(read) if row.notes}
    assert (counts(read), list(told)) == ((3, 0, 0, 0), [4])
    assert confirm(read).state == ImportState.DONE
    home = Person.objects.get(name="甲一").residencies.get().household
    assert (home.dwelling.use, home.note) == (DwellingUse.LET, "门铃坏了")

    rows[0][-2] = "自住"
    wrong = upload(world, workbook(rows, heads))
    assert [(row.draft.row, row.faults[0].column) for row in stored_rows(wrong) if row.faults] == [(3, 9)]


def test_a_vacant_dwelling_is_lived_in_and_vacant_again_after_the_undo(world):
    confirm(upload(world, workbook(family("101", ["甲一"]))))
    home = Person.objects.get(name="甲一").residencies.get().household
    close_household(home, actor=world.fresh("secretary"), reason="moved_out")
    Dwelling.objects.filter(pk=home.dwelling_id).update(use=DwellingUse.VACANT)
    done = confirm(upload(world, workbook(family("101", ["乙一", "乙二"], first=3))))
    assert done.state == ImportState.DONE, done.job.message
    assert Dwelling.objects.get(pk=home.dwelling_id).use == DwellingUse.OWN
    undo_import(done, actor=world.fresh("secretary"))
    assert Dwelling.objects.get(pk=home.dwelling_id).use == DwellingUse.VACANT


def test_a_dwelling_with_a_rental_file_stays_let(world):
    dwelling = world.east_household.dwelling
    open_file(dwelling, actor=world.fresh("secretary"), landlord_name="房东")
    person, unit = world.east_person, dwelling.unit
    row = [person.name, person.id_number, "", "", "", "", unit.building.name, unit.name, dwelling.room]

    def read(use):
        return upload(world, workbook([[*row, use]], [*HEADINGS, "房屋用途"]))

    [wrong] = stored_rows(read("自住"))
    assert [(fault.column, fault.field) for fault in wrong.faults] == [(9, "use")]
    assert counts(read("出租")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        (("", ""), ("", ""), 1),
        (("", "1990-01-05"), ("", "1990-01-05"), 1),
        (("", "1990-01-05"), ("", ""), 1),
        (("number", ""), ("", ""), 1),
        (("number", ""), ("number", ""), 0),
        (("", "1990-01-05"), ("", "1991-01-05"), 0),
    ],
)
def test_two_of_one_name_at_one_door_are_told_apart_or_one_person_twice(world, first, second, wrong):
    """Whoever is listed twice without a number would be two persons, and the same file would not know them again."""
    rows = family("101", ["甲一", "甲二", "甲二"])
    for row, (number, _born) in zip(rows[1:], (first, second), strict=True):
        row[1] = row[1] if number else ""
    content = workbook(
        [[*row, born] for row, born in zip(rows, ("", first[1], second[1]), strict=True)], [*HEADINGS, "出生日期"]
    )
    read = upload(world, content)
    assert counts(read) == (3 - wrong, 0, 0, wrong)
    if not wrong:
        assert confirm(read).state == ImportState.DONE
        assert counts(upload(world, content)) == (0, 0, 3, 0)


def test_somebody_registered_elsewhere_is_named_as_far_as_one_may_know(world):
    """At another door of one's own, in another community, dead, gone: never moved, never registered twice."""
    confirm(upload(world, workbook(family("101", ["甲一", "甲二"]) + family("102", ["乙一", "乙二"], first=4))))
    desk, people = world.fresh("secretary"), {one.name: one for one in Person.objects.filter(name__in=["乙一", "乙二"])}
    move_away(people["乙二"].residencies.get(), actor=desk)
    record_death(people["乙一"], actor=desk, on=today())
    before = register()
    numbers_of = [Person.objects.get(name="甲二").id_number, world.foreign_person.id_number]
    numbers_of += [people["乙一"].id_number, people["乙二"].id_number]
    rows = [["丁某", number, "", "户主", "", "", "5幢", "1", f"70{n}"] for n, number in enumerate(numbers_of)]

    read = upload(world, workbook(rows))

    assert counts(read) == (0, 0, 0, 4)
    faults = [row.faults[0] for row in stored_rows(read)]
    assert {(fault.column, fault.field) for fault in faults} == {(1, "id_number")}
    here, foreign, dead, gone = (fault.message for fault in faults)
    assert "5幢1单元101" in here
    assert "其他社区" in foreign
    assert world.foreign_household.dwelling.door not in foreign
    assert world.foreign_person.name not in foreign
    assert "去世" in dead
    assert "迁入" in gone
    assert register() == before


def test_one_number_in_two_compounds_is_two_buildings(world):
    """By a column of their own or in the address; who does not say which one is asked; one compound needs no name."""
    Compound.objects.create(grid=world.east_grid, name="阳光花园", kind="estate")
    heads = ["姓名", "网格", "小区", "楼栋", "室"]
    rows = [["甲一", "一幢", "阳光花园", "3号楼", "101"], ["乙一", "一幢", "月亮花园", "3号楼", "101"]]
    unclear = upload(world, workbook([*rows, ["丙一", "一幢", "", "3号楼", "102"]], heads))
    assert [(row.draft.row, row.faults[0].column) for row in stored_rows(unclear) if row.faults] == [(4, 2)]

    content = workbook([*rows, ["丙一", "一幢", "月亮花园", "8号楼", "102"]], heads)
    read = upload(world, content)
    assert "月亮花园" in json.loads(read.digest)["notes"][-1]
    assert confirm(read).state == ImportState.DONE
    buildings = Building.objects.filter(grid=world.east_micro).values_list("name", "compound__name")
    assert {("阳光花园3号楼", "阳光花园"), ("月亮花园3号楼", None), ("8号楼", None)} <= set(buildings)
    assert counts(upload(world, content))[:2] == (0, 0)
    later = [["姓名", "网格", "现住址"], ["丁一", "一幢", "江畔街道丁香社区阳光花园3号楼201"]]
    assert confirm(upload(world, workbook(later[1:], later[0]))).state == ImportState.DONE
    home = Person.objects.get(name="丁一").residencies.get().household
    assert home.dwelling.door == "阳光花园3号楼201"
