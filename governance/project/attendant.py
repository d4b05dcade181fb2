"""``make run``'s attendant: keeps the worker of the background tasks alive as long as the portal runs.

``python -m governance.project.attendant PORTAL_PID``: a process of its own beside gunicorn. It begins the worker anew
when that dies, and ends with the portal however the portal ends (kill -9 too); the worker ends with it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

LOOK_EVERY = 1.0  # seconds
# A worker that dies at once is begun again ever more slowly.
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY_AFTER = 60.0


def worker_command() -> list[str]:
    return [sys.executable, "manage.py", "run_worker", "--parent", str(os.getpid())]


def attend(portal: int, command: Callable[[], list[str]] = worker_command) -> None:
    """Keep one worker running until the process ``portal``, our parent, is gone or we are told to stop."""
    told_to_stop = False

    def stop(*_signal: object) -> None:
        nonlocal told_to_stop
        told_to_stop = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    pause = SHORTEST_PAUSE
    while not told_to_stop and os.getppid() == portal:
        began = time.monotonic()
        worker = subprocess.Popen(command())  # noqa: S603 - our own interpreter with fixed arguments
        while worker.poll() is None and not told_to_stop and os.getppid() == portal:
            time.sleep(LOOK_EVERY)
        if worker.poll() is None:
            worker.terminate()
            try:
                worker.wait(timeout=15)
            except subprocess.TimeoutExpired:
                worker.kill()
            return
        lived = time.monotonic() - began
        pause = SHORTEST_PAUSE if lived > STEADY_AFTER else min(2 * pause, LONGEST_PAUSE)
        print(f"The worker of the background tasks ended ({worker.returncode}); beginning it again.", flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    attend(int(sys.argv[1]))
