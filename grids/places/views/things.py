"""Compounds, buildings, organisations, places and service points."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.common.panels import building_panels
from grids.common.views import Action
from grids.places import filters, forms, services, tables
from grids.places.hours import hours_in_words
from grids.places.models import Building, Compound, Organisation, Place, ServicePoint
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

SHOWN = 30


def link_to(thing: Any) -> SafeString | None:
    return format_html('<a href="{}">{}</a>', thing.get_absolute_url(), thing) if thing else None


def links_to(things: Any) -> SafeString | None:
    """The first ``SHOWN`` of several things, each leading to its page."""
    found = list(things[: SHOWN + 1])
    parts = [link_to(thing) for thing in found[:SHOWN]]
    return SafeString(_(", ").join(map(str, parts)) + ("…" if len(found) > SHOWN else "")) if parts else None


# ------------------------------------------------------------------ buildings
class BuildingList(ThingList):
    """Buildings of one's grids, in the order of the tree."""

    model = Building
    table_class = tables.BuildingTable
    filterset_class = filters.BuildingFilter
    title = _("Buildings")
    unit = npgettext_lazy("number of", "building here", "buildings here")
    empty_title = _("No building yet")
    empty_text = _("A building is entered together with the first household in it.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("compound").annotate(unit_count=Count("units"))


class BuildingPage(ThingPage):
    model = Building
    panels = building_panels
    closes = False

    def more_facts(self) -> list[tuple[Any, Any]]:
        units = list(self.object.units.all())
        return [
            (_("Compound"), link_to(self.object.compound)),
            (_("Floors"), self.object.floors),
            (_("Units"), _(", ").join(unit.name for unit in units if unit.name) or len(units)),
        ]


class BuildingUpdate(ThingUpdate):
    model = Building
    form_class = forms.BuildingChangeForm
    service = services.change_building


# ------------------------------------------------------------------ compounds
class CompoundList(ThingList):
    model = Compound
    table_class = tables.CompoundTable
    filterset_class = filters.CompoundFilter
    title = _("Compounds")
    intro = _("Housing estates, old compounds and natural villages: what an address begins with.")
    unit = npgettext_lazy("number of", "compound here", "compounds here")
    empty_title = _("No compound yet")
    empty_text = _("Enter the first one; buildings are then put into it.")
    add_label = _("Add compound")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().annotate(building_count=Count("buildings"))


class CompoundPage(ThingPage):
    model = Compound

    def more_facts(self) -> list[tuple[Any, Any]]:
        compound = self.object
        return [
            (_("Kind"), compound.get_kind_display()),
            (_("Property company"), compound.property_company or _("None: managed by the residents or the community")),
            (_("Built in"), compound.built_in),
            (_("Buildings"), links_to(compound.buildings.order_by("order", "name"))),
        ]


class CompoundCreate(ThingCreate):
    model = Compound
    form_class = forms.CompoundForm
    service = services.add_compound
    title = _("Add compound")


class CompoundUpdate(ThingUpdate):
    model = Compound
    form_class = forms.CompoundChangeForm
    service = services.change_compound


class CompoundMove(ThingMove):
    model = Compound
    service = services.move_compound


class CompoundClose(ThingClose):
    model = Compound
    service = services.close_compound


# ------------------------------------------------------------------ organisations
class OrganisationList(ThingList):
    model = Organisation
    table_class = tables.OrganisationTable
    filterset_class = filters.OrganisationFilter
    title = _("Organisations")
    intro = _("Enterprises, institutions and other bodies, each in the grid where it is.")
    unit = npgettext_lazy("number of", "organisation here", "organisations here")
    empty_title = _("No organisation yet")
    empty_text = _("Enter the first one with its credit code from the licence.")
    add_label = _("Add organisation")


class OrganisationPage(ThingPage):
    model = Organisation

    def more_facts(self) -> list[tuple[Any, Any]]:
        return [
            (_("Kind"), self.object.get_kind_display()),
            (_("Social credit code"), self.object.credit_code),
            (_("Runs"), links_to(self.object.places.open())),
        ]


class OrganisationCreate(ThingCreate):
    model = Organisation
    form_class = forms.OrganisationForm
    service = services.add_organisation
    title = _("Add organisation")


class OrganisationUpdate(ThingUpdate):
    model = Organisation
    form_class = forms.OrganisationChangeForm
    service = services.change_organisation


class OrganisationMove(ThingMove):
    model = Organisation
    service = services.move_organisation


class OrganisationClose(ThingClose):
    model = Organisation
    service = services.close_organisation


class OrganisationReveal(PhoneReveal):
    model = Organisation


# ------------------------------------------------------------------ places
class PlaceList(ThingList):
    model = Place
    table_class = tables.PlaceTable
    filterset_class = filters.PlaceFilter
    title = _("Places")
    intro = _("Schools, markets, shops and other places people go to, each in one grid.")
    unit = npgettext_lazy("number of", "place here", "places here")
    empty_title = _("No place yet")
    empty_text = _("Enter the first one: a school, a market, a shop.")
    add_label = _("Add place")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("organisation")


class PlacePage(ThingPage):
    model = Place

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("organisation")

    def more_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Kind"), self.object.get_kind_display()), (_("Run by"), link_to(self.object.organisation))]


class PlaceCreate(ThingCreate):
    model = Place
    form_class = forms.PlaceForm
    service = services.add_place
    title = _("Add place")


class PlaceUpdate(ThingUpdate):
    model = Place
    form_class = forms.PlaceChangeForm
    service = services.change_place

    def get_initial(self) -> dict[str, Any]:
        organisation = self.object.organisation
        return super().get_initial() | {"organisation": organisation.name if organisation else ""}


class PlaceMove(ThingMove):
    model = Place
    service = services.move_place


class PlaceClose(ThingClose):
    model = Place
    service = services.close_place


class PlaceReveal(PhoneReveal):
    model = Place


# ------------------------------------------------------------------ service points
class ServicePointList(ThingList):
    model = ServicePoint
    table_class = tables.ServicePointTable
    filterset_class = filters.ServicePointFilter
    title = _("Service points")
    intro = _("Service centres, micro-grid stations and mobile services. All of it is public.")
    unit = npgettext_lazy("number of", "service point here", "service points here")
    empty_title = _("No service point yet")
    empty_text = _("Enter the service centre of the community first.")
    add_label = _("Add service point")

    def get_actions(self) -> list[Action]:
        public = Action(_("Public directory"), address_of("servicepoint", "public"), icon="globe")
        return [*super().get_actions(), public]


class ServicePointPage(ThingPage):
    model = ServicePoint

    def more_facts(self) -> list[tuple[Any, Any]]:
        point = self.object
        return [
            (_("Kind"), point.get_kind_display()),
            (_("Now"), tables.open_chip(point)),
            (_("Today"), tables.today_in_words(point) or None),
            (_("Opening hours"), _("; ").join(hours_in_words(point.opening_hours)) or None),
            (_("Public holidays and single days"), _("; ").join(tables.holidays_in_words(point)) or None),
            (_("In the rooms of"), point.host_space),
            (_("What is offered"), _(", ").join(point.services.splitlines()) or None),
            (_("Public phone"), format_html('<a href="tel:{0}">{0}</a>', point.phone) if point.phone else None),
        ]


class ServicePointCreate(ThingCreate):
    model = ServicePoint
    form_class = forms.ServicePointForm
    service = services.add_service_point
    title = _("Add service point")


class ServicePointUpdate(ThingUpdate):
    model = ServicePoint
    form_class = forms.ServicePointChangeForm
    service = services.change_service_point


class ServicePointMove(ThingMove):
    model = ServicePoint
    service = services.move_service_point


class ServicePointClose(ThingClose):
    model = ServicePoint
    service = services.close_service_point
