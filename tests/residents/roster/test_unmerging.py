"""Merged records come apart again without a trace; verdicts; two hands at once."""

import random
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused, StaleVersion
from grids.trail.models import AuditEntry
from residents.roster import merge_rules as law
from residents.roster.choices import Relation
from residents.roster.merge_retention import empty_snapshots, old_snapshots
from residents.roster.models import (
    CareTag,
    Household,
    NoDuplicate,
    Person,
    PersonMerge,
    Residency,
)
from residents.roster.services import add_household, add_person, end_residency, move_in
from residents.roster.services.merging import judge_two_persons, undo_merge
from tests.harness import errors_among, run_together
from tests.residents.roster.doubles import SINCE, everything, head_of, merge, pair, rows_of, settle

__all__ = ["pair"]  # a fixture


def test_undo_gives_back_the_same(world, pair):
    kept, absorbed = pair
    husband = add_person(
        absorbed.residencies.get().household,
        actor=world.east_worker,
        relation=Relation.SPOUSE,
        name="郑夫",
        starts_on=SINCE,
    )
    rows_of(absorbed, world)
    rows_of(kept, world)
    before = everything()
    done = merge(kept, absorbed, world, choices=dict.fromkeys(law.CHOICES, "absorbed"), new_head=husband)
    assert everything() != before
    undo_merge(done, actor=world.secretary)
    assert everything() == before
    done.refresh_from_db()
    assert (done.undone_by, done.snapshot) == (world.secretary, "")
    assert AuditEntry.objects.filter(act="person.unmerge").count() == 2
    # It can be done again.
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    merge(kept, absorbed, world, new_head=husband)


@pytest.mark.parametrize("seed", range(25))
def test_undo_gives_back_any_state(world, seed):
    """Drawn lives: two records with homes, families, past homes, tags, berths; merged by drawn choices, and undone."""
    draw = random.Random(seed)
    day = lambda: date(2025, 1, 1) + timedelta(days=draw.randrange(300))  # noqa: E731
    homes = []
    for place in range(3):
        home = add_household(
            actor=world.east_worker,
            grid=world.east_micro,
            building="9",
            unit="1",
            room=f"30{place}",
            head={"name": f"吴{'双霜爽'[place]}", "birth_date": date(1980, 5, 6), "sex": "2"},
            opened_on=day(),
        )
        for number in range(draw.randrange(3)):
            add_person(
                home,
                actor=world.east_worker,
                relation=Relation.OTHER_RELATIVE,
                name="郑" + "甲乙丙"[number],
                starts_on=home.opened_on,
            )
        homes.append(home)
    persons = [head_of(home) for home in homes] + [
        row.person for row in Residency.objects.filter(household__in=homes, is_head=False).select_related("person")
    ]
    kept, absorbed = draw.sample(persons, 2)
    for person in (kept, absorbed):
        if draw.random() < 0.6:
            rows_of(person, world)
    if draw.random() < 0.4:
        leaving = absorbed.residencies.active().get()
        others = leaving.household.residencies.active().exclude(pk=leaving.pk)
        end_residency(
            leaving,
            actor=world.east_worker,
            reason="moved_out",
            on=today(),
            new_head=others.first() if leaving.is_head else None,
        )
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    before = everything()
    home = draw.choice(["kept", "absorbed"])
    goes = (absorbed if home == "kept" else kept).residencies.active().first()
    successor = goes and goes.household.residencies.active().exclude(person__in=[kept, absorbed]).first()
    choices = {field: draw.choice(["kept", "absorbed"]) for field in law.CHOICES}
    try:
        with transaction.atomic():
            done = merge(kept, absorbed, world, home=home, new_head=successor, choices=choices)
    except (Refused, ValidationError):
        assert everything() == before
        return
    heads = Residency.objects.active().filter(is_head=True).values_list("household", flat=True)
    assert sorted(heads) == sorted(Household.objects.active().values_list("pk", flat=True))
    assert Residency.objects.active().filter(person__in=[kept, absorbed]).count() <= 1
    undo_merge(done, actor=world.secretary)
    assert everything() == before


