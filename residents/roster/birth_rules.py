"""The law of a birth that is recorded after its day (补登). Pure.

* A birth is registered within one month (户口登记条例 art. 7). Later than that it is still entered for its day, but
  whoever enters it says why only now; reason and delay stand in the trail.
* A child lives where its mother lives. By the roster it has done so since its birth: in each of her homes as long as
  she was there, never before she or the household came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from residents.roster.choices import ArrivalReason, EndReason, Relation, Sex
from residents.roster.timeline import Span, first_gap

REGISTER_WITHIN = timedelta(days=31)  # one month, the longest there is

_CHILD_OF = {
    Relation.HEAD: {Sex.MALE: Relation.SON, Sex.FEMALE: Relation.DAUGHTER},
    Relation.SPOUSE: {Sex.MALE: Relation.SON, Sex.FEMALE: Relation.DAUGHTER},
    Relation.DAUGHTER: {Sex.MALE: Relation.GRANDCHILD, Sex.FEMALE: Relation.GRANDCHILD},
    Relation.DAUGHTER_IN_LAW: {Sex.MALE: Relation.GRANDCHILD, Sex.FEMALE: Relation.GRANDCHILD},
    Relation.NOT_RELATED: {Sex.MALE: Relation.NOT_RELATED, Sex.FEMALE: Relation.NOT_RELATED},
}


def check_late(born_on: date, reason: str, *, on: date) -> bool:
    """Whether the birth is entered after the month of the law. Raises ``ValidationError`` when nobody says why."""
    if born_on > on:
        raise ValidationError({"on": _("This day is in the future.")})
    late = on > born_on + REGISTER_WITHIN
    if late and not reason:
        raise ValidationError(
            {"late_reason": _("The birth is more than a month ago. Please say why it comes only now.")}
        )
    return late


def relation_of_child(mother: str, sex: str) -> Relation:
    """How a child is related to the head of a household in which its mother was related to the head as ``mother``."""
    return _CHILD_OF.get(Relation(mother), {}).get(Sex(sex), Relation.OTHER_RELATIVE)


@dataclass(frozen=True, slots=True)
class Home:
    """A time of the mother in one household, and of the child with her; ``residency`` is hers."""

    residency: Any
    starts_on: date
    ends_on: date | None
    start_reason: ArrivalReason
    end_reason: str


def homes_since(born_on: date, residencies: Iterable[Any]) -> list[Home]:
    """Where the child of somebody with these residencies lived from its birth to the present, in order.

    Raises ``ValidationError`` for the first day since its birth on which the mother lived nowhere here.
    """
    held = [one for one in residencies if (one.ends_on or date.max) > max(one.starts_on, born_on)]
    held.sort(key=lambda one: one.starts_on)
    if gap := first_gap([Span(one.starts_on, one.ends_on) for one in held], Span(born_on)):
        message = _("By the roster the mother did not live here on %(day)s. Add the child as a member instead.")
        raise ValidationError({"on": message % {"day": f"{gap:%Y-%m-%d}"}})
    return [_home(one, born_on) for one in held]


def _home(residency: Any, born_on: date) -> Home:
    """The child came by birth and left with its mother; if she was outside for a moment of a day, it was not."""
    came = ArrivalReason(residency.start_reason)
    if residency.starts_on <= born_on:
        came = ArrivalReason.BIRTH
    elif came in ArrivalReason.from_outside():
        came = ArrivalReason.MOVED_INSIDE
    went = residency.end_reason
    if went in EndReason.to_outside():
        went = EndReason.MOVED_INSIDE
    return Home(residency, max(residency.starts_on, born_on), residency.ends_on, came, went)
