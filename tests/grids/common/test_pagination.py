"""Counting a list costs what counting costs: not what its columns cost."""

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from grids.access.choices import Permission
from grids.access.models import User
from grids.common.pagination import CappedPaginator
from residents.roster.models import Household


def counted(queryset):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        number = CappedPaginator(queryset, 20).count
    [query] = captured.captured_queries
    return number, query["sql"]


def test_columns_that_are_only_shown_are_not_worked_out_for_the_count(world):
    listed = User.objects.annotate(posts=Count("role_grants")).order_by("username")
    number, sql = counted(listed)
    assert number == len(world.users)
    assert 'COUNT("grids_rolegrant' not in sql


def test_columns_that_narrow_the_list_are(world):
    holders = User.objects.annotate(posts=Count("role_grants")).filter(posts__gt=0).order_by("username")
    number, _sql = counted(holders)
    assert number == len(world.users) - 1  # all but the stranger


def test_grouped_rows_are_counted_as_groups(world):
    by_letter = User.objects.values("is_staff").annotate(number=Count("pk")).order_by("is_staff")
    number, _sql = counted(by_letter)
    assert number == 1


def test_what_is_read_in_the_order_of_its_scope_is_counted_along_it(world):
    everywhere = Household.objects.in_reading_order()
    mine = everywhere.restrict(world.users["secretary"], Permission.VIEW_ROSTER).with_size().active()
    number, sql = counted(mine)
    assert number == mine.count() > 0
    assert 'ORDER BY "grids_grid"."code" ASC LIMIT' in sql
    # Another order than that of the scope helps nobody, and without a scope the first rows at hand will do.
    for listed in (mine.order_by("-opened_on", "pk"), everywhere):
        number, sql = counted(listed)
        assert number == listed.count()
        assert "ORDER BY" not in sql
