"""My day against its raw SQL: 500 households and 440 visits that are owed at once (performance.md)."""

import os
from datetime import timedelta

# The doors of the first page: due visits and owed ones in the order of the stairs, with place, head and last visit.
ROWS_OF_THE_DAY = """
    SELECT h.id, d.room, u.name, b.name, g.code, g.name_zh, p.name, t.id, t.trigger, t.due_at,
        (SELECT max(e.occurred_at) FROM residents_encounter e WHERE e.household_id = h.id
            AND e.outcome IN ('met', 'met_relative', 'changed')
            AND NOT EXISTS (SELECT 1 FROM residents_encounter n WHERE n.replaces_id = e.id)) AS visited,
        (SELECT max(e.occurred_at) FROM residents_encounter e WHERE e.household_id = h.id
            AND e.kind = 'routine' AND e.channel = 'face'
            AND NOT EXISTS (SELECT 1 FROM residents_encounter n WHERE n.replaces_id = e.id)) AS routine,
        (SELECT count(*) FROM residents_residency r2 WHERE r2.household_id = h.id AND r2.ends_on IS NULL)
    FROM residents_household h
    JOIN residents_dwelling d ON d.id = h.dwelling_id
    JOIN grids_unit u ON u.id = d.unit_id
    JOIN grids_building b ON b.id = u.building_id
    JOIN grids_grid g ON g.id = d.grid_id
    LEFT JOIN residents_residency r ON r.household_id = h.id AND r.is_head AND r.ends_on IS NULL
    LEFT JOIN residents_person p ON p.id = r.person_id
    LEFT JOIN residents_visittask t ON t.household_id = h.id AND t.state = 'open'
    WHERE h.status = 'active' AND substr(g.code, 1, 15) = ANY(%s)
    ORDER BY g.code, d.sort_key, h.id
"""
HOUSEHOLDS, TASKS = 500, 440


def my_day(community) -> None:
    """``community`` lies in a street with more than 500 households."""
    import psycopg
    from django.test import Client
    from django.urls import reverse

    from grids.access.choices import Role
    from grids.access.models import User
    from grids.access.services import grant_role
    from grids.common.clock import now
    from grids.tree.choices import Level
    from grids.tree.models import Grid
    from residents.roster.models import Household
    from residents.visits.models import VisitTask
    from tests.bench.__main__ import ROUNDS, counting_sql, side_by_side

    user = User.objects.create(username="bench_day", display_name="bench_day")
    grids, homes = [], []
    for grid in Grid.objects.filter(level=Level.GRID, code__startswith=community.code[:9]).order_by("code"):
        grant_role(user, Role.FULL_TIME, grid, actor=None, source="bench")
        grids.append(grid.code)
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
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as raw:
        raw.execute("ANALYZE residents_visittask")
        times = side_by_side(
            page=lambda: client.get(page),
            raw=lambda: raw.execute(ROWS_OF_THE_DAY, (grids,)).fetchall(),
            empty=lambda: client.get("/bench/empty/"),
        )
    with counting_sql() as seen:
        client.get(page)
    spent = sum(each for each, _sql in seen)
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
