"""Questions to the roster. Every row answers where it is by the grid of its dwelling."""

from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, Scope, scope_of
from grids.common.search import begins
from grids.places.rules import tidy
from residents.roster.choices import HouseholdStatus
from residents.roster.initials import looks_like_initials
from residents.roster.rules import Door, DoorWords, read_door


class DoorSearch(GridScopedQuerySet):
    """Rows at a dwelling that can be found by what people say of a door: ``dwelling_path`` leads there."""

    dwelling_path = "dwelling"

    def matching(self, words: str, user: Any) -> Self:
        """Rows in which each of ``words`` is a door, a building, a room, a name, its first letters or the last four
        digits of a phone.

        What is masked for ``user`` cannot be searched by him: names and rooms only where he reads names, phones only
        where he may reveal them (promise P05).
        """
        named = scope_of(user, Permission.VIEW_NAMES).condition(self.code_path())
        revealing = scope_of(user, Permission.REVEAL_PERSONAL).condition(self.code_path())
        found = self
        for word in words.split():
            found = found.filter(self._says(word, named=named, revealing=revealing))
        return found

    def _says(self, word: str, *, named: Q, revealing: Q) -> Q:
        if door := read_door(word):
            place = self._in_building(door)
            return place & Q(**{f"{self.dwelling_path}__room": door.room}) & named if door.room else place
        building = Q(**{f"{self.dwelling_path}__unit__building__name__contains": tidy(word)})
        if not word.isdecimal():
            return building | (self.with_name(word) & named)
        room = Q(**{f"{self.dwelling_path}__room": word}) & named
        return room | (self.with_phone_tail(word) & revealing) if len(word) == 4 else room

    def _in_building(self, door: DoorWords) -> Q:
        """By the number in the name, whatever word stands beside it: 3 finds 3号楼, 3幢 and 3栋, but not 13号楼."""
        place = Q(**{f"{self.dwelling_path}__unit__building__name__regex": _number_in_name(door.building)})
        if door.unit is not None:
            place &= Q(**{f"{self.dwelling_path}__unit__name__regex": _number_in_name(door.unit)})
        return place

    def with_name(self, name: str) -> Q:
        """Rows of a person who is ``called`` so."""
        raise NotImplementedError

    def with_phone_tail(self, tail: str) -> Q:
        """Rows of a person whose phone ends in ``tail``."""
        raise NotImplementedError


def called(word: str, path: str = "") -> Q:
    """Persons at ``path`` whose name holds ``word``, or whose first letters in pinyin begin with it."""
    holding = Q(**{f"{path}name__contains": word})
    if not looks_like_initials(word):
        return holding
    return holding | begins(f"{path}name_initials", word.lower())


def beginning(word: str) -> Q:
    """Persons whose name or first letters begin with ``word``: ranges of their indexes on both engines."""
    named = begins("name", word)
    return named | begins("name_initials", word.lower()) if looks_like_initials(word) else named


def _number_in_name(number: int) -> str:
    return rf"(^|[^0-9]){number}([^0-9]|$)"


class DwellingQuerySet(GridScopedQuerySet):
    """Dwellings, in the order in which a roster is read."""

    def in_reading_order(self) -> Self:
        return self.order_by("grid__code", "sort_key", "pk")


class HouseholdQuerySet(DoorSearch):
    """Households at their dwelling."""

    grid_path = "scope_grid"

    def with_name(self, name: str) -> Q:
        return Q(Exists(_living().filter(called(name, "person__"))))

    def with_phone_tail(self, tail: str) -> Q:
        return Q(Exists(_living().filter(person__phone_tail=tail)))

    def in_reading_order(self) -> Self:
        """By grid code, then building, unit and room: scope and order are the same index (performance.md 2)."""
        return self.order_by("scope_grid__code", "dwelling__sort_key", "pk")

    def active(self) -> Self:
        return self.filter(status=HouseholdStatus.ACTIVE)

    def at_door(self, door: Door) -> Self:
        """Households at exactly this door."""
        return self.filter(
            dwelling__unit__building__name=door.building, dwelling__unit__name=door.unit, dwelling__room=door.room
        )

    def covered_by_duty(self) -> Self:
        """The denominator of contact coverage (domain.md 3.4): active households outside dormitories."""
        return self.active().exclude(dwelling__use="collective")

    def with_place(self) -> Self:
        """Fetch what the address of a household is written from."""
        return self.select_related("dwelling__grid__parent", "dwelling__unit__building")

    def with_head(self) -> Self:
        """Annotate `head_name`: of the present head of household, or None."""
        return self.annotate(head_name=_head_name())

    def with_size(self) -> Self:
        """Annotate `size`: the number of persons who live in the household now."""
        return self.annotate(size=_size())


