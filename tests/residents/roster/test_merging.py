"""Two records become one with everything that points at them."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.migrations.loader import MigrationLoader

from grids.common.errors import Refused, StaleVersion
from grids.common.triggers import AppendOnly
from grids.trail.models import AuditEntry
from residents.roster import merge_rules as law
from residents.roster.choices import HouseholdStatus, Relation
from residents.roster.models import (
    CareTag,
    ConsentRecord,
    Headship,
    Household,
    Person,
    PersonMerge,
    Residency,
    VesselCrew,
)
from residents.roster.services import add_person, end_residency
from residents.roster.services.merging import undo_merge
from residents.roster.services.snapshots import pointing_at
from residents.visits.models import Encounter
from tests.residents.roster.doubles import SINCE, head_of, merge, pair, rows_of, settle

__all__ = ["pair"]  # a fixture


def test_one_record_goes_on(world, pair):
    kept, absorbed = pair
    result = merge(kept, absorbed, world, choices={"phone": "absorbed"}, reason="同一人")
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert absorbed.merged_into == kept
    assert (kept.phone, kept.phone_tail) == ("13900000002", "0002")
    assert Person.objects.with_id_number(kept.id_number).get() == kept
    assert not Residency.objects.filter(person=absorbed).exists()
    assert kept.residencies.active().count() == 1
    assert result.merged_by == world.secretary
    entry = AuditEntry.objects.get(act="person.merge")
    assert (entry.object_id, entry.changes["absorbed"]) == (str(kept.pk), ["", absorbed.pk])
    assert "13900000002" not in str(entry.changes)
    assert AuditEntry.objects.filter(act="person.absorb", object_id=str(absorbed.pk)).exists()


def test_the_empty_household_closes_where_he_does_not_live(world, pair):
    kept, absorbed = pair
    other = absorbed.residencies.get().household
    merge(kept, absorbed, world)
    other.refresh_from_db()
    assert other.status == HouseholdStatus.CLOSED
    assert Household.objects.get(pk=kept.residencies.active().get().household_id).status == HouseholdStatus.ACTIVE


def test_the_other_home_can_be_chosen(world, pair):
    kept, absorbed = pair
    home = absorbed.residencies.get().household
    merge(kept, absorbed, world, home="absorbed")
    assert kept.residencies.active().get().household == home


def test_a_head_is_followed_before_he_leaves(world, pair):
    kept, absorbed = pair
    home = absorbed.residencies.get().household
    husband = add_person(home, actor=world.east_worker, relation=Relation.SPOUSE, name="郑夫", starts_on=SINCE)
    with pytest.raises(ValidationError) as caught:
        merge(kept, absorbed, world)
    assert set(caught.value.message_dict) == {"new_head"}
    merge(kept, absorbed, world, new_head=husband)
    home.refresh_from_db()
    husband.refresh_from_db()
    assert (home.status, husband.is_head) == (HouseholdStatus.ACTIVE, True)
    assert Headship.objects.get(household=home, ends_on__isnull=True).residency == husband


def test_twice_in_one_household(world, pair):
    kept, _absorbed = pair
    home = kept.residencies.get().household
    twin = add_person(home, actor=world.east_worker, relation=Relation.NOT_RELATED, name="吴双", starts_on=SINCE).person
    merge(twin, kept, world)
    present = twin.residencies.active().get()
    assert (present.household, present.is_head) == (home, True)


def test_past_days_are_counted_once(world, pair):
    kept, absorbed = pair
    end_residency(absorbed.residencies.get(), actor=world.east_worker, reason="moved_out", on=date(2025, 9, 1))
    absorbed.refresh_from_db()
    merge(kept, absorbed, world)
    days = sorted((one.starts_on, one.ends_on) for one in kept.residencies.all() if one.ends_on != one.starts_on)
    assert days == [(SINCE, None)]


def test_everything_that_points_at_a_person_follows():
    """Each relation of the portal is either moved, or written once, or about the merging itself."""
    moved = {field.model._meta.label for field in pointing_at(Person)}
    assert {"residents.Residency", "residents.CareTag", "residents.ContactMember", "residents.Tenancy"} <= moved
    others = {relation.field.model._meta.label for relation in Person._meta.related_objects} - moved
    assert others <= law.WRITTEN_ONCE | law.ABOUT_MERGING


def test_the_tables_written_once_are_those_that_the_database_guards():
    """Nobody forgets to name one here: the migrations say which tables are append-only."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    tables = {
        operation.table
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }
    pointing = {relation.field.model for relation in Person._meta.related_objects}
    pointing |= {relation.field.model for relation in Household._meta.related_objects}
    assert {model._meta.label for model in pointing if model._meta.db_table in tables} == law.WRITTEN_ONCE


