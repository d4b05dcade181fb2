"""The frame of a test run: environment, database, left-out tests. Loaded with ``-p`` before Django's settings are read.

pytest-django reads the settings before any ``conftest.py``, so whatever must be in the environment is set here.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.environment import SETTINGS_VARIABLES

for name in SETTINGS_VARIABLES:
    os.environ.pop(name, None)
os.environ["LIANHU_TESTING"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "governance.project.settings"

ROOT = Path(__file__).resolve().parent.parent
BROWSER_FIXTURES = {"phone", "pocket", "desk", "browser", "visit_as"}
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
VENDORS = ("sqlite", "postgresql")
# Files that take minutes begin the run, so that none of them is the last one while a core has nothing to do.
LONGEST = (
    *("tests/matrix/", "tests/privacy/", "tests/walks/", "tests/governance/demo/", "tests/governance/workbench/"),
    *("tests/residents/contacts/test_together.py", "tests/residents/offline/", "tests/residents/importing/"),
    *(
        "tests/grids/tree/test_many_writers.py",
        "tests/governance/affairs/test_concurrency.py",
        "tests/governance/indic",
    ),
    "tests/residents/roster/test_life_model.py",
)

pytest_plugins = ["tests.strictness", "tests.browser"]


def make_test_directory() -> None:
    """A private directory for SQLite's test databases: files, because threads cannot share a database in memory."""
    if "LIANHU_TEST_DIR" in os.environ:  # a worker of pytest-xdist uses its controller's
        return
    shared_memory = Path("/dev/shm")  # noqa: S108 - the directory below gets a random name and mode 700
    parent = shared_memory if os.access(shared_memory, os.W_OK) else None
    os.environ["LIANHU_TEST_DIR"] = tempfile.mkdtemp(prefix="lianhu-test-", dir=parent)


make_test_directory()
# In a fresh clone nothing was collected yet; whitenoise warns of a missing directory, and warnings fail.
(ROOT / "var" / "static").mkdir(parents=True, exist_ok=True)


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=VENDORS,
        help="Fail unless the tests really run on this database (DATABASE_URL chooses it).",
    )


def pytest_configure(config: pytest.Config) -> None:
    from django.db import connection
    from hypothesis import HealthCheck, settings

    # A busy machine is no reason to fail, and every run tries the same examples.
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    settings.register_profile("lianhu", deadline=None, database=None, derandomize=True, suppress_health_check=slow)
    settings.load_profile("lianhu")

    asked = config.getoption("--database")
    if asked and connection.vendor != asked:
        raise pytest.UsageError(f"The tests were to run on {asked}, but DATABASE_URL leads to {connection.vendor}.")
    if not is_worker(config):
        from django.utils.translation.reloader import translation_file_changed

        from grids.common.catalogue import catalogue_path, compile_if_older

        if compile_if_older(ROOT):  # Django has read the messages already, and would go on without them
            translation_file_changed(sender=None, file_path=catalogue_path(ROOT))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        shutil.rmtree(os.environ.pop("LIANHU_TEST_DIR", ""), ignore_errors=True)


def pytest_report_header() -> str:
    from django.db import connection

    return f"database: {connection.vendor}; browser tests: {'yes' if wants_browser() else 'LEFT OUT (BROWSER=0)'}"


def wants_browser() -> bool:
    return os.environ.get("BROWSER", "1") != "0"


def uses_database(item: pytest.Item) -> bool:
    return bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"))


def runs_once(item: pytest.Item) -> bool:
    in_browser = item.get_closest_marker("browser") and not item.get_closest_marker("both")
    return bool(in_browser or item.get_closest_marker("once") or not uses_database(item))


def pytest_collection_finish() -> None:
    """What is loaded stays until the end: to look through it for garbage again and again takes a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests; leave out what BROWSER=0 or the database excludes, openly: as deselected.

    What uses no database, what is marked as the same on every database, and what a browser shows runs once, on SQLite:
    a second run under PostgreSQL would prove the same again and take half of the time there is. Browser tests marked
    ``both`` run there too.
    """
    from django.db import connection

    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    left_out = [
        item
        for item in items
        if (item.get_closest_marker("browser") and not wants_browser())
        or (item.get_closest_marker("postgres") and connection.vendor != "postgresql")
        or (connection.vendor == "postgresql" and runs_once(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_terminal_summary(terminalreporter) -> None:
    if not wants_browser():
        terminalreporter.write_line("The browser tests were LEFT OUT because BROWSER=0 was given.", yellow=True)
