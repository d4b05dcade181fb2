"""Claims and calls as rows of a page."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from grids.common.actions import Action
from grids.common.chips import chip_of
from residents.roster.rules import shown_household
from residents.volunteers import rules
from residents.volunteers.choices import ClaimState
from residents.volunteers.models import ServiceCall, ServiceClaim
from residents.volunteers.naming import shown_member


def claim_lines(claims: Iterable[ServiceClaim], user: Any) -> list[dict[str, Any]]:
    """Rows of ``residents/volunteers/claim_list.html``, with the buttons that ``user`` may press."""
    return [
        {
            "url": claim.call.get_absolute_url() if claim.state in ClaimState.running() else "",
            "title": claim.call.title,
            "who": shown_member(user, claim.report),
            "chip": chip_of(ClaimState, claim.state),
            "claimed_at": claim.claimed_at,
            "until_on": claim.call.until_on if claim.state == ClaimState.CLAIMED else None,
            "done_on": claim.done_on,
            "hours": rules.hours_in_words(claim.half_hours) if claim.half_hours else "",
            "by": claim.get_confirmed_by_display() if claim.confirmed_by else "",
            "reason": claim.refusal,
            "actions": _acts_on(claim, user),
        }
        for claim in claims
    ]


def _acts_on(claim: ServiceClaim, user: Any) -> list[Action]:
    key = [claim.pk]
    actions = []
    if rules.may_carry(user, "finish", claim):
        done = reverse("residents:serviceclaim-finish", args=key)
        back = reverse("residents:serviceclaim-return", args=key)
        actions += [
            Action(_("It is done"), done, style="primary", icon="check"),
            Action(_("Give back"), back, style="quiet", icon="undo-2"),
        ]
    if claim.call.household_id is None and rules.may_confirm(user, "confirm", claim, is_contact=False):
        confirm = reverse("residents:serviceclaim-confirm", args=key)
        actions.append(Action(_("Confirm"), confirm, style="primary", icon="search-check"))
    return actions


def door_of(call: ServiceCall, user: Any, *, is_own: bool) -> str:
    """The household's door: masked by the rule of the roster, written out for whoever has claimed the wish."""
    if call.household is None:
        return ""
    return shown_household(None if is_own else user, call.household)
