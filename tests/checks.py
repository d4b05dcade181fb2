"""``make check``: everything that can be said about the code without running the tests. One failure fails."""

import os
import subprocess
import sys
import time
from pathlib import Path

from governance.project.launch import new_keys
from tests.environment import without_settings

ROOT = Path(__file__).resolve().parent.parent


def testing() -> dict[str, str]:
    return {"LIANHU_TESTING": "1", "DATABASE_URL": "sqlite://:memory:"}


def production() -> dict[str, str]:
    """The environment of docs/deployment.md, with keys of this moment; nothing connects to the database named here."""
    return new_keys() | {
        "ALLOWED_HOSTS": "lianhu.example",
        "DATABASE_URL": "postgresql://lianhu@localhost/lianhu",
        "PROXY_COUNT": "1",
    }


def typed_files() -> list[str]:
    """The law of the house is typed: rules, services and reports of every room."""
    layers = ("rules", "services", "reports")
    shapes = [shape for layer in layers for shape in (f"[gr]*/*/{layer}*.py", f"[gr]*/*/{layer}/*.py")]
    return [str(path.relative_to(ROOT)) for shape in shapes for path in sorted(ROOT.glob(shape))]


CHECKS = {
    "format": (["-m", "ruff", "format", "--check", "."], {}),
    "lint": (["-m", "ruff", "check", "."], {}),
    "house rules": (["-m", "tests.house_rules"], {}),
    "storeys and rooms": (
        ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"],
        testing(),
    ),
    "templates": (["-m", "djlint", "templates", "--lint", "--quiet"], {}),
    "types": (["-m", "mypy", *typed_files()], testing()),
    "migrations": (["manage.py", "makemigrations", "--check", "--dry-run"], testing()),
    "messages": (["manage.py", "build_messages", "--check"], testing()),
    "deployment": (["manage.py", "check", "--deploy", "--fail-level", "WARNING"], production()),
}


def run(title: str) -> bool:
    arguments, additions = CHECKS[title]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=without_settings(os.environ) | additions,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    print(f"{'ok  ' if passed else 'FAIL'}  {title}  ({time.monotonic() - started:.1f} s)", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed


def main() -> None:
    asked = sys.argv[1:] or list(CHECKS)
    if unknown := set(asked) - set(CHECKS):
        sys.exit(f"There is no check named {', '.join(unknown)}; there are: {', '.join(CHECKS)}.")
    failed = [title for title in asked if not run(title)]
    if failed:
        sys.exit(f"Checks failed: {', '.join(failed)}. One alone: python -m tests.checks '{failed[0]}'")


if __name__ == "__main__":
    main()
