"""Legal holds: what must be kept although its time is over."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from governance.affairs.models import Affair
from governance.privacy.models import LegalHold
from governance.privacy.rules import IS_LIFTED, clean_reason, may_lift, may_manage, may_register_landlord
from grids.common.clock import now, today
from grids.common.errors import Conflict
from grids.common.locks import lock
from grids.trail.services import record
from grids.tree.choices import Level
from residents.rentals.landlords import Landlord, landlord_of
from residents.rentals.models import RentalFile
from residents.rentals.subjects import let_by
from residents.roster.free_texts import FreeText
from residents.roster.models import Person
from residents.roster.services import grid_of

_KINDS: dict[type[Model], str] = {Person: "person", Affair: "affair", RentalFile: "landlord_of"}


def holds_near(landlord: Landlord) -> QuerySet:
    """Holds of the one community in which all of his files are: their reasons may name him."""
    community = landlord.files[0].grid.code[: Level.COMMUNITY.digits]
    return LegalHold.objects.filter(grid__code__startswith=community).select_related("grid")


HOLD_REASONS = FreeText(LegalHold, ("reason",), holds_near, "legalhold.redact")


@transaction.atomic
def place_hold(subject: Any, *, actor: Any, reason: str, until: date | None = None) -> LegalHold:
    """Keep all about ``subject`` until the day ``until``, or until the hold is lifted.

    ``subject`` is a person, an affair, or a rental file: then the landlord whom it names, with all of his files.
    """
    kind = _KINDS[type(subject)]
    grid = grid_of(subject) if kind == "person" else subject.grid
    may_manage(actor, grid).or_raise()
    cleaned = clean_reason(reason)
    if until is not None and until <= today():
        raise ValidationError({"until": _("A hold ends on a day to come.")})
    same = [subject.pk]
    # The locks of the erasure: nothing is erased while a hold is placed on it.
    if kind == "landlord_of":
        lock(lock_of_landlords(grid))
        subject.refresh_from_db(fields=["landlord_name", "landlord_phone"])
        may_register_landlord(actor, subject).or_raise()
        same = [file.pk for file in landlord_of(subject).files]
    else:
        lock(f"subject:{subject.pk}" if kind == "person" else f"hold:affair:{subject.pk}")
    present = list(LegalHold.objects.filter(lifted_at__isnull=True, **{f"{kind}__in": same}))
    if any(hold.is_in_force(today()) for hold in present):
        raise ValidationError(_("This is under a hold already. Lift that one first to change it."))
    # Those that ran out by themselves.
    LegalHold.objects.filter(pk__in=[hold.pk for hold in present]).update(lifted_at=now(), changed_at=now())
    hold = LegalHold.objects.create(grid=grid, reason=cleaned, until=until, placed_by=actor, **{kind: subject})
    record("legalhold.place", hold, actor=actor, grid=grid, changes={kind: [None, subject.pk]}, reason=cleaned)
    return hold


def lock_of_landlords(grid: Any) -> str:
    """All that is done about landlords of one community is done one after the other."""
    return f"landlords:{grid.code[: Level.COMMUNITY.digits]}"


def held_files(on: date) -> set[int]:
    """The rental files that a hold keeps on ``on``: all of a landlord's own, and those that a held person lets.

    A landlord is text and phones compare in memory, so no query can say it.
    """
    holds = LegalHold.objects.in_force(on)
    found = {
        file.pk
        for named in RentalFile.objects.filter(holds__in=holds).select_related("dwelling__grid").distinct()
        for file in landlord_of(named).files
    }
    persons = Person.objects.filter(pk__in=holds.filter(person__isnull=False).values("person"))
    return found | {file.pk for person in persons for file in let_by(person)}


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
