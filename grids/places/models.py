"""The territory's things: compounds, buildings and stairwells, organisations, places, vessels, service points.

Dwellings inside the buildings and the crews on the vessels belong to the roster (residents/roster).
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.fields import CodeField, EncryptedField
from grids.common.models import Versioned
from grids.common.privacy import C1, C2, C3
from grids.places.choices import (
    CompoundKind,
    HolidayPolicy,
    OrganisationKind,
    PlaceKind,
    PlaceStatus,
    ServicePointKind,
    VesselStatus,
)
from grids.places.querysets import (
    BuildingQuerySet,
    CompoundQuerySet,
    OrganisationQuerySet,
    PlaceQuerySet,
    ServicePointQuerySet,
    VesselQuerySet,
)


class Thing(Versioned):
    """What stands in a grid and has a page of its own."""

    if TYPE_CHECKING:
        grid: Any
        grid_id: int

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse(f"grids:{self._meta.model_name}-detail", args=[self.pk])


class ClosingThing(Thing):
    """A thing that may close for good: nothing is deleted. ``closed_on`` is the first day without it."""

    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    data_classes = {C1: "closed_on"}

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def state(self) -> PlaceStatus:
        return PlaceStatus.OPEN if self.is_open else PlaceStatus.CLOSED


class Compound(ClosingThing):
    """A compound (小区) or natural village: what people give as their address before the building."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="compounds", verbose_name=_("grid"))
    name = models.CharField(_("compound"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=CompoundKind.choices, default=CompoundKind.ESTATE)
    address = models.CharField(_("address"), max_length=200, blank=True)
    property_company = models.CharField(_("property management company"), max_length=100, blank=True)
    built_in = models.PositiveSmallIntegerField(_("year of construction"), null=True, blank=True)

    data_classes = {C1: "grid name kind address property_company built_in"}

    objects = CompoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("compound")
        verbose_name_plural = _("compounds")
        ordering = ["grid__code", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "name"], condition=Q(closed_on__isnull=True), name="compound_name_once_per_grid"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Building(Thing):
    """A building that stands in a grid or micro-grid. ``name`` is what stands on it ("3号楼")."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="buildings", verbose_name=_("grid"))
    compound = models.ForeignKey(
        Compound, models.PROTECT, null=True, blank=True, related_name="buildings", verbose_name=_("compound")
    )
    name = models.CharField(_("building"), max_length=60)
    address = models.CharField(_("address"), max_length=200, blank=True)
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    order = models.PositiveIntegerField(_("order in lists"), default=0)

    data_classes = {C1: "grid compound name address floors order"}

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["grid__code", "order", "name"]
        constraints = [models.UniqueConstraint(fields=["grid", "name"], name="building_name_once_per_grid")]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A stairwell of a building."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="units", verbose_name=_("building"))
    name = models.CharField(_("unit"), max_length=30)
    order = models.PositiveIntegerField(_("order in lists"), default=0)

    data_classes = {C1: "building name order"}

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["building", "order", "name"]
        constraints = [models.UniqueConstraint(fields=["building", "name"], name="unit_name_once_per_building")]

    def __str__(self) -> str:
        return self.name


class Organisation(ClosingThing):
    """An enterprise, institution or other body that is somewhere in a grid. ``credit_code`` is GB 32100 or empty."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="organisations", verbose_name=_("grid"))
    name = models.CharField(_("organisation"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    credit_code = models.CharField(_("social credit code"), max_length=18, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = EncryptedField(_("phone of the contact"), blank=True)

    data_classes = {C1: "grid name kind credit_code address", C3: "contact_name contact_phone"}

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["grid__code", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code="") & Q(closed_on__isnull=True),
                name="organisation_code_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Place(ClosingThing):
    """A place people go to: a school, a market, a shop. It may be run by an organisation."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="places", verbose_name=_("grid"))
    name = models.CharField(_("place"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=PlaceKind.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="places", verbose_name=_("run by")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = EncryptedField(_("phone of the contact"), blank=True)

    data_classes = {C1: "grid name kind organisation address", C3: "contact_name contact_phone"}

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["grid__code", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class Vessel(ClosingThing):
    """A fishing vessel of a vessel grid; contact at sea is by radio or phone (domain.md M07)."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="vessels", verbose_name=_("grid"))
    name = models.CharField(_("vessel"), max_length=60)
    registration_no = models.CharField(_("registration number"), max_length=40)
    home_port = models.CharField(_("home port"), max_length=60, blank=True)
    berth = models.CharField(_("berth"), max_length=20, blank=True)
    # Byte order is the order of the quay; kept by the services (rules.natural_key).
    berth_key = CodeField(max_length=40, blank=True, editable=False)
    radio = models.CharField(_("radio channel or call sign"), max_length=40, blank=True)
    phone = EncryptedField(_("phone on board"), blank=True)
    status = models.CharField(_("status"), max_length=12, choices=VesselStatus.choices, default=VesselStatus.IN_PORT)
    status_since = models.DateTimeField(_("since"), default=now)

    data_classes = {C2: "grid name registration_no home_port berth berth_key radio status status_since", C3: "phone"}

    objects = VesselQuerySet.as_manager()

    class Meta:
        verbose_name = _("vessel")
        verbose_name_plural = _("vessels")
        ordering = ["grid__code", "name", "pk"]
        indexes = [models.Index(fields=["grid", "berth_key"], name="vessel_by_berth")]
        constraints = [
            # A vessel that was sold away may come back under a new entry.
            models.UniqueConstraint(
                fields=["registration_no"], condition=Q(closed_on__isnull=True), name="vessel_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ServicePoint(ClosingThing):
    """Where residents are served: a centre, a micro-grid station, a mobile service (domain.md M16). All of it public.

    ``opening_hours`` are those of an ordinary week (hours.py), ``holiday_policy`` and ``exception_days`` say when there
    are others (special_days.py).
    """

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="service_points", verbose_name=_("grid"))
    name = models.CharField(_("service point"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=ServicePointKind.choices)
    host_space = models.CharField(_("in the rooms of"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=200)
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    holiday_policy = models.CharField(
        _("public holidays"), max_length=10, choices=HolidayPolicy.choices, default=HolidayPolicy.OPEN
    )
    exception_days = models.TextField(_("other hours on single days"), max_length=2000, blank=True)
    services = models.TextField(_("what is offered"), max_length=1000, blank=True)
    phone = models.CharField(_("public phone"), max_length=30, blank=True)

    data_classes = {C1: "grid name kind host_space address opening_hours holiday_policy exception_days services phone"}

    objects = ServicePointQuerySet.as_manager()

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        ordering = ["grid__code", "name", "pk"]

    def __str__(self) -> str:
        return self.name
