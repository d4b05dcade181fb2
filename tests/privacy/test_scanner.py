"""The scanner finds a number in every disguise, and nothing where there is none."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.privacy.scanner import Scanner, bytes_of, canaries
from tests.world import id_number

NUMBER, PHONE = id_number("99018819900101001"), "19900188001"


@pytest.mark.parametrize("number", [NUMBER, PHONE])
@pytest.mark.parametrize("way", list(canaries(NUMBER)))
def test_a_planted_number_is_found(number: str, way: str):
    noise = os.urandom(300)
    assert Scanner([NUMBER, PHONE]).find(noise + b"\x00" + canaries(number)[way] + b"\x00" + noise) == {number}


def test_a_last_x_is_found_small_and_large():
    number = next(one for count in range(100, 999) if (one := id_number(f"99018819900101{count}")).endswith("X"))
    assert Scanner([number]).find(f"a{number.lower()}b".encode()) == {number}


@pytest.mark.parametrize("data", [b"", b"990188********0011", os.urandom(4000), NUMBER[:-1].encode(), b"1990018800"])
def test_masks_and_noise_are_no_hit(data: bytes):
    assert Scanner([NUMBER, PHONE]).find(data) == set()


def test_files_are_searched_with_their_names(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / f"{PHONE}.txt").write_bytes(b"")
    (tmp_path / "content").write_bytes(canaries(NUMBER)["zip"])
    (tmp_path / "clean").write_bytes(b"nothing")
    hits = Scanner([NUMBER, PHONE]).find_in_files(tmp_path)
    assert sorted(hits.values(), key=str) == [{PHONE}, {NUMBER}]


CLOSES_IT = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("INSERT INTO t VALUES (zeroblob(9000))")
database.close()
"""


def test_an_open_database_can_be_read_without_harming_it(tmp_path):
    """Reading the file in this process would drop SQLite's locks: whoever closes it next deletes the log in use."""
    path = tmp_path / "open.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES (1)")
        assert bytes_of(path).startswith(b"SQLite format 3")
        subprocess.run([sys.executable, "-c", CLOSES_IT, path], check=True)
        assert path.with_name("open.sqlite3-wal").exists(), "the log stays as long as this connection"
        assert database.execute("SELECT count(*) FROM t").fetchone() == (2,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
