"""Bring in the boundaries of a GeoJSON file; everything of substance is in grids/maps."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from grids.maps.features import LARGEST, read_collection
from grids.maps.services import import_boundaries

CODES_SHOWN = 5


class Command(BaseCommand):
    help = (
        "Import boundaries from a GeoJSON FeatureCollection (.geojson or .geojson.gz) whose features name a division "
        "code. All of the file or nothing; again changes nothing."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--coordinates",
            choices=["gcj02", "wgs84"],
            help="the datum of the file; may be left out when the file itself says it (metadata.crs)",
        )
        parser.add_argument("--source", default="", help="where it comes from; left out, what the file says")
        parser.add_argument("--licence", default="", help="left out, what the file says")

    def handle(self, *, file: Path, coordinates: str | None, source: str, licence: str, **options: Any) -> None:
        with translation.override("en"):
            try:
                if file.stat().st_size > LARGEST:
                    raise CommandError("The file is too large.")
                collection = read_collection(file.read_bytes())
                gcj02 = self._datum(coordinates, collection.gcj02)
                outcome = import_boundaries(
                    collection.features,
                    actor=None,
                    source=source or collection.source or file.name,
                    licence=licence or collection.licence,
                    gcj02=gcj02,
                )
            except OSError as problem:
                raise CommandError(f"{file} cannot be read: {problem.strerror}. Nothing was changed.") from problem
            except ValidationError as problem:
                raise CommandError(f"{' '.join(problem.messages)} Nothing was changed.") from problem
        unknown = len(outcome.unknown)
        shown = ", ".join(outcome.unknown[:CODES_SHOWN]) + (", ..." if unknown > CODES_SHOWN else "")
        self.stdout.write(
            f"Boundaries: {outcome.created} new, {outcome.changed} changed, {outcome.unchanged} unchanged, "
            f"{unknown} with codes that no grid has" + (f" ({shown})." if unknown else ".")
        )

    def _datum(self, said: str | None, written: bool | None) -> bool:
        """Whether the coordinates are GCJ-02: by the option, or by the file; the two must not contradict each other."""
        if said is None and written is None:
            raise CommandError("The file does not say its datum: give --coordinates gcj02 or wgs84.")
        if said is not None and written is not None and (said == "gcj02") != written:
            raise CommandError(f"The file says another datum than --coordinates {said}. Nothing was changed.")
        return written if said is None else said == "gcj02"  # type: ignore[return-value]
