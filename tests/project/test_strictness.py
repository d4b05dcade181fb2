"""The frame fails what it promises to fail. Each case is a small test file run by a pytest of its own."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

CASES = {
    "a warning": (
        """
        import warnings
        def test_it():
            warnings.warn("old ways")
        """,
        "UserWarning: old ways",
    ),
    "a logged error": (
        """
        import logging
        def test_it():
            logging.getLogger("grids.tree").error("the roof leaks")
        """,
        "grids.tree ERROR: the roof leaks",
    ),
    "an expected error that does not come": (
        """
        import pytest
        @pytest.mark.expected_errors("grids.tree")
        def test_it():
            pass
        """,
        "These loggers were to report an error and did not: grids.tree.",
    ),
    "an unknown variable in our own template": (
        """
        from pathlib import Path
        from django.template import Template, Origin, Context
        def test_it():
            page = str(Path("templates/grids/page.html").resolve())
            Template("{{ household.nobody }}", origin=Origin(page)).render(Context({"household": {}}))
        """,
        "Unknown variable {{ household.nobody }}",
    ),
    "a page list without order": (
        """
        from django.core.paginator import Paginator
        from grids.access.models import User
        def test_it():
            Paginator(User.objects.order_by(), 10)
        """,
        "UnorderedObjectListWarning",
    ),
    "a test without its database": (
        """
        from grids.access.models import User
        def test_it():
            User.objects.count()
        """,
        "Database access not allowed",
    ),
}


def run_pytest(folder: Path, code: str, *options: str) -> subprocess.CompletedProcess:
    """A pytest of its own over the files of ``folder``, ``code`` among them."""
    (folder / "test_case.py").write_text(textwrap.dedent(code), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "LIANHU_TEST_DIR"}
    own = ["-c", ROOT / "pyproject.toml", "--rootdir", ROOT, "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *own, *options, folder],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def failures(tmp_path_factory) -> str:
    """What pytest says of all cases, each in a file of its own."""
    folder = tmp_path_factory.mktemp("cases")
    for number, (code, _expected) in enumerate(CASES.values()):
        (folder / f"test_case_{number}.py").write_text(textwrap.dedent(code), encoding="utf-8")
    run = run_pytest(folder, "")
    assert run.returncode == 1, run.stdout
    assert f"{len(CASES)} failed in" in run.stdout
    return run.stdout


@pytest.mark.parametrize("name", CASES)
def test_what_must_fail_fails(name, failures):
    assert CASES[name][1] in failures
    assert f"test_case_{list(CASES).index(name)}.py::test_it" in failures.partition("short test summary info")[2]


def test_what_is_said_openly_passes(tmp_path):
    run = run_pytest(
        tmp_path,
        """
        import logging
        from pathlib import Path
        import pytest
        from django.template import Context, Origin, Template

        def rendered(text):
            page = str(Path("templates/grids/page.html").resolve())
            return Template(text, origin=Origin(page)).render(Context({"rows": []}))

        @pytest.mark.expected_errors("grids.tree")
        def test_an_expected_error():
            logging.getLogger("grids.tree").error("the roof leaks")

        def test_optional_variables():
            assert rendered('{{ hint|default:"-"|upper }}') == "-"
            assert rendered("{% if hint %}yes{% else %}no{% endif %}") == "no"
            assert Template("{{ of_another_package }}").render(Context()) == ""
        """,
    )
    assert run.returncode == 0, run.stdout


def test_the_wrong_database_is_refused(tmp_path):
    run = run_pytest(tmp_path, "def test_it(): pass", "--database", "postgresql")
    if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        assert run.returncode == 0, run.stdout
    else:
        assert run.returncode == 4
        assert "were to run on postgresql, but DATABASE_URL leads to sqlite" in run.stderr


def test_left_out_browser_tests_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("BROWSER", "0")
    run = run_pytest(tmp_path, "def test_page(desk): pass\ndef test_it(): pass")
    assert run.returncode == 0, run.stdout
    assert "The browser tests were LEFT OUT because BROWSER=0 was given." in run.stdout
    assert "1 passed, 1 deselected" in run.stdout
