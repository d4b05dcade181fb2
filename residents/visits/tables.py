"""The list of visits."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from grids.common.tables import ChipColumn, MomentColumn, Table, TextColumn
from residents.roster.rules import shown_household
from residents.visits import rules
from residents.visits.choices import Outcome
from residents.visits.models import Encounter


def delay_words(encounter: Encounter) -> str:
    """V9: how long after the visit it was entered; of a correction the versions tell that."""
    if encounter.replaces_id is not None:
        return str(_("Corrected"))
    return rules.delay_words(encounter.occurred_at, encounter.recorded_at)


class EncounterTable(Table):
    """Needs `with_place()`; notes stay on the visit's own page."""

    occurred_at = MomentColumn(linkify=True, verbose_name=_("Time"))
    household = TextColumn(
        order_by=("household__dwelling__grid__code", "household__dwelling__sort_key"), verbose_name=_("Household")
    )
    outcome = ChipColumn(Outcome, orderable=False, verbose_name=_("Outcome"))
    kind = TextColumn(orderable=False, verbose_name=_("Kind"))
    channel = TextColumn(orderable=False, verbose_name=_("How"))
    visitor = TextColumn(order_by="visitor__display_name", verbose_name=_("Visitor"))
    invited = TextColumn(orderable=False, verbose_name=_("At their invitation"))
    delay = TextColumn(empty_values=(), orderable=False, verbose_name=_("Entered after"))
    has_needs = TextColumn(orderable=False, verbose_name=_("With a need"))
    grid = TextColumn(
        accessor="household__dwelling__grid", order_by="household__dwelling__grid__code", verbose_name=_("Grid")
    )

    row_header = "household"
    card_columns = ("occurred_at", "outcome", "visitor")

    class Meta:
        model = Encounter
        fields = (
            "occurred_at",
            "household",
            "outcome",
            "kind",
            "channel",
            "visitor",
            "invited",
            "delay",
            "has_needs",
            "grid",
        )
        order_by = ("-occurred_at",)

    def render_household(self, record: Encounter) -> Any:
        url = reverse("residents:household-detail", args=[record.household_id])
        return format_html('<a href="{}">{}</a>', url, self.value_household(record))

    def value_household(self, record: Encounter) -> str:
        return shown_household(self.request.user, record.household)

    def render_invited(self, value: bool) -> Any:
        return _("Yes") if value else "—"

    def render_delay(self, record: Encounter) -> str:
        return delay_words(record) or "—"

    def value_delay(self, record: Encounter) -> str:
        return delay_words(record)

    def render_has_needs(self, value: bool) -> Any:
        return _("Yes") if value else "—"
