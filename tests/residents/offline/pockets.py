"""A phone in a pocket for the browser tests of offline work: made ready, counted, put out of reach of the network."""

import time
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

SAVED = "已保存在手机"
READY = "html[data-field=ready]"
COUNTER = """
for (const name of ["pointerdown", "keydown"])
  addEventListener(name, (event) => { if (event.isTrusted) window.counted(name); }, { capture: true });
"""
# The worker is in charge, and what it falls back on is there.
IN_HAND = """async () => {
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) return false;
  const state = await caches.open("lianhu-state");
  return Boolean(await state.match("/field/ready"));
}"""


def take_along(page: Page, path: str = "/") -> Page:
    """Open the portal with network until the phone holds all it needs without."""
    page.goto(path)
    page.wait_for_selector(READY)
    until(page, IN_HAND)
    return page


def until(page: Page, script: str, *, seconds: float = 20) -> None:
    """Wait until the script answers yes. (The page's own rules allow no `eval`, so `wait_for_function` cannot.)"""
    end = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < end, f"never came true: {script}"
        time.sleep(0.05)


def out_of_reach(page: Page) -> None:
    page.context.set_offline(True)


def back_in_reach(page: Page) -> None:
    page.context.set_offline(False)


def doors(page: Page) -> Locator:
    return page.locator(".door-button")


def open_door(page: Page, household: Any) -> None:
    page.locator(f'.door-button[href^="/households/{household.pk}/visit/"]').first.tap()


def expect_saved(page: Page) -> None:
    expect(page.locator(".field-toast")).to_contain_text(SAVED)


def unsent(page: Page) -> int:
    return page.evaluate("(async () => (await lianhuField.items.counts(await lianhuField.pack.current())).unsent)()")


def states(page: Page) -> list[str]:
    """The states of all records on the phone, in their order."""
    return page.evaluate(
        "(async () => (await lianhuField.items.list(await lianhuField.pack.current())).map((one) => one.state))()"
    )


def wait_until(true: Any, *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.1)


def until_sent(page: Page, *, seconds: float = 25) -> None:
    """Send at once what is on the phone, until nothing is left."""
    end = time.monotonic() + seconds
    while page.evaluate("lianhuField.courier.send({ force: true, all: true })"):
        assert time.monotonic() < end, f"still on the phone: {states(page)}"
        time.sleep(0.2)


class Counted:
    """Counts what a person does on the pages of a context, as the browser itself saw it: taps and keys."""

    def __init__(self, context: BrowserContext) -> None:
        self.taps = self.keys = 0
        context.expose_function("counted", self.note)
        context.add_init_script(COUNTER)

    def note(self, name: str) -> None:
        if name == "keydown":
            self.keys += 1
        else:
            self.taps += 1
