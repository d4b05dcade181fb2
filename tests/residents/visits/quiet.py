"""The world before anybody has visited anybody: the tests of this room count visits."""

from django.db import connection

from residents.visits.models import Encounter, EncounterPhoto, HouseholdNeed, VisitTask
from tests.strictness import triggers_off
from tests.world import World, build_world


def quiet_world() -> World:
    world = build_world()
    VisitTask.objects.all().delete()
    with triggers_off(connection):
        HouseholdNeed.objects.all().delete()
        EncounterPhoto.objects.all().delete()
        Encounter.objects.all().delete()
    return world
