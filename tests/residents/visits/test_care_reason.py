"""Why a household has its care level is for those with a care duty there, and nowhere else (P35; class C4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection

from grids.access.models import User
from grids.common.clock import today
from grids.trail.models import AuditEntry
from residents.visits import services
from residents.visits.models import CareLevelPlan
from tests.residents.visits.test_pages import address, browser
from tests.world import World

REASON = "卧床需人翻身四四二九"
WITHOUT_CARE = "mentor liaison street_desk auditor district_office joint_member west_worker foreign_secretary stranger"


def words_of(answer: Any) -> str:
    """What came, page or file."""
    return (answer.getvalue() if answer.streaming else answer.content).decode("utf-8", errors="ignore")


@pytest.fixture
def plan(world: World) -> CareLevelPlan:
    CareLevelPlan.objects.all().delete()
    return services.set_care_level(
        world.east_household,
        actor=world.secretary,
        level="A",
        reason=REASON,
        review_on=today() + timedelta(days=60),
    )


def test_those_with_a_care_duty_read_it_on_the_page_and_in_the_form(world: World, plan: CareLevelPlan) -> None:
    for account in ("secretary", "desk_worker", "leader", "east_worker"):
        client = browser(world, account)
        for name in ("household-detail", "careplan-set"):
            assert REASON in client.get(address(name, world.east_household.pk)).content.decode(), (account, name)


@pytest.mark.parametrize("account", WITHOUT_CARE.split())
def test_nobody_else_reads_it_anywhere(world: World, plan: CareLevelPlan, account: str) -> None:
    """The page, the lists, what they answer to a search for it, and their files; the forms are not there."""
    client, home = browser(world, account), world.east_household.pk
    assert REASON not in client.get(address("household-detail", home)).content.decode()
    assert client.get(address("careplan-set", home)).status_code == 404
    assert client.get(address("careplan-end", plan.pk)).status_code == 404
    for name in ("household-list", "person-list", "encounter-list", "encounter-due", "visittask-list"):
        for query in ({}, {"q": REASON[:4]}, {"export": "csv"}, {"level": "A", "due": "all"}):
            answer = client.get(address(name), query)
            assert REASON not in words_of(answer), (name, query)


def test_it_is_found_by_no_search_and_stands_in_no_file(world: World, plan: CareLevelPlan) -> None:
    """Even for those who may read it on the page: lists and files show the level at most."""
    client = browser(world, "secretary")
    for name in ("household-list", "person-list", "encounter-list"):
        assert REASON not in words_of(client.get(address(name), {"export": "csv"}))
        found = client.get(address(name), {"q": REASON})
        assert found.context["table"].rows.data.data.count() == 0, name


def test_no_administration_page_shows_plans(world: World, plan: CareLevelPlan) -> None:
    assert CareLevelPlan not in admin.site._registry
    root = User.objects.create_superuser("root", "Lianhu-test-2026")
    world.users["root"] = root
    client = browser(world, "root")
    for model in admin.site._registry:
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert REASON not in client.get(url, {"q": REASON[:3]}).content.decode().replace(f'value="{REASON[:3]}"', "")


def test_neither_the_trail_nor_the_table_holds_it_in_clear(world: World, plan: CareLevelPlan) -> None:
    services.end_care_level(plan, actor=world.secretary, version=plan.version)
    assert {"careplan.set", "careplan.end"} <= set(AuditEntry.objects.values_list("act", flat=True))
    assert REASON not in str(list(AuditEntry.objects.values()))
    table = apps.get_model("residents.CareLevelPlan")._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        assert REASON not in str(cursor.fetchall())
