"""How an item is told to people: its kind, its door, and the two sides of a conflict."""

from typing import Any

from django.utils.translation import gettext as _

from residents.offline.kinds import item_kinds
from residents.offline.models import SyncItem
from residents.roster.rules import shown_household
from residents.visits.querysets import in_sight, is_contact_of


def kind_label(item: SyncItem) -> Any:
    kind = item_kinds.get(item.kind)
    return kind.label if kind is not None else _("Record of an unknown kind")


def door_of(item: SyncItem, reader: Any) -> str:
    """The door as ``reader`` may read it; empty when the household is none of his business any more."""
    household = item.household
    if household is None or not in_sight(type(household).objects.all(), reader).filter(pk=household.pk).exists():
        return ""
    return shown_household(None if is_contact_of(reader, household) else reader, household)


def sides_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of ``label``, ``mine``, ``theirs`` and whether they ``differ``, for the two columns."""
    mine, theirs = answer.get("mine", {}), answer.get("theirs", {})
    labels = {"who": _("Who"), "when": _("When"), "outcome": _("Outcome"), "note": _("Note")}
    return [
        {
            "label": label,
            "mine": mine.get(name, "") or "—",
            "theirs": theirs.get(name, "") or "—",
            "differ": mine.get(name) != theirs.get(name),
        }
        for name, label in labels.items()
        if name in mine or name in theirs
    ]
