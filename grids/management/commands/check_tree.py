"""``manage.py check_tree``: prove that tree numbers, parents, levels and codes of all grids agree."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from grids.tree.choices import Level
from grids.tree.integrity import differences, renumber
from grids.tree.models import Grid

SHOWN = 20


class Command(BaseCommand):
    help = "Recompute the tree from the parents and compare; ends with exit code 1 and names what is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair", metavar="CODE", help="first rewrite the tree numbers of the district with this code"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            if options["repair"]:
                self._repair(options["repair"])
            found = list(islice(differences(), SHOWN + 1))
            if found:
                more = "" if len(found) <= SHOWN else f"\n(the first {SHOWN} are shown)"
                listed = "\n".join(f"  {difference}" for difference in found[:SHOWN])
                raise CommandError(f"The first difference is at {found[0]}\n{listed}{more}")
            self.stdout.write(f"The tree is sound: {Grid.objects.count()} grids in {self._trees()} trees.")

    def _repair(self, code: str) -> None:
        district = Grid.objects.filter(code=code, level=Level.DISTRICT).first()
        if district is None:
            raise CommandError(f"--repair: there is no district with the code {code}.")
        count = renumber(district, actor=None, reason="check_tree --repair")
        self.stdout.write(f"{count} grids of {code} were renumbered.")

    def _trees(self) -> int:
        return Grid.objects.filter(parent__isnull=True).count()
