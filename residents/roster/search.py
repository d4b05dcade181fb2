"""What the one search box finds in the roster: persons, and households by their door."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.chips import Chip, Tone
from grids.common.search import FIRST, Hit, SearchProvider, first_rows, search_providers
from residents.roster import rules
from residents.roster.models import Household, Person, Residency
from residents.roster.querysets import beginning, called

TAIL = 4  # digits of a phone by which somebody is found


def is_name(word: str) -> bool:
    """Whether a word may be a name or its first letters, and no door, room or number."""
    return not any(letter.isdigit() for letter in word) and rules.read_door(word) is None


def is_tail(word: str) -> bool:
    return len(word) == TAIL and word.isascii() and word.isdecimal()


def find_persons(user: Any, words: str) -> list[Hit]:
    """By name, first letters or the end of the phone, with a door or without. Three queries at most."""
    found = [person.pk for person in _persons(user, words.split())]
    if not found:
        return []
    residencies = Residency.objects.filter(person__in=found).restrict(user, Permission.VIEW_ROSTER).with_place()
    homes: dict[int, Residency] = {}
    for home in residencies.order_by("starts_on", "pk"):
        if home.person_id not in homes or homes[home.person_id].ends_on is not None:
            homes[home.person_id] = home
    return [_person_hit(homes[pk], user) for pk in found if pk in homes]


def _persons(user: Any, words: list[str]) -> list[Person]:
    if len(words) == 1 and is_tail(words[0]):
        revealing = _standing(user, Permission.REVEAL_PERSONAL).filter(phone_tail=words[0])
        return first_rows(revealing.order_by("name", "pk").only("pk"))
    if len(words) == 1 and is_name(words[0]):
        return _named(_standing(user, Permission.VIEW_NAMES), words[0])
    if any(is_name(word) or is_tail(word) for word in words):
        rows = Residency.objects.restrict(user, Permission.VIEW_ROSTER).active().matching(" ".join(words), user)
        return [row.person for row in first_rows(rows.select_related("person").in_reading_order())]
    return []


def _named(persons: QuerySet, word: str) -> list[Person]:
    """Names that begin with the word first (a range of the index), then those that hold it elsewhere."""
    persons = persons.order_by("name", "pk").only("pk")
    found = first_rows(persons.filter(beginning(word)))
    if len(found) <= FIRST:
        elsewhere = persons.filter(called(word)).exclude(pk__in=[person.pk for person in found])
        found += first_rows(elsewhere)[: FIRST + 1 - len(found)]
    return found


def _standing(user: Any, permission: Permission) -> QuerySet:
    """Persons that the user sees, where he holds ``permission`` as well."""
    persons = Person.objects.restrict(user, Permission.VIEW_ROSTER)
    if scope_of(user, permission) != scope_of(user, Permission.VIEW_ROSTER):
        persons = persons.restrict(user, permission)
    return persons


def _person_hit(home: Residency, user: Any) -> Hit:
    person, grid = home.person, home.household.grid
    facts = [
        rules.shown_household(user, home.household),
        rules.shown_phone(user, grid, person.phone),
        grid.name,
    ]
    chip = Chip(_("No longer lives here"), Tone.GREY) if home.ends_on else None
    return Hit(
        rules.shown_name(user, grid, person.name),
        reverse("residents:person-detail", args=[person.pk]),
        tuple(fact for fact in facts if fact != rules.NOTHING),
        chip,
    )


def find_households(user: Any, words: str) -> list[Hit]:
    """By building, unit and room, or by a room number alone. One query."""
    if not any(rules.read_door(word) or word[:1].isdigit() for word in words.split()):
        return []
    rows = Household.objects.restrict(user, Permission.VIEW_ROSTER).active().matching(words, user)
    rows = rows.with_place().with_head().in_reading_order()
    return [
        Hit(
            rules.shown_household(user, home),
            reverse("residents:household-detail", args=[home.pk]),
            (rules.shown_name(user, home.grid, home.head_name), home.grid.name),
        )
        for home in first_rows(rows)
    ]


search_providers.register(
    SearchProvider("persons", gettext_lazy("Persons"), 10, find_persons, "users", "residents:person-list")
)
search_providers.register(
    SearchProvider("households", gettext_lazy("Households"), 20, find_households, "house", "residents:household-list")
)
