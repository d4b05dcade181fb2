"""Opening a page changes nothing (promise P08) but the session, the lock-outs, the cache and the trail."""

import pytest

from tests.filled import account_for, sendable, staged, url_of
from tests.visitor import Visitor, watched, writes
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("address", sendable())
def test_opening_a_page_writes_nothing(furnished: World, address: str) -> None:
    with staged(furnished, address):
        visitor = Visitor(furnished, account_for(address))
        url = url_of(address, furnished)
        for query in ("", "export=csv"):
            with watched() as statements:
                response = visitor.ask(f"{url}{'&' if '?' in url else '?'}{query}")
            assert response.status_code in {200, 302, 403}
            assert not writes(statements)


def test_the_watch_sees_a_write(furnished: World) -> None:
    with staged(furnished, "residents:person-confirm"), watched() as statements:
        Visitor(furnished, "secretary").ask(url_of("residents:person-confirm", furnished), "post")
    assert any("residents_person" in sql for sql in writes(statements))
