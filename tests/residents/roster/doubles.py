"""One person entered twice, with one row of every kind; shared by the tests of merging and of its undoing."""

from datetime import date

import pytest
from django.apps import apps

from grids.common.clock import today
from grids.places.models import Vessel
from residents.roster.models import (
    CareTag,
    ConsentRecord,
    VesselCrew,
)
from residents.roster.services import add_household
from residents.roster.services.merging import merge_persons
from residents.roster.services.snapshots import BOOKKEEPING, values_of
from residents.visits.models import Encounter
from tests.residents.roster.people import numbers

SINCE = date(2025, 3, 1)


def settle(world, room="301", **head):
    values = {"name": "吴双", "birth_date": date(1980, 5, 6), "phone": "13900000001", **head}
    return add_household(
        actor=world.east_worker, grid=world.east_micro, building="9", unit="1", room=room, head=values, opened_on=SINCE
    )


def head_of(household):
    return household.residencies.get(is_head=True).person


@pytest.fixture
def pair(world):
    """The same woman twice: alone at one door, alone at another one."""
    kept = head_of(settle(world, id_number=numbers(1)[0]))
    absorbed = head_of(settle(world, room="302", phone="13900000002"))
    return kept, absorbed


def merge(kept, absorbed, world, **more):
    options = {"actor": world.secretary, "version": kept.version, "absorbed_version": absorbed.version, **more}
    return merge_persons(kept, absorbed, **options)


def everything():
    """Every row of every table, but what is only added to: the trail, messages, and the merges themselves.

    Of powers it counts who holds which where, not by which row.
    """
    skipped = {"grids.AuditEntry", "grids.UnsealedEntry", "grids.TrailSeal", "grids.TrailHead", "residents.PersonMerge"}
    skipped |= {"grids.Notification"}
    powers = {"grids.RoleGrant", "grids.GridUserObjectPermission"}
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in skipped or model._meta.proxy or not model._meta.managed:
            continue
        for row in model._base_manager.all():
            values = values_of(row) | {"index": getattr(row, "id_number_index", ""), "phone": getattr(row, "phone", "")}
            values = {k: v for k, v in values.items() if k not in {*BOOKKEEPING, "granted_at"}}
            key = tuple(values.values()) if model._meta.label in powers else row.pk
            found[model._meta.label, str(key)] = values
    return found


def rows_of(person, world):
    """One row of every kind that a person may have."""
    on = date(2025, 4, 1)
    consent = ConsentRecord.objects.create(
        person=person, purpose="care_tag", way="paper", notice_version="1", given_on=on, recorded_by=world.secretary
    )
    CareTag.objects.create(
        person=person, kind="elder", basis="consent", consent=consent, starts_on=on, review_on=today()
    )
    vessel, _made = Vessel.objects.get_or_create(grid=world.east_grid, name="双渔9号", registration_no="double-9")
    VesselCrew.objects.create(vessel=vessel, person=person, role="crew", starts_on=on)
    Encounter.objects.create(
        household=person.residencies.first().household, person=person, visitor=world.east_worker, note="一切都好"
    )
