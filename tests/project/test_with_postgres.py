"""The throw-away PostgreSQL starts, serves, and leaves nothing behind, however its command ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests import with_postgres

SCRIPT = Path(with_postgres.__file__)
SAY = (
    "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL']);"
    "print(c.info.host, c.info.backend_pid, flush=True)"
)


def test_the_command_finds_its_database_and_its_exit_code_is_handed_on():
    run = subprocess.run(
        [sys.executable, SCRIPT, sys.executable, "-c", f"{SAY}; raise SystemExit(7)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 7, run.stderr
    assert not Path(run.stdout.split()[0]).exists()


def test_the_binaries_of_the_wheel_serve_where_the_system_has_none():
    wheel = with_postgres.wheel_folder() / "pginstall18" / "bin"
    run = subprocess.run(
        [sys.executable, SCRIPT, sys.executable, "-c", SAY],
        env=os.environ | {"PG_BIN": str(wheel)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_a_killed_run_takes_its_server_along():
    wait = f"{SAY}; import sys; sys.stdin.read()"
    runner = subprocess.Popen(
        [sys.executable, SCRIPT, sys.executable, "-c", wait],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    home, backend = runner.stdout.readline().split()
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    # The server's processes end one after the other; this only bounds a server that never ends.
    pid_file = Path(home) / "data" / "postmaster.pid"
    for _ in range(3000):
        if not Path(f"/proc/{backend}").exists() and not pid_file.exists():
            break
        signal.sigtimedwait([], 0.01)
    else:
        raise AssertionError("The server outlived its killed runner.")
    runner.stdin.close()
    runner.stdout.close()
    with_postgres.shutil.rmtree(home)


def test_missing_binaries_are_one_clear_line(tmp_path):
    run = subprocess.run(
        [sys.executable, SCRIPT, "true"],
        env=os.environ | {"PG_BIN": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "PostgreSQL is missing" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
