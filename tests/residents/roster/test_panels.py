"""What the roster adds elsewhere: counters on a grid's page, a word when a grid is to be closed, the administration."""

import html
import re

import pytest
from django.test import RequestFactory
from django.urls import reverse

from grids.trail.models import AuditEntry
from residents.roster import services
from residents.roster.bulk import load_roster
from residents.roster.guards import has_no_active_households
from residents.roster.panels import households_counter, persons_counter
from tests.residents.roster.test_bulk import rows


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize("counter", [households_counter, persons_counter])
@pytest.mark.parametrize("name", ["secretary", "east_worker", "auditor", "liaison"])
@pytest.mark.parametrize("grid_name", ["district", "community", "east_grid", "east_micro", "west_grid"])
def test_a_counter_equals_the_list_it_leads_to(world, client, counter, name, grid_name):
    load_roster(rows(30), grid=world.community, actor=None)
    services.close_household(world.east_household, actor=None, reason="moved_out")
    user = world.fresh(name)
    tile = counter(request_of(user), getattr(world, grid_name))
    if tile is None:
        assert (name, grid_name) in {("east_worker", "west_grid"), ("liaison", "west_grid")}
        return
    client.force_login(user)
    page = html.unescape(client.get(tile["url"]).content.decode())
    [shown] = re.findall(r'<span class="list-count">[^0-9]*([0-9,]+)', page)
    assert int(shown.replace(",", "")) == tile["value"]


def test_foreign_grids_have_no_counter(world):
    for name in ("foreign_secretary", "stranger", "joint_member"):
        assert households_counter(request_of(world.fresh(name)), world.community) is None


def test_a_grid_with_households_stays_open(world):
    assert not has_no_active_households(world.east_grid)
    assert not has_no_active_households(world.community)
    assert has_no_active_households(world.next_grid)
    for name in ("east", "east_other", "member"):
        services.close_household(world.households[name], actor=None, reason="moved_out")
    assert has_no_active_households(world.east_grid)


def test_the_administration_masks_and_edits_nothing(world, client):
    auditor = world.auditor
    auditor.is_staff = True
    auditor.save()
    client.force_login(auditor)
    person, household = world.east_person, world.east_household
    pages = [
        reverse("admin:residents_person_changelist"),
        reverse("admin:residents_person_change", args=[person.pk]),
        reverse("admin:residents_household_changelist"),
        reverse("admin:residents_household_change", args=[household.pk]),
        reverse("admin:residents_residency_changelist"),
    ]
    for address in pages:
        response = client.get(address)
        assert response.status_code == 200, address
        text = html.unescape(response.content.decode())
        for value in (person.name, person.id_number, person.phone, "1单元101"):
            assert value not in text, (address, value)
    assert client.post(pages[1], {"sex": "2"}).status_code == 403
    assert client.get(reverse("admin:residents_person_change", args=[world.foreign_person.pk])).status_code == 302
    assert not AuditEntry.objects.filter(act="person.change").exists()
