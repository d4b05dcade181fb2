"""``make run``: from a bare checkout to the running portal, on this machine only.

Keys are made once and kept outside the repository; the database is made once and kept. Everything here only prepares
the environment and calls management commands: there is no second way to do what they do.
"""

import base64
import hashlib
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"
# Where the keys of this folder's database lie; not a secret itself. It lets the folder be moved or renamed.
POINTER = VAR / "secrets-location"
WORKERS, THREADS = 2, 4


def say(text: str) -> None:
    print(text, flush=True)


def port_wanted() -> int:
    raw = os.environ.get("PORT", "8000")
    if not raw.isdecimal() or not 1 <= int(raw) <= 65535:
        sys.exit(f"PORT is {raw!r}; write a number between 1 and 65535.")
    return int(raw)


def refuse_taken_port(port: int) -> None:
    """Say early, before the work of a first start, that the port cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            sys.exit(
                f"Port {port} cannot be used ({problem.strerror}). Stop what listens there, "
                f"or choose another: make run PORT={port + 1 if port < 65535 else 8001}"
            )


def state_directory() -> Path:
    """A private directory outside the repository, of its own for each checkout."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "lianhu" / hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]


def new_keys() -> dict[str, str]:
    """A fresh secret key and key rings, as settings read them from the environment."""
    names = ("FIELD_KEYS", "INDEX_KEYS", "TRAIL_KEYS")
    rings = {name: f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}" for name in names}
    return {"SECRET_KEY": secrets.token_urlsafe(64), **rings}


def secrets_file(*, database: Path) -> Path:
    """The file with this checkout's keys; made at the first start, never again.

    Without its keys a database cannot be read: when there is one but its keys are gone, nothing is made anew.
    """
    if POINTER.exists() and (known := Path(POINTER.read_text(encoding="utf-8").strip())).is_file():
        return known
    path = state_directory() / "secrets.env"
    if not path.is_file():
        if database.exists():
            expected = POINTER.read_text(encoding="utf-8").strip() if POINTER.exists() else path
            sys.exit(
                f"The keys of {database} are not in {expected}: its encrypted fields cannot be read. "
                "Put that file back, or move the database away to start with a new one."
            )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines = [
            "# Keys of a Lianhu on this machine. Whoever has them can read the encrypted fields of its database.",
            *(f"{name}={value}" for name, value in new_keys().items()),
        ]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        say(f"New keys in {path}")
    POINTER.write_text(f"{path}\n", encoding="utf-8")
    return path


def prepare_environment() -> None:
    # Names and doors lie in the database: what is made here is for its owner's eyes.
    os.umask(0o077)
    VAR.mkdir(exist_ok=True)
    os.environ["LIANHU_LOCAL"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "governance.project.settings"
    if "SECRET_KEY" not in os.environ and "LIANHU_SECRETS" not in os.environ:
        os.environ["LIANHU_SECRETS"] = str(secrets_file(database=VAR / "lianhu.sqlite3"))


def prepare_portal() -> None:
    """Database, messages, static files and demo data: each does only what is not done yet."""
    from django.core.management import call_command

    say("[1/4] Messages")
    call_command("build_messages")
    say("[2/4] Database")
    call_command("migrate", interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("sync_roles", verbosity=0)
    say("[3/4] Static files")
    call_command("collectstatic", interactive=False)
    say("[4/4] Demo data")
    from grids.tree.models import Grid

    if Grid.objects.exists():
        say("  The database holds data already; it is kept.")
    else:
        call_command("load_demo")


def serve(port: int) -> None:
    """Start the worker of the background tasks, then hand this process over to gunicorn; does not return."""
    from django.core.management import call_command
    from django.db import connections

    say("")
    call_command("load_demo", accounts=True)
    say(f"\nLianhu runs on http://127.0.0.1:{port}  (stop with Ctrl-C)\n")
    connections.close_all()
    os.chdir(ROOT)
    # Beside gunicorn, which takes over this process and its number.
    subprocess.Popen([sys.executable, "-m", "governance.project.attendant", str(os.getpid())])  # noqa: S603
    os.execv(  # noqa: S606 - our own interpreter with fixed arguments
        sys.executable,
        [
            sys.executable,
            "-m",
            "gunicorn",
            "governance.project.wsgi",
            f"--bind=127.0.0.1:{port}",
            f"--workers={WORKERS}",
            "--worker-class=gthread",
            f"--threads={THREADS}",
            "--no-control-socket",
            "--log-level=warning",
        ],
    )


def main() -> None:
    """No arguments: run the portal. ``manage COMMAND...``: a management command on the same database and keys."""
    arguments = sys.argv[1:]
    os.chdir(ROOT)
    try:
        if arguments[:1] == ["manage"]:
            from django.core.management import execute_from_command_line

            prepare_environment()
            execute_from_command_line(["manage.py", *arguments[1:]])
            return
        port = port_wanted()
        refuse_taken_port(port)
        prepare_environment()
        import django

        django.setup()
        prepare_portal()
        serve(port)
    except (ImproperlyConfigured, CommandError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Start again with: make run")


if __name__ == "__main__":
    main()
