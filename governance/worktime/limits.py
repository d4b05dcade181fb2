"""How long each clock of an affair may run (domain.md 3.2.2): the default service-level matrix, as data."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from governance.worktime.choices import Clock, Unit
from governance.worktime.rules import Amount, deadline


@dataclass(frozen=True)
class Limit:
    """An amount of a unit: ``Limit(4, Unit.WH)`` is four working hours."""

    amount: Amount
    unit: Unit

    def after(self, start: datetime) -> datetime:
        """The moment by which this limit ends that began at ``start``."""
        return deadline(start, self.amount, self.unit)

    def scaled(self, share: Fraction) -> "Limit":
        """A part of the limit, such as half of it for a second round."""
        return Limit(self.amount * share, self.unit)


def _ch(hours: Amount) -> Limit:
    return Limit(hours, Unit.CH)


def _dh(hours: int) -> Limit:
    return Limit(hours, Unit.DH)


def _wh(hours: int) -> Limit:
    return Limit(hours, Unit.WH)


def _wd(days: int) -> Limit:
    return Limit(days, Unit.WD)


_TEN_MINUTES = _ch(Fraction(1, 6))
_AT_THE_DESK = {"u1": _TEN_MINUTES, "u2": _dh(1), "u3": _wh(4), "u4": _wh(8)}

# By the clock and the urgency (u1 emergency, u2 urgent, u3 ordinary, u4 complex).
LIMITS: dict[Clock, dict[str, Limit]] = {
    Clock.ACCEPT: _AT_THE_DESK,
    Clock.DISPATCH: _AT_THE_DESK,
    Clock.TAKE: _AT_THE_DESK,
    Clock.VERIFY: {"u1": _ch(4), "u2": _dh(4), "u3": _wd(1), "u4": _wd(2)},
    Clock.EVALUATE: {"u1": _wd(3), "u2": _wd(3), "u3": _wd(5), "u4": _wd(5)},
}
# Handling depends on who leads: tier 1 micro-grid, 2 grid, 3 community, 4 street, 5 district. Nothing complex is led
# by a grid.
_BY_GRID = {"u1": _ch(24), "u2": _dh(8), "u3": _wd(2)}
HANDLING_LIMITS: dict[int, dict[str, Limit]] = {
    1: _BY_GRID,
    2: _BY_GRID,
    3: {"u1": _ch(24), "u2": _dh(16), "u3": _wd(5), "u4": _wd(30)},
    4: {"u1": _ch(24), "u2": _dh(24), "u3": _wd(7), "u4": _wd(45)},
    5: {"u1": _ch(48), "u2": _dh(40), "u3": _wd(15), "u4": _wd(60)},
}


def limit_of(clock: Clock, *, urgency: str, tier: int | None = None) -> Limit | None:
    """The limit of ``clock`` for an affair of ``urgency``, or None where the matrix has none.

    ``Clock.HANDLE`` also needs the tier that leads.
    """
    if clock is Clock.HANDLE:
        return HANDLING_LIMITS.get(tier or 0, {}).get(urgency)
    return LIMITS[clock].get(urgency)
