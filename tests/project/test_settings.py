"""The readers of the environment refuse nonsense with a sentence; production refuses weak secrets."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from governance.project.environment import Environment, load_file

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "k1:" + base64.b64encode(b"x" * 32).decode()
GOOD_SECRET = "".join(chr(ord("a") + number % 26) for number in range(60))


@pytest.mark.parametrize(("word", "value"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("", False)])
def test_flags(word: str, value: bool) -> None:
    assert Environment({"X": word}).flag("X", default=not value) is value


@pytest.mark.parametrize("reader", [lambda e: e.flag("X"), lambda e: e.integer("X", 1, minimum=0, maximum=9)])
def test_nonsense_is_named(reader) -> None:
    with pytest.raises(ImproperlyConfigured, match="X is 'maybe'"):
        reader(Environment({"X": "maybe"}))


def test_a_number_out_of_bounds_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="between 0 and 9"):
        Environment({"X": "10"}).integer("X", 1, minimum=0, maximum=9)


@pytest.mark.parametrize("weak", ["short", "a" * 80, "django-insecure-" + GOOD_SECRET])
def test_a_weak_secret_is_refused_without_being_repeated(weak: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        Environment({"X": weak}).secret("X", fallback=None)
    assert weak not in str(refusal.value)


def test_a_missing_secret_says_how_to_make_one() -> None:
    with pytest.raises(ImproperlyConfigured, match="token_urlsafe"):
        Environment({}).secret("X", fallback=None)


@pytest.mark.parametrize(
    "ring", ["nonsense", "k1:abc", f"{GOOD_KEY},{GOOD_KEY}", "k-1:" + GOOD_KEY[3:], "toolongname:" + GOOD_KEY[3:]]
)
def test_a_broken_key_ring_is_refused(ring: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="X"):
        Environment({"X": ring}).key_ring("X", fallback=None)


def test_the_first_key_of_a_ring_comes_first() -> None:
    ring = Environment({"X": GOOD_KEY.replace("k1", "k2") + "," + GOOD_KEY}).key_ring("X", fallback=None)
    assert list(ring) == ["k2", "k1"]


def test_a_file_of_secrets(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("# made on first run\n\nA = one\nB=two=three\n", encoding="utf-8")
    assert load_file(file) == {"A": "one", "B": "two=three"}
    file.write_text("A=one\nnonsense\n", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="line 2"):
        load_file(file)


def start(**environment: str) -> subprocess.CompletedProcess:
    """Read the settings in a process of their own with just this environment."""
    return subprocess.run(
        [sys.executable, "-c", "import governance.project.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


PRODUCTION = {
    "SECRET_KEY": GOOD_SECRET,
    "FIELD_KEYS": GOOD_KEY,
    "INDEX_KEYS": GOOD_KEY,
    "TRAIL_KEYS": GOOD_KEY,
    "ALLOWED_HOSTS": "lianhu.example",
    "DATABASE_URL": "postgres://lianhu:hush@db/lianhu",
}


def test_production_starts_with_everything_given() -> None:
    assert start(**PRODUCTION).returncode == 0


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS", "TRAIL_KEYS", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(missing: str) -> None:
    outcome = start(**{name: value for name, value in PRODUCTION.items() if name != missing})
    assert outcome.returncode != 0
    assert missing in outcome.stderr.splitlines()[-1]


@pytest.mark.parametrize("url", ["oracle://x", "mysql://u:hush@h/db", "nonsense"])
def test_an_unusable_database_address_is_refused_without_its_password(url: str) -> None:
    outcome = start(**{**PRODUCTION, "DATABASE_URL": url})
    assert "DATABASE_URL" in outcome.stderr.splitlines()[-1]
    assert "hush" not in outcome.stderr.splitlines()[-1]
