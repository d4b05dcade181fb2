"""Which records may be one person: the same identity number, or a similar name with birth date and address or phone.

Nothing compares everybody with everybody: the database gathers the rows that share a number, or a birth date at one
door or with one phone; only inside such a bucket names are compared. Four queries, whatever the number of rows; two
more for what a page shows.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, F, Q, Window
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from residents.roster.choices import IdType, Sex
from residents.roster.models import NoDuplicate, Person, Residency


class Sign(models.TextChoices):
    """Why two records may be one person, the strongest first."""

    NUMBER = "number", _("Same identity number")
    PHONE = "phone", _("Similar name, same birth date and phone")
    DOOR = "door", _("Similar name, same birth date and address")


_BUILDING, _ROOM = "household__dwelling__unit__building", "household__dwelling__room"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, the older one first."""

    first: int
    second: int
    sign: Sign


@dataclass(frozen=True, slots=True)
class _Row:
    """What is compared of one record."""

    person: int
    name: str
    initials: str
    sex: str
    number: str
    birth_date: date | None
    phone: str
    building: int
    room: str


# ------------------------------------------------------------------ names
def normalised(name: str) -> str:
    """A name as it is compared: without spaces, dots and capitals."""
    plain = unicodedata.normalize("NFKC", name or "").casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def similar(first: str, second: str, *, initials: tuple[str, str] = ("", "")) -> bool:
    """Equal, one character different, missing or too many, two neighbours swapped, or the same first letters."""
    one, other = sorted((normalised(first), normalised(second)), key=len)
    if one == other:
        return bool(one)
    if initials[0] and initials[0] == initials[1]:
        return True
    if len(one) < 2:
        return False
    if len(one) == len(other):
        differing = [place for place in range(len(one)) if one[place] != other[place]]
        if len(differing) == 1:
            return True
        left, right = differing[0], differing[-1]
        return len(differing) == 2 and right == left + 1 and one[left] == other[right] and one[right] == other[left]
    if len(other) == len(one) + 1:
        return any(other[:place] + other[place + 1 :] == one for place in range(len(other)))
    return False


# ------------------------------------------------------------------ pairs
def find(user: Any) -> list[Pair]:
    """Every pair within the grids where ``user`` merges, but those judged to be two persons; the surest first."""
    pairs = _by_number(user)
    for pair in _by_likeness(user):
        pairs.setdefault((pair.first, pair.second), pair)
    for judged in _judged(pairs):
        pairs.pop(judged, None)
    order = list(Sign)
    return sorted(pairs.values(), key=lambda pair: (order.index(pair.sign), pair.first, pair.second))


def of_person(person: Person, user: Any) -> list[Pair]:
    """The pairs of one standing person. Three queries."""
    same = Q(pk__in=[])
    if person.id_number_index:
        same |= Q(id_number_index=person.id_number_index)
    if person.birth_date:
        near = Q(pk__in=[])
        if person.phone_index:
            near |= Q(phone_index=person.phone_index)
        for building, room in person.residencies.active().values_list(_BUILDING, _ROOM):
            living = {f"residencies__{_BUILDING}": building, f"residencies__{_ROOM}": room}
            near |= Q(residencies__ends_on__isnull=True, **living)
        same |= Q(birth_date=person.birth_date) & near
    others = Person.objects.filter(same).exclude(pk=person.pk).restrict(user, Permission.MERGE_PERSONS)
    pairs = {}
    for other in others.order_by("pk").distinct():
        first, second = sorted((person, other), key=lambda one: one.pk)
        if person.id_number_index and other.id_number_index == person.id_number_index:
            sign = Sign.NUMBER
        elif not may_be_one(_row(first), _row(second)):
            continue
        else:
            sign = Sign.PHONE if person.phone_index and other.phone_index == person.phone_index else Sign.DOOR
        pairs[first.pk, second.pk] = Pair(first.pk, second.pk, sign)
    judged = _judged(pairs)
    return [pair for key, pair in pairs.items() if key not in judged]


def _row(person: Person) -> _Row:
    number = person.id_number_index if person.id_type == IdType.RESIDENT else ""
    return _Row(person.pk, person.name, person.name_initials, person.sex, number, None, "", 0, "")


def _by_number(user: Any) -> dict[tuple[int, int], Pair]:
    """Standing records with one blind index. One query."""
    shared = Person.objects.standing().exclude(id_number_index="").order_by().values("id_number_index")
    shared = shared.annotate(number=Count("pk")).filter(number__gt=1).values("id_number_index")
    rows = Person.objects.filter(id_number_index__in=shared).restrict(user, Permission.MERGE_PERSONS)
    groups: dict[str, list[int]] = defaultdict(list)
    for index, pk in rows.order_by("pk").values_list("id_number_index", "pk"):
        groups[index].append(pk)
    return {
        (first, second): Pair(first, second, Sign.NUMBER)
        for found in groups.values()
        for place, first in enumerate(found)
        for second in found[place + 1 :]
    }


def _by_likeness(user: Any) -> Iterable[Pair]:
    """Persons living here with one birth date at one door or with one phone, and similar names. One query."""
    door = [F("person__birth_date"), F(_BUILDING), F(_ROOM)]
    rows = (
        Residency.objects.active()
        .restrict(user, Permission.MERGE_PERSONS)
        .filter(person__birth_date__isnull=False)
        .order_by()
        .annotate(
            at_door=Window(Count("pk"), partition_by=door),
            with_phone=Window(Count("pk"), partition_by=[F("person__birth_date"), F("person__phone_index")]),
        )
        .filter(Q(at_door__gt=1) | (Q(with_phone__gt=1) & ~Q(person__phone_index="")))
        .values_list(
            "person",
            "person__name",
            "person__name_initials",
            "person__sex",
            "person__id_type",
            "person__id_number_index",
            "person__birth_date",
            "person__phone_index",
            _BUILDING,
            _ROOM,
        )
    )
    phones: dict[tuple, list[_Row]] = defaultdict(list)
    doors: dict[tuple, list[_Row]] = defaultdict(list)
    for pk, name, initials, sex, id_type, index, born, phone, building, room in rows:
        number = index if id_type == IdType.RESIDENT else ""
        row = _Row(pk, name, initials, sex, number, born, phone, building, room)
        if phone:
            phones[born, phone].append(row)
        doors[born, building, room].append(row)
    yield from _alike(phones.values(), Sign.PHONE)
    yield from _alike(doors.values(), Sign.DOOR)


def _alike(buckets: Iterable[list[_Row]], sign: Sign) -> Iterable[Pair]:
    for bucket in buckets:
        bucket.sort(key=lambda row: row.person)
        for place, first in enumerate(bucket):
            for second in bucket[place + 1 :]:
                if first.person != second.person and may_be_one(first, second):
                    yield Pair(first.person, second.person, sign)


def may_be_one(first: _Row, second: _Row) -> bool:
    """Similar names; but two different identity numbers, or a man and a woman, are two persons (twins)."""
    if first.number and second.number and first.number != second.number:
        return False
    sexes = {first.sex, second.sex}
    if sexes == {Sex.MALE, Sex.FEMALE}:
        return False
    return similar(first.name, second.name, initials=(first.initials, second.initials))


def _judged(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of ``pairs`` that somebody found to be two persons. One query: verdicts are few."""
    wanted = set(pairs)
    return {pair for pair in NoDuplicate.objects.values_list("first", "second") if pair in wanted} if wanted else set()
