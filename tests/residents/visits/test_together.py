"""Many hands at one visit: a double tap stores one, of two corrections one wins."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from grids.common.clock import now, stopped_at, today
from grids.common.errors import Conflict, Refused
from grids.notifications.models import Notification
from residents.rentals.pictures import Picture
from residents.visits import services
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto, VisitTask
from tests.harness import errors_among, run_together
from tests.residents.visits.quiet import quiet_world
from tests.world import World

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that several connections see it."""
    return quiet_world()


def test_twenty_sendings_of_one_visit_are_one_visit(town: World):
    client_id = uuid.uuid4()
    outcomes = run_together(
        20, lambda _n: services.log_visit(town.east_household, actor=town.east_worker, client_id=client_id)
    )
    assert errors_among(outcomes) == []
    assert {outcome.value.pk for outcome in outcomes} == {Encounter.objects.get().pk}


def test_of_twenty_contents_under_one_id_one_is_stored(town: World):
    client_id = uuid.uuid4()
    outcomes = run_together(
        20,
        lambda n: services.log_visit(
            town.east_household, actor=town.east_worker, client_id=client_id, note=f"第{n}句话"
        ),
    )
    assert errors_among(outcomes, Conflict) == []
    assert sum(outcome.succeeded for outcome in outcomes) == Encounter.objects.count() == 1


def test_of_twenty_corrections_at_once_one_wins(town: World):
    visit = services.log_visit(town.east_household, actor=town.east_worker, client_id=uuid.uuid4())
    outcomes = run_together(
        20, lambda n: services.correct_visit(visit, actor=town.east_worker, reason="写错了", note=f"第{n}句话")
    )
    assert errors_among(outcomes, Conflict) == []
    assert sum(outcome.succeeded for outcome in outcomes) == 1
    assert Encounter.objects.count() == 2


@pytest.mark.parametrize("hands", [50])
def test_of_fifty_who_tell_the_same_at_once_all_get_one_task(town: World, hands: int):
    outcomes = run_together(
        hands, lambda _n: services.raise_task(town.east_household, "dispute", actor=town.east_worker, source="staff")
    )
    assert errors_among(outcomes) == []
    task = VisitTask.objects.get()
    assert {outcome.value.pk for outcome in outcomes} == {task.pk}
    assert task.times == hands
    assert Notification.objects.filter(kind="visits.task_dispute").count() == 1


def test_of_many_watchers_at_once_one_alerts(town: World):
    told = now() - timedelta(hours=25)
    with stopped_at(told):
        services.raise_task(town.east_household, "dispute", actor=town.east_worker, source="staff")
    outcomes = run_together(10, lambda _n: services.alert_due())
    assert errors_among(outcomes) == []
    assert sum(outcome.value["grid"] for outcome in outcomes) == 1
    assert Notification.objects.filter(kind="visits.task_over").count() == 1


def test_a_visit_and_a_calling_off_at_once_leave_one_of_the_two(town: World):
    for _round in range(3):
        task = services.raise_task(town.east_household, "dispute", actor=town.east_worker, source="staff")

        def act(number: int, task: VisitTask = task):
            if number % 2:
                return services.cancel_task(task, actor=town.secretary, reason="已经和好")
            return services.log_visit(
                town.east_household, actor=town.east_worker, client_id=uuid.uuid4(), kind="five_must"
            )

        outcomes = run_together(4, act)
        assert errors_among(outcomes, Conflict, Refused) == []
        assert all(outcome.succeeded for outcome in outcomes[::2])
        task.refresh_from_db()
        assert task.state in {"arrived", "cancelled"}
        assert sum(outcome.succeeded for outcome in outcomes[1::2]) == (task.state == "cancelled")
        VisitTask.objects.all().delete()


def test_of_twenty_routine_visits_at_once_one_is_logged(town: World):
    """V6 holds for several officers at one moment, each with a form of his own."""
    staff = [town.east_worker, town.leader, town.liaison, town.desk_worker]
    outcomes = run_together(
        20, lambda n: services.log_visit(town.east_household, actor=staff[n % 4], client_id=uuid.uuid4())
    )
    assert errors_among(outcomes, ValidationError) == []
    assert sum(outcome.succeeded for outcome in outcomes) == Encounter.objects.count() == 1


def test_of_ten_care_levels_set_at_once_one_stands(town: World):
    CareLevelPlan.objects.all().delete()
    outcomes = run_together(
        10,
        lambda n: services.set_care_level(
            town.east_household,
            actor=town.east_worker,
            level="ABC"[n % 3],
            reason="独自居住",
            review_on=today() + timedelta(days=90),
        ),
    )
    assert errors_among(outcomes, Conflict) == []
    assert sum(outcome.succeeded for outcome in outcomes) == CareLevelPlan.objects.count() == 1


def test_of_twelve_photos_at_once_three_are_kept_each_once(town: World):
    visit = services.log_visit(town.east_household, actor=town.east_worker, client_id=uuid.uuid4())
    picture = Picture(b"\xff\xd8\xff\xd9", 1, 1)
    sent = [services.SentPhoto(picture, f"{n % 6:064}") for n in range(12)]
    outcomes = run_together(12, lambda n: services.add_photo(visit, sent[n], actor=town.east_worker))
    assert errors_among(outcomes, ValidationError) == []
    photos = EncounterPhoto.objects.filter(encounter=visit)
    assert sorted(photos.values_list("slot", flat=True)) == [1, 2, 3]
    assert len(set(photos.values_list("sha256", flat=True))) == 3
