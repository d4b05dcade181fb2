"""The lists of the double report."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.common.tables import ChipColumn, DayColumn, NumberColumn, Table, TextColumn
from residents.contacts.tables import CandidateTable as PersonTable
from residents.roster.models import Person
from residents.volunteers.choices import CallState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceCall
from residents.volunteers.naming import shown_employer, shown_member
from residents.volunteers.rules import hours_of


class ReportTable(Table):
    """Needs `with_service()` and the skills prefetched; names and employers are masked for those who read none."""

    name = TextColumn(accessor="pk", linkify=True, orderable=False, verbose_name=gettext_lazy("Name"))
    state = ChipColumn(ReportState, verbose_name=gettext_lazy("State"))
    employer = TextColumn(empty_values=(), orderable=False, verbose_name=gettext_lazy("Employer"))
    skills = TextColumn(empty_values=(), orderable=False, verbose_name=gettext_lazy("Can help with"))
    hours_a_month = NumberColumn(verbose_name=gettext_lazy("Hours offered a month"))
    confirmed = NumberColumn(verbose_name=gettext_lazy("Claims confirmed"))
    half_hours = NumberColumn(verbose_name=gettext_lazy("Confirmed hours"))
    grid = TextColumn(order_by="grid__code", verbose_name=gettext_lazy("Community"))
    reported_at = DayColumn(verbose_name=gettext_lazy("Reported on"))

    row_header = "name"
    card_columns = ("state", "employer", "skills", "half_hours")

    class Meta:
        model = PartyMemberReport
        fields = (
            "name",
            "state",
            "employer",
            "skills",
            "hours_a_month",
            "confirmed",
            "half_hours",
            "grid",
            "reported_at",
        )

    def render_name(self, record: PartyMemberReport) -> str:
        return shown_member(self.request.user, record)

    def render_employer(self, record: PartyMemberReport) -> str:
        return shown_employer(self.request.user, record)

    def render_skills(self, record: PartyMemberReport) -> str:
        return _(", ").join(str(one) for one in record.skills.all()) or "—"

    def render_half_hours(self, value: int) -> str:
        return hours_of(value)

    def value_half_hours(self, value: int) -> float:
        return value / 2


class CandidateTable(PersonTable):
    """Persons who may report; needs their present residency in `present_residency`."""

    act = TextColumn(empty_values=(), orderable=False, verbose_name=gettext_lazy("Report"))

    class Meta(PersonTable.Meta):
        pass

    def render_act(self, record: Person) -> Any:
        url = reverse("residents:partymemberreport-create", args=[record.pk])
        return format_html('<a class="button button-small" href="{}">{}</a>', url, _("Enter the report"))


class CallTable(Table):
    """Wishes and posts for those who keep or read them."""

    title = TextColumn(linkify=True, verbose_name=gettext_lazy("Wish or post"))
    state = ChipColumn(CallState, verbose_name=gettext_lazy("State"))
    kind = TextColumn(verbose_name=gettext_lazy("Kind"))
    skill = TextColumn(verbose_name=gettext_lazy("What it takes"))
    half_hours = NumberColumn(verbose_name=gettext_lazy("Expected hours"))
    until_on = DayColumn(verbose_name=gettext_lazy("To be done by"))
    grid = TextColumn(order_by="grid__code", verbose_name=gettext_lazy("Grid"))

    row_header = "title"
    card_columns = ("state", "kind", "until_on")

    class Meta:
        model = ServiceCall
        fields = ("title", "state", "kind", "skill", "half_hours", "until_on", "grid")

    def render_half_hours(self, value: int) -> str:
        return hours_of(value)

    def value_half_hours(self, value: int) -> float:
        return value / 2
