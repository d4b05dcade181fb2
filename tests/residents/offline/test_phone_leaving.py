"""Who leaves, who comes back, and who takes over the phone: nothing is lost, nobody reads another's (P54, P57, P58)."""

import json

import pytest
from playwright.sync_api import expect

from residents.visits.models import Encounter
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import (
    back_in_reach,
    doors,
    expect_saved,
    open_door,
    out_of_reach,
    states,
    take_along,
    unsent,
    until_sent,
    wait_until,
)
from tests.world import World

EVERYTHING = """async () => {
  const found = (await indexedDB.databases()).map((one) => one.name);
  const workers = await navigator.serviceWorker.getRegistrations();
  return { databases: found, caches: await caches.keys(), workers: workers.length, storage: localStorage.length };
}"""
# Every value in every table as text: what somebody reads who opens the phone's storage with tools.
READABLE = """async () => {
  const text = [];
  const walk = (value) => {
    if (value instanceof ArrayBuffer) text.push(new TextDecoder().decode(value));
    else if (ArrayBuffer.isView(value)) text.push(new TextDecoder().decode(value));
    else if (value && typeof value === "object") {
      for (const [key, one] of Object.entries(value)) { text.push(key); walk(one); }
    }
    else text.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const asked = indexedDB.open(name);
    const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
    for (const table of db.objectStoreNames) {
      const all = db.transaction(table).objectStore(table).getAll();
      walk(await new Promise((done) => { all.onsuccess = () => done(all.result); }));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) text.push(request.url, await (await cache.match(request)).text());
  }
  return text.join("\\n") + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
}"""
FULL = "void (IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); })"
PERSONAL = ["赵一", "钱二", "1单元101", "1单元102", "要一部轮椅"]


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


def save_visit(page, household, note: str = "") -> None:
    open_door(page, household)
    if note:
        page.locator("textarea[name=note]").fill(note)
        page.get_by_role("button", name="保存走访").tap()
    else:
        page.locator("button[name=all_well]").tap()
    expect_saved(page)


def log_out(page) -> None:
    page.locator("details.menu > summary").tap()
    page.get_by_role("button", name="退出").tap()


