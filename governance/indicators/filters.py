"""What the cells of a report narrow their rows by; each filter is a condition that the report counted with."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import Category
from governance.affairs.models import Affair
from governance.indicators.choices import ClosedTier
from governance.indicators.querysets import IN_BAND, is_closed, is_closed_at, own
from governance.indicators.rules import Frame
from governance.meetings.choices import AttendanceState, MeetingState
from governance.meetings.models import Attendance, Meeting
from grids.common.filters import FilterSet, YesNoFilter
from residents.contacts.models import ContactMember
from residents.rentals.choices import Colour
from residents.rentals.models import RentalCheck
from residents.roster.models import Dwelling, Household, Residency
from residents.visits.choices import Outcome, Trigger
from residents.visits.models import Encounter, HouseholdNeed, VisitTask


class RowFilter(FilterSet):
    """Filters of rows within ``frame``; ``own`` keeps those on the grid itself and in none of its children."""

    own = YesNoFilter(method="filter_own", label=_("Directly here, in no child"))

    def __init__(self, *args: Any, frame: Frame, **kwargs: Any) -> None:
        self.frame = frame
        super().__init__(*args, **kwargs)

    def filter_own(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        here = own(queryset, self.frame.grid)
        return here if value else queryset.exclude(pk__in=here.values("pk"))


class AffairRowFilter(RowFilter):
    chip_fields = ("category", "closed_tier")

    category = django_filters.ChoiceFilter(choices=Category.choices, label=_("Category"))
    closed_tier = django_filters.ChoiceFilter(choices=ClosedTier.choices, method="filter_tier", label=_("Closed at"))
    closed = YesNoFilter(method="filter_closed", label=_("Closed"))

    class Meta:
        model = Affair
        fields = ("category",)

    def filter_tier(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_closed_at(self.frame, ClosedTier(value)))

    def filter_closed(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        condition = is_closed(self.frame)
        return queryset.filter(condition) if value else queryset.exclude(condition)


class HouseholdRowFilter(RowFilter):
    chip_fields = ("covered",)

    covered = YesNoFilter(field_name="covered", label=_("Has a contact"))

    class Meta:
        model = Household
        fields: tuple[str, ...] = ()


class MemberRowFilter(RowFilter):
    chip_fields = ("in_band",)

    in_band = YesNoFilter(method="filter_in_band", label=_("Within the band"))

    class Meta:
        model = ContactMember
        fields: tuple[str, ...] = ()

    def filter_in_band(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(IN_BAND) if value else queryset.exclude(IN_BAND)


class TaskRowFilter(RowFilter):
    chip_fields = ("trigger",)

    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, label=_("Trigger"))

    class Meta:
        model = VisitTask
        fields = ("trigger",)


class NeedRowFilter(RowFilter):
    class Meta:
        model = HouseholdNeed
        fields: tuple[str, ...] = ()


class EncounterRowFilter(RowFilter):
    chip_fields = ("outcome",)

    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label=_("Outcome"))

    class Meta:
        model = Encounter
        fields = ("outcome",)


class MeetingRowFilter(RowFilter):
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=MeetingState.choices, label=_("State"))

    class Meta:
        model = Meeting
        fields = ("state",)


class AttendanceRowFilter(RowFilter):
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=AttendanceState.choices, label=_("Attendance"))

    class Meta:
        model = Attendance
        fields = ("state",)


class DwellingRowFilter(RowFilter):
    chip_fields = ("has_file",)

    has_file = YesNoFilter(field_name="has_file", label=_("Has a file"))

    class Meta:
        model = Dwelling
        fields: tuple[str, ...] = ()


class CheckRowFilter(RowFilter):
    chip_fields = ("colour_before", "in_time")

    colour_before = django_filters.ChoiceFilter(
        choices=[*Colour.choices, ("first", _("First check"))], method="filter_colour", label=_("Colour before")
    )
    in_time = YesNoFilter(method="filter_in_time", label=_("Made in time"))

    class Meta:
        model = RentalCheck
        fields: tuple[str, ...] = ()

    def filter_colour(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(colour_before="" if value == "first" else value)

    def filter_in_time(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(in_time=int(value))


class ResidentRowFilter(RowFilter):
    class Meta:
        model = Residency
        fields: tuple[str, ...] = ()
