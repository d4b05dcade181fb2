"""A household would like another contact (domain.md 3.4, C8): no reason is asked, once in a quarter."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.trail.services import record
from residents.contacts import rules
from residents.contacts.choices import AssignmentEnd, ContactRole, WishState
from residents.contacts.models import ContactWish
from residents.contacts.services import telling
from residents.contacts.services.handovers import cancel_handover, hand_over, open_handover_of, settle_wishes
from residents.contacts.services.locking import allow, locked_household, locked_rows
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household


def record_wish(household: Household, *, actor: Any) -> ContactWish:
    """Take the wish down: the household is to be handed over, its contact serves on until somebody else accepts.

    Raises ``Conflict`` when it asked in this quarter already, ``Refused`` when it has no contact to exchange.
    """
    try:
        with transaction.atomic():
            household = locked_household(household)
            if actor is not None:
                rules.may_record_wish(actor, household.grid).or_raise()
            if household.status != HouseholdStatus.ACTIVE:
                raise Refused(_("This household has moved away; it needs no contact any more."))
            (old,) = locked_rows(household.contact_assignments.serving().filter(role=ContactRole.PRIMARY)) or (None,)
            if old is None:
                raise Refused(_("The household has no primary contact yet."))
            handover = open_handover_of(household)
            if handover is None and not old.acting:
                handover = hand_over(old, actor=actor, reason=AssignmentEnd.HOUSEHOLD_WISH)
            wish = ContactWish.objects.create(
                household=household, quarter=rules.quarter_of(today()), recorded_by=actor, handover=handover
            )
            record(
                "contact.wish",
                wish,
                actor=actor,
                grid=household.grid,
                changes={"household": [None, household.pk], "quarter": [None, wish.quarter]},
            )
            telling.tell_secretaries("wish", household, actor=actor)
            return wish
    except IntegrityError as problem:
        raise Conflict(_("This household has asked for another contact in this quarter already.")) from problem


def close_wish(wish: ContactWish, *, actor: Any) -> ContactWish:
    """The household keeps its contact after all, as it said."""
    with transaction.atomic():
        household = locked_household(wish.household)
        allow(actor, household.grid)
        row = ContactWish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        if row.state != WishState.OPEN:
            raise Conflict(_("This wish is settled already."))
        handover = open_handover_of(household)
        if handover is not None and handover.pk == row.handover_id and handover.reason == AssignmentEnd.HOUSEHOLD_WISH:
            cancel_handover(handover, actor=actor)  # closes its wishes
        else:
            settle_wishes(household, WishState.CLOSED)
        row.refresh_from_db()
        return row
