"""Files of boundaries: GeoJSON, plain or gzipped, each feature with the code of its division. No database."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.common.codes import CODE_PATTERN

LARGEST = 200 * 1024 * 1024
MOST_FEATURES = 100_000
GZIP = b"\x1f\x8b"
# Where a feature says its code, the first one that is there; six digits are a district.
CODE_NAMES = ("code", "code12", "adcode", "id")


@dataclass(frozen=True)
class Feature:
    """One boundary of a file: its place in it, code, name and GeoJSON geometry."""

    number: int
    code: str
    name: str
    geometry: Mapping[str, Any]


@dataclass(frozen=True)
class Collection:
    """A file as it was read. ``gcj02`` is what it says about its coordinates, None if it says nothing."""

    features: list[Feature]
    gcj02: bool | None
    source: str
    licence: str


def read_collection(content: bytes) -> Collection:
    """The features of a file. Raises ``ValidationError`` naming the reason why the file cannot be taken."""
    try:
        data = json.loads(_unpacked(content).decode("utf-8-sig"), parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as problem:
        raise ValidationError(_("The file is no GeoJSON: it cannot be read as JSON in UTF-8.")) from problem
    if not isinstance(data, Mapping) or data.get("type") != "FeatureCollection":
        raise ValidationError(_("The file is no GeoJSON FeatureCollection."))
    listed = data.get("features")
    if not isinstance(listed, list) or not listed:
        raise ValidationError(_("The file holds no features."))
    if len(listed) > MOST_FEATURES:
        raise ValidationError(_("The file holds too many features."))
    metadata = data.get("metadata")
    facts = {key: str(value) for key, value in metadata.items()} if isinstance(metadata, Mapping) else {}
    return Collection(
        features=[_feature(number, one) for number, one in enumerate(listed, start=1)],
        gcj02=_datum(facts.get("crs", "")),
        source=facts.get("source", "")[:200],
        licence=facts.get("licence", "")[:100],
    )


def _unpacked(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise ValidationError(_("The file is too large."))
    if not content.startswith(GZIP):
        return content
    # Stop reading where a bomb would go on.
    engine = zlib.decompressobj(wbits=31)
    try:
        unpacked = engine.decompress(content, LARGEST)
    except zlib.error as problem:
        raise ValidationError(_("The gzip file is damaged.")) from problem
    if engine.unconsumed_tail:
        raise ValidationError(_("The file is too large."))
    if not engine.eof:
        raise ValidationError(_("The gzip file is damaged."))
    return unpacked


def _no_constant(name: str) -> Any:
    raise ValidationError(_("The file holds %(name)s, which is no number.") % {"name": name})


def _datum(words: str) -> bool | None:
    """Whether the file says that it is in GCJ-02; the first datum that is named counts ("GCJ-02; NOT WGS84")."""
    plain = words.upper().replace("-", "").replace(" ", "")
    places = {name: plain.find(name) for name in ("GCJ02", "WGS84") if name in plain}
    return min(places, key=lambda name: places[name]) == "GCJ02" if places else None


def _feature(number: int, data: Any) -> Feature:
    if not isinstance(data, Mapping) or data.get("type") != "Feature":
        raise ValidationError(_("Entry %(number)s of the file is no feature.") % {"number": number})
    facts = data.get("properties")
    facts = facts if isinstance(facts, Mapping) else {}
    said = next((str(value) for name in CODE_NAMES if (value := facts.get(name, data.get(name)))), "")
    code = said.strip().ljust(12, "0") if said.strip().isascii() and said.strip().isdigit() else ""
    if not CODE_PATTERN.fullmatch(code):
        message = _("Feature %(number)s has no division code (property code, code12 or adcode).")
        raise ValidationError(message % {"number": number})
    geometry = data.get("geometry")
    if not isinstance(geometry, Mapping):
        raise ValidationError(_("Feature %(number)s (%(code)s) has no geometry.") % {"number": number, "code": code})
    return Feature(number, code, str(facts.get("name", ""))[:80], geometry)
