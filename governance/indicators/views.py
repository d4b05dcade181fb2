"""The report index, the definition cards and the three reports."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.indicators import reports, roster_reports
from governance.indicators.briefings import months_in_a_row
from governance.indicators.choices import Part, Preset
from governance.indicators.definitions import CARDS, SERVICE, VOLUNTEERS
from governance.indicators.forms import DEFAULT_PRESET, FrameForm
from governance.indicators.layout import Report, rows_url
from governance.indicators.querysets import FIGURES, offered_grids, top_grid
from governance.indicators.rules import Frame, named_period
from governance.indicators.subjects import LISTINGS
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.clock import now, today
from grids.common.codes import CODE_PATTERN
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.exports import EXPORT_LIMIT, KINDS, export_response
from grids.common.pages import Page, ScopedMixin
from grids.common.tables import NumberColumn, Table, TextColumn
from grids.tree.choices import Level
from grids.tree.models import Grid

MAY_NOT_EXPORT = _("Your posts do not include taking lists away as files. Ask your community secretary for it.")
FIRST_UNCOVERED = 10
# The rows that a figure leaves out on purpose, by the name in their address.
LEFT_OUT = {"I28": "left_out", "I29": "in_grace"}


def grid_named(user: Any, code: str) -> Grid:
    """The grid with this code whose indicators ``user`` may see; 404 for any other text."""
    if not CODE_PATTERN.fullmatch(code):
        raise Http404
    return get_object_or_404(Grid.objects.restrict(user, Permission.VIEW_INDICATORS), code=code)


def may_export(user: Any, grid: Grid) -> Decision:
    return Allowed() if user.has_perm(Permission.EXPORT_LISTS, grid) else Denied(MAY_NOT_EXPORT)


class FramedPage(Page, ScopedMixin, TemplateView):
    """A page about one subtree and one period, both named in the address."""

    permission = Permission.VIEW_INDICATORS
    frame: Frame
    form: FrameForm

    def setup_frame(self) -> None:
        """Read the address: a foreign grid is 404, unreadable days are errors of the form above the report."""
        user, wanted = self.request.user, self.request.GET
        code = wanted.get("grid", "")
        grid = grid_named(user, code) if code else top_grid(user)
        if grid is None:
            raise Http404
        self.offered = offered_grids(user, grid)
        shallowest = min(one.level for one in self.offered)
        choices = [(one.code, "　" * (one.level - shallowest) + one.name) for one in self.offered]
        self.form = FrameForm(wanted, user=user, subject=grid, grids=choices, today=today())
        if self.form.is_valid():
            period, self.preset = self.form.cleaned_data["chosen"], self.form.cleaned_data["preset"]
        else:
            period, self.preset = named_period(DEFAULT_PRESET, today()), DEFAULT_PRESET
        self.frame = Frame(user, grid, period, now())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_power()
        self.setup_frame()
        return super().get(request, *args, **kwargs)

    def query(self, **changes: str) -> str:
        """The part of the address that names grid and period, with changes."""
        frame = self.frame
        named = {"grid": frame.grid.code}
        if self.preset == Preset.CUSTOM:
            named |= {"since": frame.period.since.isoformat(), "until": frame.period.until.isoformat()}
        else:
            named |= {"period": self.preset}
        return urlencode(named | changes)

    def way_to_index(self) -> list[Crumb]:
        return [Crumb(_("Reports"), f"{reverse('governance:report-index')}?{self.query()}")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        presets = [
            {
                "label": preset.label,
                "query": urlencode({"grid": self.frame.grid.code, "period": preset.value}),
                "current": preset == self.preset,
            }
            for preset in Preset
            if preset is not Preset.CUSTOM
        ]
        return super().get_context_data(
            form=self.form, frame=self.frame, presets=presets, query=self.query(), path=self.request.path, **context
        )


class ReportIndex(FramedPage):
    """The figures of a grid, each with its two counts, and the way into the reports."""

    template_name = "governance/indicators/report_index.html"
    title = _("Reports")
    intro = _("Every number opens the rows it was counted from.")
    help_text = _(
        "A percentage is the first number over the second. Press a number for the rows it was counted from, "
        "“the rest” for those that were not reached, the name for what is counted and what is not. "
        "Everything follows the grid and the days chosen below."
    )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        pages = [
            {"title": page.title, "intro": page.intro, "icon": page.icon, "url": reverse(f"governance:{page.name}")}
            for page in REPORTS
        ]
        readings = [*reports.readings(self.frame), *reports.roster_readings(self.frame)]
        return super().get_context_data(readings=readings, pages=pages, **context)


class IndicatorPage(FramedPage):
    """The definition card of one indicator with its present figure."""

    template_name = "governance/indicators/indicator_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_power()
        if kwargs["key"] not in CARDS:
            raise Http404
        self.card = CARDS[kwargs["key"]]
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return self.card.name

    def get_intro(self) -> Any:
        return self.card.plain

    def get_breadcrumb(self) -> list[Crumb]:
        return self.way_to_index()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        card = self.card
        reading = reports.Reading(card, reports.figure(card.id, self.frame), self.frame)
        other = "en" if translation.get_language() != "en" else "zh-hans"
        with translation.override(other):
            other_words = [str(words) for words in (card.name, card.plain, card.formula)]
        facts = [
            (_("How it is worked out"), card.formula),
            (_("Numerator"), card.numerator),
            (_("Denominator"), card.denominator),
            (_("Left out"), card.excluded),
            (_("Time"), card.timing),
            (_("Source"), card.source),
            (_("Unit"), card.unit),
            (_("Rounding"), _("One decimal, half up; a dash when there is nothing to divide by.")),
            (_("Reading"), card.direction.label),
            (_("Version of the definition"), card.version),
        ]
        return super().get_context_data(
            card=card,
            reading=reading,
            splits=roster_reports.splits(reading),
            facts=facts,
            other_language=other,
            other_words=other_words,
            **context,
        )


class ReportPage(FramedPage):
    """A report table: one line a child, a total, files of what is seen, print."""

    template_name = "governance/indicators/report.html"
    name = ""
    icon = "chart-column"

    def report(self) -> Report:
        raise NotImplementedError

    def get_breadcrumb(self) -> list[Crumb]:
        return self.way_to_index()

    def child_url(self, child: Grid) -> str:
        return f"?{self.query(grid=child.code)}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export", "")
        if kind not in KINDS:
            return super().get(request, *args, **kwargs)
        self.require_power()
        self.setup_frame()
        may_export(request.user, self.frame.grid).or_raise()
        report = self.report()
        columns = [("label", TextColumn(verbose_name=_("Grid")))]
        for column in report.columns:
            kind_of = TextColumn if column.share else NumberColumn
            words = f"{column.group}{gettext(': ')}{column.label}" if column.group else column.label
            columns.append((column.name, kind_of(verbose_name=words)))
        table = Table(report.records, extra_columns=columns)
        title = f"{self.title} {self.frame.grid.name} {self.frame.period}"
        return export_response(request, table, kind=kind, title=title, limit=EXPORT_LIMIT)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        report = self.report()
        child = Level(self.frame.grid.level).child
        return super().get_context_data(
            report=report,
            child_word=child.label if child else Level(self.frame.grid.level).label,
            exports=[{"kind": kind.upper(), "query": self.query(export=kind)} for kind in KINDS],
            export_decision=may_export(self.request.user, self.frame.grid),
            **context,
        )


class AffairsReport(ReportPage):
    name = "report-affairs"
    icon = "clipboard-list"
    template_name = "governance/indicators/report_affairs.html"
    title = _("Affairs by category and tier")
    intro = _("What was taken on in the period, of which kind, and on which tier it was resolved.")

    def report(self) -> Report:
        return reports.affairs_report(self.frame, self.child_url)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        matrix = reports.category_by_tier(self.frame)
        return super().get_context_data(matrix=matrix, stack=reports.stack(matrix), **context)


class ContactsReport(ReportPage):
    name = "report-contacts"
    icon = "heart-handshake"
    template_name = "governance/indicators/report_contacts.html"
    title = _("Contact coverage")
    intro = _("Which households have a joint-family member who answers for them, and how the load is shared.")

    def report(self) -> Report:
        return reports.contacts_report(self.frame, self.child_url)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        both = [reports.Reading(CARDS[key], reports.figure(key, self.frame), self.frame) for key in ("I26", "I27")]
        return super().get_context_data(readings=both, coverage=both[0], uncovered=self.uncovered(both[0]), **context)

    def uncovered(self, reading: reports.Reading) -> Table | None:
        """The first households without a contact, for those who may see households."""
        listing = LISTINGS[reading.card.subject]
        if not reading.figure.missing or not reading.opens:
            return None
        rows = listing.prepare(FIGURES["I26"][Part.MISSING](self.frame)).in_reading_order()
        return listing.table(list(rows[:FIRST_UNCOVERED]), reader=self.request.user, exclude=["covered"])


class ServiceReport(FramedPage):
    """Contacts, visits and briefings in their figures, each with its rows."""

    name = "report-service"
    icon = "siren"
    template_name = "governance/indicators/report_service.html"
    title = _("Contacts and visits")
    intro = _("Who is looked after, who was reached at once when it mattered, and what became of needs.")

    def get_breadcrumb(self) -> list[Crumb]:
        return self.way_to_index()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        frame = self.frame
        shown = [reports.Reading(CARDS[key], reports.figure(key, frame), frame) for key in SERVICE]
        left_out = {
            name: {"number": one.figure.excluded, "url": rows_url("report-rows", name, frame)}
            for one in shown
            if one.opens and one.figure.excluded and (name := LEFT_OUT.get(one.card.id))
        }
        return super().get_context_data(
            readings=shown, left_out=left_out, months_in_a_row=months_in_a_row(frame), **context
        )


class VisitsReport(ReportPage):
    name = "report-visits"
    icon = "footprints"
    template_name = "governance/indicators/report_visits.html"
    title = _("Visits in numbers")
    intro = _("Visits at the door, what came of them, and how many households were reached.")

    def report(self) -> Report:
        return reports.visits_report(self.frame, self.child_url)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(months=reports.visits_by_month(self.frame), **context)


class RentalsReport(ReportPage):
    name = "report-rentals"
    icon = "key-round"
    title = _("Rental dwellings in numbers")
    intro = _("Which let dwellings have a file, and whether their checks were made in time, by colour.")

    def report(self) -> Report:
        return roster_reports.rentals_report(self.frame, self.child_url)


class TrendReport(ReportPage):
    name = "report-trend"
    icon = "trending-up"
    title = _("Matters raised beside earlier years")
    intro = _("What residents reported in the period, and in the same days one and three years earlier.")

    def report(self) -> Report:
        return roster_reports.trend_report(self.frame, self.child_url)


class VolunteersReport(ReportPage):
    name = "report-volunteers"
    icon = "hand-helping"
    template_name = "governance/indicators/report_volunteers.html"
    title = _("Members who report to the community in numbers")
    intro = _("How many party members in service reported and were taken on, and what they claimed and fulfilled.")

    def report(self) -> Report:
        return roster_reports.volunteers_report(self.frame, self.child_url)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown = [reports.Reading(CARDS[key], reports.figure(key, self.frame), self.frame) for key in VOLUNTEERS]
        return super().get_context_data(readings=shown, **context)


# In the order in which the index names them.
REPORTS: tuple[type[FramedPage], ...] = (
    *(AffairsReport, ContactsReport, VisitsReport, ServiceReport),
    *(RentalsReport, VolunteersReport, TrendReport),
)
