"""Who holds a job: a process on a machine, and whether it is still alive."""

import os
import platform
import uuid
from pathlib import Path

PROC = Path("/proc")


def this_machine() -> str:
    """The machine as processes see each other: its name, its boot and its process namespace (container)."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()[:8]
        space = os.readlink(PROC / "self/ns/pid").strip("pid:[]")
    except OSError:
        boot = space = ""
    return f"{platform.node()[:60]}/{boot}/{space}"


def _born(pid: int) -> str:
    """When the process was started, in the kernel's ticks; empty when it is gone, "?" when there is no telling."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return "" if (PROC / "self/stat").exists() else _without_proc(pid)
    except OSError:
        return ""
    # A zombie was killed and only waits for its parent to notice.
    return "" if fields[0] in {"Z", "X"} else fields[19]


def _without_proc(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        return "?"
    return "?"


def new_holder() -> str:
    """A name for a worker in this process, never used before."""
    return f"{this_machine()}|{os.getpid()}|{_born(os.getpid())}|{uuid.uuid4().hex[:8]}"


def is_near(holder: str) -> bool:
    """Whether ``holder`` is a process of this machine, so that we can see whether it lives."""
    return holder.partition("|")[0] == this_machine()


def is_alive(holder: str) -> bool:
    """Whether the process of a ``holder`` of this machine still runs (the same one, not a later one of its number)."""
    _machine, pid, born, _nonce = holder.split("|")
    return pid.isdecimal() and _born(int(pid)) == born
