"""``manage.py write_dictionary``: write docs/data-dictionary.md from the models."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from governance.privacy.dictionary import PAGE, as_markdown


class Command(BaseCommand):
    help = "Write docs/data-dictionary.md from the models."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            PAGE.write_text(as_markdown(), encoding="utf-8")
        self.stdout.write(f"{PAGE.name} written.")
