"""A sealed file opens with the office's keys alone, also after a rotation, and proves whose phone wrote it."""

import base64
import hashlib
import json
import os
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from grids.common.clock import now
from grids.team.services import end_post
from residents.offline import services
from residents.offline.accounts import account_mark
from residents.offline.models import PhotoUpload, SyncItem
from residents.offline.rules import Unreadable
from residents.offline.sealing import office_keys, seal, seal_key_for, unseal
from residents.visits.models import Encounter
from tests.residents.offline.phone import Phone, visit
from tests.residents.offline.test_photos import picture
from tests.world import World


def export(user, *items, proof: str | None = None, photos=()) -> bytes:
    content = {
        "lianhu": "export",
        "account": account_mark(user),
        "device": str(uuid.uuid4()),
        "sent_at": now().isoformat(),
        "items": list(items),
        "photos": list(photos),
    }
    return seal(content | ({"proof": proof} if proof else {}), office_keys()[0])


def test_ones_own_file_is_like_sending_and_reading_it_twice_changes_nothing(world: World):
    one, content = visit(world.east_household), picture()
    photo = {
        "id": str(uuid.uuid4()),
        "item": one["id"],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "data": base64.b64encode(content).decode(),
    }
    file = export(world.east_worker, one, photos=[photo, {"id": 7}, None])
    assert b"visit" not in file
    client = Phone(world.east_worker).client
    for _time in range(2):
        response = client.post(reverse("residents:field-sealed"), {"file": SimpleUploadedFile("x.sealed", file)})
        assert response.status_code == 302
    assert Encounter.objects.get().visitor == world.east_worker
    assert PhotoUpload.objects.get().state in {"complete", "attached"}


def test_a_colleague_hands_it_in_and_the_file_proves_whose_it_is(world: World):
    one, two = visit(world.east_household), visit(world.east_other_household)
    proof = seal_key_for(world.east_worker)["proof"]
    read = services.read_sealed(export(world.east_worker, one, proof=proof), actor=world.desk_worker)
    assert dict(read.states) == {"applied": 1}
    item = SyncItem.objects.get()
    assert (item.account, item.handed_in_by) == (world.east_worker, world.desk_worker)
    forged = services.read_sealed(export(world.east_worker, two), actor=world.desk_worker)
    assert dict(forged.states) == {"held": 1}
    assert SyncItem.objects.get(client_id=two["id"]).reason == "handed_in"
    wrong = seal_key_for(world.leader)["proof"]
    three = visit(world.east_other_household)
    assert dict(services.read_sealed(export(world.east_worker, three, proof=wrong), actor=world.leader).states) == {
        "held": 1
    }
    assert Encounter.objects.count() == 1


def test_a_lost_post_holds_what_the_file_brings(world: World):
    file = export(world.east_worker, visit(world.east_household))
    end_post(world.east_post, actor=world.secretary, reason="调走")
    assert dict(services.read_sealed(file, actor=world.east_worker).states) == {"held": 1}


def test_a_file_opens_after_a_rotation_for_as_long_as_the_old_key_is_there(world: World, settings):
    file, old = export(world.east_worker, visit(world.east_household)), settings.FIELD_KEYS
    with override_settings(FIELD_KEYS={"new": os.urandom(32), **old}):
        assert seal_key_for(world.east_worker)["id"] != office_keys()[1].id
        assert unseal(file)["lianhu"] == "export"
    with override_settings(FIELD_KEYS={"new": os.urandom(32)}), pytest.raises(Unreadable):
        unseal(file)


def test_whatever_is_uploaded_is_a_sentence_and_never_a_crash(world: World):
    good = json.loads(export(world.east_worker, visit(world.east_household)))
    files = [
        b"",
        b"\x00",
        b"[]",
        b"{}",
        b"[" * 100_000,
        *(json.dumps(good | change).encode() for change in (
            {"version": 2}, {"version": None}, {"key": "x"}, {"key": 7}, {"iv": ""}, {"iv": 7}, {"iv": "AAAA"},
            {"box": "x"},
            {"box": good["box"][:-8] + "AAAAAAA="}, {"ephemeral": "AAAA"}, {"ephemeral": None},
        )),
        *(seal(content, office_keys()[0]) for content in (
            [], {}, {"lianhu": "export"}, {"lianhu": "export", "account": account_mark(world.east_worker)},
            {"lianhu": "export", "account": [], "items": {}},
        )),
    ]  # fmt: skip
    client = Phone(world.east_worker).client
    for file in files:
        response = client.post(reverse("residents:field-sealed"), {"file": SimpleUploadedFile("x", file)})
        assert response.status_code == 200
        assert "error-summary" in response.content.decode()
    assert not SyncItem.objects.exists()
