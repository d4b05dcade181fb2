"""Runs under tests/with_postgres.py. All figures come from one run, taken in turns: ratios matter, times do not."""

import itertools
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from governance.project.launch import new_keys

ROUNDS = 31  # medians; the first rounds warm the caches and are thrown away
WARM_UP = 5
ROWS_BEGIN = 'SELECT "residents_household"."id"'  # the page's statement
# What the list shows of its first households: door, grid and community, head, number of persons, use, date.
ROWS_OF_THE_LIST = """
    SELECT h.id, h.opened_on, d.room, d.use, u.name, b.name, g.code, g.level, g.name_zh, g.name_en,
        above.name_zh, above.name_en,
        (SELECT p.name FROM residents_residency r JOIN residents_person p ON p.id = r.person_id
            WHERE r.household_id = h.id AND r.is_head AND r.ends_on IS NULL),
        (SELECT count(*) FROM residents_residency living WHERE living.household_id = h.id AND living.ends_on IS NULL)
    FROM residents_household h
    JOIN residents_dwelling d ON d.id = h.dwelling_id
    JOIN grids_unit u ON u.id = d.unit_id
    JOIN grids_building b ON b.id = u.building_id
    JOIN grids_grid g ON g.id = h.scope_grid_id
    LEFT JOIN grids_grid above ON above.id = g.parent_id
    WHERE g.code >= %s AND g.code < %s AND h.status = 'active'
    ORDER BY g.code, d.sort_key, h.id
"""


