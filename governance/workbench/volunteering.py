"""What the home page shows of the double report: reports to accept, claims to confirm, and a member's own service."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.workbench.cards import Card, Row, Section
from governance.workbench.querysets import first_of
from governance.workbench.units import CLAIMS, REPORTS, WISHES_AND_POSTS
from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.chips import chip_of
from grids.common.clock import today
from residents.volunteers.choices import ClaimState
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from residents.volunteers.naming import shown_employer, shown_member, shown_place
from residents.volunteers.rules import hours_in_words

FIRST_ROWS = 3


def reports_to_accept(user: Any) -> list[Card]:
    """The card of those whose report waits for this account's decision."""
    if not scope_of(user, Permission.ACCEPT_VOLUNTEERS):
        return []
    waiting = PartyMemberReport.objects.to_accept(user).with_person().order_by("pk")
    first, number = first_of(waiting, FIRST_ROWS)
    if not first:
        return []
    rows = [Row(shown_member(user, one), one.get_absolute_url(), [shown_employer(user, one)]) for one in first]
    url = f"{reverse('residents:partymemberreport-list')}?waiting=yes"
    title = _("Reports to accept")
    return [Card("reports", title, "user-plus", number, REPORTS, rows, url, _("See all"), "warning")]


def claims_to_confirm(user: Any) -> list[Card]:
    """The card of what waits for this account's word, as a household's contact or as the desk."""
    if not any(scope_of(user, power) for power in (Permission.KEEP_VOLUNTEERS, Permission.SERVE_HOUSEHOLDS)):
        return []
    waiting = ServiceClaim.objects.to_confirm(user).with_call().order_by("finished_at", "pk")
    first, number = first_of(waiting, FIRST_ROWS)
    if not first:
        return []
    rows = [
        Row(
            claim.call.title,
            reverse("residents:serviceclaim-confirm", args=[claim.pk]),
            [shown_member(user, claim.report), _hours(claim.half_hours), claim.call.grid.name],
        )
        for claim in first
    ]
    title = _("Waiting to be confirmed")
    return [Card("confirm", title, "search-check", number, CLAIMS, rows, "", "", "warning")]


def service_section(user: Any, *, with_confirm: bool) -> Section | None:
    """A member's own service: what he has claimed, and what the board offers; None for everybody else.

    ``with_confirm``: claims to confirm stand here too, because no other section of this account shows them.
    """
    cards = claims_to_confirm(user) if with_confirm else []
    serves = bool(scope_of(user, Permission.SERVE_COMMUNITY))
    if serves:
        cards = [*cards, *_claimed(user), *_offered(user)]
    if not serves and not cards:
        return None
    return Section("service", _("My service"), "desk", 0, cards, _("Nothing is asked for at present"))


def _claimed(user: Any) -> list[Card]:
    mine = ServiceClaim.objects.of_user(user).running().with_call().order_by("call__until_on", "pk")
    first, number = first_of(mine, FIRST_ROWS)
    if not first:
        return []
    rows = [
        Row(
            claim.call.title,
            claim.call.get_absolute_url(),
            [gettext("to be done by %(day)s") % {"day": f"{claim.call.until_on:%Y-%m-%d}"}],
            chip_of(ClaimState, claim.state),
        )
        for claim in first
    ]
    url = reverse("residents:service-mine")
    return [
        Card(
            "claimed",
            _("Claims under way"),
            "hand-heart",
            number,
            CLAIMS,
            rows,
            url,
            _("See all"),
        )
    ]


def _offered(user: Any) -> list[Card]:
    calls = (
        ServiceCall.objects.restrict(user, Permission.SERVE_COMMUNITY).open(on=today()).select_related("grid__parent")
    )
    first, number = first_of(calls.order_by("until_on", "pk"), FIRST_ROWS)
    if not first:
        return []
    claim, url = "residents:servicecall-claim", reverse("residents:servicecall-board")
    rows = [
        Row(call.title, reverse(claim, args=[call.pk]), [shown_place(call), _hours(call.half_hours)]) for call in first
    ]
    title = _("Claim board")
    return [
        Card(
            "board",
            title,
            "heart-handshake",
            number,
            WISHES_AND_POSTS,
            rows,
            url,
            _("See all"),
        )
    ]


def _hours(halves: int | None) -> str:
    return hours_in_words(halves)
