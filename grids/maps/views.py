"""Draw a boundary, ask which grid is here, and what anybody may read about a grid."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.chips import chip_of
from grids.common.codes import CODE_PATTERN
from grids.common.decisions import Decision
from grids.common.pages import Page, ScopedMixin, grid_crumbs
from grids.common.views import ActionPage, Crumb
from grids.maps import services
from grids.maps.coordinates import to_wgs84
from grids.maps.finding import locate
from grids.maps.forms import BoundaryForm, PointForm, RemoveForm
from grids.maps.maps import map_of, public_url
from grids.maps.public import posted_team, supervision_phone
from grids.maps.rules import may_draw
from grids.places.hours import hours_in_words
from grids.places.models import ServicePoint
from grids.places.tables import open_chip, today_in_words
from grids.tree.choices import GridStatus, Kind
from grids.tree.models import Grid

POINTS_SHOWN = 30


class OneGrid(ScopedMixin):
    """A form about the boundary of one grid."""

    permission = Permission.VIEW_GRIDS
    model = Grid
    request: Any
    object: Any

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("parent")

    def decide(self, obj: Grid) -> Decision:
        return may_draw(self.request.user, obj)

    def get_breadcrumb(self) -> list[Crumb]:
        return grid_crumbs(self.object, self.request.user, Permission.VIEW_GRIDS)


class BoundaryUpdate(OneGrid, ActionPage):
    form_class = BoundaryForm
    title = _("Set the boundary")
    submit_label = _("Save the boundary")
    success_message = _("The boundary was saved.")
    intro = _("A boundary that is there already is replaced. Coordinates of Chinese maps are converted.")

    def perform(self, obj: Grid, form: Any) -> Grid:
        given = form.cleaned_data
        try:
            services.set_boundary(
                obj,
                given["shape"],
                actor=self.request.user,
                source=given["source"],
                licence=given["licence"],
                gcj02=given["coordinates"] == "gcj02",
            )
        except ValidationError as problem:
            if "shape" in getattr(problem, "error_dict", {}):
                field = "file" if given.get("file") else "text"
                raise ValidationError({field: problem.error_dict["shape"]}) from problem
            raise
        return obj


class BoundaryRemove(OneGrid, ActionPage):
    form_class = RemoveForm
    title = _("Take the boundary away")
    submit_label = _("Take the boundary away")
    style = "danger"
    success_message = _("The boundary was taken away.")

    def perform(self, obj: Grid, form: Any) -> Grid:
        services.remove_boundary(obj, actor=self.request.user, reason=form.cleaned_data["reason"])
        return obj


class GridLocate(Page, ScopedMixin, TemplateView):
    """Which grid is here? By longitude and latitude, or by the position of the device."""

    permission = Permission.VIEW_GRIDS
    template_name = "grids/maps/grid_locate.html"
    title = _("Which grid is here?")
    intro = _("Give a point, or let the device say where it is. The position is used for this answer and not kept.")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Grids"), reverse("grids:grid-list"))]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        asked = "lon" in self.request.GET or "lat" in self.request.GET
        form = PointForm(self.request.GET if asked else None, user=self.request.user)
        answers = None
        if asked and form.is_valid():
            lon, lat = form.cleaned_data["lon"], form.cleaned_data["lat"]
            if form.cleaned_data["coordinates"] == "gcj02":
                lon, lat = to_wgs84(lon, lat)
            answers = [self._answer(grid) for grid in locate(lon, lat)]
        return super().get_context_data(form=form, answers=answers, **context)

    def _answer(self, grid: Grid) -> dict[str, Any]:
        """What is found; a grid beyond one's reach is named as on its public page, and leads there."""
        within = scope_of(self.request.user, Permission.VIEW_GRIDS).holds(grid.code)
        return {
            "grid": grid,
            "path": " / ".join(grid.path),
            "url": grid.get_absolute_url() if within else public_url(grid),
            "within": within,
        }


@method_decorator(login_not_required, name="dispatch")
class PublicGrid(Page, TemplateView):
    """What the ordinance wants posted about a grid: name, area, team with duty phone, supervision phone. No more."""

    template_name = "grids/maps/grid_public.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        code = self.kwargs["code"]
        if not CODE_PATTERN.fullmatch(code):
            raise Http404
        grid = get_object_or_404(Grid.objects.living().with_path(), code=code)
        drawing, boundary = map_of(grid, public_url)
        points = ServicePoint.objects.open().under(grid).order_by("kind", "grid__code", "name")[:POINTS_SHOWN]
        children = grid.get_children().living().order_by("code")
        facts = [(_("Level"), grid.get_level_display()), (_("Belongs to"), " / ".join(grid.path) or None)]
        if grid.kind == Kind.EXCLUSIVE:
            facts.append((_("Kind"), grid.get_exclusive_type_display()))
        if grid.status != GridStatus.ACTIVE:
            facts.append((_("Status"), chip_of(GridStatus, grid.status)))
        if grid.boundary_note:
            facts.append((_("Boundary in words"), grid.boundary_note))
        if phone := supervision_phone():
            facts.append((_("Supervision phone"), phone))
        return super().get_context_data(
            title=grid.name,
            intro=gettext("Who serves here, and where to find help."),
            breadcrumb=self._above(grid),
            grid=grid,
            facts=facts,
            drawing=drawing,
            boundary=boundary,
            map_grid=grid,
            team=posted_team(grid),
            children=[{"name": child.name, "url": public_url(child)} for child in children],
            points=[
                {
                    "point": point,
                    "chip": open_chip(point),
                    "today": today_in_words(point),
                    "hours": hours_in_words(point.opening_hours),
                }
                for point in points
            ],
            **context,
        )

    def _above(self, grid: Grid) -> list[Crumb]:
        above, crumbs = grid.parent, []
        while above is not None:
            crumbs.append(Crumb(above.name, public_url(above)))
            above = above.parent
        return crumbs[::-1]
