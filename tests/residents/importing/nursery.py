"""A process that lets workers be born quickly and kills them with -9: Django is loaded once, each worker is a fork.

Reads a number of seconds a line; a worker does what waits in the queue and is killed after so many seconds, unless it
was faster. Answers ``killed`` or ``ended``.
"""

import os
import signal
import sys
import time


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from grids.jobs.worker import Worker
    from residents.importing import jobs  # noqa: F401 - as a worker that has been running for a while

    connection.close()
    print("ready", flush=True)
    for line in sys.stdin:
        seconds = float(line)
        pid = os.fork()
        if pid == 0:
            Worker().run(once=True)
            os._exit(0)
        end = time.monotonic() + seconds
        said = "killed"
        while time.monotonic() < end:
            if os.waitpid(pid, os.WNOHANG)[0]:
                said = "ended"
                break
            time.sleep(0.0005)
        else:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        print(said, flush=True)


if __name__ == "__main__":
    main()
