"""What the documents promise is there: links, variables, commands."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.environment import SETTINGS_VARIABLES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    own = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in own if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_named_exist(page):
    named = set(re.findall(r"manage\.py ([a-z_]+)", page.read_text(encoding="utf-8")))
    assert named <= set(get_commands())


def test_every_variable_of_the_settings_is_explained():
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    ours = {name for name in SETTINGS_VARIABLES if name not in {"DJANGO_SETTINGS_MODULE", "LIANHU_TEST_DIR"}}
    assert {name for name in ours if f"`{name}`" not in page} == set()


def test_the_screenshot_is_small():
    picture = ROOT / "docs" / "images" / "home.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 300_000
