"""What happened to a thing, in words, newest first: read from the trail, ready for components/timeline.html."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids.places.choices import VesselStatus
from grids.places.models import Thing
from grids.trail.models import AuditEntry
from grids.tree.models import Grid

STEPS_SHOWN = 20
ICONS = {"add": "circle-plus", "change": "pencil", "move": "move", "close": "archive", "status": "ship"}


def history_of(thing: Thing) -> list[dict[str, Any]]:
    """Two queries. Values of contacts are not repeated here: only which entries were changed."""
    acts = [f"{thing._meta.model_name}.{verb}" for verb in ICONS]
    entries = list(
        AuditEntry.objects.filter(object_type=thing._meta.label, object_id=str(thing.pk), act__in=acts).order_by("-pk")[
            :STEPS_SHOWN
        ]
    )
    codes = {code for entry in entries for code in entry.changes.get("grid", [])}
    names = dict(Grid.objects.filter(code__in=codes).values_list("code", "name_zh"))
    return [_step(thing, entry, names) for entry in entries]


def _step(thing: Thing, entry: AuditEntry, names: dict[str, str]) -> dict[str, Any]:
    verb = entry.act.partition(".")[2]
    titles = {
        "add": _("Entered"),
        "change": pgettext("history", "Changed"),
        "move": _("Moved"),
        "close": pgettext("place", "Closed for good"),
        "status": _("Status changed"),
    }
    return {
        "title": titles[verb],
        "at": entry.at,
        "who": entry.actor_name or _("The system"),
        "note": "\n".join(filter(None, [_words(thing, verb, entry, names), entry.reason])),
        "icon": ICONS[verb],
        "chip": "",
        "current": False,
    }


def _words(thing: Thing, verb: str, entry: AuditEntry, names: dict[str, str]) -> str:
    changes = entry.changes
    if verb == "move":
        before, after = changes["grid"]
        return _("From %(before)s to %(after)s") % {
            "before": names.get(before, before),
            "after": names.get(after, after),
        }
    if verb == "status":
        before, after = changes["status"]
        return f"{VesselStatus(before).label} → {VesselStatus(after).label}"
    if verb == "close":
        return _("Closed on %(day)s") % {"day": changes["closed_on"][1]}
    if verb == "change":
        labels = [str(thing._meta.get_field(name).verbose_name) for name in changes]
        return _(", ").join(labels)
    return ""