def prepare() -> None:
    """The settings of a local production: no debug, no test instruments; keys of this moment."""
    import django
    from django.core.management import call_command

    if not os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        sys.exit("The benchmark runs on PostgreSQL: make bench, or python tests/with_postgres.py python -m tests.bench")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "governance.project.settings",
        "LIANHU_LOCAL": "1",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "ERROR",
        **new_keys(),
    }
    django.setup()
    from django.conf import settings

    settings.ROOT_URLCONF = "tests.bench.urls"
    print("Preparing the database and the households ...", flush=True)
    call_command("build_messages", verbosity=0)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def milliseconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def side_by_side(**acts: Callable[[], object]) -> dict[str, float]:
    """Median milliseconds of each act; they take turns, so that a noisy moment hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(WARM_UP + ROUNDS):
        for name, act in acts.items():
            spent = milliseconds(act)
            if turn >= WARM_UP:
                times[name].append(spent)
    return {name: statistics.median(values) for name, values in times.items()}


@contextmanager
def counting_sql():
    """The queries within the block, as ``(milliseconds, SQL, values)`` in a list that is filled."""
    from django.db import connection

    seen: list[tuple[float, str, object]] = []

    def measure(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append(((time.perf_counter() - started) * 1000, sql, params))

    with connection.execute_wrapper(measure):
        yield seen


def bare_connection():
    """A connection of psycopg's own with the settings that the portal's connections have."""
    import psycopg
    from django.conf import settings

    options = settings.DATABASES["default"]["OPTIONS"]["options"]
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, options=options)


def household_lists(readers: dict) -> dict[str, float]:
    """Print the whole page beside the raw rows and an empty view, and its SQL beside the raw SQL.

    Returns the milliseconds of the page by scope.

    ``its rows`` is the page's own statement for the rows, from the text that Django wrote; ``raw rows`` asks by hand
    for the same rows (compared by their keys) and for what their cells are written from. After five times psycopg has
    that statement prepared, so that it is not planned any more; ``planned`` is the same one planned each time, as a
    page's is, whose text holds the reader's bounds. ``all SQL`` are all queries of the page: session, account, powers,
    the menu of grids, the count up to 10,000, what is unread, and the rows.
    """
    from django.test import Client
    from django.urls import reverse

    from grids.access.choices import Permission
    from grids.common.codes import after
    from grids.common.pagination import PAGE_SIZES
    from residents.roster.models import Household

    page = reverse("residents:household-list")
    # Written out: with the limit as a parameter PostgreSQL keeps planning a statement that was prepared.
    by_hand = f"{ROWS_OF_THE_LIST} LIMIT {PAGE_SIZES[0]}"
    print(f"\nScoped household list, first page of {PAGE_SIZES[0]}, whole page ({page}); ms, median of {ROUNDS}")
    pages = {}
    print(
        f"{'scope':<11}{'households':>11}{'page':>8}{'queries':>9}{'all SQL':>9}{'its rows':>11}"
        f"{'raw rows':>10}{'planned':>9}{'rows / planned':>16}{'empty view':>12}{'page / (raw + empty)':>22}"
    )
    for scope, (user, grid) in readers.items():
        # Each with a connection of its own: whether a prepared statement keeps its plan depends on what it ran before.
        with bare_connection() as raw:
            client = Client()
            client.force_login(user)
            assert client.get(page).status_code == 200
            with counting_sql() as seen:
                client.get(page)
            statement, values = next((sql, values) for _each, sql, values in seen if sql.startswith(ROWS_BEGIN))
            bounds = (grid.prefix, after(grid.prefix))
            shown, meant = (raw.execute(*one).fetchall() for one in ((statement, values), (by_hand, bounds)))
            assert [row[0] for row in shown] == [row[0] for row in meant]
            times = side_by_side(
                page=lambda client=client: client.get(page),
                rows=lambda one=(statement, values): raw.execute(*one, prepare=False).fetchall(),
                raw=lambda bounds=bounds: raw.execute(by_hand, bounds).fetchall(),
                planned=lambda bounds=bounds: raw.execute(by_hand, bounds, prepare=False).fetchall(),
                empty=lambda client=client: client.get("/bench/empty/"),
            )
            pages[scope] = times["page"]
            households = Household.objects.restrict(user, Permission.VIEW_ROSTER).count()
            spent = sum(each for each, *_statement in seen)
            ratio = times["page"] / (times["raw"] + times["empty"])
            print(
                f"{scope:<11}{households:>11,}{times['page']:>8.1f}{len(seen):>9}{spent:>9.1f}{times['rows']:>11.2f}"
                f"{times['raw']:>10.2f}{times['planned']:>9.2f}{times['rows'] / times['planned']:>16.1f}"
                f"{times['empty']:>12.1f}{ratio:>22.1f}",
                flush=True,
            )
            if "--sql" in sys.argv:
                print("".join(f"    {each:8.2f}  {sql}\n" for each, sql, _values in seen))
    return pages


def growing_lists(stages: Iterator[dict]) -> dict:
    """The lists in the town, then in the city around it, and how the two compare. The readers of the city."""
    from residents.roster.models import Household

    pages = []
    for readers in stages:
        print(f"\n{Household.objects.count():,} households in all", flush=True)
        pages.append(household_lists(readers))
    town, city = pages
    print("\nThe same page, city / town: " + ", ".join(f"{scope} {city[scope] / town[scope]:.2f}" for scope in town))
    with_every_power(readers["grid"][0])
    return readers


def with_every_power(member) -> None:
    """The page as somebody without bounds and as a grid member, in turns: neither is much dearer."""
    from django.test import Client
    from django.urls import reverse

    from grids.access.models import User

    page = reverse("residents:household-list")
    readers = {"superuser": User.objects.create_superuser("bench_superuser"), "member": member}
    clients = {name: Client() for name in readers}
    for name, user in readers.items():
        clients[name].force_login(user)
        assert clients[name].get(page).status_code == 200
    times = side_by_side(**{name: partial(client.get, page) for name, client in clients.items()})
    print(
        f"The same page as superuser {times['superuser']:.1f} and as grid member {times['member']:.1f} ms: "
        f"{times['superuser'] / times['member']:.2f}",
        flush=True,
    )


def tree_inserts(district) -> None:
    import psycopg

    from grids.access.choices import Role
    from grids.tree.choices import Level
    from grids.tree.models import Grid
    from grids.tree.services import create_grid
    from tests.bench.seed import account

    actor = account("bench_office", Role.DISTRICT_OFFICE, district)
    communities = list(Grid.objects.filter(tree_id=district.tree_id, level=Level.COMMUNITY).order_by("lft"))
    chance = random.Random(2026)
    places = {
        "any community": lambda: chance.choice(communities),
        "first community": lambda: communities[0],
        "last community": lambda: communities[-1],
    }
    nodes = Grid.objects.filter(tree_id=district.tree_id).count()
    print(f"\nOne grid into a district's tree of {nodes:,}, with code, history and trail; ms, median of {ROUNDS}")
    print(f"{'below':<17}{'create_grid':>12}{'plain INSERT':>14}{'ratio':>8}")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as raw:
        raw.execute("CREATE TABLE bench_plain (id bigserial PRIMARY KEY, code varchar(17) UNIQUE, name varchar(80))")
        numbers = itertools.count(1)
        for where, place in places.items():
            raw.execute("VACUUM ANALYZE grids_grid")  # as the server would do by itself between two hours of work
            times = side_by_side(
                tree=lambda place=place: create_grid(place(), name_zh=f"测速{next(numbers)}", actor=actor),
                plain=lambda: raw.execute(
                    "INSERT INTO bench_plain (code, name) VALUES (%s, %s)", (f"{next(numbers):017d}", "测速")
                ),
            )
            print(
                f"{where:<17}{times['tree']:>12.1f}{times['plain']:>14.2f}{times['tree'] / times['plain']:>8.0f}",
                flush=True,
            )


def main() -> None:
    prepare()
    from tests.bench.day import my_day
    from tests.bench.importing import roster_imports
    from tests.bench.seed import LARGE, SMALL, seed

    readers = growing_lists(seed(LARGE if "--large" in sys.argv else SMALL))
    my_day(readers["community"][1])
    tree_inserts(readers["district"][1])
    roster_imports()
    print("\nThe server runs without fsync on both sides of each ratio. Ratios compare between machines; times do not.")


if __name__ == "__main__":
    main()