@pytest.mark.parametrize("what", ["person", "absorbed", "residency", "tag"])
def test_what_changed_since_is_not_lost(world, pair, what):
    kept, absorbed = pair
    rows_of(absorbed, world)
    done = merge(kept, absorbed, world, choices={"phone": "absorbed"})
    rows = {
        "person": lambda: Person.objects.filter(pk=kept.pk).update(name="吴霜"),
        "absorbed": lambda: Person.objects.filter(pk=absorbed.pk).update(education="10"),
        "residency": lambda: Residency.objects.filter(person=kept, ends_on__isnull=False).update(kind="lodger"),
        "tag": lambda: CareTag.objects.filter(person=kept).update(review_on=today() + timedelta(days=9)),
    }
    assert rows[what]()
    state = everything()
    with pytest.raises(Refused):
        undo_merge(done, actor=world.secretary)
    assert everything() == state


def test_thirty_days(world, pair):
    done = merge(*pair, world)
    PersonMerge.objects.filter(pk=done.pk).update(merged_at=now() - timedelta(days=30))
    assert not old_snapshots(today()).exists()
    with transaction.atomic():
        undo_merge(done, actor=world.secretary)
        transaction.set_rollback(True)
    PersonMerge.objects.filter(pk=done.pk).update(merged_at=now() - timedelta(days=31))
    with pytest.raises(Refused):
        undo_merge(done, actor=world.secretary)
    assert empty_snapshots(old_snapshots(today()), today(), None) == 1
    done.refresh_from_db()
    assert done.snapshot == ""
    assert not old_snapshots(today()).exists()


def test_only_once_undone_and_only_by_the_desk(world, pair):
    done = merge(*pair, world)
    for name in ("east_worker", "auditor", "foreign_secretary"):
        with pytest.raises(Refused):
            undo_merge(done, actor=world.users[name])
    undo_merge(done, actor=world.desk_worker)
    with pytest.raises(Refused):
        undo_merge(done, actor=world.desk_worker)


def test_the_snapshot_lies_encrypted(world, pair):
    done = merge(*pair, world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot FROM residents_personmerge WHERE id = %s", [done.pk])
        stored = cursor.fetchone()[0]
    assert "吴双" not in stored
    assert "13900000002" not in stored
    assert "13900000002" in PersonMerge.objects.get(pk=done.pk).snapshot


def test_two_persons(world, pair):
    kept, absorbed = pair
    verdict = judge_two_persons(absorbed, kept, actor=world.secretary)
    assert (verdict.first, verdict.second) == (kept, absorbed)
    assert judge_two_persons(kept, absorbed, actor=world.secretary) == verdict
    assert NoDuplicate.objects.count() == 1
    assert AuditEntry.objects.filter(act="person.distinguish").count() == 2
    with pytest.raises(Refused):
        judge_two_persons(kept, world.foreign_person, actor=world.secretary)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turned", [False, True])
def test_two_hands_merge_the_same_pair(transactional_db, turned):
    from tests.world import build_world

    world = build_world()
    one = head_of(settle(world))
    other = head_of(settle(world, room="302"))

    def act(number):
        kept, absorbed = (other, one) if turned and number else (one, other)
        return merge(kept, absorbed, world, actor=world.fresh("secretary")).pk

    outcomes = run_together(2, act)
    assert errors_among(outcomes, StaleVersion) == []
    assert [outcome.succeeded for outcome in outcomes].count(True) == 1
    assert PersonMerge.objects.filter(kept__in=[one, other]).count() == 1
    assert Person.objects.filter(pk__in=[one.pk, other.pk], merged_into__isnull=False).count() == 1


def test_nobody_moves_in_under_a_merged_record(world, pair):
    kept, absorbed = pair
    merge(kept, absorbed, world)
    with pytest.raises(Conflict):
        move_in(absorbed, world.east_household, actor=world.secretary, relation=Relation.NOT_RELATED)
    move_in(kept, world.east_household, actor=world.secretary, relation=Relation.NOT_RELATED)
