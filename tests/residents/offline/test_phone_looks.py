"""What the phone draws without network, looked at like every other page (tests/walks/test_looks.py): light, dark,
sunlight and care mode at 360 px; nothing is cut, nothing too small for a thumb, and axe finds nothing.
"""

import pytest

from residents.visits.services import raise_task
from tests.looking import dress_of, faults_by_axe, faults_of_shape, load_axe, wear
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import out_of_reach, take_along
from tests.walks.test_looks import MODES
from tests.world import World

pytestmark = pytest.mark.once
SHELL = "/field/offline/"
# One record that waits, and one about which the office asks.
RECORDS = """async ([household, door]) => {
  const { items, pack } = lianhuField;
  const account = await pack.current();
  const words = { door };
  const visit = { household, outcome: "problem", channel: "face", kind: "routine", note: "楼道灯不亮", needs: [] };
  await items.add(account, { kind: "visit.log", payload: visit, words });
  const note = { household, base: 1, note: "请敲门，有狗" };
  const { id } = await items.add(account, { kind: "door.note", payload: note, words });
  const [mine, theirs] = [{ note: note.note }, { note: "门铃坏了" }];
  const contents = { message: "这户的门口提示已被别人改过。", mine, theirs, choices: ["mine", "theirs", "both"] };
  await items.change(id, { state: "needs", verdict: "conflict" }, { contents });
}"""


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


@pytest.mark.parametrize("account", ["east_worker", "liaison"])
def test_every_page_from_the_phone(town: World, pocket, live_server, account: str):
    home = town.east_household.pk
    raise_task(town.east_household, "dispute", actor=town.secretary, source="staff")
    addresses = {
        "east_worker": [
            "/",
            f"/households/{home}/visit/",
            f"/households/{home}/must-arrive/",
            "/field/outbox/",
            "/field/conflicts/",
        ],
        "liaison": ["/doors/", f"/doors/{home}/help/", f"/households/{home}/must-arrive/", "/field/outbox/"],
    }
    page = take_along(pocket(town.users[account]))
    dresses = {}
    for mode, (cookies, _rules) in MODES.items():
        page.context.add_cookies(
            [{"name": name, "value": one, "url": live_server.url} for name, one in cookies.items()]
        )
        page.goto(SHELL)
        dresses[mode] = dress_of(page)
    out_of_reach(page)
    if account == "east_worker":
        page.goto("/")
        page.wait_for_selector("html[data-drawn]")
        page.evaluate(RECORDS, [home, "1幢1单元101"])
    faults = []
    for address in addresses[account]:
        page.goto(address)
        page.wait_for_selector(f"html[data-drawn='{address}']")
        load_axe(page)
        for mode, (_cookies, rules) in MODES.items():
            wear(page, dresses[mode])
            found = faults_of_shape(page, care=mode == "care") + faults_by_axe(page, rules=rules)
            faults += [f"{address} {mode}: {fault}" for fault in dict.fromkeys(found)]
    assert not faults, "\n" + "\n".join(faults)
