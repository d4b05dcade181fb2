"""The words of the room: requests about personal data, holds, and which acts show somebody's data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Tone


class RequestKind(models.TextChoices):
    """What a person asks for (PIPL arts. 45 to 47)."""

    COPY = "copy", _("Copy of the data")
    CORRECT = "correct", _("Correction")
    ERASE = "erase", _("Erasure")


class RequestChannel(models.TextChoices):
    """How the request came in."""

    COUNTER = "counter", _("At the counter")
    DOOR = "door", _("On a visit")
    PHONE = "phone", _("By phone")
    LETTER = "letter", _("By letter")


class IdentityCheck(models.TextChoices):
    """How it was made sure that the person, or somebody entitled to it, is asking."""

    DOCUMENT = "document", _("Showed the identity document")
    KNOWN = "known", _("Known in person to the member of staff")
    GUARDIAN = "guardian", _("Guardian, with proof")
    PROXY = "proxy", _("Authorised by a signed paper")


class RequestState(models.TextChoices):
    OPEN = "open", _("To be answered")
    GRANTED = "granted", _("Done as asked")
    PARTLY = "partly", _("Done in part")
    REFUSED = "refused", _("Refused with reason")
    WITHDRAWN = "withdrawn", _("Withdrawn by the person")

    @property
    def tone(self) -> Tone:
        return {
            RequestState.OPEN: Tone.BLUE,
            RequestState.GRANTED: Tone.GREEN,
            RequestState.PARTLY: Tone.GREEN,
            RequestState.REFUSED: Tone.GREY,
            RequestState.WITHDRAWN: Tone.GREY,
        }[self]

    @classmethod
    def without_deed(cls) -> list["RequestState"]:
        """How a request may be answered by words alone."""
        return [cls.REFUSED, cls.WITHDRAWN]


class CopyFormat(models.TextChoices):
    PRINT = "print", _("Page to print")
    XLSX = "xlsx", _("Excel file")
    JSON = "json", _("JSON file (to be read by other programs)")


class DisclosingAct(models.TextChoices):
    """Acts of the trail by which somebody saw personal data in clear; the trail names person, field and purpose."""

    REVEAL = "person.reveal", _("Hidden value shown")
    LOOKUP = "person.lookup", _("Found by identity number")
    CARE = "person.care", _("Care tags shown")
    COPY = "subjectrequest.copy", _("Copy made for the person")
    ORGANISATION = "organisation.reveal", _("Phone of an organisation shown")
    PLACE = "place.reveal", _("Phone of a place shown")
    VESSEL = "vessel.reveal", _("Phone of a vessel shown")
    LANDLORD = "rentalfile.reveal", _("Phone of a landlord shown")

    @classmethod
    def of_things(cls) -> list["DisclosingAct"]:
        """Those that show the phone of somebody by the thing he answers for."""
        return [cls.ORGANISATION, cls.PLACE, cls.VESSEL]
