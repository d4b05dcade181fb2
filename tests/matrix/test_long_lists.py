"""Every list of the portal can be read to its end: in whatever order, its pages can be turned without numbers."""

from collections.abc import Iterator

import pytest
from django.urls import resolve

from grids.common.views import ListPage
from tests.filled import account_for, staged, url_of
from tests.policy import ROWS
from tests.visitor import Visitor
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def lists(world: World) -> Iterator[tuple[str, str]]:
    """``(name, url)`` of every list that somebody may open."""
    for name, row in ROWS.items():
        if row.opens and not row.public and not row.post_only:
            url = url_of(name, world)
            if issubclass(getattr(resolve(url.split("?")[0]).func, "view_class", object), ListPage):
                yield name, url


@pytest.mark.usefixtures("undrawn")
def test_the_pages_of_every_list_can_be_turned_in_every_order(furnished: World) -> None:
    asked = rows = 0
    for name, url in lists(furnished):
        with staged(furnished, name):
            visitor = Visitor(furnished, account_for(name))
            start = f"{url}{'&' if '?' in url else '?'}"
            columns = [head.name for head in visitor.ask(url).context_data["table"].heads if head.sort_next]
            for sort in ("", *columns, *(f"-{column}" for column in columns)):
                order = f"{start}sort={sort}&" if sort else start
                last = visitor.ask(f"{order}before=end").context_data
                assert last["steps"]["first"], (name, sort)
                shown = [record.pk for record in last["page"].object_list.data]
                asked, rows = asked + 1, rows + len(shown)
                if len(shown) > 1:  # one row has nothing before it and nothing after it
                    before = visitor.ask(f"{order}before={shown[-1]}").context_data["page"].object_list.data
                    assert [record.pk for record in before] == shown[:-1], (name, sort)
                    after = visitor.ask(f"{order}after={shown[0]}").context_data["page"].object_list.data
                    assert [record.pk for record in after] == shown[1:], (name, sort)
    assert asked > 300
    assert rows > asked