def _living() -> models.QuerySet:
    """Who lives in the outer household now."""
    return apps.get_model("residents.Residency").objects.active().filter(household=OuterRef("pk"))


# Put together once: every list of households asks for both, and each query resolves them for itself.
@cache
def _head_name() -> Subquery:
    # Unsorted: a constraint sees to it that there is one at most.
    heads = _living().filter(is_head=True).order_by()
    return Subquery(heads.values("person__name")[:1])


@cache
def _size() -> Subquery:
    counted = _living().order_by().values("household").annotate(number=Count("pk"))
    return Subquery(counted.values("number"), output_field=models.IntegerField())


class ResidencyQuerySet(DoorSearch):
    """Who lives where, from when to when."""

    grid_path = "household__dwelling__grid"
    dwelling_path = "household__dwelling"

    def with_name(self, name: str) -> Q:
        return called(name, "person__")

    def with_phone_tail(self, tail: str) -> Q:
        return Q(person__phone_tail=tail)

    def with_place(self) -> Self:
        """Fetch the person and what the address is written from."""
        return self.select_related("person", "household__dwelling__grid__parent", "household__dwelling__unit__building")

    def active(self) -> Self:
        return self.filter(ends_on__isnull=True)

    def successors_of(self, leaving: Any) -> Self:
        """Those who may follow ``leaving`` (a residency or None) as head: nobody unless he is the head."""
        if leaving is None or not leaving.is_head or leaving.ends_on is not None:
            return self.none()
        return self.active().filter(household=leaving.household_id).exclude(pk=leaving.pk).select_related("person")

    def in_reading_order(self) -> Self:
        return self.order_by("household__dwelling__grid__code", "household__dwelling__sort_key", "-is_head", "pk")


class PersonQuerySet(GridScopedQuerySet):
    """Persons are where they live now; one who lives nowhere here is where he lived last."""

    grid_path = "residencies__household__dwelling__grid"

    def in_scope(self, scope: Scope) -> Self:
        standing = self.standing()
        if scope.everything:
            return standing
        everywhere = apps.get_model("residents.Residency").objects
        residencies = everywhere.filter(person=OuterRef("pk"))
        here = residencies.active().in_scope(scope)
        last = everywhere.filter(person=OuterRef("person")).order_by("-ends_on", "-pk").values("pk")[:1]
        was_here = residencies.in_scope(scope).filter(pk=Subquery(last))
        return standing.filter(Exists(here) | (~Exists(residencies.active()) & Exists(was_here)))

    def standing(self) -> Self:
        """Without the records that were merged into others: those are in no list, no count and no choice."""
        return self.filter(merged_into__isnull=True)

    def with_merged(self, pk: int) -> Self:
        """The person ``pk`` with every record that was merged into this one.

        Rows that are written once keep the person they were written for: what is read of somebody asks
        ``person__in=Person.objects.with_merged(pk)``.
        """
        return self.filter(Q(pk=pk) | Q(merged_into=pk))

    def living_under(self, scope: Scope) -> Self:
        """Persons with a present residency in the scope."""
        residencies = apps.get_model("residents.Residency").objects.active().in_scope(scope)
        return self.filter(Exists(residencies.filter(person=OuterRef("pk"))))

    def with_id_number(self, normalised: str) -> Self:
        """Standing persons whose identity number equals ``normalised``, found by blind index."""
        field = self.model._meta.get_field("id_number_index")
        return self.standing().filter(id_number_index__in=field.candidates(normalised))


class CareTagQuerySet(GridScopedQuerySet):
    """Care tags are where their person lives (now, or last)."""

    grid_path = "person__residencies__household__dwelling__grid"

    def in_scope(self, scope: Scope) -> Self:
        persons = apps.get_model("residents.Person").objects.in_scope(scope)
        return self.filter(person__in=persons.order_by().values("pk"))

    def active(self) -> Self:
        return self.filter(ended_on__isnull=True)


class VesselCrewQuerySet(GridScopedQuerySet):
    """Crew by the grid of their vessel."""

    grid_path = "vessel__grid"

    def active(self) -> Self:
        return self.filter(ends_on__isnull=True)


class PersonMergeQuerySet(GridScopedQuerySet):
    """Merges are where the record that goes on lives."""

    grid_path = "kept__residencies__household__dwelling__grid"

    def in_scope(self, scope: Scope) -> Self:
        persons = apps.get_model("residents.Person").objects.in_scope(scope)
        return self.filter(kept__in=persons.order_by().values("pk"))

    def standing(self) -> Self:
        """Without those that were undone."""
        return self.filter(undone_at__isnull=True)
