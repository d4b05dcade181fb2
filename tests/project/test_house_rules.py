"""The checks of the house see what they are there to see, and every room has its place."""

import tomllib
from pathlib import Path

from tests import house_rules

ROOT = Path(__file__).resolve().parent.parent.parent


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_what_the_rules_refuse_is_named_beside_what_they_allow(tmp_path):
    write(tmp_path, "grids/tree/long.py", "x = 1\n" * 401)
    write(tmp_path, "grids/tree/just_right.py", "x = 1\n" * 400)
    write(tmp_path, "grids/migrations/0001_initial.py", "x = 1\n" * 500)
    write(tmp_path, "residents/roster/utils.py", "")
    write(tmp_path, "templates/page.html", '<p class="x">好</p>\n<p style="color: red">手机号无效</p>\n')
    write(tmp_path, "templates/script.html", '<script src="/static/a.js"></script><script>alert(1)</script>')
    write(tmp_path, "templates/data.html", '<script type="application/json" id="d">{}</script><b>one=two</b>')
    write(tmp_path, "templates/far.html", '<img src="https://cdn.example/x.png"><a onclick="go()">x</a>')
    write(tmp_path, "residents/visits/day.py", "day = now()" + ".date()\nlocal = timezone.localdate(now())\n")
    write(tmp_path, "locale/parts/common.po", 'msgid "Kin"\nmsgstr "亲属"\n')
    assert house_rules.findings(tmp_path) == [
        "grids/tree/long.py: 401 lines; more than 400 are two subjects",
        "residents/roster/utils.py: a file is named after its subject",
        "templates/page.html:2: the word 无效: say what happened and what to do",
        "templates/far.html:1: inline event handler (the CSP forbids it)",
        "templates/far.html:1: address of another host in a page",
        "templates/page.html:2: style attribute (the CSP forbids it)",
        "templates/script.html:1: inline script (the CSP forbids it)",
        "residents/visits/day.py:1: a day in UTC: ask today()",
    ]


def test_every_room_has_its_shape_checked():
    """The storeys' contracts are exhaustive; this one lists rooms by name, so a forgotten room is found here."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [inside] = [contract for contract in contracts if contract["name"].startswith("Inside a room")]
    gathering = {"migrations", "management", "templatetags"}
    rooms = {
        f"{storey}.{path.parent.name}"
        for storey in ("grids", "residents", "governance")
        for path in (ROOT / storey).glob("*/__init__.py")
        if path.parent.name not in gathering
    }
    assert set(inside["containers"]) == rooms
    assert all(contract["exhaustive"] for contract in contracts if contract["name"].startswith("Rooms of"))
