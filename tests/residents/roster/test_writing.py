"""New rows by the thousand: COPY and INSERT leave the same rows behind (grids/common/bulk.py)."""

import gc
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from grids.common.bulk import COPY_FROM, keeping_all, maker, write_new
from grids.common.clock import now
from grids.places.models import Unit
from grids.trail.models import AuditEntry
from residents.roster.choices import Sex
from residents.roster.models import Household, Person

HARD = ["", "\\N", "\\.", "甲\t乙", "一\n二", "三\r四", "C:\\data\\n", '引"号', "'; --", "𠮷野", "\\", "a\\tb"]
SET_APART = {"id", "created_at", "changed_at", "id_number", "phone"}


def persons():
    new = maker(Person)
    return [
        new(
            name=HARD[number % len(HARD)],
            sex=Sex.FEMALE if number % 2 else Sex.UNKNOWN,
            birth_date=date(1980, 1, 1 + number % 28) if number % 3 else None,
            id_number=f"T{number:05d}" if number % 4 else "",
            phone=f"1390000{number:04d}",
            party_member=bool(number % 5),
            erased_at=now() if number % 7 == 0 else None,
        )
        for number in range(COPY_FROM + 10)
    ]


def stored(found):
    columns = [field.attname for field in Person._meta.concrete_fields if field.name not in SET_APART]
    return [
        {**{name: getattr(one, name) for name in columns}, "id_number": one.id_number, "phone": one.phone}
        for one in sorted(Person.objects.filter(pk__in=[one.pk for one in found]), key=lambda one: one.phone)
    ]


@pytest.mark.django_db
def test_the_same_values_come_into_the_same_columns():
    given = persons()
    for one in given:
        one.erased_at = one.erased_at and given[0].erased_at
    again = [
        Person(**{field.attname: getattr(one, field.attname) for field in Person._meta.concrete_fields})
        for one in given
    ]
    quickly = write_new(Person, given)
    plainly = Person.objects.bulk_create(again)
    assert len({one.pk for one in quickly}) == len(given)
    assert stored(quickly) == stored(plainly)
    first = Person.objects.get(pk=quickly[1].pk)
    assert (first.name, first.id_number, first.version) == ("\\N", "T00001", 1)
    assert first.id_number_index in Person._meta.get_field("id_number_index").candidates("T00001")
    assert first.created_at
    assert not quickly[1]._state.adding
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM residents_person WHERE id = %s", [first.pk])
        assert not any("T00001" in value or "1390000" in value for value in cursor.fetchone())
    Person.objects.create(name="下一个")  # the table's own numbers go on


@pytest.mark.django_db
def test_documents_and_times_are_written_as_they_are(world):
    change = {"name": ["甲\t\\", None], "count": [0, 1.5]}
    entries = write_new(
        AuditEntry,
        [AuditEntry(act="test.bulk", object_type="x", changes=change, grid=world.community) for _ in range(COPY_FROM)],
    )
    found = AuditEntry.objects.get(pk=entries[-1].pk)
    assert (found.changes, found.at, found.grid) == (change, entries[-1].at, world.community)


@pytest.mark.django_db
def test_one_row_that_may_not_be_leaves_none_behind(world):
    house = world.east_household.dwelling.unit.building
    units = [Unit(building=house, name=f"{number}门") for number in range(COPY_FROM)] + [
        Unit(building=house, name="1门")
    ]
    before = Unit.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        write_new(Unit, units)
    assert Unit.objects.count() == before


def test_defaults_that_are_functions_are_called_for_each():
    new = maker(AuditEntry)
    one, other = new(act="a"), new(act="b")
    assert one.changes == {}
    assert one.changes is not other.changes
    assert maker(Household)(dwelling_id=1).status == "active"


def test_a_column_that_the_model_does_not_have_is_refused():
    with pytest.raises(TypeError, match="no columns"):
        maker(Household)(dwelling=1)


def test_the_search_for_cycles_goes_on_however_the_job_ends():
    @keeping_all()
    def job():
        assert not gc.isenabled()
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        job()
    assert gc.isenabled()
