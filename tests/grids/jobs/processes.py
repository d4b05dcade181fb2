"""Real worker processes on a database of their own: what is killed, waited for and counted in the tests beside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
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
START = f"import django; django.setup()\n{KINDS}\nfrom django.core.management import call_command\nimport sys\n"
WORK = START + "call_command('run_worker', *sys.argv[1:])"


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
    """Workers that all use the database of ``environment``; every one of them is gone when the test is over."""

    environment: dict[str, str]
    notes_file: Path
    workers: list[subprocess.Popen] = field(default_factory=list)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen:
        worker = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WORK, *arguments],
            cwd=ROOT,
            env={**self.environment, **more, "TEST_NOTES": str(self.notes_file)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers.append(worker)
        return worker

    def notes(self) -> list[str]:
        return self.notes_file.read_text().split("\n")[:-1] if self.notes_file.exists() else []

    def dismiss(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
            worker.stderr.close()


def kill(worker: subprocess.Popen) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
