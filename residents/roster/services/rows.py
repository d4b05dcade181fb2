"""What all services of the room share: locked rows, unchanged states, columns that go together."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from grids.common.errors import Conflict, Refused
from grids.common.fields import BlindIndexField
from grids.common.models import Versioned, advance
from residents.roster.models import Household, Person, Residency
from residents.roster.rules import RESIDENCY_IS_OVER, may_change_household


def changed_meanwhile() -> str:
    """Why a form that was opened on an older version is not saved."""
    return _("Somebody else changed this record meanwhile. Please compare and save again.")


def lock_household(household: Household) -> Household:
    """The household read anew with its dwelling and grid, locked until the transaction ends.

    Everything that changes who lives in a household takes this lock first, so two hands never see half a move.
    """
    return lock_households(household)[0]


def lock_households(*households: Household) -> list[Household]:
    """Several households, locked in the order of their keys, so that two moves never wait for each other."""
    rows = Household.objects.select_for_update(of=("self",)).with_place()
    locked = {row.pk: row for row in rows.filter(pk__in={one.pk for one in households}).order_by("pk")}
    return [locked[one.pk] for one in households]


def require_standing(person: Person) -> None:
    """Hold the person's record until the transaction ends. Raises ``Conflict`` when it was merged meanwhile."""
    held = Person.objects.select_for_update(no_key=True).filter(pk=person.pk)
    if held.values_list("merged_into", flat=True).first() is not None:
        raise Conflict(_("This record was merged into another one meanwhile. Please open the one that goes on."))


def require_open(household: Household, actor: Any) -> None:
    """Raises ``Refused`` when ``actor`` may not change the household or it is closed."""
    may_change_household(actor, household).or_raise()


def require_present(residency: Residency) -> None:
    """Raises ``Refused`` when the residency has ended; reads it anew, because somebody may have been faster."""
    residency.refresh_from_db(fields=["ends_on", "is_head", "relation", "starts_on"])
    if residency.ends_on is not None:
        raise Refused(RESIDENCY_IS_OVER)


def rewrite(row: Versioned, **values: Any) -> None:
    """Change a row under the lock of its household: whatever version it has now is the right one."""
    row.refresh_from_db(fields=["version"])
    advance(row, expected=row.version, reason=changed_meanwhile(), **values)


# Columns that are written from others.
FOLLOWING = {"phone_tail", "name_initials"}


def recorded(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a person that the trail speaks of: not those that follow from others."""
    return {name: value for name, value in cleaned.items() if name not in FOLLOWING}


def indexes_of(cleaned: Mapping[str, Any]) -> dict[str, str]:
    """The blind indexes that an UPDATE of a person must write together with ``cleaned``."""
    indexes = {}
    for field in Person._meta.concrete_fields:
        if isinstance(field, BlindIndexField) and field.source in cleaned:
            value = cleaned[field.source]
            indexes[field.name] = field.candidates(value)[0] if value else ""
    return indexes


def grid_of(person: Person) -> Any:
    """The grid where the person lives, or lived last; None for somebody without any residency."""
    residencies = Residency.objects.filter(person=person).select_related("household__dwelling__grid")
    found = residencies.active().first() or residencies.order_by("-ends_on", "-pk").first()
    return found.household.dwelling.grid if found else None
