"""Line icons from the lucide wheel as inline SVG: no request, no script, coloured by the text around them."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide


@lru_cache(maxsize=512)
def _drawing(name: str, css_class: str) -> SafeString:
    options = {"aria_hidden": "true", "focusable": "false", "class": css_class}
    return lucide(name, size=None, **options)


def icon(name: str, *, label: object = "", css_class: str = "") -> SafeString:
    """The icon ``name`` (a lucide name) as SVG, sized by the stylesheet.

    Hidden from screen readers; ``label`` puts the words beside it for them when the icon stands alone.
    Raises lucide's ``IconDoesNotExist`` for an unknown name.
    """
    drawing = _drawing(name, f"icon icon-{name} {css_class}".strip())
    if not label:
        return drawing
    return format_html('{}<span class="visually-hidden">{}</span>', drawing, label)
