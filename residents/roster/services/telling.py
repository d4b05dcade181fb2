"""What the rooms above must do when somebody's home has changed, in the same transaction."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

# function(persons, *, on, actor) with the keys of persons who left or moved on the day ``on``, or whose household did;
# called once everybody is where he lives from then on. Added in AppConfig.ready.
homes_changed: list[Callable[..., None]] = []


def tell_homes_changed(persons: Iterable[int], *, on: date, actor: Any) -> None:
    listed = sorted(persons)
    for hook in homes_changed if listed else ():
        hook(listed, on=on, actor=actor)
