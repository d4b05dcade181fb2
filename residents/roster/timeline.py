"""Days without gaps and without doubles: what the dated rows of a household and of a person must say together. Pure.

Every period is half open, ``[starts_on, ends_on)``; one of no length counts nowhere. On each day on which a household
is open it has exactly one dwelling and exactly one head, who lives in it that day; nobody lives in it before or after;
nobody lives in two households (promise of domain.md M17: ``population(t) = start + in - out``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FOREVER = date.max


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another; ``key`` says what it is about (a residency, a dwelling)."""

    starts_on: date
    ends_on: date | None = None
    key: int = 0

    @property
    def last(self) -> date:
        """The first day after it; ``FOREVER`` while it goes on."""
        return self.ends_on or FOREVER

    @property
    def is_empty(self) -> bool:
        return self.last <= self.starts_on

    def holds(self, day: date) -> bool:
        return self.starts_on <= day < self.last

    def covers(self, other: "Span") -> bool:
        return self.starts_on <= other.starts_on and other.last <= self.last

    def first_common_day(self, other: "Span") -> date | None:
        """The first day that both hold, or None."""
        day = max(self.starts_on, other.starts_on)
        return day if day < min(self.last, other.last) else None


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Those of any length, by their first day."""
    return sorted((span for span in spans if not span.is_empty), key=lambda span: (span.starts_on, span.last))


def first_gap(spans: Iterable[Span], whole: Span) -> date | None:
    """The first day of ``whole`` that no span holds, or None."""
    day = whole.starts_on
    for span in in_order(spans):
        if day >= whole.last:
            break
        if span.starts_on > day:
            return day
        day = max(day, span.last)
    return day if day < whole.last else None


def first_double(spans: Iterable[Span]) -> tuple[date, Span, Span] | None:
    """The first day that two spans hold, with both, or None."""
    reaching: Span | None = None
    for span in in_order(spans):
        if reaching is not None and (day := reaching.first_common_day(span)):
            return day, reaching, span
        if reaching is None or span.last > reaching.last:
            reaching = span
    return None


def check_household(
    life: Span, *, stays: Sequence[Span], heads: Sequence[Span], members: Sequence[Span], field: str
) -> None:
    """Raises ``ValidationError`` at ``field`` for the first day on which the rows of a household do not fit.

    ``life`` is from opening to closing, ``heads`` and ``members`` carry the residency as their key.
    """
    _check_members(life, members, field)
    _check_stays(life, stays, field)
    if day := first_gap(heads, life):
        raise _fault(field, _("On %(day)s the household would have no head. Please choose another day."), day)
    if double := first_double(heads):
        raise _fault(field, _("On %(day)s the household would have two heads. Please choose another day."), double[0])
    lived = {span.key: span for span in members}
    for head in in_order(heads):
        if not lived[head.key].covers(head):
            day = head.starts_on if head.starts_on < lived[head.key].starts_on else lived[head.key].last
            raise _fault(field, _("On %(day)s the head would not live in the household."), day)


def _check_members(life: Span, members: Sequence[Span], field: str) -> None:
    for span in in_order(members):
        if span.starts_on < life.starts_on:
            message = _("The household lives here since %(day)s: choose a later day, or correct that day first.")
            raise _fault(field, message, life.starts_on)
        if span.last > life.last:
            message = _("Somebody of the household lived here until %(day)s: it cannot have closed before.")
            raise _fault(field, message, span.last)


def _check_stays(life: Span, stays: Sequence[Span], field: str) -> None:
    ordered = in_order(stays)
    if day := first_gap(ordered, life):
        raise _fault(field, _("On %(day)s the household would have no dwelling. Please choose another day."), day)
    if double := first_double(ordered):
        message = _("On %(day)s the household would have two dwellings. Please choose another day.")
        raise _fault(field, message, double[0])
    if ordered and (ordered[0].starts_on < life.starts_on or ordered[-1].last > life.last):
        message = _("The household came to its last door on %(day)s: it cannot have closed before.")
        raise _fault(field, message, ordered[-1].starts_on)


def check_person(homes: Sequence[Span], *, field: str) -> None:
    """Raises ``ValidationError`` at ``field`` when the person would live in two households on one day."""
    if double := first_double(homes):
        message = _("By the roster this person already lives in another household on %(day)s. Choose another day.")
        raise _fault(field, message, double[0])


def first_heads(members: Sequence[Span], head: Span) -> list[Span]:
    """Who is the head from the first day on, when the rows name only the present ``head``.

    Where members came before the head, the one who came first stands in until the head's day: a household is never
    without a head. ``members`` (with the head among them) carry their residency as key.
    """
    first = min(members, key=lambda span: span.starts_on)
    if first.starts_on >= head.starts_on:
        return [head]
    return [Span(first.starts_on, head.starts_on, first.key), head]


def _fault(field: str, message: str, day: date) -> ValidationError:
    return ValidationError({field: message % {"day": f"{day:%Y-%m-%d}"}})
