"""Who rents where, for the registration duty and no longer than it needs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict
from grids.common.models import advance
from grids.trail.services import record
from residents.rentals import rules
from residents.rentals.choices import TenancyEnd
from residents.rentals.models import RentalFile, Tenancy
from residents.rentals.services.rows import changed_meanwhile, lock_file, rewrite
from residents.roster.models import Person, Residency
from residents.roster.rules import check_period


def add_tenant(file: RentalFile, person: Person, *, actor: Any, starts_on: date | None = None) -> Tenancy:
    """Note that somebody of the roster who lives at this door rents here.

    Raises ``ValidationError`` for somebody who does not live here, ``Conflict`` for a tenant who is noted already.
    """
    try:
        with transaction.atomic():
            locked = lock_file(file)
            rules.may_keep(actor, locked).or_raise()
            if not living_at(locked).filter(pk=person.pk).exists():
                raise ValidationError({"person": _("Enter this person in the roster at this door first.")})
            on = starts_on or today()
            check_period(on, None, on=today())
            tenancy = Tenancy.objects.create(file=file, person=person, starts_on=on)
            changes = {"file": [None, file.pk], "person": [None, person.pk]}
            record("tenancy.add", tenancy, actor=actor, grid=locked.grid, changes=changes)
    except IntegrityError as problem:
        raise Conflict(_("This person is noted as a tenant here already.")) from problem
    return tenancy


def living_at(file: RentalFile) -> Any:
    """The persons who live at the dwelling now."""
    return Person.objects.filter(
        residencies__ends_on__isnull=True, residencies__household__dwelling_id=file.dwelling_id
    ).order_by("-residencies__is_head", "pk")


@transaction.atomic
def end_tenant(
    tenancy: Tenancy, *, actor: Any, version: int, reason: str = TenancyEnd.MOVED, on: date | None = None
) -> Tenancy:
    """Somebody does not rent here any more; six months later nothing tells that he did. Raises ``StaleVersion``."""
    locked = lock_file(tenancy.file)
    rules.may_inspect(actor, locked.grid).or_raise()
    day = on or today()
    check_period(tenancy.starts_on, day, on=today())
    if tenancy.ends_on is not None:
        raise Conflict(_("This tenancy has ended already."))
    advance(tenancy, expected=version, reason=changed_meanwhile(), ends_on=day, end_reason=TenancyEnd(reason).value)
    _record_end(tenancy, actor=actor, grid=locked.grid)
    return tenancy


def end_all_tenancies(file: RentalFile, *, actor: Any, on: date, reason: TenancyEnd) -> None:
    """The same for everybody who rents here; the caller holds the lock of the file and has asked the rules."""
    for tenancy in file.tenancies.active():
        rewrite(tenancy, ends_on=max(on, tenancy.starts_on), end_reason=reason.value)
        _record_end(tenancy, actor=actor, grid=file.grid)


def end_for_other(tenancy: Tenancy, *, actor: Any) -> None:
    """Two records of one person became one, and another tenancy of his goes on: this one ends today."""
    locked = lock_file(tenancy.file)
    rewrite(tenancy, ends_on=max(today(), tenancy.starts_on), end_reason=TenancyEnd.MERGED.value)
    _record_end(tenancy, actor=actor, grid=locked.grid)


def end_where_gone(persons: Sequence[int], *, on: date, actor: Any) -> None:
    """Whoever does not live at the door any more rents there no longer; called by the roster in its own transaction."""
    homes = Residency.objects.active().filter(person=OuterRef("person"))
    rows = Tenancy.objects.active().filter(person__in=persons)
    gone = rows.exclude(Exists(homes.filter(household__dwelling=OuterRef("file__dwelling"))))
    for tenancy in gone.select_related("file__dwelling__grid").order_by("pk"):
        rewrite(tenancy, ends_on=max(on, tenancy.starts_on), end_reason=TenancyEnd.MOVED.value)
        _record_end(tenancy, actor=actor, grid=tenancy.file.grid)


def _record_end(tenancy: Tenancy, *, actor: Any, grid: Any) -> None:
    changes = {"ends_on": [None, tenancy.ends_on], "end_reason": ["", tenancy.end_reason]}
    record("tenancy.end", tenancy, actor=actor, grid=grid, changes=changes)
