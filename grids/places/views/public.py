"""The directory of service points that anybody may read and print; nothing personal is in it."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.common.codes import CODE_PATTERN
from grids.common.pages import Page
from grids.common.pagination import CappedPaginator
from grids.places.hours import hours_in_words
from grids.places.models import ServicePoint
from grids.places.tables import holidays_in_words, open_chip, today_in_words
from grids.tree.models import Grid

PER_PAGE = 100


@method_decorator(login_not_required, name="dispatch")
class PublicDirectory(Page, TemplateView):
    """Open service points by community, with hours and services. ``?grid=CODE`` narrows, ``?q=`` searches."""

    template_name = "grids/places/servicepoint_public.html"
    title = _("Service points")
    intro = _("Where residents are served, when, and with what.")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        request: HttpRequest = self.request
        points = ServicePoint.objects.open().select_related("grid__parent__parent__parent__parent")
        code = request.GET.get("grid", "")
        grid = Grid.objects.filter(code=code).first() if CODE_PATTERN.fullmatch(code) else None
        if grid is not None:
            points = points.under(grid)
        words = " ".join(request.GET.get("q", "").split())[:60]
        for word in words.split():
            points = points.matching(word)
        page = CappedPaginator(points.order_by("grid__code", "kind", "name", "pk"), PER_PAGE).get_page(
            request.GET.get("page")
        )
        groups = [
            {
                "title": " / ".join(names),
                "points": [
                    {
                        "point": point,
                        "chip": open_chip(point),
                        "today": today_in_words(point),
                        "hours": hours_in_words(point.opening_hours),
                        "holidays": holidays_in_words(point),
                        "services": point.services.splitlines(),
                    }
                    for point in members
                ],
            }
            for names, members in groupby(page.object_list, key=lambda point: community_of(point.grid))
        ]
        return super().get_context_data(grid=grid, words=words, groups=groups, page_shown=page, **context)


def community_of(grid: Grid) -> list[str]:
    """The names from the district down to the community that the grid lies in."""
    return [*grid.path, grid.name][:3]
