"""What is inside a zipped workbook (XLSX, XLSM), looked at before any library opens it.

A 195 KB file made the reader take 583 MB (stack.md section 3), and a single cell at XFD1048576 would make it take all
memory: so every part is unpacked here once, in pieces, counted, and searched for what must be refused. The same look
finds the cells that the reader gives as empty although they are not: error values and formulas without a result.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from residents.importing.book import MAX_UNPACKED_BYTES, BadValue
from residents.importing.refusals import refuse
from residents.importing.sheetxml import CellScan, SharedTexts, SheetLook

MAX_PARTS = 2_000
MAX_RATIO = 200  # a part that unpacks to more than this is no table; honest sheets reach about 40
SMALL = 2 * 1024 * 1024  # below this any ratio is harmless
PIECE = 1024 * 1024
_KEPT = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_EPOCH = re.compile(rb"date1904\s*=\s*[\"'](?:1|true|on)[\"']")


@dataclass
class Package:
    """``bad_values`` by part name: (row from 0, column from 0) of cells that look empty to the reader and are not."""

    uses_1904: bool = False
    has_links: bool = False
    bad_values: dict[str, dict[tuple[int, int], BadValue]] = field(default_factory=dict)
    sheet_parts: dict[str, str] = field(default_factory=dict)  # sheet name to part name


def inspect(content: bytes) -> Package:
    """Look through a zip file that should be a workbook. Raises ``UnreadableBook``."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, OSError, struct.error, NotImplementedError, UnicodeError) as problem:
        raise refuse("damaged") from problem
    _check_parts(parts)
    package, total = Package(), 0
    texts: dict[str, bytes] = {}
    sheets: dict[str, SheetLook] = {}
    shared: list[SharedTexts] = []
    for part in parts:
        name = part.filename.lower().lstrip("/")
        kept: list[bytes] = []
        for place, piece in enumerate(_unpacked(content, part)):
            total += len(piece)
            if total > MAX_UNPACKED_BYTES:
                raise refuse("bomb")
            start = piece[:8192] if place == 0 else b""
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise refuse("damaged")
            if kept or name in _KEPT or b"<sst" in start or b":sst" in start:
                kept.append(piece)
            elif not name.endswith(".rels"):
                # Whatever its name: the list of sheets may point to any part.
                sheets.setdefault(part.filename, SheetLook()).feed(piece)
        if kept:
            texts[name] = b"".join(kept)
            if name not in _KEPT:
                shared.append(SharedTexts(texts.pop(name)))
    by_name = {part.filename: part for part in parts}
    for name, look in sheets.items():
        package.bad_values[name] = look.bad_values
        if look.is_unplaced and b"<worksheet" in next(_unpacked(content, by_name[name]), b"")[:8192]:
            package.bad_values[name] = CellScan().read(_unpacked(content, by_name[name]))
    cells = sum(look.cells for look in sheets.values())
    for one in shared:
        one.refuse_repetition(cells, (_unpacked(content, by_name[name]) for name in sheets))
    workbook = texts.get("xl/workbook.xml", b"")
    package.uses_1904 = bool(_EPOCH.search(workbook))
    package.has_links = any(part.filename.lower().startswith("xl/externallinks/") for part in parts)
    package.sheet_parts = _sheet_parts(workbook, texts.get("xl/_rels/workbook.xml.rels", b""), by_name)
    return package


def sheet_pieces(content: bytes, name: str) -> Iterator[bytes]:
    """The XML of the sheet ``name`` in pieces; of a workbook that ``inspect`` let pass. No such sheet: nothing."""
    with ZipFile(BytesIO(content)) as archive:
        parts = {part.filename: part for part in archive.infolist()}
        lists = {path.lower().lstrip("/"): part for path, part in parts.items()}
        workbook, relations = (archive.read(lists[kept]) if kept in lists else b"" for kept in _KEPT)
    part = _sheet_parts(workbook, relations, parts).get(name) if workbook and relations else None
    return _unpacked(content, parts[part]) if part else iter(())


def _check_parts(parts: list[ZipInfo]) -> None:
    names = {part.filename.lower().lstrip("/").replace("\\", "/") for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("encrypted")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise refuse("bomb")
    if any(part.file_size > SMALL and part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts):
        raise refuse("bomb")
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts) or len(names) < len(parts):
        raise refuse("damaged")
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise refuse("macros")
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise refuse("xlsb")
    if "content.xml" in names and "mimetype" in names:
        raise refuse("opendocument")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise refuse("document")
    if any(name.endswith((".xlsx", ".xls", ".csv", ".zip", ".xlsm")) for name in names):
        raise refuse("archive")
    raise refuse("damaged" if any(name.startswith("xl/") for name in names) else "not_a_spreadsheet")


def _unpacked(content: bytes, part: ZipInfo) -> Iterator[bytes]:
    """The bytes of a part in pieces, by the data itself: a part longer than its label says is a bomb."""
    head = content[part.header_offset : part.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise refuse("damaged")
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    start = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + part.compress_size]
    if len(packed) < part.compress_size:
        raise refuse("damaged")
    length, checksum = 0, 0
    for piece in _inflated(packed) if part.compress_type == ZIP_DEFLATED else _sliced(packed):
        length += len(piece)
        if length > part.file_size:
            raise refuse("bomb" if length > SMALL else "damaged")
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if length != part.file_size or checksum != part.CRC:
        raise refuse("damaged")


def _sliced(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), PIECE):
        yield bytes(packed[start : start + PIECE])


def _inflated(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting: bytes | memoryview = packed
    while not unpacker.eof:
        try:
            piece = unpacker.decompress(waiting, PIECE)
        except zlib.error as problem:
            raise refuse("damaged") from problem
        waiting = unpacker.unconsumed_tail
        if piece:
            yield piece
        elif not waiting and not unpacker.eof:
            raise refuse("damaged")


def _sheet_parts(workbook: bytes, relations: bytes, parts: dict[str, ZipInfo]) -> dict[str, str]:
    """Sheet name to the part that holds it, by the workbook's own list."""
    targets: dict[str, str] = {}
    for attributes in _elements(relations, "Relationship"):
        target = attributes.get("Target", "")
        targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    lower = {name.lower().lstrip("/"): name for name in parts}
    found = {}
    for attributes in _elements(workbook, "sheet"):
        relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        part = lower.get(targets.get(relation, "").lower())
        if part:
            found[attributes.get("name", "")] = part
    return found


def _elements(xml: bytes, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == wanted:
            found.append(attributes)

    def doctype(*_arguments: object) -> None:
        raise refuse("damaged")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as problem:
        raise refuse("damaged") from problem
    return found
