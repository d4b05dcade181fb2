"""How many households a member contacts: the band of a community as the rules see it (C2), without a database."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from grids.common.chips import Chip, Tone
from residents.contacts.choices import (
    BACKUP_MAXIMUM,
    BAND_CEILING,
    BAND_MAXIMUM,
    BAND_MINIMUM,
    EXCEPTION_DAYS,
    EXCEPTION_MAXIMUM,
)


@dataclass(frozen=True)
class Band:
    """``minimum`` to ``maximum`` primary households a member, up to ``exception_maximum`` by a reasoned exception.

    ``backup_maximum`` bounds the households he stands in for. ``mass_allowed``: persons outside the party may serve
    (党群中心户); ``mass_counts``: a household whose contact is one of them counts as covered.
    """

    minimum: int = BAND_MINIMUM
    maximum: int = BAND_MAXIMUM
    exception_maximum: int = EXCEPTION_MAXIMUM
    backup_maximum: int = BACKUP_MAXIMUM
    mass_allowed: bool = False
    mass_counts: bool = False

    def holds(self, load: int) -> bool:
        return self.minimum <= load <= self.maximum


DEFAULT_BAND = Band()


def faults_of_band(band: Band) -> dict[str, str]:
    """What is wrong with the numbers of a band, by field; empty when nothing is."""
    faults: dict[str, str] = {}
    if band.minimum < 1:
        faults["minimum"] = _("At least 1.")
    if band.maximum < band.minimum:
        faults["maximum"] = _("The maximum is not below the minimum.")
    if band.exception_maximum < band.maximum:
        faults["exception_maximum"] = _("An exception does not allow less than the maximum.")
    if band.exception_maximum > BAND_CEILING:
        faults["exception_maximum"] = _("At most %(ceiling)d.") % {"ceiling": BAND_CEILING}
    if not 0 <= band.backup_maximum <= BAND_CEILING:
        faults["backup_maximum"] = _("At most %(ceiling)d.") % {"ceiling": BAND_CEILING}
    if band.mass_counts and not band.mass_allowed:
        faults["mass_counts"] = _("They count only where they are allowed.")
    return faults


def fault_of_exception_end(until: date, *, on: date) -> str:
    """Why an exception cannot end on ``until``; empty when it can."""
    if until < on:
        return _("This day is over already.")
    if until > on + timedelta(days=EXCEPTION_DAYS):
        return _("An exception lasts a year at most; it can be prolonged later.")
    return ""


def load_chip(load: int, band: Band = DEFAULT_BAND, *, excepted: int = 0, is_exempt: bool = False) -> Chip:
    """Where a member's number of primary households stands in the band of C2.

    ``excepted`` counts those of them that a reasoned exception covers still; above the maximum without one, or after
    its end, the member is to be relieved.
    """
    if load > band.maximum:
        if to_relieve(load, band, excepted=excepted):
            return Chip(_("To be relieved"), Tone.RED)
        return Chip(_("Exception"), Tone.YELLOW)
    if load == band.maximum:
        return Chip(_("Full"), Tone.BLUE)
    if load >= band.minimum:
        return Chip(_("Within the band"), Tone.GREEN)
    if is_exempt:
        return Chip(_("Exempt"), Tone.GREY)
    if load == 0:
        return Chip(_("No household yet"), Tone.GREY)
    return Chip(_("Below the band"), Tone.YELLOW)


def to_relieve(load: int, band: Band, *, excepted: int = 0) -> int:
    """How many households a member should hand over: what lies above the maximum and no exception covers."""
    return max(0, load - band.exception_maximum, load - band.maximum - excepted)
