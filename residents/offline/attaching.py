"""A finished photo goes to its visit as soon as both are here, whichever came first."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from grids.common.errors import ServiceError
from residents.offline.choices import PhotoState
from residents.offline.models import PhotoUpload
from residents.rentals.pictures import Picture
from residents.visits.models import Encounter
from residents.visits.services.photos import SentPhoto, add_photo


def attach(item: uuid.UUID) -> int:
    """Hang the finished photos of ``item`` on its visit; how many hang there now for the first time.

    Called in the transaction of whatever came second. A photo that the visit cannot take is put aside, never an error:
    the visit itself is at the office.
    """
    encounter = Encounter.objects.with_place().filter(client_id=item).first()
    if encounter is None:
        return 0
    finished = PhotoUpload.objects.filter(item=item, account=encounter.visitor, state=PhotoState.COMPLETE)
    hung = 0
    for upload in finished.order_by("pk"):
        picture = Picture(bytes(upload.content or b""), upload.width or 0, upload.height or 0)
        photo = SentPhoto(picture, upload.sha256, upload.client_id)
        try:
            with transaction.atomic():
                add_photo(encounter, photo, actor=encounter.visitor)
            state = PhotoState.ATTACHED
            hung += 1
        except (ValidationError, ServiceError):
            state = PhotoState.REFUSED
        PhotoUpload.objects.filter(pk=upload.pk).update(state=state, content=None)
    return hung
