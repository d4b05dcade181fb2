"""The list of merges."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.common.tables import MomentColumn, Table, TextColumn
from residents.roster.models import PersonMerge
from residents.roster.rules import shown_name
from residents.roster.services.merging import may_undo
from residents.roster.tables import link


class MergeTable(Table):
    """Newest first; the last column leads to the undoing as long as there is one."""

    name = TextColumn(accessor="kept__name", orderable=False, verbose_name=gettext_lazy("Record that goes on"))
    merged_at = MomentColumn(verbose_name=gettext_lazy("Merged on"))
    merged_by = TextColumn(orderable=False, verbose_name=gettext_lazy("Merged by"))
    reason = TextColumn(orderable=False, verbose_name=gettext_lazy("Reason"))
    undo = TextColumn(empty_values=(), orderable=False, verbose_name=gettext_lazy("Undo"))

    row_header = "name"
    card_columns = ("merged_at", "merged_by", "undo")

    class Meta:
        model = PersonMerge
        fields = ("name", "merged_at", "merged_by", "reason", "undo")

    def render_name(self, value: str, record: PersonMerge) -> SafeString:
        return link(self.value_name(value, record), "person-detail", record.kept_id)

    def value_name(self, value: str, record: PersonMerge) -> str:
        return shown_name(self.request.user, self.grid_of(record), value)

    def grid_of(self, record: PersonMerge) -> Any:
        """Where the record that goes on lives, or lived last; the list reads all homes at once."""
        homes = sorted(
            record.kept.residencies.all(), key=lambda one: (one.ends_on is None, one.ends_on or one.starts_on)
        )
        return homes[-1].household.grid if homes else None

    def render_undo(self, record: PersonMerge) -> str | SafeString:
        if record.undone_at:
            return _("Undone")
        if not may_undo(record, self.grid_of(record), actor=self.request.user):
            return _("No longer possible")
        url = reverse("residents:personmerge-undo", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, _("Undo"))

    def value_undo(self, record: PersonMerge) -> str:
        return _("Undone") if record.undone_at else ""
