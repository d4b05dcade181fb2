"""The joint-family member's page: what became of what he passed on, in plain sentences with dates (domain.md 5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from governance.affairs.choices import AffairOutcome, AffairState
from governance.affairs.models import Affair
from governance.affairs.querysets import AffairQuerySet
from governance.affairs.tables import shortened
from residents.visits.models import HouseholdNeed

SHOWN = 30
WORDS = 24
SETTLED = (AffairState.VERIFIED, AffairState.CLOSED)


@dataclass(frozen=True)
class News:
    """What he passed on, and how it stands; ``is_done`` draws it plain, ``url`` tells the whole story."""

    words: str
    sentence: str
    is_done: bool
    url: str
    at: datetime


def passed_on(user: Any) -> AffairQuerySet:
    """The affairs that the account reported or speaks for, the newest first."""
    return Affair.objects.concerning(user).exclude(handler=user).order_by("-reported_at", "-pk")


def news_of(user: Any) -> list[News]:
    """What became of everything that he passed on or noted at a door, the newest first. Two queries."""
    affairs = list(passed_on(user)[:SHOWN])
    needs = HouseholdNeed.objects.filter(encounter__visitor=user, encounter__replaced_by=None, affair=None, answer=None)
    told = [
        News(shortened(one.text, WORDS), sentence(one), one.state in SETTLED, one.get_absolute_url(), one.reported_at)
        for one in affairs
    ]
    open_needs = [
        News(
            shortened(need.text, WORDS),
            _("Noted on %(day)s. The community has not taken it up yet.") % {"day": _day(need.raised_at)},
            False,
            need.encounter.get_absolute_url(),
            need.raised_at,
        )
        for need in needs.select_related("encounter").order_by("-raised_at")[:SHOWN]
    ]
    return sorted([*told, *open_needs], key=lambda one: one.at, reverse=True)[:SHOWN]


def sentence(affair: Affair) -> str:
    """How the affair stands, as one says it to a neighbour: ``7月18日已解决：路面已清理。``"""
    if affair.state in SETTLED:
        day = _day(affair.submitted_at or affair.verified_at or affair.closed_at or affair.reported_at)
        values = {"day": day, "outcome": _outcome(affair), "result": affair.result.strip()}
        return (
            _("%(day)s: %(outcome)s. %(result)s") % values if values["result"] else _("%(day)s: %(outcome)s.") % values
        )
    if affair.state == AffairState.SUBMITTED:
        return _("Done on %(day)s; somebody else is checking it now.") % {"day": _day(affair.submitted_at)}
    if affair.state in (AffairState.ASSIGNED, AffairState.HANDLING):
        start = affair.taken_at or affair.dispatched_at or affair.reported_at
        if affair.handle_due_at:
            return _("Being handled since %(day)s, to be done by %(until)s at the latest.") % {
                "day": _day(start),
                "until": _day(affair.handle_due_at),
            }
        return _("Being handled since %(day)s.") % {"day": _day(start)}
    if affair.state in (AffairState.ACCEPTED, AffairState.CLASSIFIED):
        return _("Accepted by the community on %(day)s.") % {"day": _day(affair.accepted_at)}
    return _("Passed on on %(day)s. The community will answer soon.") % {"day": _day(affair.reported_at)}


def _outcome(affair: Affair) -> str:
    return str(AffairOutcome(affair.outcome).label) if affair.outcome else _("seen to")


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "MONTH_DAY_FORMAT") if moment else ""
