"""What somebody at the terminal sees while the demo loads."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, TypeVar

WIDTH = 24
T = TypeVar("T")
# Goes through a list of known length and shows how far it is.
Track = Callable[[Iterable[Any], int], Iterable[Any]]


class Progress:
    """A line for each stage; on a terminal with a bar that fills, in a file with its time at the end."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self.stream = stream or sys.stderr
        self.quiet = quiet
        self.lively = not quiet and self.stream.isatty()
        self._label = ""

    @contextmanager
    def stage(self, label: str) -> Iterator[None]:
        """Everything inside belongs to ``label``; ``track`` fills its bar."""
        self._label = label
        started = time.monotonic()
        self._draw(0)
        yield
        self._draw(1, f"{time.monotonic() - started:5.1f} s", end="\n")

    def track(self, items: Iterable[T], total: int) -> Iterator[T]:
        """``items`` one by one, the bar of the present stage growing with them."""
        last = -1
        for number, item in enumerate(items):
            place = number * WIDTH // max(total, 1)
            if place != last:
                self._draw(number / max(total, 1))
                last = place
            yield item

    def show(self, share: float) -> None:
        """The bar of the present stage at ``share`` of its length (0 to 1)."""
        self._draw(share)

    def _draw(self, share: float, note: str = "", end: str = "") -> None:
        if self.quiet or not (self.lively or end):
            return
        filled = round(min(share, 1) * WIDTH)
        start = "\r" if self.lively else ""
        self.stream.write(f"{start}  {self._label:<34} [{'#' * filled}{'.' * (WIDTH - filled)}] {note}{end}")
        self.stream.flush()
