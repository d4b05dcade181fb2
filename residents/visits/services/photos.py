"""Photos of visits: optional, at most three, stored once however often they are sent (domain.md 3.5, V10)."""

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.errors import Conflict
from grids.trail.services import record
from residents.rentals.pictures import Picture, read_picture
from residents.visits import rules
from residents.visits.models import Encounter, EncounterPhoto
from residents.visits.models.photos import PHOTOS_MAXIMUM


@dataclass(frozen=True)
class SentPhoto:
    """A photo as it may be kept, and what tells it from others: the digest of the file that was sent."""

    picture: Picture
    sha256: str
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)


def read_photo(upload: Any, client_id: uuid.UUID | None = None) -> SentPhoto:
    """The photo in an uploaded file, upright, at most 1600 pixels a side, without position or camera data.

    Raises ``ValidationError`` with what to do for anything that is no photo.
    """
    picture = read_picture(upload)
    upload.seek(0)
    digest = hashlib.sha256()
    while block := upload.read(1 << 20):
        digest.update(block)
    return SentPhoto(picture, digest.hexdigest(), client_id or uuid.uuid4())


def add_photo(encounter: Encounter, photo: SentPhoto, *, actor: Any) -> EncounterPhoto:
    """Keep a photo of a visit; sent again it is the one that was kept the first time.

    It hangs on the first version of the visit. Raises ``Conflict`` for another photo under the same client id,
    ``ValidationError`` for a fourth one, ``Refused`` for anybody but the visitor and the secretary.
    """
    first = encounter
    while first.replaces is not None:
        first = first.replaces
    if stored := _stored(first, photo):
        return stored
    try:
        with transaction.atomic():
            # Photos of one visit one after the other: the numbered places go by what is there.
            household = type(first.household).objects.select_for_update(of=("self",), no_key=True)
            grid = household.with_place().get(pk=first.household_id).grid
            rules.may_correct(actor, first, grid).or_raise()
            if stored := _stored(first, photo):
                return stored
            taken = set(EncounterPhoto.objects.filter(encounter=first).values_list("slot", flat=True))
            free = [slot for slot in range(1, PHOTOS_MAXIMUM + 1) if slot not in taken]
            if not free:
                raise ValidationError({"photos": [too_many_photos()]})
            kept = EncounterPhoto.objects.create(
                encounter=first,
                slot=free[0],
                client_id=photo.client_id,
                sha256=photo.sha256,
                content=photo.picture.content,
                width=photo.picture.width,
                height=photo.picture.height,
                taken_by=actor,
            )
            record("visit.photo", kept, actor=actor, grid=grid, changes={"encounter": [None, first.pk]})
            return kept
    except IntegrityError as problem:
        if stored := _stored(first, photo):
            return stored
        raise Conflict(_another_photo()) from problem


def too_many_photos() -> str:
    return _("At most %(count)d photos a visit, please.") % {"count": PHOTOS_MAXIMUM}


def _another_photo() -> str:
    return _("Another photo was sent under the same number before. Please choose the photo again.")


def _stored(first: Encounter, photo: SentPhoto) -> EncounterPhoto | None:
    """The same photo, if it is here already: under its client id, or as the same file at the same visit."""
    photos = EncounterPhoto.objects.without_content()
    stored = photos.filter(client_id=photo.client_id).first()
    if stored is None:
        return photos.filter(encounter=first, sha256=photo.sha256).first()
    if (stored.encounter_id, stored.sha256) != (first.pk, photo.sha256):
        raise Conflict(_another_photo())
    return stored
