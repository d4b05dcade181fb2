"""The list of visits that are owed."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.tables import ChipColumn, MomentColumn, Table, TextColumn
from residents.contacts.rules import member_name
from residents.roster.rules import sees_names, shown_household
from residents.visits import arriving
from residents.visits.models import VisitTask


def shown_note(reader: Any, task: VisitTask) -> str:
    """What happened is read by those who read names there, and by the household's contact (``reader`` None)."""
    return task.note if sees_names(reader, task.household.grid) else ""


class VisitorColumn(TextColumn):
    """A person's name on one line."""

    css_class = "name"


class TaskTable(Table):
    """Needs `with_place()`, `with_served(user)` and the member with person and community; notes stay on the page."""

    household = TextColumn(
        linkify=True,
        order_by=("household__dwelling__grid__code", "household__dwelling__sort_key"),
        verbose_name=_("Household"),
    )
    trigger = TextColumn(verbose_name=_("Trigger"))
    clock = ChipColumn(empty_values=(), orderable=False, verbose_name=_("Clock"))
    due_at = MomentColumn(verbose_name=_("Due"))
    member = VisitorColumn(empty_values=(), orderable=False, verbose_name=_("Who goes"))
    raised_at = MomentColumn(verbose_name=_("Told"))
    arrived_at = MomentColumn(verbose_name=_("Arrived"))
    grid = TextColumn(
        accessor="household__dwelling__grid", order_by="household__dwelling__grid__code", verbose_name=_("Grid")
    )

    row_header = "household"
    card_columns = ("trigger", "clock", "due_at", "member")

    class Meta:
        model = VisitTask
        fields = ("household", "trigger", "clock", "due_at", "member", "raised_at", "arrived_at", "grid")
        order_by = ("-due_at",)

    def render_household(self, record: VisitTask) -> str:
        return shown_household(None if record.is_served else self.request.user, record.household)

    def value_household(self, record: VisitTask) -> str:
        return self.render_household(record)

    def render_clock(self, record: VisitTask) -> Any:
        return arriving.clock_chip(record, now=now())

    def value_clock(self, record: VisitTask) -> str:
        return str(self.render_clock(record))

    def render_member(self, record: VisitTask) -> str:
        if record.member is None:
            return gettext("The grid's members")
        return record.member.person.name if record.is_served else member_name(self.request.user, record.member)
