"""Django's administration shows the same rows as every page, and changes nothing."""

import pytest
from django.urls import reverse

from grids.trail.models import AuditEntry

pytestmark = pytest.mark.django_db
MODELS = ["grid", "building", "staffprofile", "post"]


@pytest.fixture
def enter(client, world):
    """``enter(name)``: log in as one of the cast who may open the administration pages."""

    def login(name, *, is_staff=True):
        user = world.fresh(name)
        user.is_staff = is_staff
        user.save()
        client.force_login(user)
        return client

    return login


@pytest.mark.parametrize("model", MODELS)
def test_rows_are_those_of_ones_scope(world, enter, model):
    own = {"grid": "丁香社区", "building": "1幢", "staffprofile": "王东", "post": "王东"}[model]
    foreign = {"grid": "河湾社区", "building": "3幢", "staffprofile": "朱网格员", "post": "朱网格员"}[model]
    address = reverse(f"admin:grids_{model}_changelist")
    page = enter("secretary").get(address).content.decode()
    assert own in page
    assert foreign not in page
    page = enter("foreign_secretary").get(address).content.decode()
    assert foreign in page
    assert own not in page


@pytest.mark.parametrize("model", MODELS)
def test_nothing_can_be_added_changed_or_deleted(world, enter, model):
    client = enter("secretary")
    assert client.get(reverse(f"admin:grids_{model}_add")).status_code == 403
    rows = {
        "grid": world.east_grid.pk,
        "building": world.east_micro.buildings.get().pk,
        "staffprofile": world.staff["east_worker"].pk,
        "post": world.staff["east_worker"].posts.get().pk,
    }
    change = reverse(f"admin:grids_{model}_change", args=[rows[model]])
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "改", "name_zh": "改"}).status_code == 403
    assert client.post(reverse(f"admin:grids_{model}_delete", args=[rows[model]]), {"post": "yes"}).status_code == 403


def test_a_foreign_row_and_a_door_without_key(world, enter):
    change = reverse("admin:grids_grid_change", args=[world.foreign_grid.pk])
    # Django's administration leads back to its start page when a row does not exist.
    assert enter("secretary").get(change).status_code == 302
    assert enter("foreign_secretary").get(change).status_code == 200
    closed = enter("secretary", is_staff=False).get(reverse("admin:grids_grid_changelist"))
    assert closed.status_code == 302


@pytest.mark.expected_errors("django.security.DisallowedModelAdminLookup")
@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("residents_person", "phone_tail=0101"),
        ("residents_person", "id_number_index__startswith=a"),
        ("residents_household", "dwelling__room=101"),
        ("grids_user", "password__startswith=md5"),
    ],
)
def test_hidden_columns_are_not_told_by_the_address(world, enter, model, query):
    user = world.fresh("secretary")
    user.is_superuser = model == "grids_user"
    user.save()
    client = enter("secretary")
    address = reverse(f"admin:{model}_changelist")
    assert client.get(f"{address}?{query}").status_code == 400
    assert client.get(address).status_code == 200


def test_the_filters_that_are_offered_work(world, enter):
    client = enter("secretary")
    assert client.get(reverse("admin:residents_household_changelist") + "?status__exact=active").status_code == 200
    assert client.get(reverse("admin:grids_post_changelist") + "?role__exact=leader").status_code == 200


def test_names_and_rooms_are_masked_in_titles(world, enter):
    client = enter("auditor")
    for model, row in [("contactmember", world.member), ("contactassignment", world.east_contact)]:
        page = client.get(reverse(f"admin:residents_{model}_change", args=[row.pk])).content.decode()
        assert "孙**" in page
        assert "孙党员" not in page
        assert "1单元101" not in page


def test_closing_an_account_is_in_the_trail(world, enter):
    user = world.fresh("secretary")
    user.is_superuser = True
    user.save()
    client = enter("secretary")
    address = reverse("admin:grids_user_change", args=[world.east_worker.pk])
    assert client.post(address, {"display_name": "王东"}).status_code == 302
    assert not world.fresh("east_worker").is_active
    entry = AuditEntry.objects.get(act="account.change")
    assert (entry.actor, entry.object_id) == (user, str(world.east_worker.pk))
    assert entry.changes == {"is_active": [True, False]}
