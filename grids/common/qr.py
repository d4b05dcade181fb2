"""Codes to scan, drawn on the server as inline SVG: no script, no other host."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(address: str) -> SafeString:
    """The code of an address of this portal, sized by the stylesheet (class ``qr``), read at 15 % damage."""
    drawing = segno.make(address, error="m").svg_inline(scale=8, svgclass="qr", lineclass=None, omitsize=True)
    # Only shapes come out, whatever goes in: the address itself is not written down in them.
    return mark_safe(drawing)  # noqa: S308
