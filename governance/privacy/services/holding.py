"""Legal holds: what must be kept although its time is over."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from governance.affairs.models import Affair
from governance.privacy.models import LegalHold
from governance.privacy.rules import IS_LIFTED, clean_reason, may_lift, may_manage
from grids.common.clock import now, today
from grids.common.errors import Conflict
from grids.common.locks import lock
from grids.trail.services import record
from residents.roster.services import grid_of


@transaction.atomic
def place_hold(subject: Any, *, actor: Any, reason: str, until: date | None = None) -> LegalHold:
    """Keep all about ``subject`` (a person or an affair) until the day ``until``, or until the hold is lifted."""
    grid = subject.grid if isinstance(subject, Affair) else grid_of(subject)
    may_manage(actor, grid).or_raise()
    cleaned = clean_reason(reason)
    if until is not None and until <= today():
        raise ValidationError({"until": _("A hold ends on a day to come.")})
    kind = "affair" if isinstance(subject, Affair) else "person"
    lock(f"hold:{kind}:{subject.pk}")
    present = LegalHold.objects.filter(lifted_at__isnull=True, **{kind: subject}).first()
    if present is not None and present.is_in_force(today()):
        raise ValidationError(_("This is under a hold already. Lift that one first to change it."))
    if present is not None:  # it ran out by itself
        LegalHold.objects.filter(pk=present.pk).update(lifted_at=now(), changed_at=now())
    hold = LegalHold.objects.create(grid=grid, reason=cleaned, until=until, placed_by=actor, **{kind: subject})
    record("legalhold.place", hold, actor=actor, grid=grid, changes={kind: [None, subject.pk]}, reason=cleaned)
    return hold


@transaction.atomic
def lift_hold(hold: LegalHold, *, actor: Any, reason: str) -> LegalHold:
    """End ``hold``; from now on the retention treats its data like any other."""
    may_lift(actor, hold).or_raise()
    cleaned = clean_reason(reason)
    lifted = LegalHold.objects.filter(pk=hold.pk, lifted_at__isnull=True)
    if not lifted.update(lifted_at=now(), lifted_by=actor, changed_at=now(), version=hold.version + 1):
        raise Conflict(IS_LIFTED)
    record("legalhold.lift", hold, actor=actor, grid=hold.grid, reason=cleaned)
    hold.refresh_from_db()
    return hold
