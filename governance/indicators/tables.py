"""How the rows behind a figure look: enough to check the count, personal data masked by the reader's powers."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairState, Category, Rating, Tier
from governance.affairs.guards import may_read
from governance.affairs.models import Affair
from grids.common.tables import ChipColumn, CodeColumn, DayColumn, MomentColumn, NumberColumn, Table, TextColumn
from residents.contacts.models import ContactMember
from residents.rentals.choices import Colour
from residents.rentals.models import RentalCheck
from residents.roster.models import Dwelling, Household, Residency
from residents.roster.rules import sees_names, shown_door, shown_household, shown_name
from residents.visits.choices import Channel, EncounterKind, Outcome, TaskState, Trigger
from residents.visits.models import Encounter, HouseholdNeed, VisitTask

HIDDEN_FAMILY_AFFAIR = _("Family affair: what it is about is not shown")
TEXT_LENGTH = 40


def linked(url: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words)


class RowTable(Table):
    """Knows who reads it: ``reader`` decides what is masked; for nobody everything is."""

    def __init__(self, *args: Any, reader: Any = None, **kwargs: Any) -> None:
        self.reader = reader or AnonymousUser()
        super().__init__(*args, **kwargs)


class AffairRows(RowTable):
    """Affairs; one whose content the reader may not know does not show its text (``guards.may_read``)."""

    number = CodeColumn(verbose_name=_("Number"))
    text = TextColumn(verbose_name=_("What happened"), orderable=False)
    category = ChipColumn(Category, verbose_name=_("Category"))
    tier = TextColumn(verbose_name=_("Lead tier"))
    state = ChipColumn(AffairState, verbose_name=_("State"))
    rating = TextColumn(verbose_name=_("Evaluation"))
    grid = TextColumn(verbose_name=_("Grid"), order_by=("grid__code",))
    accepted_at = MomentColumn(verbose_name=_("Accepted"))
    closed_at = MomentColumn(verbose_name=_("Closed"))

    row_header = "number"
    card_columns = ("text", "category", "tier", "state")

    class Meta:
        model = Affair
        fields = ("number", "text", "category", "tier", "state", "rating", "grid", "accepted_at", "closed_at")
        order_by = ("-accepted_at",)

    def render_number(self, record: Affair) -> Any:
        return linked(record.get_absolute_url(), record.number)

    def value_number(self, record: Affair) -> str:
        return record.number

    def render_text(self, record: Affair) -> str:
        if not may_read(self.reader, record):
            return str(HIDDEN_FAMILY_AFFAIR)
        return record.text if len(record.text) <= TEXT_LENGTH else f"{record.text[:TEXT_LENGTH]}…"

    def render_tier(self, record: Affair) -> str:
        return str(Tier(record.tier).label)

    def render_rating(self, record: Affair) -> str:
        return str(Rating(record.rating).label)


class HouseholdRows(RowTable):
    """Households with their contact; room and head masked where the reader may not see names."""

    place = TextColumn(
        empty_values=(), verbose_name=_("Household"), order_by=("scope_grid__code", "dwelling__sort_key")
    )
    head_name = TextColumn(verbose_name=_("Head of household"), orderable=False)
    covered = TextColumn(verbose_name=_("Primary contact"))
    grid = TextColumn(accessor="dwelling__grid", verbose_name=_("Grid"), order_by=("scope_grid__code",))
    opened_on = TextColumn(verbose_name=_("Living here since"))

    row_header = "place"
    card_columns = ("head_name", "covered", "grid")

    class Meta:
        model = Household
        fields = ("place", "head_name", "covered", "grid", "opened_on")
        order_by = ("place",)

    def render_place(self, record: Household) -> Any:
        return linked(reverse("residents:household-detail", args=[record.pk]), self.value_place(record))

    def value_place(self, record: Household) -> str:
        return shown_household(self.reader, record)

    def render_head_name(self, record: Household, value: str) -> str:
        return shown_name(self.reader, record.grid, value)

    def render_covered(self, value: bool) -> str:
        return gettext("Has a contact") if value else gettext("No contact")

    def render_opened_on(self, value: Any) -> str:
        return f"{value:%Y-%m-%d}"


class MemberRows(RowTable):
    """Joint-family members with their load."""

    person = TextColumn(verbose_name=_("Joint-family member"), orderable=False)
    grid = TextColumn(verbose_name=_("Community"), order_by=("grid__code",))
    branch = TextColumn(verbose_name=_("Party branch"))
    load = NumberColumn(verbose_name=_("Households"))

    row_header = "person"

    class Meta:
        model = ContactMember
        fields = ("person", "grid", "branch", "load")
        order_by = ("-load",)

    def render_person(self, record: ContactMember) -> str:
        return shown_name(self.reader, record.grid, record.person.name)


class TaskRows(RowTable):
    """Visits owed: where, why, until when, and when somebody arrived; what happened stays on the task's page."""

    place = TextColumn(
        empty_values=(),
        verbose_name=_("Household"),
        order_by=("household__dwelling__grid__code", "household__dwelling__sort_key"),
    )
    trigger = TextColumn(verbose_name=_("Trigger"))
    state = ChipColumn(TaskState, verbose_name=_("Status"))
    raised_at = MomentColumn(verbose_name=_("Told"))
    due_at = MomentColumn(verbose_name=_("Due"))
    arrived_at = MomentColumn(verbose_name=_("Arrived"))
    cancel_reason = TextColumn(verbose_name=_("Why called off"), orderable=False)
    grid = TextColumn(accessor="household__dwelling__grid", verbose_name=_("Grid"), orderable=False)

    row_header = "place"
    card_columns = ("trigger", "state", "due_at", "arrived_at")

    class Meta:
        model = VisitTask
        fields = ("place", "trigger", "state", "raised_at", "due_at", "arrived_at", "cancel_reason", "grid")
        order_by = ("-due_at",)

    def render_place(self, record: VisitTask) -> Any:
        return linked(record.get_absolute_url(), self.value_place(record))

    def value_place(self, record: VisitTask) -> str:
        return shown_household(self.reader, record.household)

    def render_trigger(self, record: VisitTask) -> str:
        return str(Trigger(record.trigger).label)

    def render_cancel_reason(self, record: VisitTask, value: str) -> str:
        return value if sees_names(self.reader, record.household.grid) else gettext("Not shown")


