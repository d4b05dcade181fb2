"""Counting a list costs what counting costs: not what its columns cost."""

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from grids.access.models import User
from grids.common.pagination import CappedPaginator


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
