"""``manage.py apply_retention``: do away with what was kept long enough. The worker does the same every night."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from governance.privacy.services import apply_rule
from grids.common.clock import today
from grids.common.retention import retention_rules


class Command(BaseCommand):
    help = "Apply every retention rule to the rows whose time is over and that no legal hold keeps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what is due")
        parser.add_argument("--on", type=date.fromisoformat, help="the day to look from, 2026-03-05 (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        on = min(options["on"] or today(), today())
        for rule in retention_rules:
            run = apply_rule(rule, on=on, dry=options["dry_run"])
            self.stdout.write(f"{rule.key}: {run.due} due, {run.held} held, {run.touched} done")
