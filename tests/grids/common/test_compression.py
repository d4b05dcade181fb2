"""Pages travel compressed; files to keep travel as they are."""

import gzip

import pytest
from django.test import Client

from grids.common.styles import pieces
from tests.world import World

pytestmark = pytest.mark.django_db


def ask(world: World, path: str):
    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    return client.get(path)


def test_a_page_is_compressed_and_says_so(world: World):
    answer = ask(world, "/contacts/members/")
    assert (answer["Content-Encoding"], "Accept-Encoding" in answer["Vary"]) == ("gzip", True)
    page = gzip.decompress(answer.content).decode()
    assert "孙党员" in page
    assert len(answer.content) * 3 < len(page.encode())
    assert [page.index(name) for name in pieces()] == sorted(page.index(name) for name in pieces())


@pytest.mark.parametrize("path", ["/contacts/members/?export=csv", "/contacts/members/?export=xlsx"])
def test_a_file_is_not(world: World, path: str):
    answer = ask(world, path)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert not answer.has_header("Content-Encoding")
