"""My day as a page: filtered by chips in the address, paged, working without a script."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.workbench.choices import LATE, Kind
from governance.workbench.day import PAGE_SIZE, Day, grouped
from grids.access.choices import Permission
from grids.common.clock import now, today
from grids.common.errors import Refused
from grids.common.pages import Page, key_of


class MyDay(Page, TemplateView):
    """One list for one person; whatever is done leaves it."""

    template_name = "governance/workbench/day.html"
    title = _("My day")
    help_text = _(
        "Doors are in the order of the stairs. Visits that must arrive at once stand first. What is done leaves the "
        "list by itself; nothing has to be ticked."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not any(request.user.has_perm(power) for power in (Permission.LOG_VISITS, Permission.SERVE_HOUSEHOLDS)):
            raise Refused(_("Your posts do not include this page. If you need it, ask your community secretary."))
        return super().get(request, *args, **kwargs)

    def get_intro(self) -> str:
        return date_format(today(), "DATE_FORMAT")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        day = Day(self.request.user, now=now())
        only = self.request.GET.get("only", "")
        only = only if only in (LATE, *Kind.values) else ""
        page = Paginator(day.shown(only), PAGE_SIZE).get_page(key_of(self.request.GET.get("page", "")) or 1)
        pressing = day.pressing() if not only and page.number == 1 else []
        stops = [stop for stop in page.object_list if stop not in pressing]
        items = day.items([*pressing, *stops], back=self._address(only, page.number))
        first = items[: len(pressing)]
        return super().get_context_data(
            chips=self._chips(day, only),
            pressing=first,
            groups=grouped(items[len(pressing) :]),
            number=len(day.stops),
            shown=page.paginator.count,
            only=only,
            page=page,
            before=self._address(only, page.number - 1) if page.has_previous() else "",
            after=self._address(only, page.number + 1) if page.has_next() else "",
            **context,
        )

    def _chips(self, day: Day, only: str) -> list[dict[str, Any]]:
        counts = day.counts()
        words = {"": _("All"), LATE: _("Behind time"), **dict(Kind.choices)}
        counts[""] = len(day.stops)
        return [
            {"label": label, "count": counts[value], "url": self._address(value, 1), "active": value == only}
            for value, label in words.items()
            if value == only or not value or counts[value]
        ]

    def _address(self, only: str, page: int) -> str:
        query = "&".join([*([f"only={only}"] if only else []), *([f"page={page}"] if page > 1 else [])])
        return reverse("governance:day") + (f"?{query}" if query else "")
