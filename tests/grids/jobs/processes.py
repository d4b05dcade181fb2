"""Real worker processes on a database of their own: what is killed, waited for and counted in the tests beside."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

from tests.nursery import Child, Nursery

# Kinds of jobs that only these tests know; the worker process registers them before it starts.
KINDS = '''
import os, time
from django.db import transaction
from grids.access.models import User
from grids.jobs.registry import job

def write_down(text):
    with open(os.environ["TEST_NOTES"], "a") as notes:
        notes.write(text + "\\n")

@job("test.note")
def note(row, progress):
    write_down(f"{row.pk}")

@job("test.slow", attempts=50)
def slow(row, progress):
    """Half its rows, a long wait within the transaction, the other half: nothing of it may stay when it is killed."""
    progress.phase("Writing", 200)
    with transaction.atomic():
        for number in range(100):
            User.objects.create(username=f"row-{row.pk}-{number}-{row.attempts}")
            progress.advance(number + 1)
        write_down(f"half {row.pk} {row.attempts}")
        until = time.monotonic() + float(row.payload["seconds"])
        while time.monotonic() < until and row.attempts <= row.payload["slow_attempts"]:
            time.sleep(0.02)
            progress.advance(100)
        for number in range(100, 200):
            User.objects.create(username=f"row-{row.pk}-{number}-{row.attempts}")
    write_down(f"done {row.pk} {row.attempts}")

@job("test.deaf")
def deaf(row, progress):
    progress.phase("Sleeping")
    write_down(f"half {row.pk} {row.attempts}")
    time.sleep(60)
'''


def address() -> str:
    """The test's own database as a DATABASE_URL."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    host, port = quote(values["HOST"], safe=""), f":{values['PORT']}" if values["PORT"] else ""
    return f"postgresql://{values['USER']}:{values['PASSWORD']}@{host}{port}/{values['NAME']}"


def until(happened: Callable[[], Any], *, patience: float = 60) -> Any:
    """Wait until ``happened()`` is true; ``patience`` only bounds a hang."""
    end = time.monotonic() + patience
    while not (found := happened()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience} seconds in vain")
        time.sleep(0.02)
    return found


@dataclass
class Crew:
    """Workers on the database of the test, and what they write down."""

    nursery: Nursery
    notes_file: Path

    def start(self, *arguments: str) -> Child:
        return self.nursery.start("run_worker", *arguments, TEST_NOTES=str(self.notes_file))

    def notes(self) -> list[str]:
        return self.notes_file.read_text().split("\n")[:-1] if self.notes_file.exists() else []
