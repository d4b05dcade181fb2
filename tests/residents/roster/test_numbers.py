"""Identity numbers, phones and credit codes against python-stdnum and against everything people type."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent
from stdnum.exceptions import ValidationError as OracleError

from grids.common.numbers import clean_credit_code, clean_phone, normalise_id, normalise_phone
from residents.roster.choices import IdType, Sex
from residents.roster.numbers import check_digit, clean_id_number, derived_from, region_is_known

TODAY = date(2026, 11, 22)
VECTORS = Path(__file__).parent / "vectors"


def refusal(clean, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as caught, translation.override("zh-hans"):
        clean(*args, **kwargs)
    with translation.override("zh-hans"):
        return " ".join(caught.value.messages)


def vectors(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ------------------------------------------------------------------ identity numbers
@pytest.mark.parametrize("row", vectors("resident_id_gb11643.csv"), ids=lambda row: row["input"])
def test_published_identity_numbers(row):
    if row["expected"] == "valid":
        assert clean_id_number(row["input"], on=TODAY) == row["normalised"]
    else:
        with pytest.raises(ValidationError):
            clean_id_number(row["input"], on=TODAY)


@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "990101194904120013", "990101201906050023", "99010119881231111X", "360426199101010071"],
)
@pytest.mark.parametrize("typed", [str, str.lower, lambda n: f" {n[:6]} {n[6:14]} {n[14:]}　"])
def test_what_is_right_however_it_is_typed(number, typed):
    assert clean_id_number(typed(number), on=TODAY) == number


def test_full_width_digits_are_read():
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "11010519491231002x")
    assert clean_id_number(wide, on=TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1101051949123100", "身份证号要 18 位，现在是 16 位。"),
        ("11010519491231002XX", "现在是 19 位。"),
        ("130503670401001", "15 位旧号码"),
        ("1101051949123100AX", "前 17 位应是数字"),
        ("11010519491231002Y", "最后一位是数字或 X"),
        ("٠١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "前 17 位应是数字"),
        ("110105194912310021", "第 18 位校验不符"),
        ("110105202602290016", "不是真实的日期"),
        ("110102202701010041", "晚于今天"),
    ],
)
def test_each_fault_has_its_own_sentence(number, sentence):
    message = refusal(clean_id_number, number, on=TODAY)
    assert sentence in message
    assert number not in message


@pytest.mark.parametrize("number", ["440524188001010014", "810000199001010035", "830000199001010036"])
def test_old_counties_and_residence_permits_are_legal(number):
    right = number[:17] + check_digit(number[:17])
    assert clean_id_number(right, on=TODAY) == right


def test_nothing_is_allowed_and_other_documents_are_not_computed():
    assert clean_id_number("", on=TODAY) == ""
    assert clean_id_number(" e 12345678 ", id_type=IdType.PASSPORT, on=TODAY) == "E12345678"
    assert "5 到 20 位" in refusal(clean_id_number, "E-1", id_type=IdType.PASSPORT, on=TODAY)
    assert derived_from("E12345678", IdType.PASSPORT) is None
    assert derived_from("") is None


@pytest.mark.parametrize(
    ("number", "birth_date", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE),
        ("990101194904120013", date(1949, 4, 12), Sex.MALE),
    ],
)
def test_what_a_number_tells(number, birth_date, sex):
    assert (derived_from(number).birth_date, derived_from(number).sex) == (birth_date, sex)


def test_regions():
    assert region_is_known("110105194912310020")
    assert region_is_known("810000199001010035")
    assert not region_is_known("990101194904120013")


digits = st.text(alphabet="0123456789", min_size=17, max_size=17)


@given(digits, st.sampled_from("0123456789X"))
def test_we_agree_with_the_oracle_on_anything(first, last):
    number = first + last
    try:
        ours = clean_id_number(number, on=date.max) == number
    except ValidationError:
        ours = False
    try:
        theirs = bool(ric.validate(number))
    except InvalidComponent:
        # The oracle also refuses unknown counties; for us they are a warning. The date it refuses as well.
        try:
            ric.get_birth_date(number)
            theirs = True
        except InvalidComponent:
            theirs = False
    except OracleError:
        theirs = False
    assert ours == theirs


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_every_right_number_is_accepted_and_read_back(born, sequence):
    first = f"990101{born:%Y%m%d}{sequence:03d}"
    number = first + ric.calc_check_digit(first + "0")
    assert clean_id_number(number, on=TODAY) == number
    derived = derived_from(number)
    assert derived.birth_date == born
    assert derived.sex == (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born, sequence, place, shift):
    first = f"990101{born:%Y%m%d}{sequence:03d}"
    number = first + check_digit(first)
    if number[place] == "X":
        wrong = number[:place] + str(shift)
    else:
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(ValidationError):
        clean_id_number(wrong, on=TODAY)


@given(st.text(max_size=40))
def test_any_text_is_either_clean_or_refused(text):
    try:
        number = clean_id_number(text, on=TODAY)
    except ValidationError:
        return
    assert number == "" or (len(number) == 18 and number == normalise_id(number))


def test_somebody_born_tomorrow_is_refused():
    born = TODAY + timedelta(days=1)
    first = f"990101{born:%Y%m%d}001"
    with pytest.raises(ValidationError):
        clean_id_number(first + check_digit(first), on=TODAY)
    assert clean_id_number(first + check_digit(first), on=born)


# ------------------------------------------------------------------ phones
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800000001", "13800000001"),
        ("138 0000 0001", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("+86 138 0000 0001", "13800000001"),
        ("0086-13800000001", "13800000001"),
        ("１３８００００００８６", "13800000086"),
        ("13900860086", "13900860086"),
        ("19912345678", "19912345678"),
        ("025-83000000", "02583000000"),
        ("(010) 6555 0000", "01065550000"),
        ("0571 8888 8888", "057188888888"),
        ("83000000", "83000000"),
        ("400-800-1234", "4008001234"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_phones_that_are_right(typed, stored):
    assert clean_phone(typed) == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1380000000", "手机号要 11 位，现在是 10 位。"),
        ("138000000012", "手机号要 11 位，现在是 12 位。"),
        ("12800000001", "以 13 到 19 开头"),
        ("1380000000a", "只能是数字"),
        ("无", "只能是数字"),
        ("0123", "既不是手机号"),
        ("110", "手机号要 11 位"),
        ("999", "既不是手机号"),
    ],
)
def test_phones_that_are_wrong(typed, sentence):
    assert sentence in refusal(clean_phone, typed)


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.sampled_from(["", "+86", "0086", "+86 ", "+86-"]))
def test_every_mobile_number_is_read(number, prefix):
    assert clean_phone(f"{prefix}{number[:3]} {number[3:7]}-{number[7:]}") == number


@given(st.text(max_size=30))
def test_cleaning_a_phone_twice_changes_nothing(text):
    try:
        number = clean_phone(text)
    except ValidationError:
        return
    assert clean_phone(number) == number == normalise_phone(number)


# ------------------------------------------------------------------ credit codes
@pytest.mark.parametrize("row", vectors("uscc_gb32100.csv"), ids=lambda row: row["input"])
def test_published_credit_codes(row):
    if row["expected"] == "valid":
        assert clean_credit_code(row["input"]) == row["normalised"]
        assert clean_credit_code(row["input"].lower()) == uscc.compact(row["input"])
    else:
        with pytest.raises(ValidationError):
            clean_credit_code(row["input"])


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("12345", "要 18 位，现在是 5 位。"),
        ("A1110000600037341L", "前 8 位是数字"),
        ("9111000060003IOZSV", "不含字母"),
        ("9111000060003734L1", "第 18 位校验不符"),
    ],
)
def test_wrong_credit_codes(code, sentence):
    assert sentence in refusal(clean_credit_code, code)
    assert clean_credit_code("") == ""
