"""Search raw bytes for numbers that must not be there, however they are written down (promise P18).

A number is found in UTF-8, UTF-16 of both byte orders and any alignment, hexadecimal, base64 of any alignment, and
inside gzip, zlib and zip, nested a few times. The scanner itself is tested with planted canaries.
"""

import base64
import binascii
import gzip
import io
import re
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DEPTH = 3
LARGEST = 64 * 1024 * 1024  # what is unpacked from one stream at most
CHUNK = 1024
SHORTEST = 11
_DIGITS = re.compile(rb"[0-9]{11,}[Xx]?")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{16,}={0,2}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){11,}")
_ZLIB_STARTS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def bytes_of(path: Path) -> bytes:
    """The content of a file of a database that this process has open, read by another process.

    Closing any handle of a file drops all POSIX locks that this process holds on it (SQLite, "How To Corrupt An SQLite
    Database File", 2.2): reading it here would take SQLite's own locks away, and the next process to close the
    database would delete its log under our feet.
    """
    return subprocess.run(["cat", "--", path], capture_output=True, check=True).stdout


class Scanner:
    """``numbers``: the values to look for, of digits and a last X; 11 to 18 characters long."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.needles = {number.upper().encode() for number in numbers}
        self.lengths = sorted({len(needle) for needle in self.needles})
        assert self.lengths
        assert self.lengths[0] >= SHORTEST, "shorter numbers are found by chance"

    def find(self, data: bytes, depth: int = DEPTH) -> set[str]:
        """The numbers that stand in ``data`` in any of the ways above."""
        found: set[str] = set()
        for view in views(data, depth):
            found.update(self._plain(view))
        return found

    def find_in_files(self, folder: Path) -> dict[str, set[str]]:
        """File name to numbers for every file under ``folder`` in which some stand, in its content or its name."""
        hits = {}
        for path in sorted(folder.rglob("*")):
            found = self._plain(path.name.encode())
            if path.is_file():
                found |= self.find(path.read_bytes())
            if found:
                hits[str(path)] = found
        return hits

    def _plain(self, data: bytes) -> set[str]:
        """Digits as they stand, in both byte orders of UTF-16 too: every second byte is a digit there."""
        found = set()
        for view in (data, data[::2], data[1::2]):
            for run in _DIGITS.finditer(view):
                text = run.group().upper()
                for length in self.lengths:
                    for start in range(len(text) - length + 1):
                        if text[start : start + length] in self.needles:
                            found.add(text[start : start + length].decode())
        return found


def views(data: bytes, depth: int) -> Iterator[bytes]:
    """``data``, and everything that can be unpacked out of it."""
    yield data
    if depth == 0:
        return
    for inner in (*compressed(data), *encoded(data), *encoded(data[::2]), *encoded(data[1::2])):
        yield from views(inner, depth - 1)


def compressed(data: bytes) -> Iterator[bytes]:
    """The content of every gzip or zlib stream and zip member that begins anywhere in ``data``."""
    for start in starts(data, b"\x1f\x8b\x08"):
        yield from unpack(data[start:], zlib.MAX_WBITS | 16)
    for magic in _ZLIB_STARTS:
        for start in starts(data, magic):
            yield from unpack(data[start:], zlib.MAX_WBITS)
    for start in starts(data, b"PK\x03\x04"):
        yield from member(data, start)


def starts(data: bytes, magic: bytes) -> Iterator[int]:
    place = data.find(magic)
    while place >= 0:
        yield place
        place = data.find(magic, place + 1)


def unpack(data: bytes, window: int) -> Iterator[bytes]:
    """What can be unpacked from a stream that may be cut off and followed by other bytes; noise gives nothing."""
    unpacker, content, place = zlib.decompressobj(window), b"", 0
    while place < len(data) and not unpacker.eof and len(content) < LARGEST:
        before = unpacker.copy()
        try:
            content += unpacker.decompress(data[place : place + CHUNK], LARGEST)
        except zlib.error:
            content += before_the_fault(before, data[place : place + CHUNK])
            break
        place += CHUNK
    if content:
        yield content


def before_the_fault(unpacker: Any, data: bytes) -> bytes:
    content = b""
    try:
        for place in range(len(data)):
            content += unpacker.decompress(data[place : place + 1], LARGEST)
    except zlib.error:
        pass
    return content


def member(data: bytes, start: int) -> Iterator[bytes]:
    """One member of a zip, read from its own header, so that a torn archive is searched too; its name as well."""
    method = int.from_bytes(data[start + 8 : start + 10], "little")
    name_length = int.from_bytes(data[start + 26 : start + 28], "little")
    extra_length = int.from_bytes(data[start + 28 : start + 30], "little")
    body = data[start + 30 + name_length + extra_length :]
    if method == zipfile.ZIP_DEFLATED:
        yield from unpack(body, -zlib.MAX_WBITS)


def encoded(data: bytes) -> Iterator[bytes]:
    """What base64 (either alphabet, any of its four alignments) and hexadecimal text stands for."""
    for run in _BASE64.finditer(data):
        text = run.group().rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for shift in range(4):
            whole = text[shift:]
            whole = whole[: len(whole) // 4 * 4]
            if len(whole) >= 16:
                yield base64.b64decode(whole)
    for run in _HEX.finditer(data):
        for shift in (0, 1):
            whole = run.group()[shift:]
            yield binascii.unhexlify(whole[: len(whole) // 2 * 2])


def canaries(number: str) -> dict[str, bytes]:
    """``number`` written down in every way that the scanner must see through."""
    plain = f"x,{number},y".encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", b"<si>" + plain + b"</si>" * 30)
    packed, nested = archive.getvalue(), gzip.compress(archive.getvalue())
    return {
        "utf-8": plain,
        "utf-16-le": f"号{number}码".encode("utf-16-le"),
        "utf-16-be": f"号{number}码".encode("utf-16-be"),
        "utf-16 at an odd place": b"\x07" + f"号{number}码".encode("utf-16-le"),
        "gzip": b"head" + gzip.compress(plain) + b"tail",
        "gzip cut off": gzip.compress(plain * 20)[:-9],
        "zlib": b"head" + zlib.compress(plain * 3, 9) + b"tail",
        "zip": b"\x00\x01" + packed,
        "zip without its directory": packed[: packed.rindex(b"PK\x01\x02")],
        "zip in gzip": nested,
        "hexadecimal": b"blob " + plain.hex().encode(),
        **{f"base64 behind {count}": b'{"v": "' + base64.b64encode(b"?" * count + plain) + b'"}' for count in range(3)},
        "base64 for addresses": base64.urlsafe_b64encode(b"\xff\xfb" + plain),
        "base64 of UTF-16": base64.b64encode(number.encode("utf-16-le")),
        "base64 of gzip": base64.b64encode(gzip.compress(plain)),
    }
