"""Somebody who lives nowhere any more is found where he lived last, and nowhere else."""

from datetime import timedelta

import pytest

from grids.access.choices import Permission
from grids.common.clock import today
from residents.roster.choices import EndReason, Relation
from residents.roster.models import Person, Residency

pytestmark = pytest.mark.django_db


def seen_by(user):
    return set(Person.objects.restrict(user, Permission.VIEW_ROSTER))


def test_a_person_who_left_is_seen_where_he_lived_last(world):
    person = world.east_person
    moved, left = today() - timedelta(days=30), today() - timedelta(days=3)
    Residency.objects.filter(person=person).update(ends_on=moved, end_reason=EndReason.MOVED_INSIDE)
    assert person in seen_by(world.fresh("secretary"))
    last = Residency.objects.create(
        person=person, household=world.foreign_household, relation=Relation.OTHER_RELATIVE, starts_on=moved
    )
    assert person not in seen_by(world.fresh("secretary"))
    assert person in seen_by(world.fresh("foreign_secretary"))
    Residency.objects.filter(pk=last.pk).update(ends_on=left, end_reason=EndReason.MOVED_INSIDE)
    assert person not in seen_by(world.fresh("secretary"))
    assert person in seen_by(world.fresh("foreign_secretary"))
