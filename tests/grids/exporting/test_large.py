"""100,000 rows become a file, encrypted and read again, in less than 400 MB: measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LIMIT = 400  # MB
MAKE = """
import pathlib, re, sys
import django
django.setup()
from grids.common.crypto import decrypt_bytes, encrypt_bytes
from grids.common.sheets import Mark, write_sheet
from grids.exporting.rules import hidden_word
rows = (["张*", "男", 30 + n % 50, "户主", f"丁香花园{n % 300}幢{n}室", "138****0101", "常住", "第一网格", "2026-01-01"]
        for n in range(100_000))
file, count = write_sheet(sys.argv[1], "居民", list("甲乙丙丁戊己庚辛壬"), rows, Mark("周书记", hidden_word(7)))
with file:
    content = file.read()
sealed = encrypt_bytes(content, "t.c")
assert count == 100_000 and decrypt_bytes(sealed, "t.c") == content and len(content) < 30 * 1024 * 1024
# Not getrusage: a child begins with what its parent had.
print(int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_memory_does_not_grow_with_the_rows(kind: str) -> None:
    run = subprocess.run([sys.executable, "-c", MAKE, kind], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.split()[-1]) < LIMIT, run.stdout
