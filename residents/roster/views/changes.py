"""Population changes: who came and went in a period, grid by grid, as numbers."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Crumb
from grids.common.clock import today
from grids.common.forms import Form
from grids.common.pages import Page, ScopedMixin, grid_crumbs
from grids.tree.models import Grid
from residents.roster.choices import ArrivalReason, EndReason
from residents.roster.population import Change, population_changes

LONGEST = 366 * 5  # days
MOST_GRIDS = 100

# Columns by what people ask; those of the same meaning are added up.
CAME = [
    (_("First recorded"), (ArrivalReason.FIRST_RECORDED,)),
    (_("Moved in from outside"), (ArrivalReason.MOVED_IN,)),
    (_("Born"), (ArrivalReason.BIRTH,)),
    (_("From inside the district"), (ArrivalReason.MOVED_INSIDE, ArrivalReason.SPLIT, ArrivalReason.MERGED)),
]
LEFT = [
    (_("Moved out"), (EndReason.MOVED_OUT,)),
    (_("Deceased"), (EndReason.DECEASED,)),
    (_("To inside the district"), (EndReason.MOVED_INSIDE, EndReason.SPLIT, EndReason.MERGED)),
    (_("Entered by mistake"), (EndReason.ENTERED_WRONGLY,)),
]


class PeriodForm(Form):
    """Which grid, and from which day to which: both days count."""

    grid = forms.ModelChoiceField(Grid.objects.none(), to_field_name="code", label=_("Grid"), empty_label=None)
    start = forms.DateField(label=_("From"))
    end = forms.DateField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Grid.objects.restrict(self.user, Permission.VIEW_ROSTER).order_by("code")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and not 0 <= (end - start).days <= LONGEST:
            self.add_error("end", _("The last day lies after the first one, by five years at the most."))
        return cleaned


class PopulationChanges(Page, ScopedMixin, TemplateView):
    """Start, arrivals by reason, departures by reason, end: for a grid and each grid directly below it."""

    permission = Permission.VIEW_ROSTER
    template_name = "residents/roster/population_changes.html"
    title = _("Population changes")
    intro = _("Counted from the days in the register: start + came − left = end, for every grid and any period.")
    grid: Grid | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        self.form = PeriodForm(self._asked(), user=request.user)
        if self.form.is_valid():
            self.grid = self.form.cleaned_data["grid"]
        return super().get(request, *args, **kwargs)

    def _asked(self) -> dict[str, Any]:
        """What the address asks for; this month, and the widest grid of the user, where it says nothing."""
        asked = self.request.GET.dict()
        day = today()
        if not asked.get("grid"):
            scope = scope_of(self.request.user, self.permission)
            widest = Grid.objects.in_scope(scope).order_by("level", "code").first()
            asked["grid"] = widest.code if widest else ""
        return {"start": f"{day.replace(day=1):%Y-%m-%d}", "end": f"{day:%Y-%m-%d}", **asked}

    def get_breadcrumb(self) -> list[Crumb]:
        if self.grid is None:
            return [Crumb(_("Persons"), reverse("residents:person-list"))]
        return grid_crumbs(self.grid, self.request.user, Permission.VIEW_GRIDS)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        rows: list[dict[str, Any]] = []
        if self.grid is not None:
            first, last = self.form.cleaned_data["start"], self.form.cleaned_data["end"]
            rows = self._rows(self.grid, first - timedelta(days=1), last)
        return super().get_context_data(form=self.form, came=CAME, left=LEFT, rows=rows, grid=self.grid, **context)

    def _rows(self, grid: Grid, start: date, end: date) -> list[dict[str, Any]]:
        below = Grid.objects.restrict(self.request.user, self.permission).filter(parent=grid).living()
        listed = [grid, *below.order_by("code")[:MOST_GRIDS]]
        changes = population_changes(listed, start, end)
        return [self._row(one, changes[one.pk], is_total=one.pk == grid.pk) for one in listed]

    def _row(self, grid: Grid, change: Change, *, is_total: bool) -> dict[str, Any]:
        start, end = self.form["start"].value(), self.form["end"].value()
        url = "" if is_total else f"{self.request.path}?grid={grid.code}&start={start}&end={end}"
        return {
            "grid": grid,
            "url": url,
            "is_total": is_total,
            "change": change,
            "came": [sum(change.arrivals[reason] for reason in reasons) for _label, reasons in CAME],
            "left": [sum(change.departures[reason] for reason in reasons) for _label, reasons in LEFT],
        }
