"""The home of each role: what to do now."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.workbench import reports
from governance.workbench.exports import pinned_ledgers
from grids.common.clock import now, today
from grids.common.pages import Page


class Home(Page, TemplateView):
    """To-do first; everybody who is logged in has one, if only to be told whom to ask for a role."""

    template_name = "governance/workbench/home.html"
    title = _("Workbench")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        home = reports.Home(self.request.user, now=now())
        sections = home.sections
        posts = [{"role": grant.get_role_display(), "grid": grant.grid.name} for grant in home.grants]
        return super().get_context_data(
            sections=sections,
            posts=posts,
            ledgers=pinned_ledgers(self.request.user),
            day=date_format(today(), "DATE_FORMAT"),
            has_role=bool(sections) or self.request.user.is_superuser,
            **context,
        )
