"""``manage.py draw_affairs``: renew the drawing of the workflow in docs/affairs.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from governance.affairs.diagram import redrawn


class Command(BaseCommand):
    help = "Renew the state diagram and the table of steps in docs/affairs.md from governance/affairs/rules.py."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "affairs.md"
        path.write_text(redrawn(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"Drawn: {path}")
