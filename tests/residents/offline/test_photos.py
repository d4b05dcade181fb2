"""Photos in pieces, in either order with their visit; and nobody else's."""

import hashlib
import uuid
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from residents.offline.models import PhotoPart, PhotoUpload
from residents.visits.models import EncounterPhoto
from tests.residents.offline.phone import Phone, visit
from tests.world import World

PIECE = 600


def picture(colour: int = 0) -> bytes:
    target, image = BytesIO(), Image.effect_noise((80, 60), 90 + colour).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    image.save(target, "JPEG", exif=exif)
    return target.getvalue()


class Sender:
    def __init__(self, phone: Phone, item: str, content: bytes, *, sha256: str = "") -> None:
        self.phone, self.content, self.id = phone, content, str(uuid.uuid4())
        self.head = {"id": self.id, "item": item, "size": len(content)}
        self.head["sha256"] = sha256 or hashlib.sha256(content).hexdigest()

    def open(self) -> Any:
        return self.phone.post("field-photos", self.head)

    def put(self, start: int, end: int, **more: Any) -> Any:
        end = min(end, len(self.content))
        spans = f"bytes {start}-{end - 1}/{len(self.content)}"
        return self.phone.client.put(
            f"/field/photos/{self.id}/", self.content[start:end], content_type="", headers={"Content-Range": spans}
        )

    def send(self) -> Any:
        answer = self.open()
        while (offset := answer.json()["offset"]) < len(self.content):
            answer = self.put(offset, offset + PIECE)
        return answer


@pytest.mark.parametrize("visit_first", [True, False])
def test_photos_and_visit_meet_in_either_order(world: World, visit_first: bool):
    phone, one = Phone(world.east_worker), visit(world.east_household)
    steps = [lambda: phone.sync(one), Sender(phone, one["id"], picture()).send]
    for step in steps if visit_first else steps[::-1]:
        step()
    kept = EncounterPhoto.objects.get()
    assert str(kept.encounter.client_id) == one["id"]
    assert b"CANARY" not in bytes(kept.content)
    upload = PhotoUpload.objects.get()
    assert (upload.state, upload.content) == ("attached", None)
    assert not PhotoPart.objects.exists()


def test_lost_answers_and_repeated_pieces_do_no_harm(world: World):
    phone = Phone(world.east_worker)
    sender = Sender(phone, str(uuid.uuid4()), picture())
    assert sender.open().json() == {"lianhu": "photo", "offset": 0, "state": "receiving"}
    assert sender.put(0, PIECE).json()["offset"] == PIECE
    again = sender.put(0, PIECE)
    assert (again.status_code, again.json()["offset"]) == (409, PIECE)
    ahead = sender.put(2 * PIECE, 3 * PIECE)
    assert (ahead.status_code, ahead.json()["offset"]) == (409, PIECE)
    assert sender.open().json()["offset"] == PIECE
    assert sender.send().json()["state"] == "complete"
    assert sender.send().json() == {"lianhu": "photo", "offset": len(sender.content), "state": "complete"}
    assert sender.put(0, PIECE).json()["offset"] == len(sender.content)
    assert PhotoUpload.objects.count() == 1


def test_wrong_bytes_start_anew_and_what_is_no_photo_is_refused(world: World):
    phone = Phone(world.east_worker)
    wrong = Sender(phone, str(uuid.uuid4()), picture(), sha256="0" * 64)
    wrong.open()
    answer = wrong.put(0, len(wrong.content))
    assert (answer.status_code, answer.json()["offset"]) == (409, 0)
    assert wrong.send().json()["state"] == "refused"
    assert Sender(phone, str(uuid.uuid4()), b"no picture" * 90).send().json()["state"] == "refused"
    assert not PhotoPart.objects.exists()


def test_at_most_three_a_visit_and_ten_megabytes(world: World):
    phone, item = Phone(world.east_worker), str(uuid.uuid4())
    states = [Sender(phone, item, picture(n)).send().json()["state"] for n in range(4)]
    assert states == ["complete"] * 3 + ["refused"]
    large = Sender(phone, item, b"x")
    large.head["size"] = 10 * 1024 * 1024 + 1
    assert large.open().status_code == 400


def test_strange_pieces_and_other_accounts(world: World):
    phone = Phone(world.east_worker)
    sender = Sender(phone, str(uuid.uuid4()), picture())
    sender.open()
    thief = Sender(Phone(world.leader), sender.head["item"], sender.content)
    thief.id = thief.head["id"] = sender.id
    assert thief.open().status_code == 409
    assert thief.put(0, PIECE).status_code == 404
    for header in ("", "bytes 0-599", "bytes 5-1/10", "bytes 0-0/1", "bytes x-y/z", "bytes 0-599/600"):
        response = phone.client.put(
            f"/field/photos/{sender.id}/", b"x" * 600, content_type="", headers={"Content-Range": header}
        )
        assert response.status_code in {400, 409}, header
        assert response.json()["lianhu"] in {"error", "photo"}
    for data in ([], {}, {**sender.head, "size": -1}, {**sender.head, "sha256": "x"}, {**sender.head, "item": 7}):
        assert phone.post("field-photos", data).status_code == 400
    # A photo of somebody else's visit hangs nowhere.
    one = visit(world.east_household)
    Phone(world.leader).sync(one)
    assert Sender(phone, one["id"], picture()).send().json()["state"] == "complete"
    assert not EncounterPhoto.objects.exists()
