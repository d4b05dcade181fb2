"""The attendant begins the worker again when it dies, and both go when the portal goes, even by kill -9."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grids.jobs.processes import until

ROOT = Path(__file__).resolve().parents[2]
# A portal that only starts the attendant; the attendant starts a worker that only tells its number.
WORKER = """
import os, sys, time
with open(sys.argv[1], "a") as notes:
    notes.write(f"{os.getpid()}\\n")
parent = os.getppid()
while os.getppid() == parent:
    time.sleep(0.05)
"""
ATTENDANT = f"""
import sys
from governance.project import attendant
attendant.LOOK_EVERY = 0.05
attendant.SHORTEST_PAUSE = attendant.LONGEST_PAUSE = 0.05
attendant.attend(int(sys.argv[1]), lambda: [sys.executable, "-c", {WORKER!r}, sys.argv[2]])
"""
PORTAL = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {ATTENDANT!r}, str(os.getpid()), sys.argv[1]])
time.sleep(120)
"""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def portal(tmp_path):
    notes = tmp_path / "workers"
    process = subprocess.Popen(
        [sys.executable, "-c", PORTAL, str(notes)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    process.workers = lambda: [int(line) for line in notes.read_text().split()] if notes.exists() else []
    yield process
    process.kill()
    process.wait()


def test_a_worker_that_dies_is_begun_again(portal):
    first = until(portal.workers)[0]
    os.kill(first, signal.SIGKILL)
    second = until(lambda: portal.workers()[1:])[0]
    assert is_running(second)
    assert portal.poll() is None


def test_both_go_with_the_portal_even_when_it_is_killed(portal):
    worker = until(portal.workers)[0]
    portal.kill()
    portal.wait()
    until(lambda: not is_running(worker))
