"""Synthetic persons: names by how common they are, numbers that cannot be anybody's (domain.md 2.4, 6.7).

Everything is drawn from one seeded generator, so that the same seed makes the same people whatever the day is.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from residents.roster.numbers import check_digit

DATA = Path(__file__).resolve().parent / "data"
# Area codes beginning with 99 were never given to a place; no mobile number begins with 169.
ID_AREA = "990101"
PHONE_BLOCK = "1690"
# Ages are counted on this day, not on today's: the people stay the same people.
REFERENCE_DAY = date(2026, 1, 1)
MALE, FEMALE = "1", "2"


@cache
def _column(file: str, column: str, **where: str) -> tuple[str, ...]:
    with (DATA / file).open(encoding="utf-8", newline="") as rows:
        return tuple(row[column] for row in csv.DictReader(rows) if all(row[k] == v for k, v in where.items()))


@cache
def _given_names(sex: str) -> tuple[str, ...]:
    return _column("given_names_zh_CN.csv", "given_name", sex={MALE: "M", FEMALE: "F"}[sex])


@cache
def _surname_weights() -> tuple[float, ...]:
    return tuple(accumulate(float(weight) for weight in _column("surnames_zh_CN.csv", "weight_percent")))


@dataclass
class Registry:
    """Gives out names, identity numbers and phones; no number twice in one load."""

    random: Random
    _sequences: dict[tuple[date, str], int] = field(default_factory=dict)
    _phones: int = 0

    def surname(self) -> str:
        return self.random.choices(_column("surnames_zh_CN.csv", "surname"), cum_weights=_surname_weights())[0]

    def given_name(self, sex: str) -> str:
        """Two characters for most, one for some, as in life."""
        names = _given_names(sex)
        first = self.random.choice(names)
        if len(first) > 1 or self.random.random() < 0.2:
            return first
        return first + self.random.choice([name for name in names if len(name) == 1])

    def birth_date(self, youngest: int, oldest: int) -> date:
        """The birthday of somebody of ``youngest`` to ``oldest`` years on the reference day."""
        days = self.random.randrange(youngest * 365 + 1, oldest * 365 + 300)
        return REFERENCE_DAY - timedelta(days=days)

    def id_number(self, birth_date: date, sex: str) -> str:
        """An identity number of the area 990101 with its check digit; the sequence is odd for men."""
        key = (birth_date, sex)
        number = self._sequences.get(key, 1 if sex == MALE else 0) + 2
        self._sequences[key] = number
        digits = f"{ID_AREA}{birth_date:%Y%m%d}{number:03d}"
        return digits + check_digit(digits)

    def phone(self) -> str:
        self._phones += 1
        return f"{PHONE_BLOCK}{self._phones:07d}"