class NeedRows(RowTable):
    """Needs: where and when, and whether they were settled in time; the words are for those who read names."""

    place = TextColumn(
        empty_values=(),
        verbose_name=_("Household"),
        order_by=("household__dwelling__grid__code", "household__dwelling__sort_key"),
    )
    text = TextColumn(verbose_name=_("Need"), orderable=False)
    raised_at = MomentColumn(verbose_name=_("Noted"))
    settle_by = MomentColumn(verbose_name=_("To be settled by"), orderable=False)
    in_time = TextColumn(verbose_name=_("Settled in time"), orderable=False)
    grid = TextColumn(accessor="household__dwelling__grid", verbose_name=_("Grid"), orderable=False)

    row_header = "place"
    card_columns = ("text", "raised_at", "in_time")

    class Meta:
        model = HouseholdNeed
        fields = ("place", "text", "raised_at", "settle_by", "in_time", "grid")
        order_by = ("-raised_at",)

    def render_place(self, record: HouseholdNeed) -> Any:
        return linked(reverse("residents:encounter-detail", args=[record.encounter_id]), self.value_place(record))

    def value_place(self, record: HouseholdNeed) -> str:
        return shown_household(self.reader, record.household)

    def render_text(self, record: HouseholdNeed, value: str) -> str:
        return value if sees_names(self.reader, record.household.grid) else gettext("Not shown")

    def render_in_time(self, value: bool) -> str:
        return gettext("Yes") if value else gettext("No")


