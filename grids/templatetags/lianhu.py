"""Presentation helpers, built into every template; no rule lives here."""

from datetime import datetime
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from grids.common import masks, preferences, styles
from grids.common.chips import Chip, Tone
from grids.common.codes import grouped
from grids.common.icons import icon as draw_icon

register = template.Library()
register.filter("grouped", grouped)
register.filter("mask_id_number", masks.mask_id_number)
register.filter("mask_phone", masks.mask_phone)
register.filter("mask_name", masks.mask_name)


@register.simple_tag
def icon(name: str, label: Any = "") -> SafeString:
    """``{% icon "map-pin" %}``: a lucide icon; ``label`` when no text stands beside it."""
    return draw_icon(name, label=label)


@register.simple_tag
def chip(value: Any, tone: str = "") -> Any:
    """``{% chip chip %}`` draws a Chip or an enum member with ``tone``; ``{% chip _("New") "blue" %}`` makes one."""
    if isinstance(value, Chip) or not (tone or hasattr(value, "tone")):
        return value or "—"
    return Chip(getattr(value, "label", value), Tone(tone or value.tone), getattr(value, "glyph", ""))


@register.simple_tag
def page_sheets() -> list[str]:
    """``{% page_sheets as sheets %}``: the style sheets that every page links."""
    return styles.page_sheets()


@register.simple_tag(takes_context=True)
def panel(context: template.Context, entry: dict[str, Any]) -> SafeString:
    """``{% panel entry %}`` draws one entry of ``panels.main``: its template sees the page's context and its own."""
    with context.push(**entry["context"]):
        return context.template.engine.get_template(entry["template"]).render(context)


@register.filter
def number(value: Any) -> str:
    """``1904`` as ``1,904``; a dash for None."""
    return "—" if value is None else number_format(value, force_grouping=True)


@register.filter
def percent(value: float | None) -> str:
    """A share between 0 and 1 as ``97.3%``; a dash for None (nothing to divide by)."""
    return "—" if value is None else f"{value * 100:.1f}%"


@register.filter
def day(value: Any) -> str:
    """A date in prose, 2026年3月5日; a dash for None."""
    return format_date(value, "DATE_FORMAT") if value else "—"


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment as 2026-03-05 14:30 in a ``<time>`` element; a dash for None."""
    if not value:
        return "—"
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M}")


@register.filter
def ago(value: datetime | None) -> SafeString | str:
    """A moment relative to now, with the exact one on hover; a dash for None."""
    if not value:
        return "—"
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M}", naturaltime(value)
    )


@register.filter
def widget_kind(bound: Any) -> str:
    """The kind of a form field's control, for its CSS class: "checkbox", "radio", "choices", "textarea" or "line"."""
    name = type(bound.field.widget).__name__.lower()
    kinds = {"checkboxinput": "checkbox", "radioselect": "radio", "checkboxselectmultiple": "choices"}
    return kinds.get(name, "textarea" if name == "textarea" else "line")


@register.filter
def is_asked(bound: Any) -> bool:
    """Whether a form is refused when this field stays empty: by Django, or by a rule that the form names."""
    return bound.field.required or bound.name in getattr(bound.form, "asked_by_rule", ())


@register.simple_tag(takes_context=True)
def preference(context: template.Context, name: str) -> str:
    """The chosen theme, care mode or language of this browser (checked against what is offered)."""
    request = context.get("request")
    return preferences.chosen(request, name) if request is not None else preferences.OFFERED[name][0]
