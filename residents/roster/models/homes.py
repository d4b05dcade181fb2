"""Dwellings, households, and who lives in them from when to when (domain.md M17, 2.8, 3.9).

Every period is half open: ``starts_on`` is its first day, ``ends_on`` the first day it no longer holds.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.fields import CodeField, CopiedKey
from grids.common.models import Stamped, Versioned
from grids.common.privacy import C2, C3, C4
from residents.roster.choices import (
    AbsenceKind,
    ArrivalReason,
    DwellingUse,
    EndReason,
    HouseholdStatus,
    InflowReason,
    Relation,
    ResidencyKind,
)
from residents.roster.querysets import DwellingQuerySet, HouseholdQuerySet, ResidencyQuerySet


class Dwelling(Versioned):
    """A door. ``grid`` is the grid or micro-grid it lies in; ``sort_key`` orders by building, unit, floor and room."""

    # Both are the first column of an index below.
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, related_name="dwellings", db_index=False, verbose_name=_("grid")
    )
    unit = models.ForeignKey(
        "grids.Unit", models.PROTECT, related_name="dwellings", db_index=False, verbose_name=_("unit")
    )
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=20)
    use = models.CharField(_("use"), max_length=10, choices=DwellingUse.choices, default=DwellingUse.OWN)
    # Byte order on both engines: what rules.Door.sort_key promises.
    sort_key = CodeField(max_length=60, editable=False)

    data_classes = {C3: "grid unit floor room use sort_key"}

    objects = DwellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        ordering = ["grid__code", "sort_key", "pk"]
        indexes = [models.Index(fields=["grid", "sort_key"], name="dwelling_reading_order")]
        constraints = [models.UniqueConstraint(fields=["unit", "room"], name="dwelling_room_once_per_unit")]

    def __str__(self) -> str:
        return self.door

    @property
    def door(self) -> str:
        """The door as people say it: 3号楼2单元501."""
        return f"{self.unit.building.name}{self.unit.name}{self.room}"


class Household(Versioned):
    """People living together at one dwelling. ``dwelling`` is where they are now; ``Stay`` tells where they were.

    ``scope_grid`` is the grid of the dwelling once more: by it households are scoped, listed and counted.
    """

    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="households", verbose_name=_("dwelling"))
    scope_grid = CopiedKey(
        "grids.Grid",
        models.PROTECT,
        through="dwelling.grid_id",
        related_name="+",
        db_index=False,
        verbose_name=_("grid"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=HouseholdStatus.choices, default=HouseholdStatus.ACTIVE
    )
    opened_on = models.DateField(_("living here since"), default=today)
    closed_on = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note for those who visit"), max_length=200, blank=True)

    data_classes = {C2: "status opened_on closed_on", C3: "dwelling scope_grid note"}

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["scope_grid__code", "dwelling__sort_key", "pk"]
        indexes = [models.Index(fields=["scope_grid", "status", "id"], name="household_by_grid")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="active", closed_on__isnull=True) | Q(status="closed", closed_on__isnull=False),
                name="household_closed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="household_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.dwelling.door

    @property
    def grid(self) -> models.Model:
        """The grid of the dwelling, by whichever way it was fetched."""
        return self.scope_grid if "scope_grid" in self._state.fields_cache else self.dwelling.grid


class Residency(Versioned):
    """A person lives in a household from one day to another."""

    person = models.ForeignKey("residents.Person", models.PROTECT, related_name="residencies", verbose_name=_("person"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="residencies", verbose_name=_("household"))
    kind = models.CharField(
        _("residency"), max_length=20, choices=ResidencyKind.choices, default=ResidencyKind.PERMANENT_LOCAL
    )
    relation = models.CharField(
        _("relation to the head"), max_length=2, choices=Relation.choices, default=Relation.HEAD
    )
    is_head = models.BooleanField(_("head of household"), default=False)
    starts_on = models.DateField(_("moved in on"), default=today)
    ends_on = models.DateField(_("moved out on"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=20, choices=EndReason.choices, blank=True)
    start_reason = models.CharField(
        _("how they came"), max_length=20, choices=ArrivalReason.choices, default=ArrivalReason.FIRST_RECORDED
    )
    # GB/T 31000: whether person and household registration are at the same place; None is "not asked".
    hukou_here = models.BooleanField(_("household registration is here"), null=True, blank=True)
    hukou_county = models.CharField(_("registered in (county code)"), max_length=6, blank=True)
    inflow_reason = models.CharField(_("came for"), max_length=10, choices=InflowReason.choices, blank=True)
    registered_on = models.DateField(_("registered as a migrant on"), null=True, blank=True)
    expected_leave_on = models.DateField(_("expected to leave on"), null=True, blank=True)

    data_classes = {
        C3: "person household kind relation is_head starts_on ends_on end_reason start_reason hukou_here hukou_county "
        "inflow_reason registered_on expected_leave_on"
    }

    objects = ResidencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("residency")
        verbose_name_plural = _("residencies")
        ordering = ["-is_head", "relation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ends_on__isnull=True), name="residency_one_active_per_person"
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(ends_on__isnull=True, is_head=True),
                name="residency_one_head_per_household",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="residency_dates"
            ),
            models.CheckConstraint(
                condition=Q(is_head=True, relation="02") | (Q(is_head=False) & ~Q(relation="02")),
                name="residency_head_has_relation_head",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()}"


class Stay(Stamped):
    """A household is at a dwelling from one day to another; the present one is ``Household.dwelling``."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="stays", verbose_name=_("household"))
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="stays", verbose_name=_("dwelling"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    data_classes = {C3: "household dwelling starts_on ends_on"}

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        ordering = ["household", "starts_on", "pk"]
        indexes = [models.Index(fields=["dwelling", "starts_on"], name="stay_by_dwelling")]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(ends_on__isnull=True), name="stay_one_active_per_household"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="stay_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"


class Headship(Stamped):
    """A member is the head of household from one day to another; the present one carries ``Residency.is_head``."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="headships", verbose_name=_("household"))
    residency = models.ForeignKey(Residency, models.PROTECT, related_name="headships", verbose_name=_("residency"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    data_classes = {C3: "household residency starts_on ends_on"}

    class Meta:
        verbose_name = _("headship")
        verbose_name_plural = _("headships")
        ordering = ["household", "starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(ends_on__isnull=True), name="headship_one_active_per_household"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="headship_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"


class Absence(Versioned):
    """Somebody lives here and is away for a while: he stays in the roster and is contacted from afar."""

    residency = models.ForeignKey(Residency, models.PROTECT, related_name="absences", verbose_name=_("residency"))
    kind = models.CharField(_("reason"), max_length=10, choices=AbsenceKind.choices)
    starts_on = models.DateField(_("away since"), default=today)
    expected_back_on = models.DateField(_("expected back on"), null=True, blank=True)
    ended_on = models.DateField(_("back on"), null=True, blank=True)

    data_classes = {C3: "residency starts_on expected_back_on ended_on", C4: "kind"}

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["residency"], condition=Q(ended_on__isnull=True), name="absence_one_active_per_residency"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")), name="absence_dates"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
