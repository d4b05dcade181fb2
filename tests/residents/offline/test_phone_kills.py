"""Somebody's battery ends while he saves: what was shown as saved arrives, and nothing arrives twice (P54).

A Chromium with a profile of its own is killed with signal 9 at a random moment around the tap: 4 times in
every run, 20 times with ``make test-long``. Which records the page showed as saved is noted outside of the browser.
"""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from residents.offline.models import SyncItem
from residents.visits.models import Encounter
from tests import chromium
from tests.browser import PHONE, session_cookie
from tests.long import part_of
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import READY, SAVED, take_along, until_sent

pytestmark = [pytest.mark.once, pytest.mark.long]
KILLS = part_of(20, usual=4)
WATCH = """
new MutationObserver(() => {
  const toast = document.querySelector(".field-toast:not([hidden])");
  if (toast && toast.dataset.item && toast.textContent.includes("SAVED")) window.shown(toast.dataset.item);
}).observe(document, { subtree: true, childList: true, attributes: true });
""".replace("SAVED", SAVED)


class Pocket:
    """A browser whose profile outlives it."""

    def __init__(self, kind: Any, profile: Path, address: str) -> None:
        self.kind, self.profile, self.address = kind, profile, address
        self.shown: set[str] = set()

    def open(self) -> Any:
        self.context = self.kind.launch_persistent_context(
            self.profile,
            executable_path=chromium.find(),
            args=["--disable-dev-shm-usage", "--disable-gpu"] + (["--no-sandbox"] if os.geteuid() == 0 else []),
            base_url=self.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **PHONE | {"viewport": {"width": 360, "height": 740}},
        )
        self.context.set_default_timeout(30_000)
        self.context.expose_function("shown", lambda item: self.shown.add(item))
        self.context.add_init_script(WATCH)
        return self.context.pages[0]

    def processes(self) -> list[int]:
        """The processes of this very browser: they carry its profile in their command line."""
        listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
        return [
            int(line.split(None, 1)[0]) for line in listing.splitlines() if f"--user-data-dir={self.profile}" in line
        ]

    def kill(self, processes: list[int] | None = None) -> None:
        for pid in processes or self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # It is gone; whatever Playwright says about that.
        with suppress(Error):
            self.context.close()


def test_what_was_shown_as_saved_survives_the_end_of_the_browser(browser, transactional_db, live_server, tmp_path):
    town = unsent_world()
    dice = random.Random(54)
    homes = [town.households[home] for home in ("east", "east_other", "member")]
    pocket = Pocket(browser.browser_type, tmp_path / "profile", live_server.url)
    page = pocket.open()
    cookie = session_cookie(town.east_worker, live_server.url) | {"expires": time.time() + 3600}
    pocket.context.add_cookies([cookie])
    take_along(page)
    for turn in range(KILLS):
        pocket.context.set_offline(True)
        page.goto(f"/households/{homes[turn % 3].pk}/visit/")
        page.wait_for_selector("form[data-field-bound]")
        processes = pocket.processes()
        page.locator("button[name=all_well]").evaluate("(button) => setTimeout(() => button.click(), 20)")
        page.wait_for_timeout(dice.uniform(0, 150))
        pocket.kill(processes)
        page = pocket.open()
    pocket.context.set_offline(False)
    page.goto("/")
    page.wait_for_selector(READY)
    held = page.evaluate(
        "(async () => (await lianhuField.items.list(await lianhuField.pack.current())).map((i) => i.id))()"
    )
    until_sent(page, seconds=40)
    pocket.kill()
    shown = pocket.shown
    arrived = {str(one) for one in SyncItem.objects.values_list("client_id", flat=True)}
    assert shown <= arrived, f"shown as saved and lost: {shown - arrived}"
    assert set(held) == arrived
    assert len(arrived) == SyncItem.objects.count()
    assert Encounter.objects.count() == SyncItem.objects.filter(state="applied").count(), "one visit a record"
    print(f"{KILLS} kills: {len(shown)} shown as saved, {len(arrived)} arrived, 0 lost, 0 twice")
