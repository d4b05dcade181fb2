"""Lists of what stands in the grids; contacts as each reader may see them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.common.chips import Chip, Tone
from grids.common.clock import now, today
from grids.common.masks import mask_phone
from grids.common.tables import ChipColumn, CodeColumn, DayColumn, MomentColumn, NumberColumn, Table, TextColumn
from grids.common.workdays import calendar_day
from grids.places import rules
from grids.places.choices import HolidayPolicy, PlaceStatus, VesselStatus
from grids.places.hours import hours_in_words
from grids.places.models import Building, Compound, Organisation, Place, ServicePoint, Vessel
from grids.places.special_days import DayPlan, ahead_in_words, plan_of


class ThingTable(Table):
    """Name, kind and grid of one thing; with the names above read along, ``path`` asks nothing more."""

    name = TextColumn(linkify=True, order_by=("name",), verbose_name=_("Called"))
    kind = TextColumn(verbose_name=_("Kind"))
    grid = TextColumn(linkify=True, order_by=("grid__code",), verbose_name=_("Grid"))
    path = TextColumn(empty_values=(), orderable=False, verbose_name=_("Belongs to"))
    address = TextColumn(orderable=False, verbose_name=_("Location"))
    state = ChipColumn(PlaceStatus, orderable=False, verbose_name=_("Status"))

    row_header = "name"

    def render_path(self, record: Any) -> str:
        return " / ".join(record.grid.path)


class BuildingTable(ThingTable):
    name = TextColumn(linkify=True, order_by=("order", "name"), verbose_name=_("Building"))
    compound = TextColumn(linkify=True, order_by=("compound__name",), verbose_name=_("Compound"))
    unit_count = NumberColumn(verbose_name=_("Units"))
    floors = NumberColumn(verbose_name=_("Floors"))
    kind = None
    state = None

    card_columns = ("grid", "compound", "unit_count")

    class Meta:
        model = Building
        fields = ("name", "compound", "grid", "path", "address", "unit_count", "floors")
        sequence = fields


class CompoundTable(ThingTable):
    property_company = TextColumn(verbose_name=_("Property company"))
    building_count = NumberColumn(verbose_name=_("Buildings"))
    built_in = TextColumn(verbose_name=_("Built in"))

    card_columns = ("kind", "grid", "building_count")

    class Meta:
        model = Compound
        fields = ("name", "kind", "grid", "path", "address", "building_count", "property_company", "built_in", "state")
        sequence = fields


class ContactTable(ThingTable):
    """Things with a contact: the name by the reader's powers, the phone always masked."""

    contact_name = TextColumn(orderable=False, verbose_name=_("Contact person"))
    contact_phone = CodeColumn(orderable=False, verbose_name=_("Phone"))

    def render_contact_name(self, value: str, record: Any) -> str:
        return rules.shown_contact(self.request.user, record.grid, value)

    def render_contact_phone(self, value: str) -> str:
        return mask_phone(value)

    def value_contact_phone(self, value: str) -> str:
        return mask_phone(value)


class OrganisationTable(ContactTable):
    credit_code = CodeColumn(verbose_name=_("Credit code"))

    card_columns = ("kind", "credit_code", "grid")

    class Meta:
        model = Organisation
        fields = (
            "name",
            "kind",
            "credit_code",
            "grid",
            "path",
            "address",
            "contact_name",
            "contact_phone",
            "state",
        )
        sequence = fields


class PlaceTable(ContactTable):
    organisation = TextColumn(linkify=True, orderable=False, verbose_name=_("Run by"))

    card_columns = ("kind", "grid", "address")

    class Meta:
        model = Place
        fields = (
            "name",
            "kind",
            "organisation",
            "grid",
            "path",
            "address",
            "contact_name",
            "contact_phone",
            "state",
        )
        sequence = fields


class VesselTable(ThingTable):
    registration_no = CodeColumn(verbose_name=_("Registration number"))
    berth = TextColumn(order_by=("berth_key", "name"), verbose_name=_("Berth"))
    status = ChipColumn(VesselStatus, verbose_name=_("Status"))
    status_since = MomentColumn(verbose_name=_("Since"))
    home_port = TextColumn(verbose_name=_("Home port"))
    radio = TextColumn(orderable=False, verbose_name=_("Radio"))
    closed_on = DayColumn(verbose_name=pgettext_lazy("place", "Closed on"))
    kind = None
    address = None
    state = None

    card_columns = ("status", "berth", "registration_no")

    class Meta:
        model = Vessel
        fields = (
            "name",
            "registration_no",
            "berth",
            "status",
            "status_since",
            "home_port",
            "radio",
            "grid",
            "path",
            "closed_on",
        )
        sequence = fields


def plan_today(point: ServicePoint) -> DayPlan | None:
    """Its hours of today; None for one that has none at all, or is closed for good."""
    if point.closed_on is not None or not (point.opening_hours or point.exception_days):
        return None
    day = today()
    return plan_of(point.opening_hours, point.holiday_policy, point.exception_days, day, calendar_day(day))


def today_in_words(point: ServicePoint) -> str:
    """Today open 09:00–17:00; today closed for National Day; "" where nothing is known of hours."""
    plan = plan_today(point)
    return plan.in_words() if plan is not None else ""


def holidays_in_words(point: ServicePoint) -> list[str]:
    """What public holidays mean to it, as far as that differs from the week; and the dated exceptions ahead."""
    day, words = today(), []
    if point.holiday_policy != HolidayPolicy.OPEN:
        words.append(point.get_holiday_policy_display())
        if not calendar_day(day).known:
            words.append(_("The public holidays of %(year)s are not known to the portal yet.") % {"year": day.year})
    return [*words, *ahead_in_words(point.exception_days, day)]


def open_chip(point: ServicePoint) -> Chip:
    """Whether a service point is open at this moment, public holidays and exceptions minded."""
    if point.closed_on is not None:
        return Chip(PlaceStatus.CLOSED.label, Tone.GREY)
    plan = plan_today(point)
    if plan is None:
        return Chip(_("By appointment"), Tone.GREY)
    if plan.is_open(timezone.localtime(now())):
        return Chip(_("Open now"), Tone.GREEN, "door-open")
    return Chip(_("Closed now"), Tone.GREY, "door-closed")


class ServicePointTable(ThingTable):
    open_now = ChipColumn(empty_values=(), orderable=False, verbose_name=_("Now"))
    opening_hours = TextColumn(orderable=False, verbose_name=_("Opening hours"))
    phone = CodeColumn(orderable=False, verbose_name=_("Public phone"))
    state = None

    card_columns = ("kind", "open_now", "address", "phone")

    class Meta:
        model = ServicePoint
        fields = ("name", "kind", "open_now", "opening_hours", "phone", "address", "grid", "path")
        sequence = fields

    def render_open_now(self, record: ServicePoint) -> Chip:
        return open_chip(record)

    def value_open_now(self, record: ServicePoint) -> str:
        return str(open_chip(record))

    def render_opening_hours(self, value: str) -> str:
        return _("; ").join(hours_in_words(value))
