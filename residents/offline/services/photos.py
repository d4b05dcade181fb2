"""Photos arrive in pieces, in any order with their visit; each is kept once (promise P55, V10)."""

import hashlib
import uuid
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from grids.access.models import User
from grids.common import clock
from grids.common.errors import Conflict
from residents.offline import rules
from residents.offline.attaching import attach
from residents.offline.choices import PhotoState
from residents.offline.models import PhotoPart, PhotoUpload
from residents.rentals.pictures import Picture, read_picture

# A photo whose bytes arrive wrong again and again is broken on the phone.
TRIES = 3


class OutOfStep(Exception):
    """The piece does not follow what is here; ``offset`` is where the phone goes on."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def open_upload(client_id: uuid.UUID, *, item: uuid.UUID, size: int, sha256: str, actor: Any) -> PhotoUpload:
    """Begin a photo, or find the one that was begun. Raises ``Conflict`` for another photo under the same id."""
    begun = PhotoUpload.objects.without_content().filter(client_id=client_id).first()
    if begun is None:
        begun = _begin(client_id, item=item, size=size, sha256=sha256, actor=actor)
    if (begun.account_id, begun.item, begun.size, begun.sha256) != (actor.pk, item, size, sha256):
        raise Conflict(_("Another photo was sent under this number before. Please choose the photo again."))
    return _finish(begun)


def _begin(client_id: uuid.UUID, *, item: uuid.UUID, size: int, sha256: str, actor: Any) -> PhotoUpload:
    mine = PhotoUpload.objects.filter(account=actor)
    try:
        with transaction.atomic():
            # The account's row in the lock: of many photos at once each counts those before it.
            User.objects.select_for_update(no_key=True).get(pk=actor.pk)
            kept = mine.filter(item=item).exclude(state=PhotoState.REFUSED).count()
            if mine.filter(state=PhotoState.RECEIVING).count() >= rules.PHOTOS_OPEN:
                raise Conflict(_("Too many photos are on their way already. They go on by themselves."))
            state = PhotoState.REFUSED if kept >= rules.PHOTOS_PER_ITEM else PhotoState.RECEIVING
            return PhotoUpload.objects.create(
                client_id=client_id, item=item, account=actor, size=size, sha256=sha256, state=state
            )
    except IntegrityError:
        return PhotoUpload.objects.without_content().get(client_id=client_id)


def receive_part(client_id: uuid.UUID, *, start: int, size: int, content: bytes, actor: Any) -> PhotoUpload:
    """Keep one piece. Raises ``OutOfStep`` when it does not follow what is here, ``Http404`` for no such photo."""
    with transaction.atomic():
        rows = PhotoUpload.objects.without_content().select_for_update(of=("self",))
        upload = rows.filter(client_id=client_id, account=actor).first()
        if upload is None:
            raise Http404
        if upload.state != PhotoState.RECEIVING or start != upload.received or size != upload.size:
            raise OutOfStep(offset_of(upload))
        PhotoPart.objects.create(upload=upload, offset=start, content=content)
        upload.received, upload.touched_at = start + len(content), clock.now()
        upload.save(update_fields=["received", "touched_at"])
    finished = _finish(upload)
    if finished.received < upload.received:
        raise OutOfStep(finished.received)  # the bytes came wrong: all over again
    return finished


def offset_of(upload: PhotoUpload) -> int:
    """Where the phone goes on; a photo that is settled, one way or the other, needs nothing more."""
    return upload.received if upload.state == PhotoState.RECEIVING else upload.size


def _finish(upload: PhotoUpload) -> PhotoUpload:
    """Put the pieces together once all are here. Reading the picture takes long and holds no lock."""
    if upload.state != PhotoState.RECEIVING or upload.received < upload.size:
        return upload
    content = b"".join(bytes(part.content) for part in upload.parts.order_by("offset"))
    picture: Picture | None = None
    is_whole = hashlib.sha256(content).hexdigest() == upload.sha256
    if is_whole:
        try:
            picture = read_picture(_File(content))
        except ValidationError:
            picture = None
    return _store(upload, picture, is_whole=is_whole)


class _File(BytesIO):
    """Bytes as an uploaded file."""

    @property
    def size(self) -> int:
        return self.getbuffer().nbytes


@transaction.atomic
def _store(upload: PhotoUpload, picture: Picture | None, *, is_whole: bool) -> PhotoUpload:
    row = PhotoUpload.objects.without_content().select_for_update(of=("self",)).get(pk=upload.pk)
    if row.state != PhotoState.RECEIVING or row.received < row.size:
        return row  # another request has finished it
    row.parts.all().delete()
    if picture is not None:
        row.content, row.width, row.height = picture.content, picture.width, picture.height
        row.state = PhotoState.COMPLETE
    elif is_whole or row.mismatches + 1 >= TRIES:
        row.state = PhotoState.REFUSED
    else:
        row.received, row.mismatches = 0, row.mismatches + 1
    row.save()
    if row.state == PhotoState.COMPLETE:
        attach(row.item)
        row.refresh_from_db(fields=["state"])
    return row
