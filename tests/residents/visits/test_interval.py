"""V6: one routine visit in 14 days by anybody, unless the household invited somebody."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from grids.common.clock import now, stopped_at
from residents.visits import bulk, services
from residents.visits.choices import Channel, EncounterKind, Outcome
from residents.visits.models import Encounter
from residents.visits.rules import Visit
from tests.world import World

pytestmark = pytest.mark.django_db


def log(world: World, days_ago: float = 0, **changes) -> Encounter:
    values = {"actor": world.east_worker, "client_id": uuid.uuid4(), **changes}
    household = values.pop("household", world.east_household)
    with stopped_at(now() - timedelta(days=days_ago)):
        return services.log_visit(household, **values)


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ({}, {}, True),
        ({"days_ago": 13.9}, {}, True),
        ({"days_ago": 14}, {}, False),
        ({}, {"actor": "liaison"}, True),
        ({"actor": "joint_member"}, {"actor": "leader"}, True),
        ({}, {"invited": True}, False),
        ({"invited": True}, {}, True),
        ({}, {"kind": EncounterKind.CARE}, False),
        ({}, {"kind": EncounterKind.FIVE_MUST}, False),
        ({}, {"kind": EncounterKind.FEEDBACK}, False),
        ({"kind": EncounterKind.CARE}, {}, False),
        ({}, {"channel": Channel.PHONE}, False),
        ({"channel": Channel.PHONE}, {}, False),
        ({"outcome": Outcome.NOT_HOME}, {}, False),
        ({}, {"outcome": Outcome.NOT_HOME}, False),
        ({"outcome": Outcome.REFUSED}, {}, True),
        ({}, {"household": "west_household", "actor": "west_worker"}, False),
    ],
)
def test_what_is_a_second_routine_visit(world: World, first: dict, second: dict, refused: bool):
    def changes(one: dict) -> dict:
        return {name: getattr(world, value) if name in ("actor", "household") else value for name, value in one.items()}

    log(world, **changes(first))
    if not refused:
        log(world, **changes(second))
        assert Encounter.objects.count() == 2
        return
    with pytest.raises(ValidationError) as raised:
        log(world, **changes(second))
    [error] = raised.value.error_dict["invited"]
    assert error.code == services.TOO_SOON
    assert Encounter.objects.first().visitor.get_full_name() in str(error.message), "says who was there"
    assert Encounter.objects.count() == 1


def test_a_visit_dated_back_does_not_slip_in_before_another_one(world: World):
    log(world)
    with pytest.raises(ValidationError):
        log(world, occurred_at=now() - timedelta(hours=30), late_reason="没信号")


def test_a_replaced_version_counts_no_more_and_a_correction_does_not_make_a_second_one(world: World):
    first = log(world, days_ago=5)
    care = log(world, kind=EncounterKind.CARE)
    with pytest.raises(ValidationError):
        services.correct_visit(care, actor=world.east_worker, reason="类型选错", kind=EncounterKind.ROUTINE)
    services.correct_visit(first, actor=world.east_worker, reason="补一句", note="水管修好了")
    services.correct_visit(
        Encounter.objects.get(replaces=first), actor=world.east_worker, reason="没见到人", outcome=Outcome.NOT_HOME
    )
    services.correct_visit(care, actor=world.east_worker, reason="类型选错", kind=EncounterKind.ROUTINE)
    assert Encounter.objects.routine_at_door().count() == 1


def test_a_bulk_keeps_the_same_rule(world: World):
    def entries(*days: float, invited: bool = False) -> list[bulk.Entry]:
        moments = [now() - timedelta(days=day) for day in days]
        return [
            bulk.Entry(
                world.east_household, world.east_worker, Visit(occurred_at=at, invited=invited), at, uuid.uuid4()
            )
            for at in moments
        ]

    bulk.log_in_bulk(entries(60, 46, 20), actor=None)
    for days in ((50,), (33,), (3, 2)):
        with pytest.raises(ValidationError):
            bulk.log_in_bulk(entries(*days), actor=None)
    assert Encounter.objects.count() == 3
    bulk.log_in_bulk(entries(33, invited=True), actor=None)
