"""The import of a roster of 100,000 rows beside COPY of the same rows, and the Dingshan roster on SQLite.

Both run in processes of their own, so that their peak of memory is theirs alone. ::

    python tests/with_postgres.py python -m tests.bench.importing
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from governance.project.launch import new_keys

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "100000"))
PER_HOUSEHOLD = 4
MICRO_GRIDS = 250
TABLES = (
    "grids_building", "grids_unit", "residents_dwelling", "residents_household", "residents_person",
    "residents_residency", "residents_stay", "residents_headship",
)  # fmt: skip
GOAL_SHARE, GOAL_MEMORY, GOAL_SECONDS, GOAL_DINGSHAN = 0.25, 400, 180, 60


def begin(database_url: str) -> None:
    """Django on this database, as in a local production."""
    import django
    from django.core.management import call_command

    os.environ |= {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "governance.project.settings",
        "LIANHU_LOCAL": "1",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "ERROR",
        "DB_POOL_SIZE": "2",
        **new_keys(),
    }
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


@contextmanager
def timed(told: dict[str, Any], name: str):
    started, worked = time.perf_counter(), time.process_time()
    yield
    told[name] = time.perf_counter() - started
    told[f"{name} cpu"] = time.process_time() - worked


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ------------------------------------------------------------------ the roster of 100,000
def large_workbook(path: Path) -> None:
    """A plain roster, written in a process of its own: its memory is not the import's."""
    import xlsxwriter

    from residents.roster.numbers import check_digit

    headings = ["姓名", "身份证号", "联系电话", "与户主关系", "微网格", "幢", "单元", "室"]
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("花名册")
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading)
        for number in range(ROWS):
            home, seat = divmod(number, PER_HOUSEHOLD)
            micro, door = home % MICRO_GRIDS, home // MICRO_GRIDS
            days, sequence = divmod(number, 900)
            first = f"990101{1940 + days // 28 % 80:04d}{days // 2240 + 1:02d}{days % 28 + 1:02d}{sequence + 100:03d}"
            row = [
                f"居民{'甲乙丙丁'[seat]}",
                first + check_digit(first),
                f"139{number:08d}",
                "户主" if seat == 0 else "其他亲属",
                f"微网格{micro + 1}",
                f"{micro + 1}幢",
                f"{door % 4 + 1}单元",
                f"{door // 4 + 1}01",
            ]
            for column, value in enumerate(row):
                sheet.write_string(number + 1, column, value)


def import_large(path: str) -> dict[str, Any]:
    """Upload, preview, confirm: seconds of each and the peak of memory."""
    begin(os.environ["DATABASE_URL"])
    from django.contrib.auth import get_user_model

    from grids.access.choices import Role
    from grids.access.services import grant_role
    from grids.jobs.worker import run_pending
    from grids.tree.services import create_grid
    from residents.importing.models import RosterImport
    from residents.importing.services import confirm_import, start_import

    above = None
    for code, name in (("990900000000", "测速区"), ("990900001000", "测速街道"), ("990900001001", "测速社区")):
        above = create_grid(above, actor=None, name_zh=name, code=code, is_demo_code=True)
    community = above
    grids = [create_grid(community, actor=None, name_zh=f"第{number}网格") for number in range(1, 6)]
    for number in range(MICRO_GRIDS):
        create_grid(grids[number % 5], actor=None, name_zh=f"微网格{number + 1}")
    secretary = get_user_model().objects.create(username="bench_import", display_name="bench")
    grant_role(secretary, Role.SECRETARY, community, actor=None, source="bench")

    told: dict[str, Any] = {"before": megabytes(), "since": last_keys()}
    with timed(told, "preview"):
        content = Path(path).read_bytes()
        started = start_import(actor=secretary, grid=community, content=content, name="花名册.xlsx")
        del content
        run_pending()
    read = RosterImport.objects.select_related("job").get(pk=started.pk)
    assert (read.new_rows, read.wrong_rows) == (ROWS, 0), (read.state, read.message, read.job.message)
    told["preview_peak"] = megabytes()
    with timed(told, "write"):
        confirm_import(read, actor=secretary, fingerprint=read.fingerprint)
        run_pending()
    assert RosterImport.objects.get(pk=started.pk).state == "done"
    told["peak"] = megabytes()
    return told


