"""Answers to "may this user do this?": the same answer greys the button, explains it and guards the POST."""

from dataclasses import dataclass

from grids.common.errors import Refused


@dataclass(frozen=True)
class Allowed:
    """Yes."""

    reason: str = ""

    def __bool__(self) -> bool:
        return True

    def or_raise(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Denied:
    """No, because of ``reason``: a sentence (may be lazy) that the user reads."""

    reason: object

    def __bool__(self) -> bool:
        return False

    def or_raise(self) -> None:
        """Raise ``Refused`` with the reason."""
        raise Refused(self.reason)


Decision = Allowed | Denied


def all_of(*decisions: Decision) -> Decision:
    """The first ``Denied`` of the given decisions, or ``Allowed``."""
    for decision in decisions:
        if not decision:
            return decision
    return Allowed()
