"""What goes when its time is over, and what stays."""

from datetime import timedelta

import pytest
from django.db import transaction

from grids.common.clock import now, today
from grids.common.retention import retention_rules
from grids.trail.models import AuditEntry
from residents.rentals.models import FindingPhoto, RentalFile, Tenancy
from residents.rentals.rules import months_later
from tests.residents.rentals.inspecting import photo_of, planned
from tests.world import World


def run(key: str, on) -> int:
    rule = retention_rules.get(key)
    with transaction.atomic():
        return rule.purge(rule.due(on), on, None)


@pytest.mark.parametrize(("days", "gone"), [(-1, False), (0, True), (30, True)])
def test_a_tenancy_goes_six_months_after_moving_out(world: World, days: int, gone: bool):
    left = today() - timedelta(days=20)
    Tenancy.objects.filter(pk=world.east_tenancy.pk).update(ends_on=left, end_reason="moved")
    assert run("residents.tenancies", months_later(left, 6) + timedelta(days=days)) == int(gone)
    assert Tenancy.objects.filter(pk=world.east_tenancy.pk).exists() is not gone
    # The one who still rents stays whatever the day, and so does the file.
    assert Tenancy.objects.filter(pk=world.foreign_tenancy.pk).exists()
    assert RentalFile.objects.filter(pk=world.east_rental.pk).exists()
    entries = AuditEntry.objects.filter(act="tenancy.erase")
    assert entries.count() == int(gone)
    assert all("person" not in entry.changes for entry in entries)


def test_photos_go_after_three_years_and_those_never_sent_after_a_day(world: World):
    draft = photo_of(planned(world.east_rental), "X1", world.east_worker)
    assert run("residents.rental_photo_drafts", today()) == 0
    FindingPhoto.objects.filter(pk=draft.pk).update(added_at=now() - timedelta(days=1, hours=1))
    assert run("residents.rental_photo_drafts", today()) == 1
    assert run("residents.rental_photos", today()) == 0
    FindingPhoto.objects.filter(pk=world.east_photo.pk).update(added_at=now() - timedelta(days=3 * 366))
    assert run("residents.rental_photos", today()) == 1
    assert world.east_rentalcheck.findings.count() == 18
