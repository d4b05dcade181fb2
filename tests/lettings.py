"""A rental dwelling on each side of the border for ``tests/world.py``: red, with a notice, a tenant and a photo."""

from datetime import timedelta
from typing import Any

from grids.common.clock import now, today
from residents.rentals.checklist import install
from residents.rentals.choices import CheckKind, Colour, Finding
from residents.rentals.models import (
    CheckFinding,
    ChecklistItem,
    ColourChange,
    FindingPhoto,
    RectificationNotice,
    RentalCheck,
    RentalChecklist,
    RentalFile,
    Tenancy,
)
from residents.roster.choices import DwellingUse
from residents.roster.models import Dwelling

LANDLORD_PHONE = "13900000777"
# home that is let, who checked it, the landlord: where he is foreign, a name that the tests search answers for
LETTINGS = [("east", "east_other", "east_worker", "孙房东"), ("foreign", "foreign_member", "foreign_worker", "外区人")]


def let_dwellings(world: Any) -> None:
    """``east_rental``, ``east_rentalcheck``, ``east_notice``, ``east_tenancy``, ``east_photo``; likewise foreign."""
    shipped = RentalChecklist.objects.filter(version=1, district=None)
    if not shipped.exists():  # a test that commits leaves an empty database behind, without what migrations wrote
        install(RentalChecklist, ChecklistItem)
    world.events["checklist"] = checklist = shipped.get()
    items = list(checklist.items.all())
    world.events["veto_item"] = veto = next(item for item in items if item.code == "X1")
    for side, home, worker, landlord in LETTINGS:
        world.events |= _let(world.households[home], world.users[worker], landlord, side, items, veto)


def _let(household: Any, worker: Any, landlord: str, side: str, items: list[Any], veto: Any) -> dict[str, Any]:
    dwelling = household.dwelling
    Dwelling.objects.filter(pk=dwelling.pk).update(use=DwellingUse.LET)
    day = today()
    file = RentalFile.objects.create(
        dwelling=dwelling,
        number=f"RF-{dwelling.grid.code[:12]}-00001",
        landlord_name=landlord,
        landlord_phone=LANDLORD_PHONE,
        opened_on=day - timedelta(days=40),
        colour=Colour.RED,
        colour_since=day - timedelta(days=2),
        next_check_on=day + timedelta(days=5),
    )
    check = RentalCheck.objects.create(
        file=file,
        due_on=day - timedelta(days=2),
        checklist=veto.checklist,
        checked_at=now() - timedelta(days=2),
        checked_by=worker,
        colour=Colour.RED,
        points_open=veto.points,
        open_items=1,
    )
    findings = CheckFinding.objects.bulk_create(
        CheckFinding(rental_check=check, item=item, finding=Finding.OPEN if item == veto else Finding.OK)
        for item in items
    )
    RentalCheck.objects.create(file=file, due_on=file.next_check_on, kind=CheckKind.RECHECK, follows=check)
    ColourChange.objects.create(
        file=file, rental_check=check, after=Colour.RED, changed_on=file.colour_since, reason=veto.code
    )
    return {
        f"{side}_rental": file,
        f"{side}_rentalcheck": check,
        f"{side}_notice": RectificationNotice.objects.create(
            rental_check=check,
            number=f"RN-{dwelling.grid.code[:12]}-{day:%Y}-0001",
            issued_on=day - timedelta(days=2),
            issued_by=worker,
            due_on=day + timedelta(days=5),
        ),
        f"{side}_tenancy": Tenancy.objects.create(
            file=file, person=household.residencies.get().person, starts_on=day - timedelta(days=40)
        ),
        f"{side}_photo": FindingPhoto.objects.create(
            rental_check=check,
            item=veto,
            finding=next(finding for finding in findings if finding.item_id == veto.pk),
            content=b"\xff\xd8 a picture \xff\xd9",
            width=4,
            height=3,
            taken_by=worker,
        ),
    }
