"""Line icons from the lucide wheel as inline SVG: no request, no script, coloured by the text around them."""

from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide import IconDoesNotExist

_NAMESPACE = "{http://www.w3.org/2000/svg}"


@cache
def _drawings() -> ZipFile:
    """The drawings of the wheel, whose own tag opens them anew for each icon: some 40 times on the first page."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


@lru_cache(maxsize=512)
def _drawing(name: str, css_class: str) -> SafeString:
    try:
        svg = ElementTree.fromstring(_drawings().read(f"{name}.svg"))  # noqa: S314 (comes with the wheel)
    except KeyError as problem:
        raise IconDoesNotExist(f"The icon {name!r} does not exist.") from problem
    for node in svg.iter():
        node.tag = node.tag.removeprefix(_NAMESPACE)
    svg.attrib.update({"aria-hidden": "true", "focusable": "false", "class": css_class})
    return SafeString(ElementTree.tostring(svg, encoding="unicode"))


def icon(name: str, *, label: object = "", css_class: str = "") -> SafeString:
    """The icon ``name`` (a lucide name) as SVG, sized by the stylesheet.

    Hidden from screen readers; ``label`` puts the words beside it for them when the icon stands alone.
    Raises lucide's ``IconDoesNotExist`` for an unknown name.
    """
    drawing = _drawing(name, f"icon icon-{name} {css_class}".strip())
    if not label:
        return drawing
    return format_html('{}<span class="visually-hidden">{}</span>', drawing, label)
