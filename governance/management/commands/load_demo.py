"""The demo data of make run; everything of substance is in governance/demo."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.demo import accounts, divisions, loading
from governance.demo.blueprint import SEED
from governance.demo.progress import Progress
from grids.tree.models import Grid

START_OVER = (
    "To load the demo, take an empty database: move this one away, or name another one in DATABASE_URL, "
    "then run migrate and load_demo."
)


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """The bars say how far it is; jobs and messages that the loading makes would write between them."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


class Command(BaseCommand):
    help = (
        "Load the demo: two communities with their households, staff, contacts, visits and affairs, all persons "
        "synthetic. Running it again changes nothing."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="another seed, other people")
        parser.add_argument("--accounts", action="store_true", help="only print who can log in")
        parser.add_argument("--divisions", action="store_true", help="also the 38 districts of Chongqing")

    def handle(self, *, seed: int, verbosity: int, **options: Any) -> None:
        if options["accounts"]:
            self._print_accounts()
            return
        progress = Progress(self.stderr._out, quiet=verbosity == 0)
        known = loading.seed_loaded()
        if known is None and Grid.objects.exists():
            raise CommandError(f"This database holds grids that are not the demo's; nothing was changed. {START_OVER}")
        if known is not None and known != seed:
            raise CommandError(f"This database holds the demo of seed {known}; nothing was changed. {START_OVER}")
        if known is None:
            with quiet("grids"):
                made = loading.load(seed=seed, progress=progress)
            self._say(verbosity, "Loaded: " + ", ".join(f"{number:,} {name}" for name, number in made.items()) + ".")
        else:
            self._say(verbosity, "The demo is loaded already; nothing was changed.")
        if options["divisions"]:
            outcome = divisions.add_chongqing(progress=progress)
            self._say(
                verbosity, f"Chongqing: {outcome.created:,} divisions added, {outcome.unchanged:,} there already."
            )

    def _print_accounts(self) -> None:
        if loading.seed_loaded() is None:
            self.stdout.write("This database does not hold the demo: there are no demo accounts.")
            return
        accounts.print_table(self.stdout.write)

    def _say(self, verbosity: int, text: str) -> None:
        if verbosity:
            self.stdout.write(text)
