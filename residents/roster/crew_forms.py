"""What is typed about a crew, and what its lists show and can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.clock import today
from grids.common.filters import FilterSet, SubtreeFilter, YesNoFilter
from grids.common.forms import Form
from grids.common.tables import DayColumn, Table, TextColumn
from grids.tree.models import Grid
from residents.roster import rules
from residents.roster.choices import CrewRole
from residents.roster.models import Person, VesselCrew


class JoinForm(Form):
    role = forms.ChoiceField(label=_("Role on board"), choices=CrewRole.choices, initial=CrewRole.CREW)
    starts_on = forms.DateField(label=_("On board since"), widget=forms.DateInput, initial=today)


class LeaveForm(Form):
    on = forms.DateField(label=_("Left on"), widget=forms.DateInput, initial=today)


def roster_grids(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_ROSTER)


class CrewFilter(FilterSet):
    """Crews by vessel, role and grid: those on board now, unless others are asked for."""

    search_hint = _("Vessel, or name of somebody on board")
    chip_fields = ("role",)

    role = django_filters.ChoiceFilter(choices=CrewRole.choices, label=_("Role on board"))
    aboard = YesNoFilter(method="filter_aboard", label=_("On board now"))
    grid = SubtreeFilter("vessel__grid__code", grids=roster_grids)
    vessel = django_filters.NumberFilter(method="filter_vessel", label=_("Number of the vessel"))

    class Meta:
        model = VesselCrew
        fields = ("role",)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("aboard") is not None else found.active()

    def filter_aboard(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(ends_on__isnull=value)

    def filter_vessel(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        # Any number may be typed; beyond what a key can be it names nothing.
        return queryset.filter(vessel=int(value)) if 0 < value < 2**62 and value == int(value) else queryset.none()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Names are found only where the reader sees them written out (promise P05)."""
        named = scope_of(self.request.user, Permission.VIEW_NAMES).condition("vessel__grid__code")
        by_vessel = queryset.filter(vessel__name__icontains=value)
        return by_vessel | queryset.filter(named, person__name__contains=value)


class CrewTable(Table):
    """Who is on board of what; names as the reader of the vessel's grid may see them."""

    name = TextColumn(accessor="person__name", orderable=False, verbose_name=_("Name"))
    role = TextColumn(verbose_name=_("Role on board"))
    vessel = TextColumn(linkify=True, order_by=("vessel__name",), verbose_name=_("Vessel"))
    phone = TextColumn(accessor="person__phone", orderable=False, verbose_name=_("Phone"))
    grid = TextColumn(accessor="vessel__grid", order_by=("vessel__grid__code",), verbose_name=_("Grid"))
    starts_on = DayColumn(verbose_name=_("On board since"))
    ends_on = DayColumn(verbose_name=_("Left on"))

    row_header = "name"
    card_columns = ("role", "vessel", "starts_on")

    class Meta:
        model = VesselCrew
        fields = ("name", "role", "vessel", "phone", "grid", "starts_on", "ends_on")

    def value_name(self, value: str, record: VesselCrew) -> str:
        return rules.shown_name(self.request.user, record.vessel.grid, value)

    def render_name(self, value: str, record: VesselCrew) -> SafeString | str:
        return self.value_name(value, record)

    def render_phone(self, value: str, record: VesselCrew) -> str:
        return rules.shown_phone(self.request.user, record.vessel.grid, value)

    def value_phone(self, value: str, record: VesselCrew) -> str:
        return self.render_phone(value, record)


class SailorFilter(FilterSet):
    """Whom to take on board: by name."""

    search_fields = ("name",)
    search_hint = _("Name")

    class Meta:
        model = Person
        fields = ()


class SailorTable(Table):
    """Residents who may go on board; needs their present residency in ``present_residency``."""

    name = TextColumn(orderable=False, verbose_name=_("Name"))
    age = TextColumn(empty_values=(), orderable=False, verbose_name=_("Age"))
    door = TextColumn(empty_values=(), orderable=False, verbose_name=_("Household"))
    act = TextColumn(empty_values=(), orderable=False, verbose_name=_("Crew"))

    row_header = "name"
    card_columns = ("age", "door", "act")

    class Meta:
        model = Person
        fields = ("name", "age", "door", "act")

    def __init__(self, *args: Any, vessel: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vessel = vessel

    def render_age(self, record: Any) -> str:
        grid = record.present_residency[0].household.grid
        return rules.shown_birth(self.request.user, grid, record.birth_date, on=today())

    def render_door(self, record: Any) -> str:
        return rules.shown_household(self.request.user, record.present_residency[0].household)

    def render_act(self, record: Person) -> SafeString:
        url = reverse("residents:vesselcrew-join", args=[self.vessel, record.pk])
        return format_html('<a class="button button-small" href="{}">{}</a>', url, _("Take on board"))
