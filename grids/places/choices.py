"""Kinds of places, organisations, vessels and service points (domain.md M02, M05, M06, M07, M16, 2.8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CompoundKind(models.TextChoices):
    ESTATE = "estate", _("Residential estate")
    OLD = "old", _("Old compound")
    WORK_UNIT = "work_unit", _("Work-unit housing")
    VILLAGE = "village", _("Natural village")
    OTHER = "other", _("Other compound")


class OrganisationKind(models.TextChoices):
    """What an organisation is; enterprises and sole traders have a social credit code."""

    ENTERPRISE = "enterprise", _("Enterprise")
    SOLE_TRADER = "sole_trader", _("Sole trader")
    INSTITUTION = "institution", _("Public institution")
    GOVERNMENT = "government", _("Government body")
    SOCIAL = "social", _("Social organisation")
    PROPERTY = "property", _("Property management company")
    OTHER = "other", _("Other organisation")

    @classmethod
    def economic(cls) -> list["OrganisationKind"]:
        """What the counter "enterprises" counts (domain.md M05)."""
        return [cls.ENTERPRISE, cls.SOLE_TRADER, cls.PROPERTY]


class PlaceKind(models.TextChoices):
    SCHOOL = "school", _("School")
    KINDERGARTEN = "kindergarten", _("Kindergarten")
    MARKET = "market", _("Market")
    SHOP = "shop", _("Shop")
    RESTAURANT = "restaurant", _("Restaurant")
    HEALTH = "health", _("Clinic or hospital")
    PENSION = "pension", _("Home for the elderly")
    LODGING = "lodging", _("Hotel or guest house")
    LEISURE = "leisure", _("Leisure place")
    CONSTRUCTION = "construction", _("Construction site")
    PARK = "park", _("Park or square")
    SHELTER = "shelter", _("Emergency shelter")
    OTHER = "other", _("Other place")

    @classmethod
    def schools(cls) -> list["PlaceKind"]:
        return [cls.SCHOOL, cls.KINDERGARTEN]

    @classmethod
    def markets(cls) -> list["PlaceKind"]:
        return [cls.MARKET]


class PlaceStatus(models.TextChoices):
    """Whether a place, organisation or service point is there; nothing is deleted."""

    OPEN = "open", pgettext_lazy("place", "Open")
    CLOSED = "closed", pgettext_lazy("place", "Closed for good")

    @property
    def tone(self) -> str:
        return "green" if self is PlaceStatus.OPEN else "grey"


class VesselStatus(models.TextChoices):
    IN_PORT = "in_port", _("In port")
    AT_SEA = "at_sea", _("At sea")
    FISHING_BAN = "fishing_ban", _("Fishing ban")
    LAID_UP = "laid_up", _("Laid up")

    @property
    def tone(self) -> str:
        return {"in_port": "green", "at_sea": "blue", "fishing_ban": "yellow", "laid_up": "grey"}[self.value]

    @property
    def icon(self) -> str:
        return {"in_port": "anchor", "at_sea": "ship", "fishing_ban": "fish-off", "laid_up": "wrench"}[self.value]


class ServicePointKind(models.TextChoices):
    CENTRE = "centre", _("Party and public service centre")
    STATION = "station", _("Micro-grid service station")
    MOBILE = "mobile", _("Mobile service")


class HolidayPolicy(models.TextChoices):
    """What public holidays and the working weekends that make up for them mean to a service point."""

    OPEN = "open", _("Public holidays make no difference")
    CLOSED = "closed", _("Closed on public holidays")
    OFFICE = "office", _("Closed on public holidays, open on working weekends")


class ContactPurpose(models.TextChoices):
    """What somebody needs the phone of a contact or of a vessel for."""

    INSPECTION = "inspection", _("Visit or inspection")
    WARNING = "warning", _("Warning of danger or weather")
    AFFAIR = "affair", _("An affair is being handled")
    CHECK = "check", _("The record is being checked")
