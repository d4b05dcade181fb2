"""``manage.py verify_trail``: recompute the chain of the audit trail and name the first broken place."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grids.trail.models import TrailSeal
from grids.trail.services import verify


class Command(BaseCommand):
    help = (
        "Recompute the chain over the whole audit trail; ends with exit code 1 at the first broken place. Note the "
        "head outside the portal: with --noted it is found, too, that the end was cut off together with its head."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noted", metavar="DIGEST", help="a head that an earlier run printed")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        if verdict.broken is not None:
            raise CommandError(f"The trail is broken at place {verdict.broken} of the chain: {verdict.problem}.")
        noted = (options["noted"] or "").strip().lower()
        if noted and not TrailSeal.objects.filter(digest=noted).exists():
            raise CommandError("The noted head is no longer part of the chain: its end was cut off or written anew.")
        self.stdout.write(f"The trail is whole: {verdict.entries} sealed entries, {verdict.unsealed} not yet sealed.")
        self.stdout.write(f"Head of the chain: {verdict.head or 'none'} (note it outside the portal, see --noted).")
