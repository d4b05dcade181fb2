"""How the cells of a large workbook look, carried over to one that is written row by row.

A whole workbook with its styles takes about 2 KB a cell in memory. So the styles are read once (there are a few dozen),
and the sheet's own XML tells piece by piece which cell has which: nothing but the present row is held.
"""

import colorsys
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.numbers import is_date_format
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.functions import fromstring
from xlsxwriter.color import Color

from residents.importing.packages import sheet_pieces
from residents.importing.sheetxml import ColumnLook, LookScan, RowLook

MOST_STYLES = 4 * 1024 * 1024  # bytes of the part with the styles; a roster's has some 10 KB
MOST_USED = 4_000  # styles that come back; Excel itself opens no book with more than 64,000
PIXELS = 7  # of a digit in Excel's own default font, in which column widths are counted

_LINES = (
    "none", "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed", "dashDot",
    "mediumDashDot", "dashDotDot", "mediumDashDotDot", "slantDashDot",
)  # fmt: skip
_UNDERLINES = {"single": 1, "double": 2, "singleAccounting": 33, "doubleAccounting": 34}
_ACROSS = {"centerContinuous": "center_across"}
_DOWN = {"center": "vcenter", "justify": "vjustify", "distributed": "vdistributed"}
# The places of a theme's colours are not those of its file: light and dark change places.
_THEME_ORDER = (1, 0, 3, 2, *range(4, 12))


class Looks:
    """The styles of an XLSX, as properties for a format of xlsxwriter. Raises whatever a broken part makes of it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._book = Workbook()
        with ZipFile(BytesIO(content)) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
            if sizes.get("xl/styles.xml", 0) > MOST_STYLES or sizes.get("xl/theme/theme1.xml", 0) > MOST_STYLES:
                raise ValueError("too many styles")
            apply_stylesheet(archive, self._book)
            self._theme = _theme_colours(archive.read("xl/theme/theme1.xml")) if "xl/theme/theme1.xml" in sizes else []
        self._known: dict[int, dict[str, Any]] = {}

    def sheet(self, name: str) -> tuple[list[ColumnLook], Iterator[RowLook]]:
        """The columns of a sheet that have a look of their own, and its rows one by one."""
        scan = LookScan()
        rows = scan.rows(sheet_pieces(self._content, name))
        first = next(rows, None)  # the columns stand before the first row
        return scan.columns, _with_first(first, rows)

    def properties(self, index: int) -> dict[str, Any]:
        """The look number ``index`` of the book; one that is missing, or too many, looks like nothing."""
        if index not in self._known:
            styles = self._book._cell_styles
            is_there = index < len(styles) and len(self._known) < MOST_USED
            self._known[index] = self._of(styles[index]) if is_there else {}
        return self._known[index]

    def _of(self, style: Any) -> dict[str, Any]:
        book = self._book
        found = {
            **self._font(book._fonts[style.fontId]),
            **self._fill(book._fills[style.fillId]),
            **self._border(book._borders[style.borderId]),
            **_alignment(book._alignments[style.alignmentId]),
        }
        if style.numFmtId:
            number = style.numFmtId
            custom = book._number_formats[number - 164] if 164 <= number < 164 + len(book._number_formats) else None
            found["num_format"] = custom or number
        return found

    def _font(self, font: Any) -> dict[str, Any]:
        return _given(
            font_name=font.name,
            font_size=font.sz,
            font_family=font.family,
            font_charset=font.charset,
            font_scheme="none",  # by its name: the theme is not carried over
            bold=font.b,
            italic=font.i,
            font_strikeout=font.strike,
            underline=_UNDERLINES.get(font.u),
            font_script={"superscript": 1, "subscript": 2}.get(font.vertAlign),
            font_color=self._colour(font.color),
        )

    def _fill(self, fill: Any) -> dict[str, Any]:
        return _given(bg_color=self._colour(fill.fgColor)) if getattr(fill, "patternType", None) == "solid" else {}

    def _border(self, border: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for side in ("left", "right", "top", "bottom"):
            line = getattr(border, side)
            if line is not None and line.style in _LINES[1:]:
                found |= _given(**{side: _LINES.index(line.style), f"{side}_color": self._colour(line.color)})
        return found

    def _colour(self, colour: Any) -> Color | None:
        """The colour as red, green and blue; None for the one that the program itself chooses."""
        if colour is None:
            return None
        if colour.type == "rgb":
            plain = colour.rgb[-6:]
        elif colour.type == "indexed" and colour.indexed < len(COLOR_INDEX):
            plain = COLOR_INDEX[colour.indexed][-6:]
        elif colour.type == "theme" and colour.theme < len(self._theme):
            plain = self._theme[colour.theme]
        else:
            return None
        return Color(f"#{_tinted(plain, colour.tint or 0.0)}")


def is_of_days(properties: Mapping[str, Any]) -> bool:
    """Whether a number of this look is shown as a day or a time."""
    shown = properties.get("num_format", 0)
    return shown in {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)} or (
        isinstance(shown, str) and is_date_format(shown)
    )


def pixels(width: float) -> int:
    """The pixels of a column width as the file has it."""
    return round(width * PIXELS)


def _with_first(first: RowLook | None, rest: Iterator[RowLook]) -> Iterator[RowLook]:
    if first is not None:
        yield first
        yield from rest


def _given(**properties: Any) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value}


def _alignment(alignment: Any) -> dict[str, Any]:
    across = alignment.horizontal if alignment.horizontal != "general" else None
    turned = alignment.textRotation or 0
    return _given(
        align=_ACROSS.get(across, across),
        valign=_DOWN.get(alignment.vertical, alignment.vertical),
        text_wrap=alignment.wrap_text,
        shrink=alignment.shrink_to_fit,
        indent=int(alignment.indent or 0),
        # The file counts 91 to 180 for a turn down, and 255 for letters below each other.
        rotation=270 if turned == 255 else 90 - turned if turned > 90 else turned,
    )


def _theme_colours(xml: bytes) -> list[str]:
    """The twelve colours of a theme, by the numbers that cells give them."""
    scheme = next((part for part in fromstring(xml).iter() if part.tag.endswith("}clrScheme")), None)
    found = [part.get("lastClr") or part.get("val") or "000000" for entry in scheme or () for part in list(entry)[:1]]
    return [found[place][-6:] for place in _THEME_ORDER] if len(found) >= len(_THEME_ORDER) else []


def _tinted(plain: str, tint: float) -> str:
    """``plain`` lighter (to 1) or darker (to -1), by the rule of ECMA-376 18.8.19."""
    if not tint:
        return plain
    red, green, blue = (int(plain[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, min(max(light, 0), 1), strength))
