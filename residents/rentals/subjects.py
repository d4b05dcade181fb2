"""What rental files say about somebody: his tenancies, himself as a landlord, his name in the notes of checks."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from residents.rentals.choices import FileStatus
from residents.rentals.models import CheckFinding, RentalCheck, RentalFile, Tenancy
from residents.rentals.retention import forget_landlord
from residents.roster.free_texts import FreeText, in_communities, words_of
from residents.roster.models import Residency
from residents.roster.subjects import SubjectSource, subject_sources


def files_let_by(person: Any, words: list[str]) -> list[RentalFile]:
    """The files that name him as the landlord: by his phone, or by his name where he lives or lived himself.

    A landlord is text: files are found in the communities where he lives or lived, phones compared in memory.
    """
    name, phone, *_id_number = words
    own = set(dwellings_of(person))
    files = RentalFile.objects.filter(in_communities(person, "dwelling__grid")).select_related("dwelling__grid")
    return [
        file
        for file in files.order_by("pk")
        if (phone and file.landlord_phone == phone)
        or (name and file.landlord_name == name and (file.dwelling_id in own or not file.landlord_phone))
    ]


def dwellings_of(person: Any) -> Iterable[int]:
    """Where his households are or were, by key."""
    homes = Residency.objects.filter(person=person).order_by()
    pairs = homes.values_list("household__dwelling", "household__stays__dwelling")
    return {key for pair in pairs for key in pair if key is not None}


def let_by(person: Any) -> Iterable[RentalFile]:
    return files_let_by(person, words_of(person))


def still_lets_or_rents(person: Any, on: date) -> str:
    if Tenancy.objects.filter(person=person, ends_on__isnull=True).exists():
        return _("The person is registered as a tenant; end the tenancy first.")
    if any(file.status != FileStatus.ENDED for file in let_by(person)):
        return _("The person lets a dwelling; close the rental file first.")
    return ""


def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Delete his tenancies, and take him off the files in which he was the landlord."""
    count = Tenancy.objects.filter(person=person).delete()[0]
    for file in files_let_by(person, words):
        count += forget_landlord(file, actor=actor)
    return count


def checks_near(person: Any) -> QuerySet:
    """The checks of dwellings in which he lives or lived, or that he rented."""
    here = Q(file__dwelling__in=dwellings_of(person)) | Q(file__tenancies__person=person)
    return RentalCheck.objects.filter(here).distinct().select_related("file__dwelling__grid")


def findings_near(person: Any) -> QuerySet:
    checks = checks_near(person).order_by().values("pk")
    return CheckFinding.objects.filter(rental_check__in=checks).select_related("rental_check__file__dwelling__grid")


subject_sources.register(
    SubjectSource(
        "rentals",
        find=let_by,
        keep=still_lets_or_rents,
        erase=forget,
        texts=(
            FreeText(
                RentalCheck,
                ("note",),
                checks_near,
                "rentalcheck.redact",
                grid=lambda check: check.file.grid,
                whole=True,
            ),
            FreeText(
                CheckFinding,
                ("note",),
                findings_near,
                "checkfinding.redact",
                grid=lambda finding: finding.rental_check.file.grid,
                whole=True,
            ),
        ),
        reaches={"residents.RentalFile": "landlord_name landlord_phone"},
    )
)
