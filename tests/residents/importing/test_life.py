"""An import from its upload to its undo: all or nothing, the same file twice, and back again."""

from datetime import timedelta

import pytest

from grids.access.choices import Role
from grids.access.services import revoke_role
from grids.common.clock import now, stopped_at
from grids.common.errors import Conflict, Refused
from grids.jobs.worker import run_pending
from grids.places.models import Building, Unit
from grids.trail.models import AuditEntry
from residents.importing.choices import ImportState, Outcome
from residents.importing.packets import ALL_OUTCOMES, row_page, stored_rows
from residents.importing.services import cancel_import, confirm_import, read_again, start_import, undo_import
from residents.importing.services.undoing import Touched
from residents.roster.choices import Relation
from residents.roster.models import Dwelling, Headship, Household, Person, Residency, Stay
from residents.roster.services import change_person, reveal
from tests.residents.importing.files import HEADINGS, confirm, counts, fresh, upload, workbook
from tests.residents.roster.people import numbers

pytestmark = pytest.mark.django_db


def family(room: str, people: list[str], *, first: int = 0, grid: str = "一幢") -> list[list[str]]:
    """A new household behind one door of the east micro-grid: the first one is its head."""
    known = numbers(first + len(people))[first:]
    return [
        [
            name,
            known[place],
            f"139{first + place:08d}",
            "户主" if place == 0 else "其他亲属",
            room,
            grid,
            "5幢",
            "1",
            room,
        ]
        for place, name in enumerate(people)
    ]


def register() -> dict[str, list]:
    """Everything that an undo must give back, row by row and value by value."""
    kept = {}
    for model in (Person, Residency, Household, Stay, Headship, Dwelling, Unit, Building):
        names = [field.attname for field in model._meta.concrete_fields if field.name not in {"version", "changed_at"}]
        kept[model.__name__] = sorted(model.objects.values_list(*names), key=str)
    return kept


def test_new_households_come_in_whole(world):
    rows = family("101", ["甲一", "甲二", "甲三"]) + family("102", ["乙一"], first=3)
    read = upload(world, workbook(rows))

    assert (read.state, counts(read)) == (ImportState.PREVIEWED, (4, 0, 0, 0)), read.message
    assert not Person.objects.filter(name="甲一").exists()
    done = confirm(read)

    assert done.state == ImportState.DONE, done.job.message
    head = Person.objects.get(name="甲一")
    assert head.id_number == rows[0][1]
    residency = head.residencies.get()
    assert residency.is_head
    assert residency.household.dwelling.grid == world.east_micro
    assert residency.household.dwelling.door == "5幢1单元101"
    assert residency.household.residencies.count() == 3
    assert residency.household.stays.count() == residency.household.headships.count() == 1
    entry = AuditEntry.objects.get(act="import.apply")
    assert (entry.actor, entry.grid) == (world.secretary, world.community)
    assert entry.changes["new"] == [0, 4]
    assert AuditEntry.objects.filter(act="roster.load").count() == 0


def test_the_second_import_of_a_file_changes_nothing(world):
    content = workbook(family("101", ["甲一", "甲二"]) + family("103", ["丙一"], first=2))
    confirm(upload(world, content))
    before = register()

    again = upload(world, content)

    assert counts(again) == (0, 0, 3, 0)
    with pytest.raises(Refused):
        confirm_import(again, actor=again.owner, fingerprint=again.fingerprint)
    assert register() == before


def test_one_wrong_row_keeps_all_of_them_out(world):
    rows = family("101", ["甲一", "甲二"])
    rows[1][1] = rows[1][1][:-1] + ("0" if rows[1][1][-1] != "0" else "1")
    read = upload(world, workbook(rows))

    assert counts(read) == (1, 0, 0, 1)
    with pytest.raises(Refused):
        confirm_import(read, actor=read.owner, fingerprint=read.fingerprint)
    [wrong] = [row for row in stored_rows(read) if row.outcome == Outcome.WRONG]
    assert (wrong.draft.row, wrong.faults[0].column, wrong.faults[0].field) == (3, 1, "id_number")
    assert not Person.objects.filter(name="甲一").exists()


