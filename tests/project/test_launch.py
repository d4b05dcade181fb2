"""A first start makes keys once; later starts and moved folders find them; nothing is made anew over a database."""

import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from governance.project import bootstrap, launch
from governance.project.environment import Environment, load_file


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    root = tmp_path / "联户 portal"
    (root / "var").mkdir(parents=True)
    monkeypatch.setattr(launch, "ROOT", root)
    monkeypatch.setattr(launch, "VAR", root / "var")
    monkeypatch.setattr(launch, "POINTER", root / "var" / "secrets-location")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return root


def test_keys_are_made_once_outside_the_checkout_for_the_owner_alone(checkout):
    database = checkout / "var" / "lianhu.sqlite3"
    path = launch.secrets_file(database=database)
    assert checkout not in path.parents
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    readable = Environment(load_file(path))
    assert readable.secret("SECRET_KEY", fallback=None)
    assert all(readable.key_ring(name, fallback=None) for name in ("FIELD_KEYS", "INDEX_KEYS", "TRAIL_KEYS"))
    before = path.read_text()
    assert launch.secrets_file(database=database) == path
    assert path.read_text() == before


def test_a_renamed_folder_still_finds_its_keys(checkout, monkeypatch):
    database = checkout / "var" / "lianhu.sqlite3"
    path = launch.secrets_file(database=database)
    database.touch()
    monkeypatch.setattr(launch, "ROOT", checkout / "elsewhere")
    assert launch.secrets_file(database=database) == path


def test_a_database_whose_keys_are_gone_is_not_given_new_ones(checkout):
    database = checkout / "var" / "lianhu.sqlite3"
    path = launch.secrets_file(database=database)
    database.touch()
    path.unlink()
    with pytest.raises(SystemExit, match="its encrypted fields cannot be read"):
        launch.secrets_file(database=database)
    assert not path.exists()


def test_a_taken_port_is_one_clear_line_and_a_free_one_passes():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        other.listen()
        with pytest.raises(SystemExit, match=f"Port {port} cannot be used .* make run PORT="):
            launch.refuse_taken_port(port)
    launch.refuse_taken_port(port)


@pytest.mark.parametrize("nonsense", ["", "http", "0", "65536", "-1", "80 80"])
def test_a_senseless_port_is_refused(monkeypatch, nonsense):
    monkeypatch.setenv("PORT", nonsense)
    with pytest.raises(SystemExit, match="write a number between 1 and 65535"):
        launch.port_wanted()


def test_the_bootstrap_needs_nothing_but_the_standard_library():
    run = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import runpy; runpy.run_path({bootstrap.__file__!r}, run_name='looked at')",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
