"""The lists of rental dwellings."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Chip, Tone, chip_of, risk_chip
from grids.common.clock import today
from grids.common.tables import ChipColumn, DayColumn, NumberColumn, Table, TextColumn
from residents.rentals.choices import FileStatus
from residents.rentals.models import RentalChecklist, RentalFile
from residents.rentals.rules import due_chip, may_inspect
from residents.roster.forms import grid_label
from residents.roster.models import Dwelling
from residents.roster.rules import shown_door, shown_name


class NameColumn(TextColumn):
    """A person's name on one line."""

    css_class = "name"


class PlaceColumn(TextColumn):
    """A grid, which is long, among many short columns."""

    css_class = "place"


class ActColumn(TextColumn):
    """A button; on phones it speaks for itself."""

    css_class = "state"


class RentalFileTable(Table):
    """What is due first comes first. Needs `with_place()` and `with_tenants()`."""

    door = TextColumn(
        empty_values=(), order_by=("dwelling__grid__code", "dwelling__sort_key"), verbose_name=_("Rental dwelling")
    )
    colour = ChipColumn(empty_values=(), orderable=False, verbose_name=_("Colour"))
    due = ChipColumn(empty_values=(), orderable=False, verbose_name=_("Time left"))
    next_check_on = DayColumn(verbose_name=_("Next check by"))
    landlord = NameColumn(accessor="landlord_name", orderable=False, verbose_name=_("Landlord"))
    rooms_let = NumberColumn(verbose_name=_("Rooms let"))
    tenant_count = NumberColumn(verbose_name=_("Tenants"))
    grid = PlaceColumn(accessor="dwelling__grid", order_by="dwelling__grid__code", verbose_name=_("Grid"))
    act = ActColumn(empty_values=(), orderable=False, verbose_name=_("Check"), exclude_from_export=True)

    row_header = "door"
    card_columns = ("colour", "due", "next_check_on", "act")

    class Meta:
        model = RentalFile
        fields = ("door", "colour", "due", "next_check_on", "landlord", "rooms_let", "tenant_count", "grid", "act")
        order_by = ("next_check_on",)

    def render_door(self, record: RentalFile) -> Any:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), self.value_door(record))

    def value_door(self, record: RentalFile) -> str:
        return shown_door(self.request.user, record.dwelling)

    def render_colour(self, record: RentalFile) -> Any:
        return risk_chip(record.colour)

    def render_due(self, record: RentalFile) -> Any:
        if record.status != FileStatus.ACTIVE:
            return chip_of(FileStatus, record.status)
        chip = due_chip(record.next_check_on, record.colour, on=today(), cycle=settings.RENTAL_CYCLE_DAYS)
        return chip or _("In time")

    def render_grid(self, record: RentalFile) -> str:
        return grid_label(record.grid)

    def render_landlord(self, record: RentalFile) -> str:
        return shown_name(self.request.user, record.grid, record.landlord_name)

    def render_act(self, record: RentalFile) -> Any:
        if record.status == FileStatus.ENDED or not may_inspect(self.request.user, record.grid):
            return "—"
        url = reverse("residents:rentalfile-check", args=[record.pk])
        return format_html('<a class="button button-small" href="{}">{}</a>', url, _("Check"))


class UnfiledTable(Table):
    """Let dwellings without a file; needs grid, unit and building."""

    door = TextColumn(empty_values=(), order_by=("grid__code", "sort_key"), verbose_name=_("Rental dwelling"))
    grid = TextColumn(order_by="grid__code", verbose_name=_("Grid"))
    floor = NumberColumn(verbose_name=_("Floor"))
    act = ActColumn(empty_values=(), orderable=False, verbose_name=_("Rental file"), exclude_from_export=True)

    row_header = "door"
    card_columns = ("grid", "act")

    class Meta:
        model = Dwelling
        fields = ("door", "grid", "floor", "act")

    def render_door(self, record: Dwelling) -> str:
        return shown_door(self.request.user, record)

    def render_act(self, record: Dwelling) -> Any:
        if not may_inspect(self.request.user, record.grid):
            return _("None yet")
        url = reverse("residents:rentalfile-create", args=[record.pk])
        return format_html('<a class="button button-small" href="{}">{}</a>', url, _("Open a file"))


class ChecklistTable(Table):
    """Published checklists; needs the district and `number`, the number of items."""

    title = TextColumn(accessor="pk", linkify=True, orderable=False, verbose_name=_("Checklist"))
    holds = ChipColumn(empty_values=(), orderable=False, verbose_name=_("Status"))
    district = TextColumn(empty_values=(), orderable=False, verbose_name=_("Holds in"))
    valid_from = DayColumn(verbose_name=_("Valid from"))
    number = NumberColumn(verbose_name=_("Items"))

    row_header = "title"
    card_columns = ("holds", "district", "valid_from", "number")

    class Meta:
        model = RentalChecklist
        fields = ("title", "holds", "district", "valid_from", "number")
        order_by = ("-valid_from",)

    def render_title(self, record: RentalChecklist) -> str:
        return str(record)

    def render_holds(self, record: RentalChecklist) -> Any:
        return Chip(_("From a later day on"), Tone.BLUE) if record.valid_from > today() else _("Published")

    def render_district(self, record: RentalChecklist) -> Any:
        return record.district.name if record.district else _("every district without its own")
