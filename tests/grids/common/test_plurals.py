"""English says "1 household", "2 households"; Chinese has one form."""

from collections.abc import Iterator

import pytest
from django.urls import get_resolver
from django.utils.translation import override

from governance.indicators.subjects import LISTINGS
from governance.workbench.cards import Card
from governance.workbench.units import HOUSEHOLDS
from grids.common.lists import ListPage
from residents.volunteers.rules import hours_in_words


def pages(kind: type[ListPage]) -> Iterator[type[ListPage]]:
    yield kind
    for more in kind.__subclasses__():
        yield from pages(more)


def test_the_unit_of_every_list_has_a_form_for_one() -> None:
    assert get_resolver().url_patterns, "every page is known"
    units = [page.unit for page in pages(ListPage)] + [listing.unit for listing in LISTINGS.values()]
    for unit in units:
        with override("en"):
            one, many = unit % 1, unit % 2
        with override("zh-hans"):
            assert one != many != unit % 2, f"{many} without a form for one, or without Chinese"
            assert unit % 1 == unit % 2


def test_the_unit_of_a_tile_follows_its_figure() -> None:
    with override("en"):
        words = [Card("x", "", "", number, HOUSEHOLDS, []).unit_words for number in (0, 1, 2)]
    assert words == ["households", "household", "households"]


@pytest.mark.parametrize(
    ("halves", "english", "chinese"),
    [(1, "0.5 hours", "0.5 小时"), (2, "1 hour", "1 小时"), (3, "1.5 hours", "1.5 小时"), (4, "2 hours", "2 小时")],
)
def test_hours_are_said_in_words(halves: int, english: str, chinese: str) -> None:
    with override("en"):
        assert hours_in_words(halves) == english
    with override("zh-hans"):
        assert hours_in_words(halves) == chinese
