"""See to it that the browser tests have a browser: ``python -m tests.chromium``. Standard library only."""

import os
import shutil
import subprocess
import sys

# The shell draws pages without the windows, menus and tabs around them, and computes a third less.
SHELL = "chromium-headless-shell"
PROGRAMS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = "fonts-noto-cjk"
REMEDY = (
    "Chromium is missing. Remedy: apt-get install chromium fonts-noto-cjk, "
    "or set CHROMIUM=/path/to/it, or leave the browser tests out with BROWSER=0."
)


def find() -> str | None:
    """The browser to use: CHROMIUM, else what the system has."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


def installed_by_root() -> bool:
    """Install a browser when this is root on a Debian-like system; say whether there is one now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    if not apt_get("update"):
        return False
    # Older systems have the whole browser only.
    return any(
        apt_get("install", "-y", "--no-install-recommends", one, FONTS) and find() for one in (SHELL, "chromium")
    )


def apt_get(*command: str) -> bool:
    print(f"apt-get {' '.join(command)} ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-q", *command], env=environment, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def main() -> None:
    if os.environ.get("BROWSER", "1") == "0" or find() or installed_by_root():
        return
    sys.exit(REMEDY)


if __name__ == "__main__":
    main()
