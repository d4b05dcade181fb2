"""Compounds, organisations, places and service points: every write with its rule."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.errors import Refused
from grids.common.locks import lock
from grids.places.checks import code_fault
from grids.places.models import Compound, Organisation, Place, ServicePoint
from grids.places.services import rows


# ------------------------------------------------------------------ compounds
def _compound_name_free(columns: dict[str, Any], grid: Any, besides: Any = None) -> None:
    lock(f"compounds:{grid.pk}")
    namesakes = Compound.objects.open().filter(grid=grid, name=columns["name"]).exclude(pk=besides.pk if besides else 0)
    if namesakes.exists():
        raise ValidationError({"name": _("There is a compound of this name here already.")})


@transaction.atomic
def add_compound(grid: Any, *, actor: Any, **values: Any) -> Compound:
    """A compound or natural village in a community or grid."""
    return rows.add(Compound, grid, actor=actor, values=values, also=_compound_name_free)


@transaction.atomic
def change_compound(compound: Compound, *, actor: Any, version: int, **values: Any) -> Compound:
    def name_free(columns: dict[str, Any], fresh: Compound) -> None:
        if "name" in columns:
            _compound_name_free(columns, fresh.grid, besides=fresh)

    return rows.change(compound, actor=actor, version=version, values=values, also=name_free)


@transaction.atomic
def move_compound(compound: Compound, grid: Any, *, actor: Any, version: int, reason: str = "") -> Compound:
    _compound_name_free({"name": compound.name}, grid, besides=compound)
    return rows.move(compound, grid, actor=actor, version=version, reason=reason)


@transaction.atomic
def close_compound(
    compound: Compound, *, actor: Any, version: int, on: date | None = None, reason: str = ""
) -> Compound:
    """Refused while buildings belong to it."""
    if compound.buildings.exists():
        raise Refused(_("Buildings still belong to this compound. Take them out of it first."))
    return rows.close(compound, actor=actor, version=version, on=on, reason=reason)


# ------------------------------------------------------------------ organisations
def _check_code(columns: dict[str, Any], besides: Any = None) -> None:
    kind = columns.get("kind", getattr(besides, "kind", ""))
    code = columns.get("credit_code", getattr(besides, "credit_code", ""))
    rows.refuse_fault("credit_code", code_fault(kind, code))
    message = _("An organisation with this credit code is entered already. Search for the code in the list.")
    rows.require_free(Organisation, "credit_code", code, besides=besides, message=message)


@transaction.atomic
def add_organisation(grid: Any, *, actor: Any, **values: Any) -> Organisation:
    """An enterprise, institution or other body; its credit code stands once among the open ones (GB 32100)."""
    values.setdefault("credit_code", "")
    return rows.add(Organisation, grid, actor=actor, values=values, also=lambda columns, _grid: _check_code(columns))


@transaction.atomic
def change_organisation(organisation: Organisation, *, actor: Any, version: int, **values: Any) -> Organisation:
    return rows.change(organisation, actor=actor, version=version, values=values, also=_check_code)


@transaction.atomic
def move_organisation(
    organisation: Organisation, grid: Any, *, actor: Any, version: int, reason: str = ""
) -> Organisation:
    return rows.move(organisation, grid, actor=actor, version=version, reason=reason)


@transaction.atomic
def close_organisation(
    organisation: Organisation, *, actor: Any, version: int, on: date | None = None, reason: str = ""
) -> Organisation:
    """Refused while it runs places that are open."""
    # The same lock as a place that is given to it: none slips in between.
    lock(f"organisation-runs:{organisation.pk}")
    count = Place.objects.open().filter(organisation=organisation).count()
    if count:
        raise Refused(
            _("Open places that it still runs: %(count)s. Close them or hand them over first.") % {"count": count}
        )
    return rows.close(organisation, actor=actor, version=version, on=on, reason=reason)


# ------------------------------------------------------------------ places
def _run_by(organisation: Organisation | None, code: str) -> Organisation | None:
    """The organisation that runs a place in the grid with this code: an open one of the same district."""
    if organisation is None:
        return None
    lock(f"organisation-runs:{organisation.pk}")
    fresh = Organisation.objects.open().filter(pk=organisation.pk, grid__code__startswith=code[:6]).first()
    if fresh is None:
        raise ValidationError({"organisation": _("This organisation is closed or of another district.")})
    return fresh


@transaction.atomic
def add_place(grid: Any, *, actor: Any, organisation: Organisation | None = None, **values: Any) -> Place:
    """A school, market, shop ... in exactly one grid (domain.md M02)."""

    def run_by(columns: dict[str, Any], where: Any) -> None:
        columns["organisation"] = _run_by(organisation, where.code)

    return rows.add(Place, grid, actor=actor, values=values, also=run_by)


@transaction.atomic
def change_place(place: Place, *, actor: Any, version: int, **values: Any) -> Place:
    """``organisation`` may be among ``values``; None means that nobody runs it."""
    given = "organisation" in values
    organisation = values.pop("organisation", None)

    def run_by(columns: dict[str, Any], fresh: Place) -> None:
        if given:
            kept = organisation is not None and organisation.pk == fresh.organisation_id
            columns["organisation"] = organisation if kept else _run_by(organisation, fresh.grid.code)

    return rows.change(place, actor=actor, version=version, values=values, also=run_by)


@transaction.atomic
def move_place(place: Place, grid: Any, *, actor: Any, version: int, reason: str = "") -> Place:
    return rows.move(place, grid, actor=actor, version=version, reason=reason)


@transaction.atomic
def close_place(place: Place, *, actor: Any, version: int, on: date | None = None, reason: str = "") -> Place:
    return rows.close(place, actor=actor, version=version, on=on, reason=reason)


# ------------------------------------------------------------------ service points
@transaction.atomic
def add_service_point(grid: Any, *, actor: Any, **values: Any) -> ServicePoint:
    """A centre, station or mobile service (domain.md M16). Everything entered about it is shown in public."""
    return rows.add(ServicePoint, grid, actor=actor, values=values)


@transaction.atomic
def change_service_point(point: ServicePoint, *, actor: Any, version: int, **values: Any) -> ServicePoint:
    return rows.change(point, actor=actor, version=version, values=values)


@transaction.atomic
def move_service_point(point: ServicePoint, grid: Any, *, actor: Any, version: int, reason: str = "") -> ServicePoint:
    return rows.move(point, grid, actor=actor, version=version, reason=reason)


@transaction.atomic
def close_service_point(
    point: ServicePoint, *, actor: Any, version: int, on: date | None = None, reason: str = ""
) -> ServicePoint:
    return rows.close(point, actor=actor, version=version, on=on, reason=reason)