def test_nothing_about_anybody_lies_readable_on_the_phone(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto("/")
    expect(doors(page).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("1单元101")
    save_visit(page, town.east_household, "要一部轮椅")
    text = page.evaluate(READABLE)
    assert len(text) > 1000
    assert [word for word in PERSONAL if word in text] == []
    exported = page.evaluate(
        """async () => {
          const key = await lianhuField.vault.meta.get(`key:${await lianhuField.pack.current()}`);
          return crypto.subtle.exportKey("raw", key).then(() => "exported", () => "kept");
        }"""
    )
    assert exported == "kept"


def test_logging_out_sends_first_and_wipes_then(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    save_visit(page, town.east_household)
    assert unsent(page) == 1
    log_out(page)
    page.wait_for_url("**/login/**")
    assert Encounter.objects.count() == 1
    assert page.evaluate(EVERYTHING) == {"databases": [], "caches": [], "workers": 0, "storage": 0}


def test_logging_out_without_the_office_asks_first(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    save_visit(page, town.east_household)
    page.context.route("**/field/sync/", lambda route: route.abort())
    log_out(page)
    dialog = page.locator("dialog[data-field=leave]")
    expect(dialog).to_contain_text("还有 1 条没有上传")
    dialog.get_by_role("button", name="先不退出").tap()
    expect(dialog).to_be_hidden()
    assert unsent(page) == 1
    page.keyboard.press("Escape")
    log_out(page)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="存密封文件并退出").tap()
    page.wait_for_url("**/login/**")
    sealed = json.loads(download.value.path().read_text())
    assert (sealed["lianhu"], sealed["version"]) == ("sealed", 1)
    assert page.evaluate(EVERYTHING)["databases"] == []


def test_logging_out_asks_before_drafts_and_refused_records_go(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    open_door(page, town.east_household)
    page.locator("textarea[name=note]").fill("要一部轮椅")
    wait_until(lambda: states(page) == ["draft"])
    save_refused = """async (household) => {
      const account = await lianhuField.pack.current();
      const payload = { household, outcome: "nonsense", channel: "face", kind: "routine", note: "门铃坏了", needs: [] };
      await lianhuField.items.add(account, { kind: "visit.log", payload, words: {} });
    }"""
    page.evaluate(save_refused, town.east_other_household.pk)
    log_out(page)
    dialog = page.locator("dialog[data-field=leave-typed]")
    expect(dialog).to_contain_text("还有 2 条草稿")
    dialog.get_by_role("button", name="先不退出").tap()
    assert sorted(states(page)) == ["draft", "needs"]
    log_out(page)
    dialog.get_by_role("button", name="到上传箱看看").tap()
    page.wait_for_url("**/field/outbox/")
    expect(page.locator(".field-record")).to_have_count(2)
    log_out(page)
    dialog.get_by_role("button", name="删除并退出").tap()
    page.wait_for_url("**/login/**")
    assert page.evaluate(EVERYTHING)["databases"] == []
    assert not Encounter.objects.exists()


def test_a_session_that_ended_loses_nothing(town: World, pocket, live_server):
    from tests.browser import session_cookie

    page = take_along(pocket(town.east_worker, refusals=(401,)))
    out_of_reach(page)
    page.goto("/")
    save_visit(page, town.east_household)
    page.context.clear_cookies(name="sessionid")
    back_in_reach(page)
    page.evaluate("lianhuField.courier.send({ force: true, all: true })")
    expect(page.locator(".office-line")).to_contain_text("请重新登录")
    assert states(page) in (["phone"], ["sending"])
    page.context.add_cookies([session_cookie(town.east_worker, live_server.url)])
    page.goto("/")
    until_sent(page)
    assert Encounter.objects.count() == 1


def test_the_next_one_on_this_phone_sees_and_sends_nothing_of_the_former(town: World, pocket, live_server):
    from tests.browser import session_cookie

    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto("/")
    save_visit(page, town.east_household, "要一部轮椅")
    page.context.add_cookies([session_cookie(town.west_worker, live_server.url)])
    back_in_reach(page)
    page.goto("/login/")  # without his pages: nothing was sent for him
    page = take_along(page)
    until_sent(page)
    assert Encounter.objects.count() == 0
    assert states(page) == []
    page.goto("/field/outbox/")
    page.wait_for_selector("html[data-field=ready]")
    assert "要一部轮椅" not in page.content()
    expect(page.locator(".office-line")).to_contain_text("另一个账号的 1 条")
    out_of_reach(page)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("8幢1单元301")
    assert "1单元101" not in page.locator("main").inner_text()
    back_in_reach(page)
    page.context.add_cookies([session_cookie(town.east_worker, live_server.url)])
    page.goto("/")
    page.wait_for_selector("html[data-field=ready]")
    until_sent(page)
    assert Encounter.objects.get().visitor == town.east_worker


def test_full_storage_is_said_and_nothing_is_shown_as_saved(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto(f"/households/{town.east_household.pk}/visit/")
    expect(page.locator("button[name=all_well]")).to_be_visible()
    page.evaluate(FULL)
    page.locator("textarea[name=note]").fill("要一部轮椅" * 300)
    page.get_by_role("button", name="保存走访").tap()
    expect(page.locator("[data-field-problem]")).to_contain_text("手机存储已满")
    expect(page.locator(".field-toast")).to_be_hidden()
    expect(page.locator("textarea[name=note]")).to_have_value("要一部轮椅" * 300)
    assert states(page) in ([], ["draft"])


def test_the_list_is_gone_after_a_day(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto("/")
    save_visit(page, town.east_household)
    page.evaluate(
        """async () => {
          const account = await lianhuField.pack.current();
          await lianhuField.vault.run("packs", "readwrite", async ({ packs }) => {
            const row = await lianhuField.vault.settled(packs.get(account));
            packs.put({ ...row, expires_at: new Date(Date.now() - 1).toISOString() }, account);
          });
          const { id } = (await lianhuField.items.rows(account))[0];
          await lianhuField.items.change(id, { made_at: Date.now() - 25 * 3600 * 1000 });
        }"""
    )
    page.goto("/")
    expect(page.locator("main")).to_contain_text("超过一天")
    assert "赵一" not in page.locator("main").inner_text()
    # What was written is not tied to the list: it stays, and asks to be sent.
    expect(page.locator(".office-line")).to_contain_text("1 条在手机里超过一天了")
    back_in_reach(page)
    until_sent(page)
    wait_until(lambda: Encounter.objects.count() == 1)
