"""``manage.py sync_roles``: after an upgrade, give every account the powers that its roles hold now."""

from typing import Any

from django.core.management.base import BaseCommand

from grids.access.services import sync_roles


class Command(BaseCommand):
    help = "Bring the powers of all accounts in step with their roles. Run it after migrate; again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        count = sync_roles()
        if options["verbosity"]:
            self.stdout.write(f"{count} accounts and grids brought in step.")
