"""The pages over places: who sees and does what, filters, forms, and queries that do not grow."""

from datetime import datetime

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grids.common.clock import stopped_at
from grids.places.models import Building, Compound, Organisation, Place, ServicePoint, Unit, Vessel
from grids.places.services import add_place, add_service_point, change_place, change_vessel, close_place
from grids.trail.models import AuditEntry
from tests.grids.places.test_services import code

pytestmark = pytest.mark.django_db
KINDS = ["place", "organisation", "compound", "building", "vessel", "servicepoint"]
PHONE = "13800007788"


@pytest.fixture
def visit(client, world):
    def get(who, address, *args, **query):
        client.force_login(world.fresh(who))
        return client.get(reverse(f"grids:{address}", args=args), query)

    return get


@pytest.fixture
def send(client, world):
    def post(who, address, *args, **data):
        client.force_login(world.fresh(who))
        return client.post(reverse(f"grids:{address}", args=args), data)

    return post


def names(response) -> list[str]:
    return [row.record.name for row in response.context["table"].rows]


# ------------------------------------------------------------------ lists
def test_everybody_sees_the_buildings_of_his_grids_only(world, visit):
    assert names(visit("secretary", "building-list")) == ["1幢", "8幢"]
    assert names(visit("east_worker", "building-list")) == ["1幢"]
    assert names(visit("foreign_secretary", "building-list")) == ["3幢"]
    assert names(visit("secretary", "building-list", grid=world.west_grid.code)) == ["8幢"]
    assert names(visit("secretary", "building-list", grid=world.foreign_grid.code)) == []
    assert names(visit("secretary", "building-list", q="8")) == ["8幢"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_is_scoped_and_its_tabs_keep_the_grid(world, visit, kind):
    mine, foreign = getattr(world, f"east_{kind}"), getattr(world, f"foreign_{kind}")
    listed = names(visit("secretary", f"{kind}-list"))
    assert mine.name in listed
    assert foreign.name not in listed
    assert names(visit("foreign_secretary", f"{kind}-list")) == [foreign.name]
    response = visit("secretary", f"{kind}-list", grid=world.east_grid.code)
    assert [tab["current"] for tab in response.context["tabs"]].count(True) == 1
    assert all(tab["url"].endswith(f"?grid={world.east_grid.code}") for tab in response.context["tabs"])
    assert visit("secretary", f"{kind}-detail", foreign.pk).status_code == 404


def test_filters(world, visit):
    add_place(world.west_grid, actor=None, name="西菜场", kind="market", address="江边路2号")
    gone = add_place(world.west_grid, actor=None, name="旧书店", kind="shop")
    close_place(gone, actor=None, version=1, reason="停业")
    assert names(visit("secretary", "place-list", group="markets")) == ["西菜场"]
    assert names(visit("secretary", "place-list", group="schools")) == ["东小学"]
    assert names(visit("secretary", "place-list", q="江边")) == ["西菜场"]
    assert names(visit("secretary", "place-list", state="closed")) == ["旧书店"]
    assert names(visit("secretary", "place-list", kind="nonsense")) == []


def test_open_now_goes_by_the_hours(world, visit):
    for name, hours in (("平日站", "1-5 09:00-17:00"), ("周末站", "6-7 09:00-12:00"), ("预约站", "")):
        add_service_point(world.east_grid, actor=None, name=name, kind="station", address="一号", opening_hours=hours)
    zone = timezone.get_current_timezone()

    def open_at(*moment):
        with stopped_at(datetime(*moment, tzinfo=zone)):
            return names(visit("secretary", "servicepoint-list", open_now="yes"))

    assert open_at(2026, 11, 23, 9, 0) == ["平日站"]
    assert open_at(2026, 11, 23, 17, 0) == []
    assert open_at(2026, 11, 28, 11, 59) == ["周末站"]


# A NUL character is 400 for every page: tests/grids/common/test_mishaps.py.
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", ["?grid=x", "?grid=320106", "?sort=nonsense", "?page=-1", "?q=%F0%9F%98%80"])
def test_no_address_ends_in_an_error(world, client, kind, query):
    client.force_login(world.secretary)
    assert client.get(reverse(f"grids:{kind}-list") + query).status_code == 200


def test_the_number_of_queries_does_not_grow(world, client):
    from django.db import connection

    client.force_login(world.secretary)
    addresses = [reverse(f"grids:{kind}-list") for kind in KINDS] + [reverse("grids:servicepoint-public")]

    def queries() -> dict[str, int]:
        counted = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counted[address] = len(captured)
        return counted

    queries()  # what is read once a process
    few = queries()
    for number in range(10):
        grid = world.west_micro if number % 2 else world.west_grid
        compound = Compound.objects.create(grid=grid, name=f"小区{number}")
        building = Building.objects.create(grid=world.west_micro, name=f"{number + 20}幢", compound=compound)
        Unit.objects.create(building=building, name="1单元")
        organisation = Organisation.objects.create(grid=grid, name=f"商行{number}", kind="other")
        Place.objects.create(grid=grid, name=f"店{number}", kind="shop", organisation=organisation)
        Vessel.objects.create(grid=grid, name=f"渔{number}", registration_no=f"W{number}")
        ServicePoint.objects.create(
            grid=grid, name=f"站{number}", kind="station", address="一号", opening_hours="1-5 09:00-17:00"
        )
    assert queries() == few


# ------------------------------------------------------------------ forms
def test_an_organisation_and_its_place_through_the_forms(world, send, visit):
    form = visit("east_worker", "organisation-create", grid=world.east_grid.code).context["form"]
    assert form.initial["grid"] == world.east_grid
    assert {grid.code[:15] for grid in form.fields["grid"].queryset} == {world.east_grid.code}
    values = {"grid": world.east_grid.pk, "name": "东明餐饮有限公司", "kind": "enterprise", "credit_code": code(5)}
    wrong = send("east_worker", "organisation-create", **values | {"credit_code": code(5)[:-1] + "0"})
    assert set(wrong.context["form"].errors) == {"credit_code"}
    assert wrong.context["form"]["name"].value() == "东明餐饮有限公司"
    response = send("east_worker", "organisation-create", **values)
    made = Organisation.objects.get(name="东明餐饮有限公司")
    assert response.url == made.get_absolute_url()
    place = {"grid": world.east_grid.pk, "name": "东明餐馆", "kind": "restaurant"}
    unknown = send("east_worker", "place-create", **place, organisation="没有这家")
    assert set(unknown.context["form"].errors) == {"organisation"}
    for words in (made.name, made.credit_code.lower()):
        send("east_worker", "place-create", **place, organisation=words)
        assert Place.objects.filter(name="东明餐馆").latest("pk").organisation == made
    foreign = send("east_worker", "place-create", **place, organisation=world.foreign_organisation.name)
    assert set(foreign.context["form"].errors) == {"organisation"}


def test_a_change_keeps_the_hidden_phone_and_tells_a_stale_form(world, send, visit):
    change_place(world.east_place, actor=None, version=1, contact_phone=PHONE)
    page = visit("east_worker", "place-update", world.east_place.pk)
    assert PHONE not in page.content.decode()
    sent = {"version": 2, "name": "东街小学", "kind": "school"}
    assert send("east_worker", "place-update", world.east_place.pk, **sent).status_code == 302
    place = Place.objects.get(pk=world.east_place.pk)
    assert (place.name, place.contact_phone) == ("东街小学", PHONE)
    late = send("east_worker", "place-update", place.pk, **{**sent, "name": "西街小学"})
    assert late.status_code == 409
    page = late.content.decode()
    assert 'value="西街小学"' in page, "what was typed stays"
    assert "名称" in page
    assert 'name="version" value="3"' in page
    assert Place.objects.get(pk=place.pk).name == "东街小学"
    again = {**sent, "name": "西街小学", "version": 3}
    assert send("east_worker", "place-update", place.pk, **again).status_code == 302
    send("east_worker", "place-update", place.pk, version=4, name="东街小学", kind="school", remove_phone="on")
    assert Place.objects.get(pk=place.pk).contact_phone == ""


def test_moving_and_closing_through_the_forms(world, send, visit):
    page = visit("secretary", "place-move", world.east_place.pk)
    assert world.foreign_grid not in page.context["form"].fields["grid"].queryset
    send("secretary", "place-move", world.east_place.pk, version=1, grid=world.west_grid.pk)
    assert Place.objects.get(pk=world.east_place.pk).grid == world.west_grid
    late = send("secretary", "place-close", world.east_place.pk, version=2, on="2099-01-01", reason="停办")
    assert set(late.context["form"].errors) == {"on"}
    send("secretary", "place-close", world.east_place.pk, version=2, on="2026-01-05", reason="停办")
    page = visit("secretary", "place-detail", world.east_place.pk)
    assert [step["title"] for step in page.context["history"]] == ["已关闭", "调整归属"]
    assert "第一网格" in page.context["history"][1]["note"]
    assert visit("secretary", "place-update", world.east_place.pk).status_code == 403


def test_a_phone_is_masked_until_its_purpose_is_said(world, send, visit):
    change_vessel(world.east_vessel, actor=None, version=1, phone=PHONE)
    for who in ("secretary", "auditor"):
        for address, args in (("vessel-detail", [world.east_vessel.pk]), ("vessel-list", [])):
            assert PHONE not in visit(who, address, *args).content.decode()
    asked = visit("east_worker", "vessel-reveal", world.east_vessel.pk)
    assert PHONE not in asked.content.decode()
    assert not AuditEntry.objects.filter(act="vessel.reveal").exists()
    empty = send("east_worker", "vessel-reveal", world.east_vessel.pk)
    assert PHONE not in empty.content.decode()
    shown = send("east_worker", "vessel-reveal", world.east_vessel.pk, purpose="warning")
    assert PHONE in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(act="vessel.reveal", actor=world.east_worker).count() == 1
    assert send("auditor", "vessel-reveal", world.east_vessel.pk, purpose="warning").status_code == 403


def test_contacts_are_named_to_those_who_read_names(world, visit):
    def words(who):
        return visit(who, "organisation-detail", world.east_organisation.pk).content.decode()

    assert "东联系人" in words("east_worker")
    for who in ("auditor", "mentor", "street_desk", "district_office"):
        assert "东联系人" not in words(who)
        assert "东***" in words(who)


# ------------------------------------------------------------------ the public directory
def test_anybody_reads_the_public_directory_and_nothing_personal_is_in_it(world, client):
    add_service_point(
        world.east_grid,
        actor=None,
        name="丁香中心",
        kind="centre",
        address="二号",
        opening_hours="1-5 09:00-17:00",
        services="社保\n打印",
    )
    url = reverse("grids:servicepoint-public")
    html = client.get(url).content.decode()
    for shown in ("丁香中心", "周一至周五 09:00–17:00", "社保、打印", "东明区 / 望江街道 / 丁香社区", "外区服务站"):
        assert shown in html, shown
    assert "联系人" not in html
    narrowed = client.get(url, {"grid": world.community.code}).content.decode()
    assert "外区服务站" not in narrowed
    assert "丁香中心" in client.get(url, {"q": "打印 二号"}).content.decode()
    for query in ({"q": "x" * 5000}, {"grid": "abc"}, {"page": "9999"}, {"page": "x"}):
        assert client.get(url, query).status_code == 200
