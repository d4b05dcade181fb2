"""What the one search box finds among the things of the territory: buildings, organisations, places, vessels."""

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.search import Hit, SearchProvider, first_rows, search_providers
from grids.places.models import Building, Organisation, Place, Vessel
from grids.places.rules import tidy


def _seen(model: type[Model], user: Any) -> QuerySet:
    rows = model._default_manager.restrict(user, Permission.VIEW_GRIDS)  # type: ignore[attr-defined]
    return rows.select_related("grid").order_by("grid__code", "name", "pk")


def _hits(rows: QuerySet, *more: str) -> list[Hit]:
    """The first rows by name, with their grid and the fields ``more``."""
    return [
        Hit(
            row.name,
            _url(row),
            tuple(str(fact) for fact in (row.grid.name, *(getattr(row, one) for one in more)) if fact),
        )
        for row in first_rows(rows)
    ]


def _url(row: Any) -> str:
    """The row's own page, or that of the grid it lies in."""
    if hasattr(row, "get_absolute_url"):
        return row.get_absolute_url()
    return reverse("grids:grid-detail", args=[row.grid_id])


def find_buildings(user: Any, words: str) -> list[Hit]:
    """By any part of the name. One query."""
    name = tidy(words)
    # A number alone is a room or the end of a phone.
    return [] if name.isdecimal() else _hits(_seen(Building, user).filter(name__contains=name), "address")


def find_organisations(user: Any, words: str) -> list[Hit]:
    """By any part of the name, or by the credit code from its beginning. One query."""
    rows = _seen(Organisation, user).open()
    wanted = Q(name__icontains=words) | Q(credit_code=tidy(words))
    if len(tidy(words)) >= 6 and tidy(words).isalnum():
        wanted |= Q(credit_code__startswith=tidy(words))
    return _hits(rows.filter(wanted), "credit_code")


def find_places(user: Any, words: str) -> list[Hit]:
    """By any part of the name. One query."""
    return _hits(_seen(Place, user).open().filter(name__icontains=words), "address")


def find_vessels(user: Any, words: str) -> list[Hit]:
    """By any part of the name or of the registration number. One query."""
    wanted = Q(name__icontains=words) | Q(registration_no__icontains=tidy(words)) | Q(name__icontains=tidy(words))
    return _hits(_seen(Vessel, user).filter(wanted), "registration_no", "berth")


for provider in (
    SearchProvider("buildings", _("Buildings"), 30, find_buildings, "building-2", "grids:building-list"),
    SearchProvider("vessels", _("Vessels"), 50, find_vessels, "ship"),
    SearchProvider("organisations", _("Organisations"), 60, find_organisations, "briefcase-business"),
    SearchProvider("places", _("Places"), 70, find_places, "store"),
):
    search_providers.register(provider)
