"""What a phone takes along (V8, M12): doors, names and the last note that its owner may read; nothing else."""

import json
import uuid
from typing import Any

from residents.offline.pack import pack_for
from residents.roster.models import Household, Person
from residents.visits.services import log_visit, raise_task
from tests.world import World

HEARD = "老人说晚上楼道太黑看不清"
NUMBER = "990101194904120018"


def door_of(account: Any, household: Household) -> dict[str, Any]:
    return next(door for door in pack_for(account)["doors"] if door["id"] == household.pk)


def told(world: World) -> None:
    log_visit(world.east_household, actor=world.east_worker, client_id=uuid.uuid4(), note=HEARD)
    raise_task(world.east_household, "dispute", actor=world.secretary, source="staff")


def test_no_number_no_birth_date_and_no_care_tag(world: World):
    log_visit(world.east_household, actor=world.east_worker, client_id=uuid.uuid4(), note=f"证件 {NUMBER} 已核对过了")
    Household.objects.filter(pk=world.east_household.pk).update(note="电话 138 0000 0101，或 138.0000.0102")
    pack = json.dumps(pack_for(world.east_worker), ensure_ascii=False)
    for person in Person.objects.exclude(phone=""):
        for value in (person.id_number, person.phone, f"{person.birth_date}"):
            assert value not in pack
    assert "138 0000 0101" not in pack
    assert "138.0000.0102" not in pack
    assert NUMBER not in pack
    for word in ("veteran", "退役", "搬重东西"):
        assert word not in pack
    assert not door_of(world.east_worker, world.east_household)["may_note"], "what was left out would be lost"


def test_whoever_reads_visits_takes_the_last_note_and_what_is_owed_along(world: World):
    told(world)
    door = door_of(world.east_worker, world.east_household)
    assert door["last_note"] == HEARD
    assert [task["trigger"] for task in door["tasks"]] == ["dispute"]


def test_a_liaison_takes_names_and_doors_along_and_not_what_others_heard_there(world: World):
    told(world)
    door = door_of(world.liaison, world.east_household)
    assert (door["head"], door["last_note"], door["tasks"]) == ("赵一", "", [])
    log_visit(world.east_other_household, actor=world.liaison, client_id=uuid.uuid4(), note="门口堆着纸箱")
    assert door_of(world.liaison, world.east_other_household)["last_note"] == "门口堆着纸箱"


def test_a_contact_reads_what_he_wrote_himself_and_what_is_owed_at_his_doors(world: World):
    told(world)
    door = door_of(world.joint_member, world.east_household)
    assert (door["last_note"], [task["trigger"] for task in door["tasks"]]) == ("", ["dispute"])
    log_visit(world.east_household, actor=world.joint_member, client_id=uuid.uuid4(), note="一起看了路灯", invited=True)
    assert door_of(world.joint_member, world.east_household)["last_note"] == "一起看了路灯"
