"""See to it that the browser tests have a browser: ``python -m tests.chromium``. Standard library only."""

import os
import shutil
import subprocess
import sys

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
REMEDY = (
    "Chromium is missing. Remedy: apt-get install chromium fonts-noto-cjk, "
    "or set CHROMIUM=/path/to/it, or leave the browser tests out with BROWSER=0."
)


def find() -> str | None:
    """The browser to use: CHROMIUM, else what the system has."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


def installed_by_root() -> bool:
    """Install the packages when this is root on a Debian-like system; say whether that led to a browser."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        print(f"apt-get {' '.join(command)} ...", flush=True)
        done = subprocess.run(["apt-get", "-q", *command], env=environment, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            return False
    return find() is not None


def main() -> None:
    if os.environ.get("BROWSER", "1") == "0" or find() or installed_by_root():
        return
    sys.exit(REMEDY)


if __name__ == "__main__":
    main()
