"""The band of a community, its exceptions and exemptions; every change is in the trail (domain.md 3.4, C2)."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from grids.tree.choices import Level
from residents.contacts.bands import DEFAULT_BAND, Band, fault_of_exception_end, faults_of_band
from residents.contacts.choices import ExemptionReason
from residents.contacts.models import ContactAssignment, ContactBand, ContactExemption, ContactMember
from residents.contacts.services.locking import allow, locked_member, present


@transaction.atomic
def set_band(community: Any, band: Band, *, actor: Any, version: int = 0) -> ContactBand:
    """Let ``band`` hold for new assignments of ``community``; present ones stay as they are.

    ``version`` is that of the row the form was opened on, 0 when there was none. Raises ``Conflict`` when somebody
    else set it meanwhile, ``ValidationError`` by field.
    """
    allow(actor, community)
    if community.level != Level.COMMUNITY:
        raise Refused(_("Bands belong to communities."))
    if faults := faults_of_band(band):
        raise ValidationError(faults)
    values = asdict(band)
    row = ContactBand.objects.select_for_update().filter(grid=community).first()
    before = asdict(row.as_rule() if row else DEFAULT_BAND)
    if row is not None:
        advance(row, expected=version, reason=_band_changed(), **values)
    elif version:
        raise Conflict(_band_changed())
    else:
        try:
            with transaction.atomic():
                row = ContactBand.objects.create(grid=community, **values)
        except IntegrityError as problem:
            raise Conflict(_band_changed()) from problem
    changes = {name: [before[name], value] for name, value in values.items() if before[name] != value}
    record("contactband.set", row, actor=actor, grid=community, changes=changes)
    return row


@transaction.atomic
def prolong_exception(assignment: ContactAssignment, *, actor: Any, reason: str, until: date) -> ContactAssignment:
    """Give the exception by which a member contacts this household a new last day, with the reason written anew."""
    allow(actor, assignment.household.grid)
    now_serving = present(assignment)
    reason = reason.strip()
    if not now_serving.exception_reason:
        raise Refused(_("This household was not assigned by an exception."))
    if not reason:
        raise ValidationError({"reason": _("Write down why the exception goes on.")})
    if fault := fault_of_exception_end(until, on=today()):
        raise ValidationError({"until": fault})
    before = now_serving.exception_until
    advance(
        now_serving,
        expected=now_serving.version,
        reason=_exception_changed(),
        exception_reason=reason,
        exception_until=until,
    )
    record(
        "contact.prolong",
        now_serving,
        actor=actor,
        grid=now_serving.household.grid,
        changes={"exception_until": [before, until]},
        reason=reason,
    )
    return now_serving


@transaction.atomic
def exempt_member(
    member: ContactMember, *, actor: Any, reason: str, starts_on: date | None = None, until: date | None = None
) -> ContactExemption:
    """Excuse a member from the minimum for a time; ``until`` None is for age only. His households stay his."""
    allow(actor, member.grid)
    member = locked_member(member)
    if not member.is_serving:
        raise Refused(_("%(name)s no longer contacts households.") % {"name": member.person.name})
    if reason not in ExemptionReason.values:
        raise ValidationError({"reason": _("Choose the reason.")})
    first = starts_on or today()
    if first < member.starts_on:
        raise ValidationError({"starts_on": _("The member did not serve yet on this day.")})
    if until is None and reason != ExemptionReason.AGE:
        raise ValidationError({"until": _("Only an exemption for age has no last day. Enter it.")})
    if until is not None and until < first:
        raise ValidationError({"until": _("The last day lies before the first.")})
    others = member.exemptions.not_over(first)
    if (others.filter(starts_on__lte=until) if until else others).exists():
        raise Conflict(_("%(name)s is exempt already within this time.") % {"name": member.person.name})
    exemption = ContactExemption.objects.create(
        member=member, reason=reason, starts_on=first, until=until, granted_by=actor
    )
    record(
        "contactexemption.grant",
        exemption,
        actor=actor,
        grid=member.grid,
        changes={"member": [None, member.pk], "starts_on": [None, first], "until": [None, until]},
    )
    return exemption


@transaction.atomic
def end_exemption(exemption: ContactExemption, *, actor: Any) -> None:
    """The member reaches the minimum again from today; an exemption that has not begun is taken back."""
    allow(actor, exemption.member.grid)
    member = locked_member(exemption.member)
    row = ContactExemption.objects.select_for_update().filter(pk=exemption.pk).first()
    day = today()
    if row is None or (row.until is not None and row.until < day):
        raise Conflict(_("This exemption is over already."))
    record(
        "contactexemption.end",
        row,
        actor=actor,
        grid=member.grid,
        changes={"member": [member.pk, None], "starts_on": [row.starts_on, None], "until": [row.until, day]},
    )
    if row.starts_on >= day:
        row.delete()
    else:
        advance(row, expected=row.version, reason=_exception_changed(), until=date.fromordinal(day.toordinal() - 1))


def _band_changed() -> str:
    return _("Somebody changed this band at the same moment. Look again, then decide.")


def _exception_changed() -> str:
    return _("Somebody changed this at the same moment. Look again, then decide.")
