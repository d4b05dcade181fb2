"""``manage.py run_worker``: the process that does the background tasks and orders the nightly work."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from grids.jobs.worker import Worker


class Command(BaseCommand):
    help = "Do background tasks until stopped (SIGTERM or Ctrl-C); several workers may run at the same time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")
        parser.add_argument("--parent", type=int, metavar="PID", help="end when this parent process is gone")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: worker.stop())
        worker.run(once=options["once"], parent=options["parent"])