def test_rows_follow_and_visits_are_read_through(world, pair, client):
    kept, absorbed = pair
    rows_of(absorbed, world)
    merge(kept, absorbed, world)
    assert kept.care_tags.count() == kept.consents.count() == kept.vessels.count() == 1
    visit = Encounter.objects.get(person__in=Person.objects.with_merged(kept.pk))
    assert visit.person == absorbed
    client.force_login(world.east_worker)
    assert visit.get_absolute_url() in client.get(f"/persons/{kept.pk}/").content.decode()


def test_what_both_have_counts_once(world, pair):
    kept, absorbed = pair
    rows_of(absorbed, world)
    rows_of(kept, world)
    VesselCrew.objects.filter(person=absorbed).update(role="captain")
    merge(kept, absorbed, world)
    tags = CareTag.objects.restrict(world.secretary, "grids.view_care").active().filter(person__in=[kept, absorbed])
    assert tags.count() == 1
    assert ConsentRecord.objects.filter(person=kept, withdrawn_on__isnull=True).count() == 1
    (berth,) = VesselCrew.objects.active().filter(vessel__registration_no="double-9")
    assert (berth.person, berth.role) == (kept, "captain")


def test_a_chain_leads_to_the_last_record(world, pair):
    kept, absorbed = pair
    third = head_of(settle(world, room="303"))
    merge(kept, absorbed, world)
    kept.refresh_from_db()
    last = merge(third, kept, world)
    assert set(Person.objects.with_merged(third.pk)) == {kept, absorbed, third}
    first = PersonMerge.objects.get(absorbed=absorbed)
    with pytest.raises(Refused):
        undo_merge(first, actor=world.secretary)
    undo_merge(last, actor=world.secretary)
    undo_merge(first, actor=world.secretary)
    assert not Person.objects.filter(pk__in=[kept.pk, absorbed.pk], merged_into__isnull=False).exists()


def test_a_merge_from_before_an_upgrade_is_undone_as_well(world, pair):
    """A column that came later stands in no snapshot of before, and nobody changed it."""
    kept, absorbed = pair
    other = absorbed.residencies.get().household
    merged = merge(kept, absorbed, world)
    changes = json.loads(merged.snapshot)
    homes = [one for one in changes if one["table"] == "residents.Household"]
    assert homes
    for values in (side for one in homes for side in (one["before"], one["after"])):
        del values["scope_grid_id"]
    PersonMerge.objects.filter(pk=merged.pk).update(snapshot=json.dumps(changes))
    undo_merge(PersonMerge.objects.get(pk=merged.pk), actor=world.secretary)
    other.refresh_from_db()
    assert (other.status, other.scope_grid_id) == (HouseholdStatus.ACTIVE, other.dwelling.grid_id)


@pytest.mark.parametrize("name", ["east_worker", "leader", "auditor", "street_desk", "liaison", "foreign_secretary"])
def test_only_the_desk_merges(world, pair, name):
    with pytest.raises(Refused):
        merge(*pair, world, actor=world.users[name])


def test_never_across_what_one_may_not_see(world, pair):
    with pytest.raises(Refused):
        merge(pair[0], world.foreign_person, world)
    with pytest.raises(Refused):
        merge(world.foreign_person, pair[0], world)
    with pytest.raises(Refused):
        merge(pair[0], pair[0], world)


@pytest.mark.parametrize("which", [0, 1])
def test_an_older_page_is_refused(world, pair, which):
    Person.objects.filter(pk=pair[which].pk).update(version=9)
    with pytest.raises(StaleVersion):
        merge(*pair, world)


def test_a_merged_record_is_merged_no_more(world, pair):
    kept, absorbed = pair
    third = head_of(settle(world, room="303"))
    merge(kept, absorbed, world)
    absorbed.refresh_from_db()
    for one, other in ((absorbed, third), (third, absorbed)):
        with pytest.raises(StaleVersion):
            merge(one, other, world)


def test_the_dead_live_nowhere(world, pair):
    kept, absorbed = pair
    Person.objects.filter(pk=absorbed.pk).update(deceased_on=date(2025, 5, 5))
    absorbed.refresh_from_db()
    with pytest.raises(ValidationError):
        merge(kept, absorbed, world, choices={"deceased_on": "absorbed"})
    merge(kept, absorbed, world)