def last_keys() -> dict[str, int]:
    """The highest key of every table that an import writes to."""
    from django.db import connection

    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def copy_large(since: str) -> dict[str, Any]:
    """The rows that the import wrote, copied as they are into tables with the same indexes and checks."""
    import psycopg

    told: dict[str, Any] = {}
    with psycopg.connect(os.environ["DATABASE_URL"]) as raw:
        kept = {}
        for table, key in json.loads(since).items():
            with raw.cursor().copy(f"COPY (SELECT * FROM {table} WHERE id > {key}) TO STDOUT") as out:
                kept[table] = b"".join(bytes(part) for part in out)
            raw.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")
        raw.commit()
        with timed(told, "copy"):
            for table in kept:
                with raw.cursor().copy(f"COPY bench_{table} FROM STDIN") as into:
                    into.write(kept[table])
            raw.commit()
    return told


# ------------------------------------------------------------------ Dingshan on SQLite
def import_dingshan(path: str) -> dict[str, Any]:
    """Through the pages, on an empty SQLite database: from the upload to the result."""
    begin(f"sqlite:///{path}")
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    from django.contrib.auth import get_user_model
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.urls import reverse

    from grids.access.choices import Role
    from grids.access.services import grant_role
    from grids.jobs.worker import run_pending
    from residents.importing.models import RosterImport
    from residents.roster.models import Person
    from tests.residents.importing import dingshan

    community = dingshan.found_territory(dingshan.plan())
    secretary = get_user_model().objects.create(username="bench_import", display_name="bench")
    grant_role(secretary, Role.SECRETARY, community, actor=None, source="bench")
    content = dingshan.workbook(dingshan.rows_of(dingshan.plan()))
    client = Client()
    client.force_login(secretary)
    told: dict[str, Any] = {}
    with timed(told, "through the page"):
        file = SimpleUploadedFile("丁山花名册.xlsx", content)
        client.post(reverse("residents:import-create"), {"grid": community.pk, "file": file})
        run_pending()
        one = RosterImport.objects.get()
        assert client.get(one.get_absolute_url()).status_code == 200
        client.post(reverse("residents:import-confirm", args=[one.pk]), {"fingerprint": one.fingerprint})
        run_pending()
        assert client.get(one.get_absolute_url()).status_code == 200
    assert Person.objects.count() == dingshan.PERSONS
    return told


STEPS = {"large": import_large, "copy": copy_large, "dingshan": import_dingshan}


def apart(step: str, argument: str) -> dict[str, Any]:
    """One step in a process of its own; what it told."""
    command = [sys.executable, "-m", "tests.bench.importing", step, argument]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def roster_imports() -> None:
    """The section of `make bench`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        subprocess.run([sys.executable, "-m", "tests.bench.importing", "workbook", str(path)], check=True)
        large = apart("large", str(path))
        copy = apart("copy", json.dumps(large["since"]))
        small = apart("dingshan", str(Path(folder) / "dingshan.sqlite3"))
    whole = large["preview"] + large["write"]
    share = copy["copy"] / large["write"]
    print(f"\nImport of {ROWS:,} rows on PostgreSQL, all rules, beside COPY of the rows it wrote")
    print(f"{'step':<22}{'seconds':>9}{'of them CPU':>13}{'rows/s':>10}")
    for name, told in (("preview", large), ("write", large), ("copy", copy)):
        seconds = told[name]
        print(f"{name:<22}{seconds:>9.1f}{told[f'{name} cpu']:>13.1f}{ROWS / seconds:>10,.0f}")
    print(f"write / COPY: {share:.2f} of COPY's rows/s (goal {GOAL_SHARE})")
    print(
        f"whole import: {whole:.0f} s (goal {GOAL_SECONDS}); peak of memory {large['peak']:.0f} MB (goal {GOAL_MEMORY})"
    )
    print(f"Dingshan on SQLite through the page: {small['through the page']:.1f} s (goal {GOAL_DINGSHAN})", flush=True)


def main() -> None:
    step, argument = [*sys.argv[1:], "", ""][:2]
    if step == "workbook":
        large_workbook(Path(argument))
    elif step:
        print(json.dumps(STEPS[step](argument)))
    else:
        roster_imports()


if __name__ == "__main__":
    main()
