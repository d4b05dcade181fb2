"""Processes that are born quickly, so that many can be killed: Django is loaded once, and each of them is a fork.

A process of its own computes for a second and more before it begins to work; a hundred kills would be mostly that.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Nursery:
    """Runs management commands on the database of ``environment``; everyone is gone when it closes.

    ``preparation`` is Python that runs once, after Django is set up, as in a process that has been running for a while.
    """

    def __init__(self, environment: dict[str, str], log: Path, preparation: str = "") -> None:
        self._log, self._children = log, []
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.nursery", preparation],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout.readline() == "ready\n", self.errors()

    def start(self, *command: str, **more: str) -> "Child":
        """``more``: variables of the environment for this one."""
        child = Child(self, self.ask("start", command, more))
        self._children.append(child)
        return child

    def ask(self, *order: Any) -> Any:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def errors(self) -> str:
        """What all of them wrote to their standard error."""
        return self._log.read_text()

    def dismiss(self) -> None:
        """End whoever still runs."""
        while self._children:
            self._children.pop().kill()

    def close(self) -> None:
        self.dismiss()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@dataclass
class Child:
    """One running command. ``code`` is as in ``subprocess``: None while it runs, -9 after a kill."""

    nursery: Nursery
    pid: int
    code: int | None = None

    def poll(self) -> int | None:
        if self.code is None:
            self.code = self.nursery.ask("look", self.pid)
        return self.code

    def wait(self, timeout: float = 60) -> int:
        """``timeout`` (seconds) only bounds a hang."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            assert time.monotonic() < end, f"{timeout} seconds were not enough"
            time.sleep(0.002)
        return self.code

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
        self.wait()

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:  # nobody but the nursery buries it, so the number cannot be another's
            os.kill(self.pid, number)

    def killed_within(self, seconds: float) -> bool:
        """Kill it after so many seconds unless it was faster; whether it was killed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.poll() is not None:
                return False
            time.sleep(0.0005)
        self.kill()
        return self.code == -signal.SIGKILL


def main(preparation: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("check", stdout=sys.stderr)  # reads the addresses and all that they lead to
    exec(preparation, {"__name__": "preparation"})  # noqa: S102 - the test's own code
    connections.close_all()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        order, *rest = json.loads(line)
        print(json.dumps({"start": bear, "look": look}[order](*rest)), flush=True)


def bear(command: list[str], more: dict[str, str]) -> int:
    pid = os.fork()
    if pid == 0:
        os.environ.update(more)
        live(command)
    return pid


def live(command: list[str]) -> None:
    """What the new process does; it never comes back."""
    from django.core.management import execute_from_command_line

    # The pipes belong to the nursery: what a command prints is no answer.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    code = 1
    try:
        execute_from_command_line(["manage.py", *command])
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def look(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


if __name__ == "__main__":
    main(sys.argv[1])
