"""The history of a grid in words, newest first, ready for components/timeline.html."""

from typing import Any

from django.utils.translation import gettext as _

from grids.common.codes import grouped
from grids.tree.choices import ChangeKind
from grids.tree.models import Grid, GridChange


def history_of(grid: Grid) -> list[dict[str, Any]]:
    """One query: ``[{"title", "at", "who", "note", "icon"}, ...]``."""
    return [_step(change) for change in grid.changes.select_related("actor").order_by("-pk")]


def _step(change: GridChange) -> dict[str, Any]:
    kind = ChangeKind(change.kind)
    lines = [_words(change), change.reason]
    return {
        "title": kind.label,
        "at": change.at,
        "who": change.actor.get_full_name() if change.actor else _("The system"),
        "note": "\n".join(line for line in lines if line),
        "icon": kind.icon,
        "chip": "",
        "current": False,
    }


def _words(change: GridChange) -> str:
    before, after = change.before, change.after
    lines = []
    if "parent_name" in after:
        lines.append(
            _("From %(before)s to %(after)s") % {"before": before["parent_name"], "after": after["parent_name"]}
        )
    if "name_zh" in before:
        lines.append(_("“%(before)s” became “%(after)s”") % {"before": before["name_zh"], "after": after["name_zh"]})
    if "code" in before:
        codes = {"before": grouped(before["code"]), "after": grouped(after["code"])}
        lines.append(_("Code %(before)s became %(after)s") % codes)
    elif "code" in after:
        lines.append(_("Code %(code)s") % {"code": grouped(after["code"])})
    if "valid_to" in after:
        lines.append(_("Closed on %(day)s") % {"day": after["valid_to"]})
    return "\n".join(lines)
