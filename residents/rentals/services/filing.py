"""The life of a rental file: opened, changed, empty for a while, let again, closed."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict
from grids.common.models import advance
from grids.trail.services import HIDDEN, changes_between, record
from residents.rentals import rules
from residents.rentals.choices import FileStatus, TenancyEnd
from residents.rentals.models import FindingPhoto, RentalCheck, RentalFile
from residents.rentals.services.rows import changed_meanwhile, cycle, lock_file, next_file_number
from residents.rentals.services.tenants import end_all_tenancies
from residents.roster.choices import DwellingUse, RevealPurpose
from residents.roster.models import Dwelling
from residents.roster.rules import check_period, may_reveal
from residents.roster.services import put_to_use


def open_file(
    dwelling: Dwelling,
    *,
    actor: Any,
    landlord_name: str,
    landlord_phone: str = "",
    rooms_let: int = 1,
    opened_on: date | None = None,
) -> RentalFile:
    """Keep a file for a dwelling that is rented out; its first check is due within the days of a red one.

    The roster notes that the dwelling is let. Raises ``Conflict`` when a file is kept already.
    """
    on = opened_on or today()
    check_period(on, None, on=today(), field="opened_on")
    values = rules.clean_file(landlord_name, landlord_phone, rooms_let)
    try:
        with transaction.atomic():
            grid = dwelling.grid
            rules.may_inspect(actor, grid).or_raise()
            first_on = rules.next_check_on("", today(), cycle())
            file = RentalFile.objects.create(
                dwelling=dwelling,
                number=next_file_number(grid.code)[0],
                opened_on=on,
                next_check_on=first_on,
                use_before=dwelling.use,
                **values,
            )
            RentalCheck.objects.create(file=file, due_on=first_on)
            put_to_use(dwelling, DwellingUse.LET, actor=actor)
            changes = {"number": ["", file.number], "landlord_name": ["", file.landlord_name]}
            record("rentalfile.open", file, actor=actor, grid=grid, changes=changes)
    except IntegrityError as problem:
        raise Conflict(_("A rental file is kept for this dwelling already. Open it instead.")) from problem
    return file


@transaction.atomic
def change_file(
    file: RentalFile, *, actor: Any, version: int, landlord_name: str, landlord_phone: str, rooms_let: int
) -> RentalFile:
    """Correct who lets the dwelling and how many rooms. Raises ``StaleVersion`` on an older form."""
    locked = lock_file(file)
    rules.may_keep(actor, locked).or_raise()
    values = rules.clean_file(landlord_name, landlord_phone, rooms_let)
    changes = changes_between({name: getattr(locked, name) for name in values}, values, RentalFile)
    advance(file, expected=version, reason=changed_meanwhile(), **values)
    if changes:
        record("rentalfile.change", file, actor=actor, grid=locked.grid, changes=changes)
    return file


def put_landlord(file: RentalFile, *, actor: Any, name: str, phone: str) -> bool:
    """Write who lets, or let, the dwelling into a locked file because he asked for it; closed files are corrected, too.

    Whoever calls it has the power over personal data and holds the transaction. False when the file says so already.
    """
    values = rules.clean_file(name, phone, file.rooms_let)
    changes = changes_between({field: getattr(file, field) for field in values}, values, RentalFile)
    if changes:
        advance(file, expected=file.version, reason=changed_meanwhile(), **values)
        record("rentalfile.change", file, actor=actor, grid=file.grid, changes=changes)
    return bool(changes)


@transaction.atomic
def mark_vacant(file: RentalFile, *, actor: Any, version: int, on: date | None = None) -> RentalFile:
    """The dwelling stands empty between two lettings: its tenancies end, its checks wait until it is let again."""
    locked = _step(file, "vacant", actor=actor, version=version)
    end_all_tenancies(locked, actor=actor, on=on or today(), reason=TenancyEnd.MOVED)
    return file


@transaction.atomic
def let_again(file: RentalFile, *, actor: Any, version: int) -> RentalFile:
    """Somebody rents the dwelling again; a check that fell into the empty time is due today."""
    next_on = rules.resumed_on(file.next_check_on, on=today())
    _step(file, "relet", actor=actor, version=version, next_check_on=next_on)
    file.checks.planned().update(due_on=next_on)
    return file


@transaction.atomic
def end_file(file: RentalFile, *, actor: Any, version: int, on: date | None = None) -> RentalFile:
    """The dwelling is no longer rented out: tenancies and planned checks end, the roster gets its use back."""
    day = on or today()
    check_period(file.opened_on, day, on=today())
    locked = _step(file, "end", actor=actor, version=version, closed_on=day, next_check_on=None)
    end_all_tenancies(locked, actor=actor, on=day, reason=TenancyEnd.FILE_ENDED)
    planned = locked.checks.planned()
    FindingPhoto.objects.filter(rental_check__in=planned).delete()
    planned.delete()
    dwelling = locked.dwelling
    lived_in = dwelling.households.active().exists()
    put_to_use(dwelling, rules.use_after(locked.use_before, lived_in=lived_in), actor=actor)
    return file


def _step(file: RentalFile, name: str, *, actor: Any, version: int, **values: Any) -> RentalFile:
    """Take a step of ``FILE_STEPS`` on the locked file and return that."""
    locked = lock_file(file)
    rules.may_step(actor, locked, name).or_raise()
    target: FileStatus = rules.FILE_STEPS[name].target
    changes = changes_between(
        {field: getattr(locked, field) for field in ("status", *values)}, {"status": target.value, **values}, RentalFile
    )
    advance(file, expected=version, reason=changed_meanwhile(), status=target.value, **values)
    record(f"rentalfile.{name}", file, actor=actor, grid=locked.grid, changes=changes)
    return locked


@transaction.atomic
def reveal_landlord(file: RentalFile, *, actor: Any, purpose: str) -> str:
    """The landlord's phone for one ``RevealPurpose``; who looked stays in the trail."""
    grid = file.dwelling.grid
    may_reveal(actor, grid).or_raise()
    if purpose not in RevealPurpose.values:
        raise ValidationError({"purpose": _("Please choose what you need it for.")})
    changes = {"landlord_phone": ["", HIDDEN]}
    record("rentalfile.reveal", file, actor=actor, grid=grid, changes=changes, reason=purpose)
    return str(file.landlord_phone)
