"""Exports hold what is seen, nothing else, and nothing that a spreadsheet would run."""

import csv
import io

import pytest
from django.urls import include, path
from openpyxl import load_workbook

from grids.access.choices import Permission
from grids.access.models import User
from grids.common import exports
from grids.common.chips import Chip, Tone
from grids.common.exports import harmless
from grids.common.filters import FilterSet
from grids.common.masks import mask_name
from grids.common.tables import ChipColumn, MomentColumn, NumberColumn, Table, TextColumn
from grids.common.views import ListPage

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class UserTable(Table):
    username = TextColumn(verbose_name="Login name")
    display_name = TextColumn(verbose_name="Name", linkify=lambda record: f"/users/{record.pk}/")
    id = NumberColumn(verbose_name="Number")
    state = ChipColumn(verbose_name="State", accessor="is_active", empty_values=())
    date_joined = MomentColumn(verbose_name="Added")

    class Meta:
        model = User
        fields = ("username", "display_name", "id", "state", "date_joined")
        order_by = ("username",)

    def render_display_name(self, value):
        return mask_name(value)

    def value_display_name(self, value):
        return mask_name(value)

    def render_state(self, value):
        return Chip("in use" if value else "locked", Tone.GREEN if value else Tone.GREY)


class UserFilter(FilterSet):
    search_fields = ("username",)

    class Meta:
        model = User
        fields = ()


class UserList(ListPage):
    queryset = User.objects.all()
    table_class = UserTable
    filterset_class = UserFilter
    title = "Accounts"


urlpatterns = [path("tested/", UserList.as_view()), path("", include("tests.grids.common.frame"))]


@pytest.fixture
def take(client, world):
    def take(kind: str, query: str = "", user: str = "secretary"):
        client.force_login(world.users[user])
        return client.get(f"/tested/?export={kind}{query}")

    return take


def rows_of_csv(response) -> list[list[str]]:
    text = response.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def rows_of_xlsx(response) -> list[tuple]:
    return list(load_workbook(io.BytesIO(response.getvalue())).active.values)


def test_both_files_hold_the_same_masked_rows(take, world):
    from_csv, from_xlsx = rows_of_csv(take("csv")), rows_of_xlsx(take("xlsx"))
    assert from_csv[0] == list(from_xlsx[0]) == ["Login name", "Name", "Number", "State", "Added"]
    assert len(from_csv) == len(from_xlsx) == User.objects.count() + 1
    secretary = next(row for row in from_xlsx if row[0] == "secretary")
    assert secretary[1:4] == ("周**", world.secretary.pk, "in use")
    assert ["secretary", "周**", str(world.secretary.pk), "in use"] in [row[:4] for row in from_csv]


def test_filter_order_and_columns_of_the_page_are_kept(take):
    rows = rows_of_csv(take("csv", "&q=worker&sort=-username&columns=username&columns=display_name"))
    assert rows[0] == ["Login name", "Name"]
    names = [row[0] for row in rows[1:]]
    assert names == sorted(names, reverse=True)
    assert all("worker" in name for name in names)


def test_texts_that_look_like_formulas_stay_texts(take, world):
    formulas = ['=HYPERLINK("http://x.test","y")', "+1+1", "-2+3", "@SUM(A1)", "＝1", " =1"]
    others = [user for name, user in world.users.items() if name != "secretary"]
    for user, formula in zip(others, formulas, strict=False):
        User.objects.filter(pk=user.pk).update(username=formula)
    for row in rows_of_csv(take("csv"))[1:]:
        assert not row[0].lstrip().startswith(("=", "+", "-", "@", "＝"))
    book = load_workbook(io.BytesIO(take("xlsx").getvalue()))
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row]
    assert {cell.value for cell in cells} >= set(formulas)
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}


@pytest.mark.parametrize("text", ["", "王小明", "2026-03-05", "13800000000", "a=b", "990101********0013"])
def test_harmless_texts_are_left_alone(text):
    assert harmless(text) == text


def test_numbers_below_zero_stay_numbers():
    assert harmless(-3) == -3


def test_long_numbers_keep_their_last_digits(take, world):
    User.objects.filter(pk=world.stranger.pk).update(username="990101199003075432")
    assert "990101199003075432" in {row[0] for row in rows_of_xlsx(take("xlsx"))}


def test_too_many_rows_are_refused_with_a_reason(take, client, monkeypatch):
    monkeypatch.setattr(UserList, "export_limit", 3)
    response = take("csv", "&q=worker")
    assert response.status_code == 302
    assert response["Location"] == "/tested/?q=worker"
    assert "3" in client.get(response["Location"]).content.decode()


def test_whoever_may_not_export_is_refused(take, world):
    assert world.secretary.has_perm(Permission.EXPORT_LISTS)
    assert not world.stranger.has_perm(Permission.EXPORT_LISTS)
    assert take("csv", user="stranger").status_code == 403


def test_watchers_learn_of_every_export(take, monkeypatch):
    seen = []
    monkeypatch.setattr(exports, "export_watchers", [lambda request, title, count: seen.append((title, count))])
    take("csv")
    assert seen == [("Accounts", User.objects.count())]
