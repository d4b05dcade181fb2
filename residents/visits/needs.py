"""What became of what households asked for: answered on the spot, or grown into something of an upper room."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.chips import Chip, Tone
from residents.visits import rules
from residents.visits.links import report_url
from residents.visits.models import HouseholdNeed, NeedAnswer
from residents.visits.querysets import is_contact_of


@dataclass(frozen=True)
class Standing:
    """What became of a need: a chip, where to read more, and what the household was told."""

    chip: Chip
    url: str = ""
    words: str = ""


# Upper rooms say what grew out of needs: function(user, needs) -> {key of the need: Standing}.
need_standings: list[Callable[[Any, list[HouseholdNeed]], dict[int, Standing]]] = []


def standings(user: Any, needs: list[HouseholdNeed]) -> dict[int, Standing]:
    """The standing of each of ``needs`` of which anything became, as far as ``user`` may know. A constant number of
    queries.
    """
    found = {
        answer.need_id: Standing(Chip(_("Answered on the spot"), Tone.GREEN, "check"), words=answer.text)
        for answer in NeedAnswer.objects.filter(need__in=needs)
    }
    for ask in need_standings:
        found |= ask(user, needs)
    return found


def may_answer(user: Any, household: Any) -> bool:
    """Whether ``user`` tells the household something: who visits there, its contact, and the secretary."""
    return bool(rules.may_answer(user, household.grid, is_contact=is_contact_of(user, household)))


def need_lines(user: Any, household: Any, needs: Iterable[HouseholdNeed]) -> list[dict[str, Any]]:
    """Rows of ``residents/visits/need_list.html`` for needs of one household."""
    listed = list(needs)
    if not listed:
        return []
    known = standings(user, listed)
    reports = user.has_perm(Permission.REPORT_AFFAIRS, household.grid)
    answers = may_answer(user, household)
    lines = []
    for need in listed:
        standing = known.get(need.pk)
        is_open = standing is None
        lines.append(
            {
                "text": need.text,
                "at": need.raised_at,
                "standing": standing,
                "url": report_url(household.pk, need.pk) if is_open and reports else "",
                "answer_url": reverse("residents:need-answer", args=[need.pk]) if is_open and answers else "",
            }
        )
    return lines
