"""It works on a boat (P55): 20 kB/s, 2 s, 30 % of the requests broken off, a captive portal in between.

Visits with a photo each: 6 in every run, all 100 with ``make test-long``; waits are divided by ``SCALE`` so that
the proof ends.
"""

import base64
import io
import time

import pytest
from PIL import Image
from playwright.sync_api import expect

from residents.offline.models import SyncItem
from residents.visits.models import Encounter
from tests.badnet import BadNetwork
from tests.long import part_of
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import expect_saved, open_door, take_along, wait_until
from tests.world import World

pytestmark = [pytest.mark.once, pytest.mark.long]
VISITS = part_of(100, usual=6)
SCALE = 40
HELD = "(async () => (await lianhuField.items.rows(await lianhuField.pack.current())).map((row) => row.state))()"
# Many visits as the form saves them, with photos that went through the same shrinking.
SAVE = """async ([households, photos]) => {
  const account = await lianhuField.pack.current();
  for (const [at, household] of households.entries()) {
    const bytes = Uint8Array.from(atob(photos[at]), (c) => c.charCodeAt(0));
    const file = new File([bytes], "photo.jpg", { type: "image/jpeg" });
    const payload = { household, outcome: "met", channel: "face", kind: "care", note: `第${at + 1}次`, needs: [],
                      invited: true, occurred_at: new Date().toISOString() };
    await lianhuField.items.add(account, { kind: "visit.log", payload, words: { door: "" },
                                           pictures: [await lianhuField.pictures.shrink(file)] });
  }
}"""


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


def photo(number: int) -> str:
    picture = io.BytesIO()
    Image.effect_noise((900, 700), 40 + number % 20).convert("RGB").save(picture, "JPEG", quality=70)
    return base64.b64encode(picture.getvalue()).decode()


def test_every_visit_with_its_photo_arrives(town: World, pocket, live_server):
    homes = [town.households[home].pk for home in ("east", "east_other", "member")]
    with BadNetwork(live_server.url, seed=55, scale=SCALE) as network:
        page = take_along(pocket(town.east_worker, address=network.url))
        page.evaluate(SAVE, [[homes[at % 3] for at in range(VISITS)], [photo(at) for at in range(VISITS)]])
        sizes = page.evaluate(
            """async () => (await lianhuField.vault.run("pictures", "readonly",
                 ({ pictures }) => lianhuField.vault.settled(pictures.getAll()))).map((row) => row.size)"""
        )
        assert len(sizes) == VISITS
        assert max(sizes) <= 400 * 1024
        network.rate, network.delay, network.resets = 20_000 * SCALE, 2 / SCALE, 0.3
        network.captive, portal = True, network.caught
        page.evaluate("lianhuField.courier.send({ force: true, all: true })")
        assert network.caught > portal
        assert set(page.evaluate(HELD)) == {"phone"}, "a captive portal is no office"
        assert SyncItem.objects.count() == 0
        network.captive = False
        network.carried, started = 0, time.monotonic()
        end = time.monotonic() + part_of(1500, usual=60)
        while set(page.evaluate(HELD)) != {"office"}:
            assert time.monotonic() < end, page.evaluate(HELD)
            page.evaluate("lianhuField.courier.send({ force: true, all: true })")
        took = (time.monotonic() - started) * SCALE / 60
        share = network.carried / sum(sizes)
        assert SyncItem.objects.count() == Encounter.objects.count() == VISITS
        print(
            f"{VISITS} of {VISITS} visits with photo ({sum(sizes) // 1024} kB) in {took:.0f} min of network time, "
            f"{share:.2f} x the bytes, {network.broken} of {network.requests} requests broken off"
        )
        assert share < 1.5


def test_a_captive_portal_is_never_taken_for_the_office(town: World, pocket, live_server):
    with BadNetwork(live_server.url) as network:
        page = take_along(pocket(town.east_worker, address=network.url))
        network.captive = True
        page.goto("/")
        # The portal's page is not shown in place of ours, and the phone goes on from what it holds.
        expect(page.locator("main")).to_contain_text("1单元101")
        open_door(page, town.east_household)
        page.locator("button[name=all_well]").tap()
        expect_saved(page)
        page.evaluate("lianhuField.courier.send({ force: true, all: true })")
        assert network.caught >= 2
        assert page.evaluate(HELD) == ["phone"]
        assert Encounter.objects.count() == 0
        network.captive = False
        wait_until(lambda: page.evaluate("lianhuField.courier.send({ force: true, all: true })") == 0)
        assert Encounter.objects.count() == 1


def test_a_slow_network_shows_what_the_phone_holds_after_three_seconds(town: World, pocket, live_server):
    with BadNetwork(live_server.url) as network:
        page = take_along(pocket(town.east_worker, address=network.url))
        network.delay = 12
        started = time.monotonic()
        page.goto("/")
        expect(page.locator("main")).to_contain_text("1单元101")
        assert 2.5 < time.monotonic() - started < 8
        expect(page.locator(".office-line")).to_contain_text("网络较慢")
        network.delay = 0
