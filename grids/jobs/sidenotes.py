"""Progress beside the database, for SQLite: while a job's own transaction is open nobody else can write, but a page
on the same machine can read a small file. It holds numbers and the step's name, and nothing else.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import connection


def _place(pk: int) -> Path | None:
    """The file of the job ``pk``; None where the database itself shows progress, or lives in memory only."""
    if connection.vendor != "sqlite":
        return None
    name = str(connection.settings_dict["NAME"])
    if "memory" in name or not name:
        return None
    return Path(f"{name}-jobs") / f"{pk}.json"


def write(pk: int, note: dict[str, Any]) -> None:
    """Put ``note`` down; a full or read-only disk is no reason to stop the work."""
    place = _place(pk)
    if place is None:
        return
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, exist_ok=True)
        draft = place.with_suffix(".new")
        draft.write_text(json.dumps(note), encoding="utf-8")
        draft.replace(place)


def read(pk: int) -> dict[str, Any]:
    place = _place(pk)
    if place is None:
        return {}
    try:
        return json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def remove(pk: int) -> None:
    place = _place(pk)
    if place is not None:
        with suppress(OSError):
            place.unlink(missing_ok=True)
