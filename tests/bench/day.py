"""My day against its raw SQL: 500 households and 440 visits that are owed at once (performance.md).

What a careful hand would write for the same content, and no more of it than that: which visits are owed, which other
doors are due (three newest moments of each and what decides its care level), and what the cards of the first page are
written from. Rental checks and work orders, which the page asks for as well, are left out: there are none here.
"""

from datetime import timedelta

OWED = """
    SELECT t.id, t.household_id, g.code, d.sort_key, t.due_at, t.trigger, t.note
    FROM residents_visittask t
    JOIN residents_household h ON h.id = t.household_id
    JOIN residents_dwelling d ON d.id = h.dwelling_id
    JOIN grids_grid g ON g.id = d.grid_id
    WHERE t.state = 'open' AND g.code >= %(first)s AND g.code < %(end)s
    ORDER BY g.code, d.sort_key, t.id
"""
DUE = """
    SELECT h.id, g.code, d.sort_key, h.opened_on, seen.counted, seen.routine, seen.tried,
        (SELECT p.level FROM residents_carelevelplan p WHERE p.household_id = h.id AND p.ended_on IS NULL LIMIT 1),
        (SELECT array_agg(c.kind) FROM residents_residency r JOIN residents_caretag c ON c.person_id = r.person_id
            WHERE r.household_id = h.id AND r.ends_on IS NULL AND c.ended_on IS NULL)
    FROM residents_household h
    JOIN residents_dwelling d ON d.id = h.dwelling_id
    JOIN grids_grid g ON g.id = d.grid_id
    LEFT JOIN LATERAL (
        SELECT max(e.occurred_at) AS tried,
            max(e.occurred_at) FILTER (WHERE e.kind = 'routine' AND e.channel = 'face' AND e.outcome <> 'not_home')
                AS routine,
            max(e.occurred_at) FILTER (
                WHERE e.channel = 'face' AND e.outcome IN ('met', 'met_relative', 'changed', 'problem')
                AND e.kind <> 'contact' AND (e.has_needs OR e.outcome = 'changed' OR e.note_length >= 10)
            ) AS counted
        FROM residents_encounter e
        WHERE e.household_id = h.id AND NOT EXISTS (SELECT FROM residents_encounter n WHERE n.replaces_id = e.id)
    ) seen ON true
    WHERE h.status = 'active' AND g.code >= %(first)s AND g.code < %(end)s
        AND NOT EXISTS (SELECT FROM residents_visittask t WHERE t.household_id = h.id AND t.state = 'open')
"""
CARDS = """
    SELECT h.id, d.room, u.name, b.name, p.name, h.note, h.opened_on, seen.visited, seen.tried
    FROM residents_household h
    JOIN residents_dwelling d ON d.id = h.dwelling_id
    JOIN grids_unit u ON u.id = d.unit_id
    JOIN grids_building b ON b.id = u.building_id
    LEFT JOIN residents_residency r ON r.household_id = h.id AND r.is_head AND r.ends_on IS NULL
    LEFT JOIN residents_person p ON p.id = r.person_id
    LEFT JOIN LATERAL (
        SELECT max(e.occurred_at) AS tried,
            max(e.occurred_at) FILTER (WHERE e.outcome IN ('met', 'met_relative', 'changed', 'problem')) AS visited
        FROM residents_encounter e
        WHERE e.household_id = h.id AND NOT EXISTS (SELECT FROM residents_encounter n WHERE n.replaces_id = e.id)
    ) seen ON true
    WHERE h.id = ANY(%(shown)s)
"""
HOUSEHOLDS, TASKS, PAGE_SIZE = 500, 440, 40


def stops_of(raw, bounds: dict) -> list:
    """Everything there is to go to, in the order of the stairs, and the first page of it in full."""
    owed = raw.execute(OWED, bounds).fetchall()
    stops = sorted(
        [(row[2], row[3], row[1]) for row in owed]
        + [(row[1], row[2], row[0]) for row in raw.execute(DUE, bounds).fetchall()]
    )
    raw.execute(CARDS, {"shown": [household for _code, _key, household in stops[:PAGE_SIZE]]}).fetchall()
    return stops


def my_day(community) -> None:
    """``community`` lies in a street with more than 500 households."""
    from django.test import Client
    from django.urls import reverse

    from governance.workbench.day import Day
    from grids.access.choices import Role
    from grids.access.models import User
    from grids.access.services import grant_role
    from grids.common.clock import now
    from grids.common.codes import after
    from grids.tree.choices import Level
    from grids.tree.models import Grid
    from residents.roster.models import Household
    from residents.visits.models import VisitTask
    from tests.bench.__main__ import ROUNDS, bare_connection, counting_sql, side_by_side

    user = User.objects.create(username="bench_day", display_name="bench_day")
    homes, codes = [], []
    for grid in Grid.objects.filter(level=Level.GRID, code__startswith=community.code[:9]).order_by("code"):
        grant_role(user, Role.FULL_TIME, grid, actor=None, source="bench")
        codes.append(grid.prefix)
        homes += list(Household.objects.under(grid).order_by("pk"))
        if len(homes) >= HOUSEHOLDS:
            break
    moment = now()
    VisitTask.objects.bulk_create(
        VisitTask(household=home, trigger="hardship", source="staff", due_at=moment + timedelta(hours=number % 48 + 1))
        for number, home in enumerate(homes[:TASKS])
    )
    page, client = reverse("governance:day"), Client()
    client.force_login(user)
    assert client.get(page).status_code == 200
    bounds = {"first": min(codes), "end": after(max(codes))}
    with bare_connection() as raw:
        raw.execute("ANALYZE residents_visittask")
        assert len(stops_of(raw, bounds)) == len(Day(user, now=now()).stops) == len(homes)
        times = side_by_side(
            page=lambda: client.get(page),
            raw=lambda: stops_of(raw, bounds),
            empty=lambda: client.get("/bench/empty/"),
        )
    with counting_sql() as seen:
        client.get(page)
    spent = sum(each for each, *_statement in seen)
    print(f"\nMy day, {len(homes)} households, {TASKS} owed visits, whole page ({page}); ms, median of {ROUNDS}")
    print(
        f"{'page':>9}{'queries':>9}{'their SQL':>11}{'raw SQL':>9}{'empty view':>12}{'SQL / raw':>11}"
        f"{'page / (raw + empty)':>22}"
    )
    print(
        f"{times['page']:>9.1f}{len(seen):>9}{spent:>11.1f}{times['raw']:>9.1f}{times['empty']:>12.1f}"
        f"{spent / times['raw']:>11.1f}{times['page'] / (times['raw'] + times['empty']):>22.1f}",
        flush=True,
    )
