"""Two records of one person who both rent: one tenancy goes on, the other one ends that day."""

import html

import pytest
from django.core.exceptions import ValidationError

from grids.common.clock import today
from residents.rentals.choices import FileStatus, TenancyEnd
from residents.rentals.models import RentalFile, Tenancy
from residents.rentals.services import add_tenant, open_file
from residents.roster.choices import Relation
from residents.roster.services import add_person
from residents.roster.services.merging import undo_merge
from tests.residents.roster.doubles import SINCE, everything, head_of, merge, pair

__all__ = ["pair"]  # a fixture


@pytest.fixture
def renting(world, pair):
    """Both records rent where they live."""
    found = []
    for person in pair:
        dwelling = person.residencies.get().household.dwelling
        file = open_file(dwelling, actor=world.east_worker, landlord_name="房东")
        found.append(add_tenant(file, person, actor=world.east_worker, starts_on=SINCE))
    return found


@pytest.mark.parametrize("home", ["kept", "absorbed"])
def test_the_tenancy_of_the_home_goes_on(world, pair, renting, home):
    before = everything()
    done = merge(*pair, world, home=home, choices={"tenancy": home})
    stays, goes = renting if home == "kept" else reversed(renting)
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.person, stays.starts_on, stays.ends_on) == (pair[0], SINCE, None)
    assert (goes.person, goes.ends_on, goes.end_reason) == (pair[0], today(), TenancyEnd.MERGED)
    # The files belong to the dwellings.
    assert RentalFile.objects.filter(pk__in=[stays.file_id, goes.file_id], status=FileStatus.ACTIVE).count() == 2
    undo_merge(done, actor=world.secretary)
    assert everything() == before


def test_nobody_rents_where_he_does_not_live(world, pair, renting):
    for choices, home in (({"tenancy": "absorbed"}, "kept"), ({"tenancy": "kept"}, "absorbed"), ({}, "kept")):
        with pytest.raises(ValidationError) as caught:
            merge(*pair, world, home=home, choices=choices)
        assert set(caught.value.message_dict) == {"tenancy"}
    assert Tenancy.objects.active().filter(pk__in=[row.pk for row in renting]).count() == 2


@pytest.mark.parametrize("side", ["kept", "absorbed"])
def test_twice_at_one_door(world, pair, side):
    """Entered twice in one household and noted twice as a tenant there: one of the two rows goes on."""
    kept = pair[0]
    home = kept.residencies.get().household
    twin = add_person(home, actor=world.east_worker, relation=Relation.NOT_RELATED, name="吴双", starts_on=SINCE).person
    file = open_file(home.dwelling, actor=world.east_worker, landlord_name="房东")
    rows = {
        "kept": add_tenant(file, kept, actor=world.east_worker, starts_on=SINCE),
        "absorbed": add_tenant(file, twin, actor=world.east_worker),
    }
    before = everything()
    done = merge(kept, twin, world, choices={"tenancy": side})
    assert Tenancy.objects.active().get(file=file) == rows[side]
    assert head_of(home) == kept
    undo_merge(done, actor=world.secretary)
    assert everything() == before


def test_one_tenancy_simply_follows(world, pair, renting):
    Tenancy.objects.filter(pk=renting[0].pk).delete()
    merge(*pair, world, home="absorbed")
    renting[1].refresh_from_db()
    assert (renting[1].person, renting[1].ends_on) == (pair[0], None)


def test_the_page_shows_both_tenancies(world, pair, renting, client):
    kept, absorbed = pair
    client.force_login(world.secretary)
    page = html.unescape(client.get(f"/persons/{kept.pk}/merge/{absorbed.pk}/").content.decode())
    assert "pick_tenancy" in page
    assert f"9号楼1单元302，自{SINCE:%Y-%m-%d}起" in page
