"""The lists of contact."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Chip, Tone, chip_of
from grids.common.clock import now, today
from grids.common.tables import ChipColumn, DayColumn, MomentColumn, NumberColumn, Table, TextColumn
from residents.contacts.bands import load_chip
from residents.contacts.choices import AssignmentStatus, HandoverState
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.querysets import band_on
from residents.contacts.rules import contact_due, may_assign, member_name
from residents.roster.models import Household, Person
from residents.roster.rules import age_on, shown_household, shown_name


def assign_url(household: Household) -> str:
    return reverse("residents:contact-assign", args=[household.pk])


class MemberTable(Table):
    """Needs `with_load()`, `with_band()` and `with_exemption()`; names are masked for those who read none."""

    name = TextColumn(accessor="person__name", linkify=True, orderable=False, verbose_name=_("Name"))
    load = NumberColumn(verbose_name=_("Households"))
    band = ChipColumn(accessor="load", orderable=False, verbose_name=_("Load"))
    backup_load = NumberColumn(verbose_name=_("As backup"))
    grid = TextColumn(order_by="grid__code", verbose_name=_("Community"))
    branch = TextColumn(verbose_name=_("Party branch"))
    kind = TextColumn(verbose_name=_("Serves as"))
    starts_on = DayColumn(verbose_name=_("Since"))
    exempt_until = DayColumn(empty_values=(), orderable=False, verbose_name=_("Exempt until"))

    row_header = "name"
    card_columns = ("load", "band", "branch")

    class Meta:
        model = ContactMember
        fields = ("name", "load", "band", "exempt_until", "backup_load", "grid", "branch", "kind", "starts_on")

    def render_name(self, record: ContactMember) -> str:
        return member_name(self.request.user, record)

    def render_exempt_until(self, record: Any) -> str:
        return self.value_exempt_until(record) or "—"

    def value_exempt_until(self, record: Any) -> str:
        if not record.is_exempt:
            return ""
        return f"{record.exempt_until:%Y-%m-%d}" if record.exempt_until else str(_("without end"))

    def render_load(self, value: int, record: Any) -> str:
        return f"{value}/{record.band_maximum}"

    def value_load(self, value: int) -> int:
        return value

    def render_band(self, record: Any) -> Any:
        if not record.is_serving:
            return _("Ended on %(day)s") % {"day": record.ends_on}
        return load_chip(record.load, band_on(record), excepted=record.excepted, is_exempt=record.is_exempt)


class UncoveredTable(Table):
    """Needs `with_place()`, `with_head()`, `with_size()` and `with_contact_due()`."""

    door = TextColumn(empty_values=(), order_by=("scope_grid__code", "dwelling__sort_key"), verbose_name=_("Household"))
    head_name = TextColumn(orderable=False, verbose_name=_("Head of household"))
    size = NumberColumn(orderable=False, verbose_name=_("Persons"))
    grid = TextColumn(accessor="dwelling__grid", order_by="scope_grid__code", verbose_name=_("Grid"))
    opened_on = DayColumn(verbose_name=_("Living here since"))
    due = ChipColumn(empty_values=(), orderable=False, verbose_name=_("Contact due by"))
    act = TextColumn(empty_values=(), orderable=False, verbose_name=_("Contact"), exclude_from_export=True)

    row_header = "door"
    card_columns = ("head_name", "due", "grid", "act")

    class Meta:
        model = Household
        fields = ("door", "head_name", "size", "grid", "opened_on", "due", "act")

    def render_door(self, record: Household) -> Any:
        url = reverse("residents:household-detail", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, shown_household(self.request.user, record))

    def value_door(self, record: Household) -> str:
        return shown_household(self.request.user, record)

    def render_head_name(self, value: str | None, record: Household) -> str:
        return shown_name(self.request.user, record.grid, value)

    def render_due(self, record: Any) -> Chip:
        day = self._due(record)
        if day is None:
            return Chip(_("Long overdue"), Tone.RED)
        return Chip(f"{day:%Y-%m-%d}", Tone.RED if day < today() else Tone.GREY)

    def value_due(self, record: Any) -> str:
        day = self._due(record)
        return f"{day:%Y-%m-%d}" if day else str(_("Long overdue"))

    @staticmethod
    def _due(record: Any) -> Any:
        return contact_due(record.uncovered_since, successor_due_at=record.successor_due_at, on=today())

    def render_act(self, record: Household) -> Any:
        if not may_assign(self.request.user, record.grid):
            return _("None yet")
        contact = getattr(record, "contact_id", None)
        # A party-masses central household that does not count is somebody, too: he is changed, not doubled.
        url = reverse("residents:contact-change", args=[contact]) if contact else assign_url(record)
        return format_html(
            '<a class="button button-small" href="{}">{}</a>', url, _("Change") if contact else _("Assign")
        )

    def value_act(self, record: Household) -> Any:
        return _("None yet")


class ProposalTable(Table):
    """Needs `with_place()` and the member with person and community."""

    door = TextColumn(empty_values=(), orderable=False, verbose_name=_("Household"))
    member = TextColumn(orderable=False, verbose_name=_("Joint-family member"))
    role = TextColumn(verbose_name=_("Role"))
    status = ChipColumn(AssignmentStatus, verbose_name=_("Answer"))
    created_at = MomentColumn(verbose_name=_("Asked on"))
    respond_by = MomentColumn(verbose_name=_("Answer by"))
    proposed_by = TextColumn(orderable=False, verbose_name=_("Proposed by"))

    row_header = "door"
    card_columns = ("member", "status", "respond_by")

    class Meta:
        model = ContactAssignment
        fields = ("door", "member", "role", "status", "created_at", "respond_by", "proposed_by")

    def render_door(self, record: ContactAssignment) -> Any:
        url = reverse("residents:contact-proposal", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, shown_household(self.request.user, record.household))

    def value_door(self, record: ContactAssignment) -> str:
        return shown_household(self.request.user, record.household)

    def render_member(self, record: ContactAssignment) -> str:
        return member_name(self.request.user, record.member)


class HandoverTable(Table):
    """Needs `with_place()` and `with_members()`."""

    door = TextColumn(empty_values=(), orderable=False, verbose_name=_("Household"))
    state = ChipColumn(verbose_name=_("State"))
    due_at = MomentColumn(verbose_name=_("Successor by"))
    from_assignment = TextColumn(orderable=False, verbose_name=_("Old contact"))
    to_assignment = TextColumn(orderable=False, verbose_name=_("New contact"))
    reason = TextColumn(orderable=False, verbose_name=_("Reason"))
    opened_at = MomentColumn(verbose_name=_("Opened on"))

    row_header = "door"
    card_columns = ("state", "due_at", "from_assignment")

    class Meta:
        model = ContactHandover
        fields = ("door", "state", "due_at", "from_assignment", "to_assignment", "reason", "opened_at")

    def render_door(self, record: ContactHandover) -> Any:
        return format_html(
            '<a href="{}">{}</a>', record.get_absolute_url(), shown_household(self.request.user, record.household)
        )

    def value_door(self, record: ContactHandover) -> str:
        return shown_household(self.request.user, record.household)

    def render_state(self, record: ContactHandover) -> Any:
        if record.is_open and record.due_at < now():
            return Chip(_("Overdue"), Tone.RED)
        return chip_of(HandoverState, record.state)

    def render_from_assignment(self, value: ContactAssignment) -> str:
        return member_name(self.request.user, value.member)

    def render_to_assignment(self, value: ContactAssignment) -> str:
        return member_name(self.request.user, value.member)


class CandidateTable(Table):
    """Persons who may be registered; needs their present residency in `present_residency`."""

    name = TextColumn(verbose_name=_("Name"))
    age = NumberColumn(empty_values=(), order_by="-birth_date", verbose_name=_("Age"))
    party_member = TextColumn(verbose_name=_("Party member"))
    door = TextColumn(empty_values=(), orderable=False, verbose_name=_("Household"))
    act = TextColumn(empty_values=(), orderable=False, verbose_name=_("Joint-family member"))

    row_header = "name"
    card_columns = ("age", "party_member", "door", "act")

    class Meta:
        model = Person
        fields = ("name", "age", "party_member", "door", "act")

    def render_age(self, record: Person) -> Any:
        return age_on(record.birth_date, today()) if record.birth_date else "—"

    def render_party_member(self, value: bool) -> Any:
        return _("Yes") if value else _("No")

    def render_door(self, record: Any) -> str:
        return (
            shown_household(self.request.user, record.present_residency[0].household)
            if record.present_residency
            else "—"
        )

    def render_act(self, record: Person) -> Any:
        url = reverse("residents:contactmember-create", args=[record.pk])
        return format_html('<a class="button button-small" href="{}">{}</a>', url, _("Register member"))
