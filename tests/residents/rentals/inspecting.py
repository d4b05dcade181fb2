"""What an inspector brings back from a dwelling, for the tests of this room."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from residents.rentals import services
from residents.rentals.choices import Finding
from residents.rentals.models import FindingPhoto, RentalCheck, RentalFile
from residents.rentals.pictures import read_picture
from residents.rentals.services.checking import Given, checklist_for, last_check
from tests.world import World


def picture_bytes(size: tuple[int, int] = (40, 30), kind: str = "JPEG", **options: Any) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "orange").save(target, kind, **options)
    return target.getvalue()


def upload(content: bytes | None = None, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes() if content is None else content, "image/jpeg")


def planned(file: RentalFile) -> RentalCheck:
    return file.checks.planned().get()


def photo_of(check: RentalCheck, code: str, actor: Any) -> FindingPhoto:
    item = checklist_for(check.file).items.get(code=code)
    return services.keep_photo(check, item, read_picture(upload()), actor=actor)


def given(
    file: RentalFile, *, open_codes: str = "", photos: dict[str, FindingPhoto] | None = None, by_last: bool = False
) -> dict[int, Given]:
    """An answer to every item: ``open_codes`` ("X1 E2") are not in order, all others are.

    ``by_last``: by the checklist of the last check.
    """
    wrong, pictures = open_codes.split(), photos or {}
    last = last_check(file) if by_last else None
    checklist = last.checklist if last and last.checklist else checklist_for(file)
    return {
        item.pk: Given(
            Finding.OPEN if item.code in wrong else Finding.OK,
            note=f"{item.code} 现场查看" if item.code in wrong else "",
            photo=pictures.get(item.code),
        )
        for item in checklist.items.all()
    }


def check(file: RentalFile, actor: Any, *, open_codes: str = "", photos: str = "", note: str = "") -> RentalCheck:
    """A full check of ``file`` now; ``photos``: codes of the items that were photographed."""
    row = planned(file)
    pictures = {code: photo_of(row, code, actor) for code in photos.split()}
    answers = given(file, open_codes=open_codes, photos=pictures)
    return services.record_check(row, actor=actor, version=row.version, answers=answers, note=note)


def recheck(file: RentalFile, actor: Any, *, open_codes: str = "", photos: str = "") -> RentalCheck:
    """A re-check of what the last check left open."""
    row = planned(file)
    pictures = {code: photo_of(row, code, actor) for code in photos.split()}
    answers = given(file, open_codes=open_codes, photos=pictures, by_last=True)
    return services.record_recheck(row, actor=actor, version=row.version, answers=answers)


def open_one(world: World, home: str = "east", actor: str = "east_worker") -> RentalFile:
    """A fresh file for the dwelling of a household."""
    dwelling = world.households[home].dwelling
    return services.open_file(dwelling, actor=world.users[actor], landlord_name="王房东", landlord_phone="13900000888")
