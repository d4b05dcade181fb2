"""Many hands at once: run one action in several threads, each with its own connection, all starting together."""

import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections


@dataclass(frozen=True)
class Outcome:
    """What one of the hands came back with: a value, or the exception that ended it."""

    number: int
    value: Any = None
    error: BaseException | None = None

    @property
    def succeeded(self) -> bool:
        return self.error is None

    @property
    def told(self) -> str:
        """The error with its traceback, for assertion messages."""
        return "".join(traceback.format_exception(self.error)) if self.error else repr(self.value)


def run_together(count: int, act: Callable[[int], Any], *, patience: float = 120) -> list[Outcome]:
    """Call ``act(number)`` in ``count`` threads that start at the same moment; return their outcomes in order.

    Needs committed data, so the test asks for ``transactional_db``; inside a transaction the threads would see nothing.
    ``patience`` (seconds) only bounds a deadlock: when it is over, the test fails naming the hands that are stuck.
    """
    if connection.in_atomic_block:
        raise RuntimeError("run_together() needs the transactional_db fixture: here everything is in one transaction.")
    outcomes: list[Outcome | None] = [None] * count
    barrier = threading.Barrier(count)

    def hand(number: int) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(timeout=patience)
            outcomes[number] = Outcome(number, value=act(number))
        except BaseException as error:  # it is the caller who judges it
            outcomes[number] = Outcome(number, error=error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=patience)
    stuck = [number for number, thread in enumerate(threads) if thread.is_alive()]
    if stuck:
        raise AssertionError(f"After {patience} seconds these hands are still stuck: {stuck}.")
    return [outcome for outcome in outcomes if outcome is not None]


def errors_among(outcomes: list[Outcome], *expected: type[BaseException]) -> list[str]:
    """The tracebacks of all errors that are not of an expected kind; a test asserts that there are none."""
    return [outcome.told for outcome in outcomes if outcome.error and not isinstance(outcome.error, expected)]
