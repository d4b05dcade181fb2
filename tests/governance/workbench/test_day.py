"""My day: due visits, five-must tasks, rental checks and orders in one list; what is done leaves it."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.affairs.choices import AffairState, Category
from governance.affairs.models import Affair
from governance.affairs.services import transition
from governance.workbench.choices import Kind
from governance.workbench.day import PAGE_SIZE, Day
from grids.access.choices import Role
from grids.access.services import grant_role
from grids.common.clock import now, stopped_at, today
from residents.rentals.models import RentalFile
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto, HouseholdNeed, VisitTask
from residents.visits.services import log_visit
from tests.browser import send_now
from tests.governance.indicators.quarter import affair, households
from tests.strictness import triggers_off

QUERY_LIMIT = 15


@pytest.fixture
def quiet(world):
    with triggers_off(connection):
        VisitTask.objects.all().delete()
        HouseholdNeed.objects.all().delete()
        EncounterPhoto.objects.all().delete()
        Encounter.objects.all().delete()
    RentalFile.objects.update(next_check_on=today() + timedelta(days=300))
    return world


def owe(household, **values):
    options = {
        "trigger": "hardship",
        "source": "staff",
        "raised_at": now() - timedelta(days=1),
        "due_at": now() + timedelta(hours=20),
        "note": "家里停水",
    }
    return VisitTask.objects.create(household=household, **{**options, **values})


def order(number, world, **values):
    options = {"state": AffairState.ASSIGNED, "category": Category.OFFICIAL, "tier": 2, "lead_grid": world.east_grid}
    return affair(
        number, world.east_grid, **{**options, "rating": None, "due_at": now() + timedelta(hours=9), **values}
    )


def kinds(user):
    return [stop.kind.value for stop in Day(user, now=now()).stops]


def test_one_list_of_everything_in_the_order_of_the_stairs(client, quiet):
    owe(quiet.east_household, due_at=now() + timedelta(hours=2))
    RentalFile.objects.filter(pk=quiet.east_rental.pk).update(next_check_on=today() - timedelta(days=3))
    order(1, quiet, text="楼道灯坏了").save()
    stops = Day(quiet.east_worker, now=now()).stops
    # The order has no household; then 101 (owed), 102 (to visit and to check), 201.
    assert [(stop.kind.value, stop.household) for stop in stops] == [
        ("order", None),
        ("task", quiet.east_household.pk),
        ("check", None),
        ("visit", quiet.households["east_other"].pk),
        ("visit", quiet.households["member"].pk),
    ]
    client.force_login(quiet.east_worker)
    page = client.get(reverse("governance:day")).content.decode()
    assert page.index("必到") < page.index("楼道灯坏了")
    assert "超期 3 天" in page
    assert 'class="chip chip-red"' in page
    assert reverse("residents:encounter-log", args=[quiet.east_household.pk]) in page
    assert reverse("residents:rentalfile-check", args=[quiet.east_rental.pk]) in page
    assert "李四" not in page


def test_what_is_done_leaves_for_good(quiet):
    worker = quiet.east_worker
    single = order(1, quiet)
    single.save()
    task = owe(quiet.east_household)
    assert kinds(worker) == ["order", "task", "visit", "visit"]
    log_visit(quiet.households["east_other"], actor=worker, client_id=uuid.uuid4(), note="家里都好，没有需要")
    assert kinds(worker) == ["order", "task", "visit"]
    transition(single, "take", actor=worker, version=single.version)
    single.refresh_from_db()
    assert kinds(worker)[0] == "order"
    transition(
        single, "submit", actor=worker, version=single.version, outcome="solved", result="已经换了新的灯泡，楼道亮了"
    )
    assert kinds(worker) == ["task", "visit"]
    log_visit(quiet.east_household, actor=worker, client_id=uuid.uuid4(), note="已经恢复供水，一切都好")
    task.refresh_from_db()
    assert task.state == "arrived"
    assert kinds(worker) == ["visit"]


def test_who_is_called_every_day_stands_there_until_somebody_reached_him(client, quiet):
    home, worker = quiet.households["member"], quiet.east_worker
    log_visit(home, actor=worker, client_id=uuid.uuid4(), note="家里都好，没有什么需要的")
    with triggers_off(connection):
        Encounter.objects.update(occurred_at=now() - timedelta(days=2), recorded_at=now())
    CareLevelPlan.objects.create(
        household=home,
        level="A",
        reason="独自在家，要人问候",
        daily_phone=True,
        review_on=today() + timedelta(days=90),
        set_by=quiet.secretary,
    )
    assert kinds(worker).count("call") == 1
    assert "call" not in kinds(quiet.liaison), "that somebody is called tells that he needs it"
    client.force_login(worker)
    [(_place, [item])] = client.get(f"{reverse('governance:day')}?only=call").context["groups"]
    form = client.get(item.url).context["form"]
    assert (form["channel"].value(), form["kind"].value(), form["remote_reason"].value()) == ("phone", "contact", "")
    call = {"actor": worker, "channel": "phone", "kind": "contact"}
    log_visit(home, client_id=uuid.uuid4(), outcome="not_home", **call)
    assert kinds(worker).count("call") == 1, "nobody answered"
    log_visit(home, client_id=uuid.uuid4(), **call)
    assert "call" not in kinds(worker)
    with stopped_at(now() + timedelta(days=1)):
        assert kinds(worker).count("call") == 1


def test_a_visit_in_vain_waits_for_another_day(quiet):
    home = quiet.households["member"]
    log_visit(home, actor=quiet.east_worker, client_id=uuid.uuid4(), outcome="not_home")
    assert home.pk not in [stop.household for stop in Day(quiet.east_worker, now=now()).stops]


def test_the_liaison_is_not_told_why_a_neighbour_is_in_need(client, quiet):
    owe(quiet.east_household, trigger="dispute", note="夫妻争吵")
    assert "task" not in kinds(quiet.liaison)
    client.force_login(quiet.liaison)
    page = client.get(reverse("governance:day")).content.decode()
    assert "夫妻争吵" not in page


def test_the_member_sees_his_own_households_and_their_tasks(quiet):
    owe(quiet.east_household)
    owe(quiet.west_household)
    assert kinds(quiet.joint_member) == ["task"]


def test_chips_in_the_address_narrow_the_list(client, quiet):
    owe(quiet.east_household, due_at=now() + timedelta(hours=3))
    single = order(1, quiet, text="楼道灯坏了", due_at=now() - timedelta(hours=3))
    single.save()
    client.force_login(quiet.east_worker)
    url = reverse("governance:day")
    late = client.get(f"{url}?only=late").content.decode()
    assert "楼道灯坏了" in late
    assert "家里停水" not in late
    owed = client.get(f"{url}?only=task").context
    assert [item.kind for _place, items in owed["groups"] for item in items] == [Kind.TASK]
    assert client.get(f"{url}?only=nonsense&page=abc").context["shown"] == 4
    assert client.get(f"{url}?page=99999999999999999999").status_code == 200


def test_an_empty_day_says_what_comes_next(client, quiet):
    for name in ("east", "east_other", "member"):
        Encounter.objects.create(household=quiet.households[name], visitor=quiet.east_worker)
    client.force_login(quiet.east_worker)
    page = client.get(reverse("governance:day")).content.decode()
    assert "今天的事都办完了" in page
    assert "到期前一周" in page


def test_nobody_without_doors_has_a_day(client, world):
    for name in ("secretary", "auditor", "stranger"):
        client.force_login(world.users[name])
        assert client.get(reverse("governance:day")).status_code == 403


def test_five_hundred_households_and_440_tasks_in_fifteen_queries(client, quiet):
    """performance.md: my day."""
    grant_role(quiet.joint_member, Role.FULL_TIME, quiet.east_grid, actor=None, source="test")
    homes = households(quiet, quiet.east_micro, 500)
    VisitTask.objects.bulk_create(
        VisitTask(
            household=home,
            trigger=("hardship", "dispute")[number % 2],
            source="staff",
            raised_at=now() - timedelta(days=3),
            due_at=now() + timedelta(hours=number % 48 - 12),
        )
        for number, home in enumerate(homes[:440])
    )
    Affair.objects.bulk_create(order(number, quiet) for number in range(30))

    def cost(query=""):
        client.force_login(quiet.fresh("joint_member"))
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse("governance:day") + query)
        assert answer.status_code == 200
        return len(asked), answer

    number, answer = cost()
    assert number <= QUERY_LIMIT, number
    assert answer.context["number"] == 440 + 60 + 30 + 3
    assert sum(len(items) for _place, items in answer.context["groups"]) <= PAGE_SIZE
    # No page of it asks more than another, and every stop is on exactly one of them.
    pages = answer.context["page"].paginator.num_pages
    seen = sum(len(items) for _place, items in answer.context["groups"]) + len(answer.context["pressing"])
    assert max(cost(f"?page={page}")[0] for page in (2, pages)) <= QUERY_LIMIT
    assert seen >= PAGE_SIZE - 5


def test_a_visit_from_my_day_takes_two_taps_and_no_key(phone, quiet):
    page = phone(quiet.east_worker, width=360, height=740)
    page.goto(reverse("governance:day"))
    page.locator(".day-list a.door-button").first.tap()
    page.wait_for_url("**/visit/**")
    page.locator("button.all-well").tap()
    page.wait_for_url("**/my-day/")
    send_now(page)
    assert Encounter.objects.filter(visitor=quiet.east_worker).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_visit_from_my_day_by_the_keyboard_alone(desk, quiet):
    page = desk(quiet.east_worker)
    page.goto(reverse("governance:day"))
    page.locator(".day-list a.door-button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/visit/**")
    page.locator("button.all-well").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/my-day/")
    send_now(page)
    assert Encounter.objects.filter(visitor=quiet.east_worker).count() == 1
