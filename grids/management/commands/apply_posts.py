"""``manage.py apply_posts``: every morning, give the roles of posts that begin and take those of posts that end."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grids.team.services import apply_posts


class Command(BaseCommand):
    help = "Give the roles of posts that have begun and take those of posts that have ended. Run it every morning."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="as if it were this day (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError as problem:
            raise CommandError(f"--on: {options['on']!r} is not a date; write it like 2026-03-05.") from problem
        given, taken = apply_posts(day=day)
        self.stdout.write(f"{given} roles given, {taken} roles taken.")
