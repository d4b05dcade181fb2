"""Somebody lives here and is away for a while: he stays in the roster and is contacted from afar."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.roster.choices import AbsenceKind
from residents.roster.models import Absence, Residency
from residents.roster.rules import may_edit_roster
from residents.roster.services.rows import changed_meanwhile, lock_household, require_present


@transaction.atomic
def start_absence(
    residency: Residency, *, actor: Any, kind: str, starts_on: date | None = None, expected_back_on: date | None = None
) -> Absence:
    """A member is away from ``starts_on`` (today), perhaps until ``expected_back_on``. The reason is sensitive (C4)."""
    household = lock_household(residency.household)
    may_edit_roster(actor, household.grid).or_raise()
    require_present(residency)
    starts_on = starts_on or today()
    if starts_on > today():
        raise ValidationError({"starts_on": _("This day is in the future.")})
    if starts_on < residency.starts_on:
        message = _("This person lives here since %(day)s. Choose that day or a later one.")
        raise ValidationError({"starts_on": message % {"day": f"{residency.starts_on:%Y-%m-%d}"}})
    if expected_back_on is not None and expected_back_on <= starts_on:
        raise ValidationError({"expected_back_on": _("The day of return lies after the day of leaving.")})
    absences = Absence.objects.filter(residency=residency)
    if absences.filter(ended_on__isnull=True).exists():
        raise Refused(_("This person is noted as away already. Note the return first."))
    if absences.filter(ended_on__gt=starts_on).exists():
        raise ValidationError({"starts_on": _("By the roster this person was away on that day already.")})
    absence = Absence.objects.create(
        residency=residency, kind=AbsenceKind(kind), starts_on=starts_on, expected_back_on=expected_back_on
    )
    changes = {"starts_on": [None, starts_on], "expected_back_on": [None, expected_back_on]}
    record("absence.start", absence, actor=actor, grid=household.grid, changes=changes)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, actor: Any, on: date | None = None) -> Absence:
    """Back since ``on`` (today)."""
    on = on or today()
    household = lock_household(absence.residency.household)
    may_edit_roster(actor, household.grid).or_raise()
    absence.refresh_from_db(fields=["ended_on", "starts_on", "version"])
    if absence.ended_on is not None:
        raise Refused(_("The return is noted already."))
    if on > today():
        raise ValidationError({"on": _("This day is in the future.")})
    if on < absence.starts_on:
        message = _("This person is away since %(day)s. Choose that day or a later one.")
        raise ValidationError({"on": message % {"day": f"{absence.starts_on:%Y-%m-%d}"}})
    advance(absence, expected=absence.version, reason=changed_meanwhile(), ended_on=on)
    record("absence.end", absence, actor=actor, grid=household.grid, changes={"ended_on": [None, on]})
    return absence
