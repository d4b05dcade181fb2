"""Vessels: list, page, forms, one-tap status, and the board of a vessel grid (domain.md M07, ux.md pages 11 and 16)."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.pages import ScopedMixin, grid_crumbs
from grids.common.panels import vessel_panels
from grids.common.views import Action, Crumb, DetailPage
from grids.places import checks, filters, forms, services, tables
from grids.places.choices import VesselStatus
from grids.places.models import Vessel
from grids.places.views.common import (
    PhoneReveal,
    ThingClose,
    ThingCreate,
    ThingList,
    ThingMove,
    ThingPage,
    ThingUpdate,
    address_of,
)
from grids.tree.choices import ExclusiveType
from grids.tree.models import Grid


class VesselList(ThingList):
    model = Vessel
    table_class = tables.VesselTable
    filterset_class = filters.VesselFilter
    title = _("Vessels")
    intro = _("Fishing vessels of the vessel grids. Their crews live on shore.")
    unit = npgettext_lazy("number of", "vessel here", "vessels here")
    empty_title = _("No vessel yet")
    empty_text = _("Vessels are entered in an exclusive grid for fishing vessels.")
    add_label = _("Add vessel")

    def get_actions(self) -> list[Action]:
        grids = Grid.objects.restrict(self.request.user, Permission.VIEW_GRIDS).living()
        boards = grids.filter(exclusive_type=ExclusiveType.VESSEL, level=4).order_by("code")[:3]
        links = [Action(board_label(grid), address_of("vessel", "board", grid.pk), icon="anchor") for grid in boards]
        return [*super().get_actions(), *links]


def board_label(grid: Grid) -> str:
    return gettext("Board: %(grid)s") % {"grid": grid.name}


def status_buttons(vessel: Vessel) -> list[dict[str, Any]]:
    """The four states as buttons; the present one is pressed."""
    return [
        {"value": status.value, "label": status.label, "pressed": status == vessel.status} for status in VesselStatus
    ]


class VesselPage(ThingPage):
    model = Vessel
    panels = vessel_panels
    template_name = "grids/places/vessel_detail.html"

    def more_facts(self) -> list[tuple[Any, Any]]:
        vessel = self.object
        return [
            (_("Registration number"), vessel.registration_no),
            (_("Berth"), vessel.berth),
            (_("Home port"), vessel.home_port),
            (_("Radio"), vessel.radio),
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        vessel = self.object
        marks = [chip_of(VesselStatus, vessel.status)]
        if not vessel.is_open:
            marks.append(chip_of(type(vessel.state), vessel.state))
        return super().get_context_data(
            marks=marks,
            buttons=status_buttons(vessel),
            may_tap=checks.may_change(self.request.user, vessel),
            board_url=address_of("vessel", "board", vessel.grid_id),
            **context,
        )


class VesselCreate(ThingCreate):
    model = Vessel
    form_class = forms.VesselForm
    service = services.add_vessel
    title = _("Add vessel")


class VesselUpdate(ThingUpdate):
    model = Vessel
    form_class = forms.VesselChangeForm
    service = services.change_vessel


class VesselMove(ThingMove):
    model = Vessel
    service = services.move_vessel


class VesselClose(ThingClose):
    model = Vessel
    service = services.close_vessel


class VesselReveal(PhoneReveal):
    model = Vessel


class VesselStatusChange(ScopedMixin, View):
    """One tap on the board or on the vessel's page: POST only; the way back is where the tap was."""

    http_method_names = ["post", "options"]
    permission = Permission.VIEW_GRIDS
    model = Vessel

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        vessel = self.get_object()
        checks.may_change(request.user, vessel).or_raise()
        status = request.POST.get("status", "")
        if status in VesselStatus.values:
            vessel = services.set_vessel_status(vessel, status, actor=request.user)
            done = gettext("%(vessel)s: %(status)s") % {"vessel": vessel, "status": vessel.get_status_display()}
            messages.success(request, done)
        else:
            messages.error(request, gettext("Choose one of the four states of a vessel."))
        if request.POST.get("back") == "board":
            shown = request.POST.get("shown", "")
            query = f"?status={shown}" if shown in VesselStatus.values else ""
            return HttpResponseRedirect(f"{address_of('vessel', 'board', vessel.grid_id)}{query}#vessel-{vessel.pk}")
        return HttpResponseRedirect(vessel.get_absolute_url())

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid")


class VesselBoard(DetailPage):
    """The harbour at a glance: one cell a vessel in the order of the quay; one tap changes its status."""

    permission = Permission.VIEW_GRIDS
    model = Grid
    template_name = "grids/places/vessel_board.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(exclusive_type=ExclusiveType.VESSEL)

    def get_title(self) -> Any:
        return board_label(self.object)

    def get_breadcrumb(self) -> list[Crumb]:
        return [
            Crumb(_("Vessels"), address_of("vessel", "list")),
            *grid_crumbs(self.object, self.request.user, Permission.VIEW_GRIDS)[-1:],
        ]

    def get_actions(self) -> list[Action]:
        listed = f"{reverse('grids:vessel-list')}?grid={self.object.code}"
        actions = [Action(_("As a list"), listed, icon="list")]
        if decision := checks.may_keep(self.request.user, self.object):
            url = f"{address_of('vessel', 'create')}?grid={self.object.code}"
            actions.insert(0, Action(_("Add vessel"), url, decision, icon="plus"))
        return actions

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        grid = self.object
        vessels = Vessel.objects.open().under(grid)
        numbers = vessels.numbers()
        shown = self.request.GET.get("status", "")
        if shown in VesselStatus.values:
            vessels = vessels.filter(status=shown)
        else:
            shown = ""
        tiles = [
            {
                "label": status.label,
                "value": number,
                "chip": chip_of(VesselStatus, status),
                "query": "?" if shown == status else f"?status={status.value}",
                "current": shown == status,
            }
            for status, number in numbers.items()
        ]
        cells = [
            {
                "vessel": vessel,
                "chip": chip_of(VesselStatus, vessel.status),
                "tone": VesselStatus(vessel.status).tone,
                "since": timezone.localtime(vessel.status_since),
                "buttons": status_buttons(vessel),
            }
            for vessel in vessels.by_berth()
        ]
        total = sum(numbers.values())
        return super().get_context_data(
            tiles=tiles,
            cells=cells,
            shown=shown,
            total_words=ngettext("%(count)s vessel", "%(count)s vessels", total) % {"count": total},
            may_tap=checks.may_keep(self.request.user, grid),
            **context,
        )