class EncounterRows(RowTable):
    """Visits: where, when, how it went; the note stays on the household's page."""

    place = TextColumn(
        empty_values=(),
        verbose_name=_("Household"),
        order_by=("household__dwelling__grid__code", "household__dwelling__sort_key"),
    )
    occurred_at = MomentColumn(verbose_name=_("Time"))
    kind = TextColumn(verbose_name=_("Kind"))
    channel = TextColumn(verbose_name=_("How"))
    outcome = ChipColumn(Outcome, verbose_name=_("Outcome"))
    visitor = TextColumn(verbose_name=_("Visitor"), order_by=("visitor__display_name",))
    grid = TextColumn(accessor="household__dwelling__grid", verbose_name=_("Grid"), orderable=False)

    row_header = "place"
    card_columns = ("occurred_at", "outcome", "kind")

    class Meta:
        model = Encounter
        fields = ("place", "occurred_at", "kind", "channel", "outcome", "visitor", "grid")
        order_by = ("-occurred_at",)

    def render_place(self, record: Encounter) -> Any:
        return linked(reverse("residents:household-detail", args=[record.household_id]), self.value_place(record))

    def value_place(self, record: Encounter) -> str:
        return shown_household(self.reader, record.household)

    def render_kind(self, record: Encounter) -> str:
        return str(EncounterKind(record.kind).label)

    def render_channel(self, record: Encounter) -> str:
        return str(Channel(record.channel).label)


class DwellingRows(RowTable):
    """Let dwellings, with or without a file; the room masked where the reader may not see doors."""

    place = TextColumn(empty_values=(), verbose_name=_("Dwelling"), order_by=("grid__code", "sort_key"))
    has_file = TextColumn(verbose_name=_("Rental file"))
    grid = TextColumn(verbose_name=_("Grid"), order_by=("grid__code",))

    row_header = "place"
    card_columns = ("has_file", "grid")

    class Meta:
        model = Dwelling
        fields = ("place", "has_file", "grid")
        order_by = ("place",)

    def render_place(self, record: Dwelling) -> str:
        return shown_door(self.reader, record)

    def render_has_file(self, value: bool) -> str:
        return gettext("Has a file") if value else gettext("No file")


class CheckRows(RowTable):
    """Checks of rental dwellings: when due, when made, by the colour before."""

    place = TextColumn(
        empty_values=(),
        verbose_name=_("Dwelling"),
        order_by=("file__dwelling__grid__code", "file__dwelling__sort_key"),
    )
    due_on = DayColumn(verbose_name=_("Due on"))
    checked_at = MomentColumn(verbose_name=_("Made on"))
    in_time = TextColumn(verbose_name=_("Made in time"))
    colour_before = ChipColumn(Colour, verbose_name=_("Colour before"))
    grid = TextColumn(accessor="file__dwelling__grid", verbose_name=_("Grid"), orderable=False)

    row_header = "place"
    card_columns = ("due_on", "checked_at", "in_time", "colour_before")

    class Meta:
        model = RentalCheck
        fields = ("place", "due_on", "checked_at", "in_time", "colour_before", "grid")
        order_by = ("-due_on",)

    def render_place(self, record: RentalCheck) -> Any:
        return linked(record.get_absolute_url(), self.value_place(record))

    def value_place(self, record: RentalCheck) -> str:
        return shown_door(self.reader, record.file.dwelling)

    def render_in_time(self, value: int) -> str:
        return gettext("Yes") if value else gettext("No")


class ResidentRows(RowTable):
    """Persons with the day on which their record was compared; names masked by the reader's powers."""

    person = TextColumn(verbose_name=_("Person"), orderable=False)
    place = TextColumn(
        empty_values=(),
        verbose_name=_("Household"),
        order_by=("household__dwelling__grid__code", "household__dwelling__sort_key"),
    )
    verified_on = DayColumn(accessor="person__verified_on", verbose_name=_("Compared on"))
    grid = TextColumn(accessor="household__dwelling__grid", verbose_name=_("Grid"), orderable=False)

    row_header = "person"
    card_columns = ("place", "verified_on", "grid")

    class Meta:
        model = Residency
        fields = ("person", "place", "verified_on", "grid")
        order_by = ("place",)

    def render_person(self, record: Residency) -> Any:
        return linked(reverse("residents:person-detail", args=[record.person_id]), self.value_person(record))

    def value_person(self, record: Residency) -> str:
        return shown_name(self.reader, record.household.dwelling.grid, record.person.name)

    def render_place(self, record: Residency) -> str:
        return shown_household(self.reader, record.household)
