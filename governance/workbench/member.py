"""The joint-family member's page: what became of what he passed on, in plain sentences with dates (domain.md 5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from governance.affairs.choices import AffairOutcome, AffairState
from governance.affairs.models import Affair
from governance.affairs.querysets import AffairQuerySet
from governance.affairs.tables import shortened
from residents.visits.doors import contact_cards
from residents.visits.models import HouseholdNeed, NeedAnswer

SHOWN = 30
WORDS = 24
SETTLED = (AffairState.VERIFIED, AffairState.CLOSED)


@dataclass(frozen=True)
class News:
    """What he passed on, and how it stands; ``is_done`` draws it plain, ``url``, if any, tells the whole story."""

    words: str
    sentence: str
    is_done: bool
    url: str
    at: datetime


def passed_on(user: Any) -> AffairQuerySet:
    """The affairs that the account reported or speaks for, the newest first."""
    return Affair.objects.concerning(user).exclude(handler=user).order_by("-reported_at", "-pk")


def news_of(user: Any) -> list[News]:
    """What became of everything that he passed on or noted at a door, the newest first. Three queries.

    What the community entered from his sheet of paper is his; what it entered for others is not.
    """
    affairs = list(passed_on(user)[:SHOWN])
    noted = Q(encounter__visitor=user, encounter__on_behalf_of=None) | Q(encounter__on_behalf_of__user=user)
    # An emptied need is one whose words were kept long enough.
    needs = HouseholdNeed.objects.filter(noted, affair=None).exclude(text="")
    told = [
        News(shortened(one.text, WORDS), sentence(one), one.state in SETTLED, one.get_absolute_url(), one.reported_at)
        for one in affairs
    ]
    cards = contact_cards(user)
    for need in needs.select_related("answer").order_by("-raised_at", "-pk")[:SHOWN]:
        told.append(_of_need(need, url=cards.get(need.household_id, "")))
    return sorted(told, key=lambda one: one.at, reverse=True)[:SHOWN]


def _of_need(need: HouseholdNeed, *, url: str) -> News:
    """A need that is no affair: answered, or not taken up yet. ``url`` is that of the household, while it is his."""
    answer: NeedAnswer | None = getattr(need, "answer", None)
    if answer is None:
        words = _("Noted on %(day)s. The community has not taken it up yet.") % {"day": _day(need.raised_at)}
    else:
        words = _("Answered on %(day)s: %(text)s") % {"day": _day(answer.answered_at), "text": answer.text}
    return News(
        shortened(need.text, WORDS),
        words,
        answer is not None,
        url,
        need.raised_at,
    )


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
