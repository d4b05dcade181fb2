"""How long the rental files keep what (domain.md 2.11): tenants six months after leaving, photos three years; who let a
dwelling six months after its file was closed (settings.KEEP)."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.privacy import C3
from grids.common.retention import RetentionRule, months_before, retention_rules, told
from grids.trail.services import HIDDEN, record
from residents.rentals.choices import FileStatus
from residents.rentals.models import FindingPhoto, RentalFile, Tenancy
from residents.rentals.rules import months_later, tenants_gone_by

DRAFTS_KEPT = timedelta(days=1)
PHOTOS_KEPT = 36  # months


def tenancies_due(on: date) -> QuerySet[Tenancy]:
    return Tenancy.objects.filter(ends_on__lte=tenants_gone_by(on))


def delete_tenancies(rows: QuerySet[Tenancy], on: date, actor: Any) -> int:
    """Delete them; the trail says that it was done and to which file, not whose tenancy it was."""
    deleted = 0
    for tenancy in rows.select_related("file__dwelling__grid").order_by("pk"):
        changes = {"file": [tenancy.file_id, None], "ends_on": [tenancy.ends_on, None]}
        record("tenancy.erase", tenancy, actor=actor, grid=tenancy.file.grid, changes=changes)
        tenancy.delete()
        deleted += 1
    return deleted


def landlords_kept() -> str:
    return _("%(count)s months after the file was closed") % {"count": settings.KEEP["landlords_months"]}


def landlords_due(on: date) -> QuerySet[RentalFile]:
    """Closed files that still say who let the dwelling."""
    closed = RentalFile.objects.filter(status=FileStatus.ENDED).exclude(landlord_name=HIDDEN, landlord_phone="")
    return closed.filter(closed_on__lt=months_before(on, settings.KEEP["landlords_months"]))


def forget_landlords(rows: QuerySet[RentalFile], on: date, actor: Any) -> int:
    files = list(rows.select_related("dwelling__grid").order_by("pk"))
    return sum(forget_landlord(file, actor=actor) for file in files)


def forget_landlord(file: RentalFile, *, actor: Any) -> int:
    """Hide who let the dwelling; the file and its checks stay. Called in a transaction."""
    record("rentalfile.forget", file, actor=actor, grid=file.grid)
    return RentalFile.objects.filter(pk=file.pk).update(
        landlord_name=HIDDEN, landlord_phone="", changed_at=now(), version=file.version + 1
    )


def photos_due(on: date) -> QuerySet[FindingPhoto]:
    limit = months_later(on, -PHOTOS_KEPT)
    return FindingPhoto.objects.without_content().filter(finding__isnull=False, added_at__date__lt=limit)


def drafts_due(on: date) -> QuerySet[FindingPhoto]:
    limit = on - DRAFTS_KEPT
    return FindingPhoto.objects.without_content().filter(finding__isnull=True, added_at__date__lte=limit)


def delete_photos(rows: QuerySet[FindingPhoto], on: date, actor: Any) -> int:
    return FindingPhoto.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()[0]


retention_rules.register(
    RetentionRule(
        key="residents.tenancies",
        title=_("Tenants of rental dwellings"),
        data_class=C3,
        keeps=_("6 months after moving out"),
        happens=_("The tenancy is deleted; the rental file stays."),
        due=tenancies_due,
        purge=delete_tenancies,
        held_by={"residents.Person": "person", "residents.RentalFile": "file"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.landlords",
        title=_("Landlords of dwellings that are let no longer"),
        data_class=C3,
        keeps=told(landlords_kept),
        happens=_("Name and phone are taken off; the rental file stays."),
        due=landlords_due,
        purge=forget_landlords,
        held_by={"residents.RentalFile": "pk"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.rental_photos",
        title=_("Photos of rental checks"),
        data_class=C3,
        keeps=_("3 years after the check"),
        happens=_("The photo is deleted; the finding stays."),
        due=photos_due,
        purge=delete_photos,
        held_by={"residents.RentalFile": "finding__rental_check__file"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.rental_photo_drafts",
        title=_("Photos of checks that were never sent"),
        data_class=C3,
        keeps=_("1 day"),
        happens=_("The photo is deleted."),
        due=drafts_due,
        purge=delete_photos,
    )
)
