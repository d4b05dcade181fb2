"""``manage.py import_divisions FILE...``: districts, streets and communities from files of division codes."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation
from tqdm import tqdm

from grids.tree.division_import import Outcome, import_divisions
from grids.tree.divisions import DivisionFault, Plan, read_divisions


class Command(BaseCommand):
    help = (
        "Import administrative divisions from CSV files (UTF-8; columns code12, name, level, parent_code, and if they "
        "are there ur_class, is_virtual, is_dummy). All files are taken, or none; the same file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--district", metavar="CODE", help="only the district with this code (6 or 12 digits)")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"), transaction.atomic():
            for name in options["files"]:
                try:
                    plan = self._plan(Path(name), options["district"])
                    outcome = self._import(plan, Path(name).name)
                except DivisionFault as fault:
                    raise CommandError(f"{name} is refused, nothing was imported: {fault}") from fault
                self.stdout.write(self._words(name, outcome))

    def _plan(self, path: Path, district: str | None) -> Plan:
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
        plan = read_divisions(content)
        return plan.of_district(district) if district else plan

    def _import(self, plan: Plan, source: str) -> Outcome:
        with tqdm(total=len(plan.divisions), desc=source, unit=" divisions", disable=not sys.stderr.isatty()) as bar:
            return import_divisions(plan, actor=None, source=source, progress=bar.update)

    def _words(self, name: str, outcome: Outcome) -> str:
        return (
            f"{name}: {outcome.created} new, {outcome.unchanged} unchanged, {outcome.renamed} renamed, "
            f"{outcome.reclassified} given another urban-rural class; left out: {outcome.dummies} dummy divisions, "
            f"{outcome.flattened} virtual headings."
        )
