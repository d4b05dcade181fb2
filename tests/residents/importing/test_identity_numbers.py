"""Identity and phone numbers are checked, never corrupted (promise P27): by the rules, and as cells of a roster."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from residents.importing.book import SourceRow, SourceSheet
from residents.importing.cells import clean_row, columns_of
from residents.roster.choices import IdType
from residents.roster.numbers import check_digit, clean_id_number, derived_from
from tests.residents.importing.dirty.making import ON, number

FIELDS = ("name", "id_number", "address")
VECTORS = Path(__file__).parents[1] / "roster/vectors/resident_id_gb11643.csv"


def random_numbers(count: int, seed: int) -> list[str]:
    source = random.Random(seed)
    first, days = date(1910, 1, 1), (ON - date(1910, 1, 1)).days
    return [
        number(
            first + timedelta(source.randrange(days)), source.randrange(1, 1000), f"99{source.randrange(1, 9999):04d}"
        )
        for _ in range(count)
    ]


def read(*values, is_text: bool = False, fields=FIELDS):
    """The rows of a sheet with one person for each value, cleaned."""
    rows = tuple(SourceRow(place, ("甲乙", value, "3-2-501")) for place, value in enumerate(values, start=2))
    sheet = SourceSheet("", 0, (1,), ("姓名", "身份证号", "现住址"), rows, is_text=is_text)
    columns = columns_of(sheet, fields)
    return [clean_row(row, columns, on=ON) for row in rows]


def is_refused(text: str) -> bool:
    try:
        clean_id_number(text, on=ON)
    except ValidationError:
        return True
    return False


def test_100_000_valid_numbers_are_accepted_unchanged():
    for one in random_numbers(100_000, seed=1):
        assert clean_id_number(one, on=ON) == one


def test_100_000_single_wrong_digits_and_transpositions_are_found():
    source = random.Random(2)
    missed = 0
    for one in random_numbers(100_000, seed=3):
        if source.random() < 0.5:
            place = source.randrange(18)
            other = source.choice(
                [letter for letter in ("0123456789X" if place == 17 else "0123456789") if letter != one[place]]
            )
            wrong = one[:place] + other + one[place + 1 :]
        else:
            places = [place for place in range(17) if one[place] != one[place + 1]]
            place = source.choice(places)
            wrong = one[:place] + one[place + 1] + one[place] + one[place + 2 :]
        missed += not is_refused(wrong)
    assert missed == 0


def test_numbers_that_excel_took_for_numbers_are_always_found():
    numbers = [one for one in random_numbers(5_000, seed=4) if one.isdecimal()]
    for clean in read(*(float(one) for one in numbers)):
        assert [(fault.column, fault.code) for fault in clean.faults] == [(1, "damaged")]
        assert "id_number" not in clean.values


def test_a_damaged_number_is_found_even_when_it_fits_its_check_digit():
    """One in eleven fits by accident: in a workbook the type tells, in a text file the other numbers of the column."""
    numbers = [f"{one[:15]}000" for one in random_numbers(5_000, seed=5)]
    fitting = [one for one in numbers if not is_refused(one)]
    assert len(fitting) > 200
    for clean in read(*(int(one) for one in fitting)):
        assert clean.faults[0].code == "damaged"
    for clean in read(*fitting, is_text=True):
        assert clean.faults[0].code == "damaged"
    for clean in read(fitting[0], "9.90101E+17"):
        assert clean.faults[0].code == "damaged"


def test_numbers_rounded_by_a_program_are_found():
    rounded = [str(int(float(one))) for one in random_numbers(2_000, seed=6) if one.isdecimal()]
    assert sum(1 for one in rounded if not is_refused(one)) > 50
    for clean in read(*rounded):
        assert clean.faults
        assert "id_number" not in clean.values


def test_true_numbers_are_not_taken_for_damaged_ones():
    numbers = random_numbers(10_000, seed=7)
    assert sum(1 for one in numbers if one.endswith("000")) > 3
    for is_text in (False, True):
        for one, clean in zip(numbers, read(*numbers, is_text=is_text), strict=True):
            assert clean.faults == ()
            assert clean.values["id_number"] == one


@pytest.mark.parametrize("shape", ["{}", " {} ", "'{}", "\u200b{}", "{}\n", "{}\u3000"])
def test_decoration_around_a_number_does_not_change_it(shape):
    numbers = random_numbers(200, seed=8)
    for one, clean in zip(numbers, read(*(shape.format(one) for one in numbers)), strict=True):
        assert clean.values["id_number"] == one


def test_the_published_vectors():
    with VECTORS.open(encoding="utf-8", newline="") as lines:
        vectors = list(csv.DictReader(lines))
    assert vectors
    for vector, clean in zip(vectors, read(*(vector["input"] for vector in vectors)), strict=True):
        if vector["expected"] == "valid":
            assert clean.values.get("id_number") == vector["normalised"]
        else:
            assert "id_number" not in clean.values


def test_leap_days():
    assert not is_refused(number(date(2000, 2, 29), 1))
    assert not is_refused(number(date(1996, 2, 29), 1))
    for text in ("99010119000229001", "99010119950229001"):
        assert is_refused(text + check_digit(text))


def test_old_numbers_of_15_digits_ask_for_the_present_one():
    for clean in read("990101800708331", 990101800708331):
        assert [fault.code for fault in clean.faults] == ["id_number"]
        assert "15" in clean.faults[0].message


@pytest.mark.parametrize(
    ("id_type", "text"),
    [
        (IdType.HMT_PERMIT, number(date(1970, 1, 2), 5, "810000")),
        (IdType.HMT_PERMIT, number(date(1970, 1, 2), 5, "830000")),
        (IdType.FOREIGN_PERMANENT, "USA110077010101"),
        (IdType.FOREIGN_PERMANENT, "911301198901011239"),
        (IdType.PASSPORT, "G12345678"),
    ],
)
def test_other_documents_are_kept_as_they_are(id_type, text):
    rows = (SourceRow(2, ("JOHN SMITH", text.lower(), "3-501", id_type.value)),)
    sheet = SourceSheet("", 0, (1,), ("", "", "", ""), rows)
    clean = clean_row(rows[0], columns_of(sheet, (*FIELDS, "id_type")), on=ON)
    assert clean.faults == ()
    assert clean.values["id_number"] == text
    assert derived_from(text, id_type) is None


def test_a_person_without_a_number_is_allowed():
    """Boat families, newborn children: no number is no fault."""
    [clean] = read("")
    assert clean.faults == ()
    assert "id_number" in clean.emptied
