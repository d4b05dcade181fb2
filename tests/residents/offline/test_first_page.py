"""Issue 4, acceptance 6: the first page weighs at most 100 kB over the wire, and field work needs no script."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test.testcases import LiveServerThread
from django.urls import reverse
from playwright.sync_api import Page, expect

from grids.common.styles import JOINED
from residents.visits.models import Encounter, HouseholdNeed, VisitTask
from tests.browser import PHONE
from tests.residents.contacts.neighbourhood import more_households
from tests.residents.offline.conftest import unsent_world
from tests.world import build_world

pytestmark = pytest.mark.once
LIMIT = 100_000


@pytest.fixture
def as_served(settings: Any, tmp_path: Any, transactional_db: None) -> Iterator[str]:
    """The address of a portal with its static files collected, joined, named and compressed as `make run` does."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "grids.common.styles.JoinedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    # Without Django's own handler of static files: whitenoise answers for them, as under gunicorn.
    server = LiveServerThread("localhost", lambda application: application)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()


def test_the_first_page_is_light(as_served: str, visit_as):
    world = unsent_world()
    # A grid as large as those of the demo.
    more_households(world, 380)
    page = visit_as(world.east_worker, address=as_served, **PHONE)
    weights: dict[str, int] = {}
    addresses: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.on(
        "Network.responseReceived", lambda event: addresses.update({event["requestId"]: event["response"]["url"]})
    )
    session.on(
        "Network.loadingFinished", lambda event: weights.update({event["requestId"]: event["encodedDataLength"]})
    )
    session.send("Network.enable")
    with page.expect_response("**/field/pack/") as pack:
        page.goto("/")
    pack.value.finished()
    page.wait_for_load_state("networkidle")
    names = sorted((weight, addresses.get(key, "")) for key, weight in weights.items())
    assert any(f"/static/{JOINED.removesuffix('.css')}." in address for _weight, address in names)
    assert any("/field/pack/" in address for _weight, address in names), "what is taken along counts"
    total = sum(weights.values())
    assert 10_000 < total <= LIMIT, f"{total} bytes: {names}"
    expect(page.locator(".door-button").first).to_be_visible()


@pytest.fixture
def plain(visit_as):
    """``plain(user)``: a phone whose browser runs no script."""
    return lambda user: visit_as(user, java_script_enabled=False, **PHONE)


def save_visit(page: Page) -> None:
    page.locator("button[name=all_well]").tap()
    expect(page.get_by_role("status").first).to_be_visible()


def test_my_day_and_tasks_without_script(transactional_db: None, plain):
    world = build_world()
    before = Encounter.objects.count()
    page = plain(world.east_worker)
    page.goto(reverse("governance:day"))
    stops = page.locator("main .door-card")
    number = stops.count()
    page.locator("main .filter-chip", has_text="走访").tap()
    page.locator("main .door-button").first.tap()
    save_visit(page)
    assert Encounter.objects.count() == before + 1
    page.goto(reverse("governance:day"))
    expect(stops).to_have_count(number - 1)

    page.goto(reverse("residents:visittask-raise", args=[world.households["east_other"].pk]))
    page.get_by_text("矛盾纠纷").tap()
    page.get_by_role("button", name="发起必到").first.tap()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(reverse("residents:visittask-list"))
    page.get_by_role("link", name="1幢1单元102").tap()
    expect(page.locator("main")).to_contain_text("矛盾纠纷")
    assert VisitTask.objects.filter(household=world.households["east_other"], trigger="dispute").count() == 1


def test_a_members_households_without_script(transactional_db: None, plain):
    world = unsent_world()
    page = plain(world.joint_member)
    page.goto("/")
    page.locator("main").get_by_role("link", name="我的联户").first.tap()
    page.get_by_role("link", name="1幢1单元101").first.tap()
    page.get_by_role("link", name="记走访").first.tap()
    page.get_by_label("备注").fill("家里老人要一部轮椅，已经答应去问。")
    page.get_by_label("住户有什么诉求").fill("要一部轮椅")
    page.get_by_text("有问题").tap()
    page.get_by_role("button", name="保存走访").tap()
    expect(page.get_by_role("status").first).to_be_visible()
    visit = Encounter.objects.get()
    assert (visit.household, visit.outcome, visit.visitor) == (world.east_household, "problem", world.joint_member)
    assert HouseholdNeed.objects.get().text == "要一部轮椅"
