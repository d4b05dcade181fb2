"""A worker enters what a member wrote on paper: the worker is the visitor, the member stays on the row."""

import uuid

import pytest
from django.urls import reverse

from grids.common.errors import Refused
from residents.visits.models import Encounter
from residents.visits.services import correct_visit, log_visit


def enter(world, name, household=None, **values):
    home = household or world.east_household
    return log_visit(home, actor=world.users[name], client_id=uuid.uuid4(), on_behalf_of=world.member, **values)


def test_the_row_names_both(world):
    visit = enter(world, "desk_worker", kind="care", note="党员上门看望，一切都好")
    assert (visit.visitor, visit.on_behalf_of) == (world.desk_worker, world.member)
    corrected = correct_visit(visit, actor=world.desk_worker, reason="写错了", note="身体都好，没有需要")
    assert corrected.on_behalf_of == world.member


@pytest.mark.parametrize("name", ["liaison", "secretary", "west_worker", "joint_member", "auditor"])
def test_who_does_not_keep_the_roster_and_visit_does_not_enter(world, name):
    with pytest.raises(Refused):
        enter(world, name, kind="care")


def test_only_for_households_that_the_member_contacts(world):
    with pytest.raises(Refused):
        enter(world, "desk_worker", world.households["east_other"])


def test_wording_is_questioned_once_and_nothing_is_lost(client, world):
    client.force_login(world.desk_worker)
    url = reverse("residents:contactmember-enter", args=[world.member.pk])
    form = {"household": world.east_household.pk, "outcome": "met", "note": "中风险的那栋楼已经走过了"}
    assert "wording_checked" not in client.get(url).content.decode()
    page = client.post(url, form).content.decode()
    assert "wording_checked" in page
    assert form["note"] in page
    assert not Encounter.objects.filter(on_behalf_of=world.member).exists()
    assert client.post(url, form | {"wording_checked": "on", "invited": "on"}).status_code == 302
    assert Encounter.objects.get(on_behalf_of=world.member).note == form["note"]


def test_the_page_comes_back_for_the_next_household(client, world):
    client.force_login(world.desk_worker)
    url = reverse("residents:contactmember-enter", args=[world.member.pk])
    page = client.get(url).content.decode()
    assert "1幢1单元101" in page
    assert "1幢1单元102" not in page
    form = {"household": world.east_household.pk, "outcome": "not_home", "needs": "想装扶手"}
    assert client.post(url, form)["Location"] == url
    made = Encounter.objects.get(on_behalf_of=world.member)
    assert made.needs.get().text == "想装扶手"
    assert "孙党员" in client.get(made.get_absolute_url()).content.decode()
