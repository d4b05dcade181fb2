"""What one row behind a figure is, and how it is listed: one entry a subject, for figures and cells alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from governance.affairs.models import Affair
from governance.indicators import (
    briefing_tables,
    filters,
    querysets,
    tables,
    trends,
    visiting,
    volunteer_tables,
    volunteering,
)
from governance.indicators.choices import Subject
from governance.indicators.definitions import Words
from governance.meetings.models import Attendance, Meeting
from residents.contacts.models import ContactMember
from residents.rentals.models import RentalCheck
from residents.roster.models import Dwelling, Household, Residency
from residents.visits.models import Encounter, HouseholdNeed, VisitTask
from residents.volunteers.models import PartyMemberReport, ServiceClaim


@dataclass(frozen=True)
class Listing:
    """How the rows of one subject are shown."""

    model: type
    table: type[tables.RowTable]
    filters: type[filters.RowFilter]
    prepare: Callable[[Any], QuerySet]
    unit: Words


LISTINGS: dict[Subject, Listing] = {
    Subject.AFFAIR: Listing(
        Affair,
        tables.AffairRows,
        filters.AffairRowFilter,
        lambda rows: rows.for_steps().defer("reporter_phone"),
        npgettext_lazy("number of", "affair", "affairs"),
    ),
    Subject.HOUSEHOLD: Listing(
        Household,
        tables.HouseholdRows,
        filters.HouseholdRowFilter,
        lambda rows: rows.with_place().with_head(),
        npgettext_lazy("number of", "household", "households"),
    ),
    Subject.CARE_HOUSEHOLD: Listing(
        Household,
        tables.HouseholdRows,
        filters.HouseholdRowFilter,
        lambda rows: rows.with_place().with_head(),
        npgettext_lazy("number of", "household", "households"),
    ),
    Subject.MEETING: Listing(
        Meeting,
        briefing_tables.MeetingRows,
        filters.MeetingRowFilter,
        lambda rows: rows.select_related("grid"),
        npgettext_lazy("number of", "briefing", "briefings"),
    ),
    Subject.ATTENDANCE: Listing(
        Attendance,
        briefing_tables.AttendanceRows,
        filters.AttendanceRowFilter,
        lambda rows: rows.select_related("meeting__grid", "member__person", "member__grid"),
        npgettext_lazy("number of", "invitation", "invitations"),
    ),
    Subject.MEMBER: Listing(
        ContactMember,
        tables.MemberRows,
        filters.MemberRowFilter,
        lambda rows: rows.select_related("grid", "person"),
        npgettext_lazy("number of", "member", "members"),
    ),
    Subject.ENCOUNTER: Listing(
        Encounter,
        tables.EncounterRows,
        filters.EncounterRowFilter,
        lambda rows: rows.select_related("household__dwelling__grid", "household__dwelling__unit__building", "visitor"),
        npgettext_lazy("number of", "visit", "visits"),
    ),
    Subject.TASK: Listing(
        VisitTask,
        tables.TaskRows,
        filters.TaskRowFilter,
        lambda rows: rows.with_place(),
        npgettext_lazy("number of", "visit owed", "visits owed"),
    ),
    Subject.NEED: Listing(
        HouseholdNeed,
        tables.NeedRows,
        filters.NeedRowFilter,
        lambda rows: rows.with_place(),
        npgettext_lazy("number of", "need", "needs"),
    ),
    Subject.DWELLING: Listing(
        Dwelling,
        tables.DwellingRows,
        filters.DwellingRowFilter,
        lambda rows: rows.select_related("grid__parent", "unit__building"),
        npgettext_lazy("number of", "dwelling", "dwellings"),
    ),
    Subject.CHECK: Listing(
        RentalCheck,
        tables.CheckRows,
        filters.CheckRowFilter,
        lambda rows: rows.with_place(),
        npgettext_lazy("number of", "check", "checks"),
    ),
    Subject.RESIDENT: Listing(
        Residency,
        tables.ResidentRows,
        filters.ResidentRowFilter,
        lambda rows: rows.with_place(),
        npgettext_lazy("number of", "person", "persons"),
    ),
    Subject.REPORT: Listing(
        PartyMemberReport,
        volunteer_tables.ReportRows,
        volunteer_tables.ReportRowFilter,
        lambda rows: rows.with_person(),
        npgettext_lazy("number of", "report", "reports"),
    ),
    Subject.CLAIM: Listing(
        ServiceClaim,
        volunteer_tables.ClaimRows,
        volunteer_tables.ClaimRowFilter,
        lambda rows: rows.with_call(),
        npgettext_lazy("number of", "claim", "claims"),
    ),
}


@dataclass(frozen=True)
class RowSet:
    """Rows that a cell of a report opens."""

    label: Words
    rows: querysets.RowsOf


# By the name in the address; ``layout.ROW_SUBJECTS`` says what the rows are.
ROW_SETS: dict[str, RowSet] = {
    "filed": RowSet(_("Affairs accepted in the period"), querysets.filed),
    "households": RowSet(_("Households living here, migrants included"), querysets.households),
    "visited": RowSet(_("Households visited effectively"), querysets.visited_households),
    "members": RowSet(_("Joint-family members in office"), querysets.members),
    "left_out": RowSet(_("Visits owed that the rate leaves out"), querysets.tasks_left_out),
    "in_grace": RowSet(_("Households whose first visit is not due yet"), visiting.in_grace),
    "visits": RowSet(_("Visits at the door"), querysets.visits),
    "effective": RowSet(_("Effective visits"), querysets.effective_visits),
    "remote": RowSet(_("Remote contacts"), querysets.remote_contacts),
    "let": RowSet(_("Let dwellings"), querysets.let_now),
    "checks": RowSet(_("Checks of rental dwellings that fell due"), querysets.rental_checks),
    "raised": RowSet(_("Matters raised by residents"), trends.raised),
    "raised_1": RowSet(_("Matters raised by residents in the same days one year earlier"), trends.raised_before[1]),
    "raised_3": RowSet(_("Matters raised by residents in the same days three years earlier"), trends.raised_before[3]),
    "member_reports": RowSet(_("Party members who reported in the period"), volunteering.reported),
    "service_claims": RowSet(_("Wishes and posts claimed in the period"), volunteering.claimed),
}