def test_only_what_differs_is_changed(world):
    content = workbook(family("101", ["甲一", "甲二"]))
    confirm(upload(world, content))
    rows = family("101", ["甲一", "甲二改"])
    rows[0][2] = "13700000001"
    rows[1][3] = "配偶"
    rows[1][2] = ""

    read = upload(world, workbook(rows))
    assert counts(read) == (0, 2, 0, 0)
    shown = {row.draft.row: {name: (old, new) for name, old, new in row.changes} for row in stored_rows(read)}
    assert shown == {
        2: {"phone": ("139****0000", "137****0001")},
        3: {"name": ("甲二", "甲二改"), "relation": ("97", "10")},
    }
    done = confirm(read)

    assert done.state == ImportState.DONE, done.job.message
    person = Person.objects.get(name="甲二改")
    assert (person.phone, person.version) == ("13900000001", 2), "an empty cell leaves the value as it is"
    assert person.name_initials == "jeg"
    assert person.residencies.get().relation == Relation.SPOUSE
    changed = Person.objects.get(name="甲一")
    assert (changed.phone, changed.phone_tail) == ("13700000001", "0001")
    assert AuditEntry.objects.filter(act="person.change", object_id=str(changed.pk)).get().changes == {
        "phone": ["•••", "•••"]
    }


def test_a_new_member_joins_the_household_that_is_there(world):
    confirm(upload(world, workbook(family("101", ["甲一", "甲二"]))))
    rows = family("101", ["甲一", "甲二", "甲三"])
    read = upload(world, workbook(rows))

    assert counts(read) == (1, 0, 2, 0)
    done = confirm(read)
    assert done.state == ImportState.DONE, done.job.message
    home = Person.objects.get(name="甲三").residencies.get().household
    assert home.residencies.count() == 3
    assert home.headships.count() == 1


def test_a_roster_that_moved_on_is_not_written_over(world):
    confirm(upload(world, workbook(family("101", ["甲一"]))))
    rows = family("101", ["甲一"])
    rows[0][2] = "13700000001"
    read = upload(world, workbook(rows))
    person = Person.objects.get(name="甲一")
    change_person(person, actor=world.secretary, version=person.version, phone="13600000009")

    late = confirm(read)

    assert late.state == ImportState.STALE
    assert late.message
    assert Person.objects.get(pk=person.pk).phone == "13600000009"
    again = read_again(late, actor=late.owner)
    run_pending()
    assert confirm(fresh(again)).state == ImportState.DONE
    assert Person.objects.get(pk=person.pk).phone == "13700000001"


def test_a_job_that_is_begun_again_finds_its_work_done(world):
    from residents.importing.jobs import apply

    done = confirm(upload(world, workbook(family("101", ["甲一"]))))
    before = register()

    class Still:
        def __getattr__(self, name):
            return lambda *values: None

    apply(done.job, Still())

    assert register() == before
    assert AuditEntry.objects.filter(act="import.apply").count() == 1


def test_undo_gives_back_what_was_there(world):
    confirm(upload(world, workbook(family("101", ["甲一", "甲二"]))))
    before = register()
    rows = family("101", ["甲一", "甲二", "甲三"]) + family("109", ["己一", "己二"], first=20)
    rows[0][2] = "13700000001"
    done = confirm(upload(world, workbook(rows)))
    assert register() != before

    undone = undo_import(done, actor=world.fresh("secretary"))

    assert undone.state == ImportState.UNDONE
    assert register() == before
    assert AuditEntry.objects.filter(act="import.undo").count() == 1
    assert not done.chunks.undo().exists()
    with pytest.raises(Refused):
        undo_import(fresh(done), actor=world.fresh("secretary"))


@pytest.mark.parametrize("what", ["changed", "revealed", "visited", "joined"])
def test_what_somebody_has_touched_is_named_and_nothing_is_undone(world, what):
    from residents.roster.services import add_person
    from residents.visits.models import Encounter

    done = confirm(upload(world, workbook(family("101", ["甲一"]) + family("102", ["乙一"], first=5))))
    person = Person.objects.get(name="甲一")
    home = person.residencies.get().household
    if what == "changed":
        change_person(person, actor=world.secretary, version=1, phone="13600000009")
    elif what == "revealed":
        reveal(person, "phone", actor=world.fresh("secretary"), purpose="contact")
    elif what == "visited":
        Encounter.objects.create(household=home, visitor=world.east_worker, note="一切正常")
    else:
        add_person(home, actor=world.secretary, relation=Relation.SON, name="新生儿")
    before = register()

    with pytest.raises(Touched) as refusal:
        undo_import(done, actor=world.fresh("secretary"))

    assert "5幢1单元101" in str(refusal.value)
    assert "102" not in str(refusal.value)
    assert register() == before


