"""Make the virtual environment and install what is missing. Standard library only: there is nothing else yet.

``python governance/project/bootstrap.py [--dev]``. Runs again in no time: a stamp in the environment remembers what was
installed.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)


def say(text: str) -> None:
    print(text, flush=True)


def environment_python() -> Path:
    return ENVIRONMENT / "bin" / "python"


def version_of(python: Path) -> str:
    """The interpreter's version, empty when it does not start (its base was removed, or pip is missing)."""
    try:
        told = subprocess.run(
            [python, "-c", "import sys; print(sys.version); import pip"], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""


def make_environment() -> None:
    if sys.version_info < OLDEST:
        sys.exit("Lianhu needs Python 3.11 or newer, this is %s." % sys.version.split()[0])  # noqa: UP031
    if version_of(environment_python()):
        return
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        name = f"python3.{sys.version_info.minor}-venv"
        sys.exit(f"This Python cannot make virtual environments. Remedy: apt-get install {name}")
    say(f"Making the virtual environment .venv with Python {sys.version.split()[0]} ...")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=False)
    if made.returncode:
        name = f"python3.{sys.version_info.minor}-venv"
        sys.exit(f"The virtual environment could not be made (see above). On Debian and Ubuntu: apt-get install {name}")


def fingerprint(names: list[str]) -> str:
    contents = [version_of(environment_python()), *((ROOT / name).read_text(encoding="utf-8") for name in names)]
    return hashlib.sha256("\0".join(contents).encode()).hexdigest()


def install(name: str, *, beside: list[str]) -> None:
    """Install one requirements file unless exactly this content is installed already."""
    stamp = ENVIRONMENT / f".installed-{Path(name).stem}"
    wanted = fingerprint([name, *beside])
    if stamp.exists() and stamp.read_text().strip() == wanted:
        return
    say(f"Installing the packages of {name} ...")
    installed = subprocess.run(
        [environment_python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", name],
        cwd=ROOT,
        check=False,
    )
    if installed.returncode:
        sys.exit(
            f"The packages of {name} could not be installed (see above). Remedy: connect to the network, "
            "or name a mirror in PIP_INDEX_URL, and start again."
        )
    stamp.write_text(wanted)


def main() -> None:
    make_environment()
    install("requirements.txt", beside=[])
    if "--dev" in sys.argv[1:]:
        install("requirements-dev.txt", beside=["requirements.txt"])


if __name__ == "__main__":
    main()
