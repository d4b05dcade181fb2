"""What the pages of one import share."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Crumb
from residents.importing.choices import ImportState
from residents.importing.models import RosterImport
from residents.importing.rules import standing


class OneImport:
    """Finds imports of rosters that the user imports into; everything else is 404."""

    permission = Permission.IMPORT_ROSTER
    model = RosterImport
    request: HttpRequest
    object: Any

    def get_queryset(self) -> Any:
        rows = super().get_queryset()  # type: ignore[misc]
        return rows.with_people().select_related("file", "marked", "default_grid")

    def get_object(self) -> Any:
        """Read once: a page asks where it stands before it is drawn."""
        if getattr(self, "object", None) is None:
            self.object = super().get_object()  # type: ignore[misc]
        return self.object

    def get_breadcrumb(self) -> list[Crumb]:
        return [
            Crumb(_("Import"), reverse("residents:import-create")),
            Crumb(_("Earlier imports"), reverse("residents:import-list")),
        ]

    def get_back_url(self) -> str:
        return self.object.get_absolute_url() if self.object is not None else ""


def where_next(roster_import: RosterImport) -> str:
    """To the task that reads the file once more, or to the import when nothing had to be read."""
    is_reading = standing(roster_import) == ImportState.READING
    return (roster_import.job if is_reading else roster_import).get_absolute_url()


def page_links(page: Any, **asked: str) -> list[dict[str, Any]]:
    """Page numbers around the present one, as ``components/pagination.html`` draws them; ``asked`` stays."""
    return [
        {
            "number": number,
            "query": urlencode({**asked, "page": number}) if isinstance(number, int) else "",
            "current": number == page.number,
        }
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
