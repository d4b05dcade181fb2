"""Deep pages: every row once, in both directions, whatever the order; never by counting off what lies before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils.translation import npgettext_lazy

from grids.common.clock import now
from grids.common.keyset import Keyset, NotOrderable
from grids.common.pagination import END, CappedPaginator, keyset_of, page_beyond
from grids.common.tables import MomentColumn, NumberColumn, Table, TextColumn
from grids.common.views import ListPage
from grids.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
# The count of these lists stops here already, so that no test needs ten thousand rows to be beyond it.
CAP = 1_000
MANY = 1_245
SIZE = 100
# Enough for a dozen pages in each of many orders.
SOME, SHORT = 1_152, 100


class JobTable(Table):
    kind = TextColumn(verbose_name="Kind")
    total = NumberColumn(verbose_name="Total")
    finished_at = MomentColumn(verbose_name="Finished")

    class Meta:
        model = Job
        fields = ("kind", "total", "finished_at")
        order_by = ("finished_at",)


class JobList(ListPage):
    model = Job
    table_class = JobTable
    title = "Jobs"
    unit = npgettext_lazy("number of", "task", "tasks")
    page_sizes = (SIZE, 2 * SIZE)


urlpatterns = [path("tested/", JobList.as_view()), path("", include("tests.grids.common.frame"))]


@pytest.fixture
def jobs(world):
    """Many rows with few different values: 7 kinds, 50 totals, 30 moments, and every third without a moment."""
    moment = now()
    owners = [world.secretary, world.east_worker, None]
    Job.objects.bulk_create(
        [
            Job(
                kind=f"k{number * 31 % 7}",
                total=number * 17 % 50,
                finished_at=None if number % 3 == 0 else moment - timedelta(hours=number % 30),
                owner=owners[number % 3],
                ticket=f"{number:032d}",
            )
            for number in range(MANY - Job.objects.count())
        ],
        batch_size=2000,
    )
    return Job.objects.all()


ORDERS = {
    "the key alone": ["-pk"],
    "doubles": ["kind", "-total", "pk"],
    "empty values": ["finished_at", "pk"],
    "empty values, backwards": ["-finished_at", "kind", "pk"],
    "empty values first": [F("finished_at").asc(nulls_first=True), "pk"],
    "empty values last": [F("finished_at").desc(nulls_last=True), "total", "-pk"],
    "over a relation": ["owner__username", "-kind", "pk"],
    "by a relation's own order": ["owner", "pk"],
    "worked out": [Lower("kind").desc(), Case(When(total__gt=25, then=Value(1)), default=Value(None)), "pk"],
    "an annotation": ["late", "-pk"],
    "a count": ["-files", "kind", "pk"],
}


@pytest.fixture
def listed(jobs):
    late = Case(When(total__lt=10, then=F("finished_at")))
    return jobs.filter(ticket__lt=f"{SOME:032d}").annotate(late=late, files=Count("owner__role_grants"))


def test_every_row_comes_once_in_both_directions(listed):
    for name, order in ORDERS.items():
        walk(listed, listed.order_by(*order), name)


def walk(listed, rows, name):
    expected = list(rows.values_list("pk", flat=True))
    assert len(set(expected)) == SOME
    keyset = Keyset(rows)

    forth, start = expected[:SHORT], expected[SHORT - 1]
    while start:
        page = page_beyond(keyset, listed, {"after": str(start)}, SHORT)
        forth += [job.pk for job in page.records]
        start = page.next
    assert forth == expected, name

    page = page_beyond(keyset, listed, {"before": END}, SHORT)
    back = [job.pk for job in page.records]
    assert page.next == 0
    while page.previous:
        page = page_beyond(keyset, listed, {"before": str(page.previous)}, SHORT)
        back = [job.pk for job in page.records] + back
        assert page.next == page.records[-1].pk
    assert back == expected, name


def test_one_query_for_the_row_and_one_for_the_page_wherever_it_is(jobs):
    keyset = Keyset(jobs.order_by("kind", "finished_at", "pk"))
    keys = list(keyset.rows.values_list("pk", flat=True))
    for place in (0, MANY // 2, MANY - 2):
        with CaptureQueriesContext(connection) as queries:
            page = page_beyond(keyset, jobs, {"after": str(keys[place])}, 20)
        assert [job.pk for job in page.records] == keys[place + 1 : place + 21]
        assert len(queries) == 2
        assert not any("OFFSET" in one["sql"] for one in queries)


def test_a_row_that_left_the_list_still_marks_the_place_and_one_that_is_gone_does_not(jobs):
    first, second, third = jobs.filter(kind="k1").order_by("pk")[:3]
    listed = jobs.filter(kind="k1").order_by("pk")
    Job.objects.filter(pk=second.pk).update(kind="k2")
    page = page_beyond(Keyset(listed), jobs, {"after": str(second.pk)}, 5)
    assert page.records[0] == third
    assert page_beyond(Keyset(listed), jobs.none(), {"after": str(first.pk)}, 5) is None
    assert page_beyond(Keyset(listed), jobs, {"after": "no key"}, 5) is None


def test_what_has_no_order_of_its_own_is_refused(jobs):
    for rows in (
        jobs.order_by("kind"),
        jobs.order_by("?"),
        jobs.order_by("pk")[:5],
        jobs.order_by("pk").values("kind"),
        jobs.order_by("pk").union(jobs.order_by("pk")),
        jobs.order_by("owner__role_grants__pk", "pk"),
        jobs.order_by("pk").reverse(),
    ):
        with pytest.raises(NotOrderable):
            Keyset(rows)
        assert keyset_of(rows) is None
    assert keyset_of([1, 2]) is None


@pytest.fixture
def read(client, world, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "cap", CAP)
    client.force_login(world.secretary)

    def get(query):
        answer = client.get("/tested/" + query)
        assert answer.status_code == 200
        return answer

    return get


def keys_on(answer):
    return [record.pk for record in answer.context["page"].object_list.data]


@pytest.mark.once
def test_the_list_is_walked_from_its_first_page_to_its_last_and_back(jobs, read):
    for sort in ("finished_at", "-finished_at", "kind"):
        walk_pages(jobs, read, sort)


def walk_pages(jobs, read, sort):
    seen, query = [], f"sort={sort}&per_page={SIZE}"
    for number in range(1, 11):
        answer = read(f"?{query}&page={number}")
        seen += keys_on(answer)
        assert bool(answer.context["steps"]["beyond"]) == (number == 10)
    following = answer.context["steps"]["beyond"]
    assert f'rel="next" href="?{following}"'.replace("&", "&amp;") in answer.content.decode()
    while following:
        assert f"sort={sort}" in following
        answer = read("?" + following)
        seen += keys_on(answer)
        following = answer.context["steps"]["next"]
    assert len(seen) == len(set(seen)) == MANY
    ordered = JobTable(jobs, order_by=sort)
    ordered.order_stably()
    assert seen == [job.pk for job in ordered.data.data]

    back, answer = [], read("?" + answer.context["steps"]["first"])
    following = answer.context["steps"]["end"]
    while following:
        answer = read("?" + following)
        back = keys_on(answer) + back
        following = answer.context["steps"]["previous"]
    assert back == seen


def test_queries_are_the_same_at_any_depth_and_what_changes_the_list_leads_to_its_beginning(jobs, read):
    counts = set()
    last = jobs.order_by("-pk").first().pk
    for key in (jobs.order_by("pk")[CAP + 50].pk, last - 5):
        with CaptureQueriesContext(connection) as queries:
            answer = read(f"?sort=kind&after={key}")
        counts.add(len(queries))
    assert len(counts) == 1
    words = answer.content.decode()
    assert "sort=-kind" in words
    assert "after=" not in "".join(part.split('"')[0] for part in words.split('href="') if "sort=-kind" in part[:80])
    assert all("after" not in size["query"] for size in answer.context["sizes"])
    assert "after" not in dict(answer.context["kept"])

    gone = read("?after=999999999999")
    assert keys_on(gone) == keys_on(read(""))
