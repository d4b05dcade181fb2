"""Rectification notices: issued after a check that left something open, served on the landlord, settled by a check."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict
from grids.common.models import advance
from grids.trail.services import record
from residents.rentals import rules
from residents.rentals.choices import ServedHow
from residents.rentals.models import RectificationNotice, RentalCheck
from residents.rentals.services.checking import last_check
from residents.rentals.services.rows import changed_meanwhile, cycle, lock_file, next_notice_number
from residents.roster.rules import check_period


@transaction.atomic
def issue_notice(check: RentalCheck, *, actor: Any, due_on: date | None = None) -> RectificationNotice:
    """Ask the landlord in writing to put right what ``check`` left open; by default until the next check is due.

    Raises ``Refused`` when nothing is open or a newer check stands.
    """
    file = lock_file(check.file)
    last = last_check(file)
    if last is None or last.pk != check.pk:
        raise Conflict(_("A newer check has been made meanwhile. Issue the notice from that one."))
    has_notice = RectificationNotice.objects.filter(rental_check=check).exists()
    rules.may_issue(actor, file, last, has_notice=has_notice).or_raise()
    on = today()
    until = due_on or rules.next_check_on(last.colour, on, cycle())
    rules.check_due_on(on, until)
    notice = RectificationNotice.objects.create(
        rental_check=check,
        number=next_notice_number(file.grid.code, on),
        issued_on=on,
        issued_by=actor,
        due_on=until,
    )
    changes = {"number": ["", notice.number], "due_on": [None, until]}
    record("rectificationnotice.issue", notice, actor=actor, grid=file.grid, changes=changes)
    return notice


@transaction.atomic
def serve_notice(
    notice: RectificationNotice, *, actor: Any, version: int, how: str, on: date | None = None
) -> RectificationNotice:
    """Note how and when the notice reached the landlord. Raises ``StaleVersion`` on an older form."""
    file = lock_file(notice.rental_check.file)
    notice.refresh_from_db(fields=["served_on"])
    rules.may_serve(actor, notice).or_raise()
    if how not in ServedHow.values:
        raise ValidationError({"how": _("Choose how the landlord got the notice.")})
    day = on or today()
    check_period(notice.issued_on, day, on=today())
    advance(notice, expected=version, reason=changed_meanwhile(), served_on=day, served_how=str(how))
    changes = {"served_on": [None, day], "served_how": ["", str(how)]}
    record("rectificationnotice.serve", notice, actor=actor, grid=file.grid, changes=changes)
    return notice
