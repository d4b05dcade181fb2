"""What the home page shows of exports and ledgers: those to approve, and the pinned ones."""

from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.workbench.cards import Card, Row
from governance.workbench.querysets import first_of
from governance.workbench.units import EXPORTS
from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.exporting.models import Export, SavedLedger

FIRST_ROWS = 3
MOST_PINNED = 6


def exports_to_approve(user: Any) -> list[Card]:
    """The card of the exports that wait for this account's decision; none when nothing waits."""
    if not scope_of(user, Permission.APPROVE_EXPORTS):
        return []
    waiting = Export.objects.to_decide(user).select_related("owner").order_by("pk")
    first, number = first_of(waiting, FIRST_ROWS)
    if not number:
        return []
    rows = [
        Row(
            export.title,
            export.get_absolute_url(),
            [
                str(export.owner),
                ngettext("%(count)s row", "%(count)s rows", export.rows)
                % {"count": number_format(export.rows, force_grouping=True)},
            ],
        )
        for export in first
    ]
    url = reverse("grids:export-queue")
    return [Card("exports", _("Exports to approve"), "stamp", number, EXPORTS, rows, url, _("See all"), "warning")]


def pinned_ledgers(user: Any) -> list[SavedLedger]:
    """The ledgers that this account has pinned, to be opened with one tap."""
    if not scope_of(user, Permission.EXPORT_LISTS):
        return []
    return list(SavedLedger.objects.ledgers().filter(owner=user, pinned=True).order_by("title")[:MOST_PINNED])
