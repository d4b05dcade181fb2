"""Landlords who stand in rental files only, in no roster: what is kept of them, corrected and taken off (P39).

Such a landlord is text. Who is meant is told by one of his files, and then by his phone: files of the same community
with that phone are his, whatever his name is written like there. A name alone says nothing about another dwelling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from grids.trail.services import HIDDEN
from grids.tree.choices import Level
from residents.rentals.choices import FileStatus
from residents.rentals.models import CheckFinding, RentalCheck, RentalFile
from residents.rentals.retention import forget_landlord
from residents.rentals.services.filing import put_landlord
from residents.rentals.services.rows import lock_file
from residents.roster.free_texts import FreeText


@dataclass(frozen=True)
class Landlord:
    """Who is named in ``files``; free texts call him like a person of the roster (``free_texts.words_of``)."""

    name: str
    phone: str
    files: tuple[RentalFile, ...]
    id_number: str = ""

    @property
    def words(self) -> list[str]:
        """All that he is called by: his names as they are written in his files, then his phone."""
        names = [file.landlord_name for file in self.files]
        return [word for word in dict.fromkeys([self.name, *names, self.phone]) if word]


def landlord_of(file: RentalFile) -> Landlord:
    """The landlord whom ``file`` names, with every file of its community that names him. Phones compare in memory."""
    near = RentalFile.objects.filter(dwelling__grid__code__startswith=file.grid.code[: Level.COMMUNITY.digits])
    files = [one for one in near.with_place().order_by("pk") if is_same_landlord(one, file)]
    return Landlord(file.landlord_name, file.landlord_phone, tuple(files))


def is_same_landlord(one: RentalFile, file: RentalFile) -> bool:
    """Whether two files of one community name the same landlord."""
    if one.pk == file.pk:
        return True
    if file.landlord_phone:
        return one.landlord_phone == file.landlord_phone
    is_named_so = one.landlord_name == file.landlord_name and file.landlord_name != HIDDEN
    return is_named_so and one.dwelling_id == file.dwelling_id and not one.landlord_phone


def checks_of(landlord: Landlord) -> QuerySet:
    files = [file.pk for file in landlord.files]
    return RentalCheck.objects.filter(file__in=files).select_related("file__dwelling__grid")


def findings_of(landlord: Landlord) -> QuerySet:
    files = [file.pk for file in landlord.files]
    rows = CheckFinding.objects.filter(rental_check__file__in=files)
    return rows.select_related("rental_check__file__dwelling__grid")


NOTES = (
    FreeText(RentalCheck, ("note",), checks_of, "rentalcheck.redact", grid=lambda check: check.file.grid, whole=True),
    FreeText(
        CheckFinding,
        ("note",),
        findings_of,
        "checkfinding.redact",
        grid=lambda finding: finding.rental_check.file.grid,
        whole=True,
    ),
)


def rows_about(landlord: Landlord) -> Iterator[Model]:
    """What is kept about him, for his copy: his files, and what the notes of their checks say of him."""
    yield from landlord.files
    for text in NOTES:
        yield from text.copied(landlord, words=landlord.words)


def still_lets(landlord: Landlord, on: date) -> str:
    """Why his data may not be erased yet, or ""."""
    if any(file.status != FileStatus.ENDED for file in landlord.files):
        return _("The person lets a dwelling; close the rental file first.")
    return ""


def correct_landlord(file: RentalFile, *, actor: Any, name: str, phone: str) -> int:
    """Write his right name and phone into all of his files, closed ones too. Called in a transaction."""
    files = [lock_file(one) for one in landlord_of(file).files]
    return sum(put_landlord(one, actor=actor, name=name, phone=phone) for one in files)


def erase_landlord(file: RentalFile, *, actor: Any) -> int:
    """Take him off all of his files and out of the notes of their checks. Called in a transaction."""
    landlord = landlord_of(file)
    count = sum(forget_landlord(lock_file(one), actor=actor) for one in landlord.files)
    return count + sum(text.hide(landlord, words=landlord.words, actor=actor) for text in NOTES)
