"""Words of the indicators room: periods, subjects and the parts of a figure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission


class Preset(models.TextChoices):
    """The periods that are offered by name; all of them in the portal's time zone."""

    THIS_MONTH = "this-month", _("This month")
    LAST_MONTH = "last-month", _("Last month")
    THIS_QUARTER = "this-quarter", _("This quarter")
    LAST_QUARTER = "last-quarter", _("Last quarter")
    THIS_YEAR = "this-year", _("This year")
    CUSTOM = "custom", _("From day to day")


class Part(models.TextChoices):
    """What a figure opens: the rows it counts, the rows it is measured against, and the difference of the two."""

    NUMERATOR = "numerator", _("Numerator")
    DENOMINATOR = "denominator", _("Denominator")
    MISSING = "missing", _("Not in the numerator")


class Subject(models.TextChoices):
    """What one row behind a figure is."""

    AFFAIR = "affair", _("affairs")
    HOUSEHOLD = "household", _("households")
    CARE_HOUSEHOLD = "care_household", _("households")
    MEMBER = "member", _("members")
    MEETING = "meeting", _("briefings")
    ATTENDANCE = "attendance", _("invitations")
    ENCOUNTER = "encounter", _("visits")
    TASK = "task", _("visits owed")
    NEED = "need", _("needs")
    DWELLING = "dwelling", _("dwellings")
    CHECK = "check", _("checks")
    RESIDENT = "resident", _("persons")
    REPORT = "report", _("reports")
    CLAIM = "claim", _("claims")

    @property
    def power(self) -> Permission:
        """What opens the rows; the number alone needs only the power over indicators."""
        return {
            "affair": Permission.VIEW_AFFAIRS,
            "household": Permission.VIEW_ROSTER,
            "care_household": Permission.VIEW_CARE,
            "member": Permission.VIEW_CONTACTS,
            "meeting": Permission.VIEW_MEETINGS,
            "attendance": Permission.VIEW_CONTACTS,
            "encounter": Permission.VIEW_VISITS,
            "task": Permission.VIEW_VISITS,
            "need": Permission.VIEW_VISITS,
            "dwelling": Permission.VIEW_RENTALS,
            "check": Permission.VIEW_RENTALS,
            "resident": Permission.VIEW_ROSTER,
            "report": Permission.VIEW_VOLUNTEERS,
            "claim": Permission.VIEW_VOLUNTEERS,
        }[self.value]

    @property
    def names_party_members(self) -> bool:
        """Whether every row says of somebody that he is a party member (C4): no file of it without an approval."""
        return self in {Subject.REPORT, Subject.CLAIM}


class Direction(models.TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")


class ClosedTier(models.TextChoices):
    """Where closed affairs were resolved (M28); a micro-grid's result counts as its grid's."""

    GRID = "grid", _("Grid")
    COMMUNITY = "community", _("Community")
    STREET = "street", _("Street")
    DISTRICT = "district", _("District")