def test_after_a_day_it_stays(world):
    done = confirm(upload(world, workbook(family("101", ["甲一"]))))
    with stopped_at(now() + timedelta(hours=24, minutes=1)), pytest.raises(Refused):
        undo_import(done, actor=world.fresh("secretary"))
    with stopped_at(now() + timedelta(hours=23)):
        undo_import(done, actor=world.fresh("desk_worker"))


def test_whoever_may_not_import_cannot(world):
    for name in ("leader", "east_worker", "auditor", "street_desk", "foreign_secretary", "stranger"):
        with pytest.raises(Refused):
            start_import(actor=world.fresh(name), grid=world.community, content=b"x", name="x.csv")
    start_import(actor=world.fresh("desk_worker"), grid=world.community, content=b"x", name="x.csv")


def test_the_power_is_asked_once_more_when_it_is_written(world):
    read = upload(world, workbook(family("101", ["甲一"])))
    confirm_import(read, actor=read.owner, fingerprint=read.fingerprint)
    grant = world.secretary.role_grants.get() if hasattr(world.secretary, "role_grants") else None
    source = grant.source if grant else world.secretary.rolegrant_set.get().source
    revoke_role(world.secretary, Role.SECRETARY, world.community, actor=None, source=source)
    run_pending()

    assert not Person.objects.filter(name="甲一").exists()
    assert fresh(read).job.state == "failed"


def test_a_preview_that_is_no_longer_the_one_seen_is_a_conflict(world):
    read = upload(world, workbook(family("101", ["甲一"])))
    with pytest.raises(Conflict):
        confirm_import(read, actor=read.owner, fingerprint="0" * 64)
    confirm_import(read, actor=read.owner, fingerprint=read.fingerprint)
    with pytest.raises((Conflict, Refused)):
        confirm_import(fresh(read), actor=read.owner, fingerprint=read.fingerprint)


def test_putting_aside_removes_the_file_and_its_rows(world):
    read = upload(world, workbook(family("101", ["甲一"])))
    assert read.chunks.exists()
    cancel_import(read, actor=read.owner)
    gone = fresh(read)
    assert (gone.state, gone.file, gone.chunks.count()) == (ImportState.CANCELLED, None, 0)


def test_pages_of_rows_come_from_the_packets_that_hold_them(world, monkeypatch):
    from residents.importing import packets

    monkeypatch.setattr(packets, "ROWS_PER_CHUNK", 4)
    people = [row for number in range(10) for row in family(f"{number + 1}01", ["人甲"], first=number)]
    people[7][1] = "123"
    read = upload(world, workbook(people))
    assert read.chunks.plan().count() == 3
    assert [row.draft.row for row in row_page(read, ALL_OUTCOMES, 3, 4)] == [5, 6, 7, 8]
    assert [row.draft.row for row in row_page(read, ["wrong"], 0, 5)] == [9]
    assert [row.draft.row for row in row_page(read, ["new"], 6, 5)] == [8, 10, 11]
    assert row_page(read, ["changed"], 0, 5) == []


def test_headings_nobody_knows_are_asked_once(world):
    from residents.importing.services import name_columns

    rows = [[*row, "x"] for row in family("101", ["甲一"])]
    content = workbook(rows, ["住户大名", *HEADINGS[1:], "备用"])
    asked = upload(world, content)
    assert asked.state == ImportState.MAPPING
    fields = ["name", "id_number", "phone", "relation", "household", "grid", "building", "unit", "room", ""]
    name_columns(
        asked,
        actor=asked.owner,
        columns={0: fields},
        headings={0: ["住户大名", *HEADINGS[1:], "备用"]},
    )
    run_pending()
    assert (fresh(asked).state, counts(fresh(asked))) == (ImportState.PREVIEWED, (1, 0, 0, 0))

    again = upload(world, content)
    assert again.state == ImportState.PREVIEWED
    elsewhere = upload(world, content, user="desk_worker")
    assert elsewhere.state == ImportState.MAPPING
