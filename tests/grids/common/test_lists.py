"""The one list: scope, count, search, filters, order, pages, columns; constant queries."""

import django_filters
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common.filters import FilterSet, SubtreeFilter, YesNoFilter
from grids.common.pagination import CappedPaginator
from grids.common.tables import NumberColumn, Table, TextColumn
from grids.common.views import ListPage
from grids.tree.choices import Level
from grids.tree.models import Grid

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class GridTable(Table):
    name_zh = TextColumn(verbose_name="Name")
    code = TextColumn(verbose_name="Code")
    depth = NumberColumn(verbose_name="Depth")
    card_columns = ("code",)

    class Meta:
        model = Grid
        fields = ("name_zh", "code", "depth")
        order_by = ("code",)


class GridFilter(FilterSet):
    search_fields = ("name_zh", "code")
    chip_fields = ("level",)
    level = django_filters.ChoiceFilter(choices=Level.choices, label="Level")
    root = YesNoFilter(field_name="parent", lookup_expr="isnull", label="Root")
    valid_from = django_filters.DateFromToRangeFilter(label="Valid from")
    under = SubtreeFilter("code", grids=lambda request: Grid.objects.restrict(request.user, Permission.VIEW_GRIDS))

    class Meta:
        model = Grid
        fields = ()


class GridList(ListPage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    table_class = GridTable
    filterset_class = GridFilter
    title = "Grids"
    unit = npgettext_lazy("number of", "grid", "grids")
    empty_text = "Import the divisions first."


urlpatterns = [path("tested/", GridList.as_view()), path("", include("tests.grids.common.frame"))]


@pytest.fixture
def read(client, world):
    """``read(user, query)`` gives the list page's context."""

    def read(user: str, query: str = ""):
        client.force_login(world.users[user])
        response = client.get(f"/tested/{query}")
        assert response.status_code == 200
        return response.context

    return read


def codes(context) -> list[str]:
    return [row.record.code for row in context["table"].paginated_rows]


def test_everybody_sees_his_own_rows(read, world):
    assert set(codes(read("east_worker"))) == {world.east_grid.code, world.east_micro.code}
    assert world.foreign_grid.code not in codes(read("secretary"))
    assert read("secretary")["count_words"] != read("east_worker")["count_words"]


def test_whoever_has_no_power_is_told_so(client, world):
    client.force_login(world.stranger)
    assert client.get("/tested/").status_code == 403


def test_search_filters_and_order_are_in_the_address(read, world):
    context = read("secretary", "?q=第二&sort=-code")
    assert codes(context) == [world.west_grid.code]
    assert [one["value"] for one in context["applied"]] == ["第二"]
    assert context["applied"][0]["query"] == "sort=-code"
    context = read("secretary", f"?level={Level.MICROGRID}&sort=-code")
    assert codes(context) == [world.west_micro.code, world.east_micro.code]
    assert "Code" in context["table"].sort_words


def test_a_search_keeps_the_chips_and_the_order(read):
    context = read("secretary", f"?level={Level.GRID}&sort=-code&page=2")
    assert set(context["kept"]) == {("level", str(Level.GRID.value)), ("sort", "-code")}


def test_subtree_filter_knows_only_ones_own_grids(read, world):
    assert set(codes(read("secretary", f"?under={world.east_grid.code}"))) == {
        world.east_grid.code,
        world.east_micro.code,
    }
    context = read("secretary", f"?under={world.foreign_grid.code}")
    assert codes(context) == []
    assert context["filterset"].form.errors["under"]


def test_the_upper_levels_that_fit_are_a_menu(read, world, monkeypatch):
    def menu(context):
        return str(context["filterset"].form["under"])

    whole = menu(read("secretary", f"?under={world.east_grid.code}"))
    assert f'<option value="{world.east_grid.code}" selected>\u3000第一网格' in whole
    assert world.east_micro.code in whole
    assert world.foreign_grid.code not in whole
    monkeypatch.setattr("grids.common.filters.MENU_LIMIT", 2)
    upper = menu(read("secretary", f"?under={world.east_grid.code}"))
    assert world.community.code in upper
    assert world.west_grid.code not in upper
    # What the address asks for stays chosen although its level is left out.
    assert f'<option value="{world.east_grid.code}" selected>' in upper
    monkeypatch.setattr("grids.common.filters.MENU_LIMIT", 0)
    assert menu(read("secretary", "")).startswith("<input")


@pytest.mark.parametrize(
    "query",
    [
        "?page=0",
        "?page=abc",
        "?page=999999999999999999999",
        "?per_page=7",
        "?sort=nothing&sort=-",
        "?columns=nothing",
        "?level=99",
        "?valid_from_after=yesterday",
        "?under=' OR 1=1",
        "?export=pdf",
    ],
)
def test_nonsense_in_the_address_is_no_accident(read, query):
    read("secretary", query)


def test_unreadable_filter_shows_no_rows_and_says_why(read):
    context = read("secretary", "?valid_from_after=yesterday")
    assert codes(context) == []
    assert context["filterset"].form.errors["valid_from"]


def test_columns_can_be_hidden_but_not_the_title(client, world):
    client.force_login(world.secretary)
    page = client.get("/tested/?columns=name_zh&columns=depth").content.decode()
    assert 'data-label="Depth"' in page
    assert 'data-label="Code"' not in page
    assert '<th scope="row">' in page


def test_pages_and_sizes(read, world, monkeypatch):
    monkeypatch.setattr(GridList, "page_sizes", (2, 5))
    first = read("secretary")
    second = read("secretary", "?page=2")
    assert len(codes(first)) == 2
    assert not set(codes(first)) & set(codes(second))
    assert read("secretary", "?per_page=5")["page"].paginator.per_page == 5


def test_count_stops_at_its_cap(read, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "cap", 3)
    context = read("secretary")
    assert context["is_capped"]
    assert "3" in context["count_words"]
    assert len(codes(context)) == 3


def test_empty_list_says_what_to_do(client, world):
    client.force_login(world.secretary)
    nothing = client.get("/tested/?q=nosuchgrid").content.decode()
    assert "<table" not in nothing
    assert "nosuchgrid" in nothing


def test_query_count_does_not_grow_with_rows(client, world):
    counts = []
    for user in (world.east_worker, world.auditor):
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            response = client.get("/tested/")
        counts.append((len(codes(response.context)), len(queries)))
    (few_rows, few_queries), (many_rows, many_queries) = counts
    assert many_rows > few_rows
    assert many_queries == few_queries
