"""``manage.py trace_export FILE``: who took the file that a leaked piece comes from, by its marks."""

import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grids.exporting.models import Export
from grids.exporting.rules import hidden_numbers

NUMBER = re.compile(r"\bE(\d{6,})\b")


def text_of(content: bytes) -> str:
    """Everything that is text in a workbook (its sheets, headers and properties) or in a plain file."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [package.read(name) for name in package.namelist() if name.endswith(".xml")]
        return "\n".join(part.decode("utf-8", "replace") for part in parts)
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


class Command(BaseCommand):
    help = "Name the exports whose marks a file carries: hidden ones in its rows, and numbers written on it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = text_of(options["file"].read_bytes())
        except OSError as problem:
            raise CommandError(f"{options['file']} cannot be read ({problem.strerror}).") from problem
        hidden = hidden_numbers(text)
        written = Counter(int(number) for number in NUMBER.findall(text))
        found = Export.objects.filter(pk__in={*hidden, *written}).select_related("owner", "decided_by").order_by("pk")
        if not found:
            raise CommandError("No mark of an export was found.")
        for export in found:
            allowed = f", approved by {export.decided_by.get_username()}" if export.decided_by else ""
            self.stdout.write(
                f"{export.number}: {export.title}, {export.rows:,} rows, taken by {export.owner.get_username()} "
                f"({export.asked_at:%Y-%m-%d %H:%M} UTC){allowed}; {hidden.get(export.pk, 0)} hidden marks, "
                f"written {written.get(export.pk, 0)} times"
            )
