"""The liaison's doors: one tap a door, names and doors only, nothing of the next staircase."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.common.clock import today
from residents.liaison.models import DoorTick
from residents.liaison.services import publish_notice
from residents.roster.models import Person
from tests.browser import send_now
from tests.governance.indicators.quarter import households

BOARD = "residents:door-board"


@pytest.fixture
def as_liaison(client, world):
    client.force_login(world.liaison)
    return client


def test_names_and_doors_and_nothing_else(as_liaison, world):
    page = as_liaison.get(reverse(BOARD)).content.decode()
    assert "赵一" in page
    assert "101" in page
    assert "周六上午停水" in page
    assert "李四" not in page
    person = Person.objects.get(pk=world.east_person.pk)
    for secret in (person.phone, person.phone[-4:], person.id_number, "1949", "77 岁", "一切正常", "优抚", "1 人"):
        assert secret not in page, secret


def test_a_foreign_micro_grid_is_missing(as_liaison, world):
    for grid in (world.west_micro, world.east_grid, world.foreign_micro):
        assert as_liaison.get(reverse(BOARD), {"grid": grid.code}).status_code == 404
    for home, notice in [
        (world.west_household, world.east_doornotice),
        (world.east_household, world.foreign_doornotice),
        (world.foreign_household, world.foreign_doornotice),
    ]:
        for act in ("tick", "untick"):
            assert as_liaison.post(reverse(f"residents:door-{act}", args=[home.pk, notice.pk])).status_code == 404
    assert as_liaison.get(reverse("residents:door-help", args=[world.west_household.pk])).status_code == 404
    assert not DoorTick.objects.exists()


def test_the_home_of_a_liaison_are_his_doors(as_liaison, world):
    page = as_liaison.get("/").content.decode()
    assert reverse("residents:door-tick", args=[world.east_household.pk, world.east_doornotice.pk]) in page
    assert "钱二" in page


def test_the_publisher_sees_reach_and_the_doors_still_open(client, world):
    DoorTick.objects.create(notice=world.east_doornotice, household=world.east_household, by=world.liaison)
    client.force_login(world.secretary)
    page = client.get(reverse("residents:doornotice-detail", args=[world.east_doornotice.pk])).content.decode()
    assert "已通知 1 户，共 3 户" in page
    assert "钱二" in page
    assert "赵一" not in page
    assert client.get(reverse("residents:doornotice-list")).status_code == 200
    answer = client.post(
        reverse("residents:doornotice-create"),
        {"grid": world.east_grid.pk, "title": "体检", "text": "周三上午体检", "until_on": "2099-01-01"},
    )
    assert "截止日期" in answer.content.decode()


def test_the_reach_of_a_community_opens_by_grid_and_by_micro_grid(client, world):
    notice = publish_notice(
        world.community, actor=world.secretary, title="停电", text="周日停电", until_on=today() + timedelta(days=3)
    )
    client.force_login(world.secretary)
    url = notice.get_absolute_url()

    def rows(query=""):
        return [(grid.code[12:], left) for grid, _all, _done, left in client.get(url + query).context["rows"]]

    assert rows() == [("001", 3), ("002", 1)]
    assert rows(f"?grid={world.east_grid.code}") == [("00101", 3)]
    page = client.get(f"{url}?grid={world.west_micro.code}").content.decode()
    assert "李四" in page
    assert "钱二" not in page
    assert rows("?grid=nonsense") == rows()


def test_no_more_queries_for_more_doors(client, world):
    def cost(path):
        client.force_login(world.fresh("liaison"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    before = cost(reverse(BOARD))
    households(world, world.east_micro, 30)
    assert cost(reverse(BOARD)) <= before
    assert cost(reverse(BOARD)) <= 15


def test_a_door_is_one_tap_from_home_and_two_make_a_slip_undone(phone, world):
    page = phone(world.liaison, width=360, height=740)
    page.goto("/")
    page.wait_for_selector("html[data-field=ready]")
    door = page.locator(f"#door-{world.east_household.pk}")
    door.locator("button.door-tick").tap()
    page.locator(".is-reached").wait_for()
    send_now(page)
    assert DoorTick.objects.filter(household=world.east_household, by=world.liaison).count() == 1
    assert door.locator("button.door-tick").get_attribute("aria-pressed") == "true"
    box = door.locator("button.door-tick").bounding_box()
    assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    door.locator("button.door-tick").focus()
    page.keyboard.press("Enter")
    page.locator(".is-reached").wait_for(state="detached")
    send_now(page)
    assert not DoorTick.objects.exists()
