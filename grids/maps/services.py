"""Every write to boundaries: set one, take one away, bring in a whole file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict
from grids.common.models import advance
from grids.common.sentences import joined
from grids.maps import geometry
from grids.maps.features import Feature
from grids.maps.models import GridBoundary
from grids.maps.rules import may_draw
from grids.trail.services import record
from grids.tree.models import Grid, GridCode


@transaction.atomic
def set_boundary(
    grid: Grid,
    shape: Mapping[str, Any],
    *,
    actor: Any,
    source: str,
    licence: str = "",
    valid_from: date | None = None,
    gcj02: bool = False,
) -> GridBoundary:
    """The boundary of ``grid`` from now on; the same again changes nothing.

    ``shape``: a GeoJSON Polygon or MultiPolygon in WGS-84, or in GCJ-02 with ``gcj02``. Raises ``ValidationError``
    (fields ``shape``, ``source``) or ``Refused``.
    """
    grid = Grid.objects.select_for_update(of=("self",)).get(pk=grid.pk)
    may_draw(actor, grid).or_raise()
    if not source.strip():
        raise ValidationError({"source": _("Say where the boundary comes from.")})
    try:
        stored = geometry.read_shape(shape, gcj02=gcj02)
    except ValidationError as problem:
        raise ValidationError({"shape": problem.messages}) from problem
    return _write(grid, stored, actor=actor, source=source.strip(), licence=licence.strip(), valid_from=valid_from)[0]


def _write(
    grid: Grid, stored: Any, *, actor: Any, source: str, licence: str, valid_from: date | None
) -> tuple[GridBoundary, str]:
    """Write a shape that has been checked; returns the row and "created", "changed" or "unchanged"."""
    west, south, east, north = stored.bounds
    values: dict[str, Any] = {
        "shape": geometry.as_geojson(stored),
        "source": source,
        "licence": licence,
        "valid_from": valid_from or today(),
    }
    known = GridBoundary.objects.select_for_update(of=("self",)).filter(grid=grid).first()
    if known and valid_from is None:
        values["valid_from"] = known.valid_from if known.shape == values["shape"] else values["valid_from"]
    if known and all(getattr(known, name) == value for name, value in values.items()):
        return known, "unchanged"
    frame = {"west": west, "south": south, "east": east, "north": north}
    values |= frame | {"sketch": geometry.as_geojson(geometry.sketch_of(stored))}
    before: list[Any] = ["", ""]
    if known is None:
        boundary = GridBoundary.objects.create(grid=grid, **values)
    else:
        boundary = known
        before = [known.source, _corners(known)]
        advance(known, expected=known.version, reason=_("Somebody else drew this boundary meanwhile."), **values)
    changes = {"source": [before[0], source], "corners": [before[1], geometry.corners(stored)]}
    record("boundary.set", boundary, actor=actor, grid=grid, changes=changes)
    return boundary, "changed" if known else "created"


def _corners(boundary: GridBoundary) -> int:
    return geometry.corners(geometry.shape(boundary.shape))


@transaction.atomic
def remove_boundary(grid: Grid, *, actor: Any, reason: str) -> None:
    """Take the boundary of ``grid`` away; the trail keeps that there was one. Raises ``Conflict`` if there is none."""
    grid = Grid.objects.select_for_update(of=("self",)).get(pk=grid.pk)
    may_draw(actor, grid).or_raise()
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the boundary is taken away.")})
    boundary = GridBoundary.objects.select_for_update(of=("self",)).filter(grid=grid).first()
    if boundary is None:
        raise Conflict(_("This grid has no boundary any more."), back=grid.get_absolute_url())
    changes = {"source": [boundary.source, ""], "corners": [_corners(boundary), 0]}
    record("boundary.remove", boundary, actor=actor, grid=grid, changes=changes, reason=reason.strip())
    boundary.delete()


@dataclass
class Outcome:
    """What an import did: numbers of boundaries, and the codes that no living grid has."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)


@transaction.atomic
def import_boundaries(
    features: Iterable[Feature],
    *,
    actor: Any,
    source: str,
    licence: str = "",
    gcj02: bool = False,
    valid_from: date | None = None,
) -> Outcome:
    """All boundaries of a file or none: one shape that cannot be taken refuses the whole, named in the message.

    A code that is retired finds the grid it belonged to. Features whose code no living grid has are counted only.
    """
    listed = list(features)
    codes = GridCode.objects.filter(code__in={feature.code for feature in listed}).select_related("grid")
    grids = {row.code: row.grid for row in codes if row.grid.is_living}
    outcome = Outcome()
    seen: dict[int, str] = {}
    for feature in listed:
        grid = grids.get(feature.code)
        if grid is None:
            outcome.unknown.append(feature.code)
            continue
        may_draw(actor, grid).or_raise()
        if grid.pk in seen:
            raise ValidationError(_refusal(feature, _("%(code)s is in the file twice.") % {"code": seen[grid.pk]}))
        seen[grid.pk] = feature.code
        try:
            stored = geometry.read_shape(feature.geometry, gcj02=gcj02)
        except ValidationError as problem:
            raise ValidationError(_refusal(feature, joined(problem.messages))) from problem
        written = _write(grid, stored, actor=actor, source=source, licence=licence, valid_from=valid_from)[1]
        setattr(outcome, written, getattr(outcome, written) + 1)
    return outcome


def _refusal(feature: Feature, reason: str) -> str:
    return _("Feature %(number)s (%(code)s %(name)s): %(reason)s") % {
        "number": feature.number,
        "code": feature.code,
        "name": feature.name,
        "reason": reason,
    }
