"""Words and numbers of household contact (domain.md 3.4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The band of C2 where a community set none of its own: 5 to 15 households a member, up to 20 by a reasoned exception.
BAND_MINIMUM = 5
BAND_MAXIMUM = 15
EXCEPTION_MAXIMUM = 20
BACKUP_MAXIMUM = 15
# No community goes beyond this, whatever it sets; the database holds it as well.
BAND_CEILING = 40
# An exception is for a time: at most so many days ahead.
EXCEPTION_DAYS = 366
ADULT_AGE = 18
# Working days: to answer a proposal (C8), to name a successor (C9, C10), to find a contact for a new household (C11).
ANSWER_DAYS = 5
HANDOVER_DAYS = 10
VACANCY_DAYS = 3
NEW_HOUSEHOLD_DAYS = 10


class MemberKind(models.TextChoices):
    """C1: a party member, or a "mass contact" where the community allows it."""

    PARTY = "party", _("Party member")
    MASS = "mass", _("Party-masses central household")


class PartyStatus(models.TextChoices):
    FORMAL = "formal", _("Full party member")
    PROBATIONARY = "probationary", _("Probationary party member")
    NONE = "none", _("Not a party member")


class ContactRole(models.TextChoices):
    PRIMARY = "primary", _("Primary contact")
    BACKUP = "backup", _("Backup contact")


class AssignmentStatus(models.TextChoices):
    """The life of an assignment: proposed, then active until it ends; a proposal may also come to nothing.

    While the member is suspended his assignment is too; it serves again under a new row, so that every row serves from
    one day to another without a hole.
    """

    PROPOSED = "proposed", pgettext_lazy("contact", "Proposed")
    ACTIVE = "active", pgettext_lazy("contact", "Active")
    HANDOVER = "handover", _("Being handed over")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")
    REFUSED = "refused", _("Declined")
    LAPSED = "lapsed", _("Lapsed without answer")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @classmethod
    def serving(cls) -> list["AssignmentStatus"]:
        """States in which the member answers for the household (C3, C9)."""
        return [cls.ACTIVE, cls.HANDOVER]

    @classmethod
    def unanswered(cls) -> list["AssignmentStatus"]:
        """A proposal that waits, or that came to nothing: such a row never served and never will."""
        return [cls.PROPOSED, cls.REFUSED, cls.LAPSED, cls.WITHDRAWN]

    @classmethod
    def over(cls) -> list["AssignmentStatus"]:
        return [cls.ENDED, cls.REFUSED, cls.LAPSED, cls.WITHDRAWN]

    @property
    def tone(self) -> str:
        tones = {"active": "green", "handover": "blue", "proposed": "blue", "suspended": "yellow", "lapsed": "yellow"}
        return tones.get(self.value, "grey")


class AssignmentEnd(models.TextChoices):
    """Why an assignment ended, or is handed over (C9)."""

    MOVED = "moved", _("The household moved away")
    MEMBER_LEFT = "member_left", _("The member stopped contacting households")
    MEMBER_MOVED = "member_moved", _("The member moved or was transferred")
    MEMBER_WISH = "member_wish", _("The member asked to hand over")
    TERM_ENDED = "term_ended", _("The term of the member ended")
    HOUSEHOLD_WISH = "household_wish", _("The household asked for another contact")
    REBALANCED = "rebalanced", _("Loads were balanced")
    MISTAKE = "mistake", _("Assigned by mistake")
    VACANCY = "vacancy", _("The member can suddenly serve no longer")
    SUSPENDED = "suspended", _("The member cannot serve for a long time")
    STEPPED_UP = "stepped_up", _("Stands in as primary contact")
    STAND_IN_OVER = "stand_in_over", _("The standing in is over")
    MERGED = "merged", _("Two records of one person were merged")
    JOINED = "joined", _("The household joined another one")


class HandoverState(models.TextChoices):
    """A hand-over is open until somebody new has the household (``DONE``) or it stays as it is (``CANCELLED``)."""

    OPEN = "open", _("Being handed over")
    DONE = "done", _("Household handed over")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def tone(self) -> str:
        return {"open": "blue", "done": "green"}.get(self.value, "grey")


class WishState(models.TextChoices):
    OPEN = "open", _("Being looked for")
    MET = "met", _("There is another contact")
    CLOSED = "closed", _("Closed without change")

    @property
    def tone(self) -> str:
        return {"open": "blue", "met": "green"}.get(self.value, "grey")


class ExemptionReason(models.TextChoices):
    """Why a member needs not reach the minimum for a time."""

    AGE = "age", _("Advanced age")
    ILLNESS = "illness", _("Illness")
    ABSENCE = "absence", _("Away for a while")
    OTHER = "other", _("Other reason")
