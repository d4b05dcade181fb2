"""Words of an affair (domain.md 3.1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AffairState(models.TextChoices):
    """The straight path of 3.1.2; the other states join as rows here and in ``rules.TRANSITIONS``."""

    REPORTED = "reported", _("Waiting for acceptance")
    ACCEPTED = "accepted", _("Waiting for classification")
    CLASSIFIED = "classified", _("Waiting for dispatch")
    ASSIGNED = "assigned", _("Waiting to be taken")
    HANDLING = "handling", _("Being handled")
    SUBMITTED = "submitted", _("Waiting for verification")
    VERIFIED = "verified", _("Waiting for evaluation")
    CLOSED = "closed", pgettext_lazy("state of an affair", "Closed")

    @classmethod
    def open(cls) -> list["AffairState"]:
        return [state for state in cls if state is not cls.CLOSED]

    @classmethod
    def in_hand(cls) -> list["AffairState"]:
        """Somebody is to take it, or handles it."""
        return [cls.ASSIGNED, cls.HANDLING]

    @classmethod
    def settled(cls) -> list["AffairState"]:
        """I05: the result was found good."""
        return [cls.VERIFIED, cls.CLOSED]

    @property
    def tone(self) -> str:
        """Colour of ux.md 9.3; red is kept for what is overdue."""
        return {
            "reported": "blue",
            "accepted": "blue",
            "classified": "blue",
            "assigned": "purple",
            "handling": "teal",
            "submitted": "grey",
            "verified": "grey",
        }.get(self.value, "plain")

    @property
    def glyph(self) -> str:
        return {
            "reported": "inbox",
            "accepted": "list-tree",
            "classified": "send",
            "assigned": "hand",
            "handling": "wrench",
            "submitted": "search-check",
            "verified": "star",
        }.get(self.value, "check")


class Category(models.TextChoices):
    """Three-affairs triage (M24)."""

    UNCLASSIFIED = "unclassified", _("Not yet classified")
    OFFICIAL = "official", _("Official affair")
    COLLABORATIVE = "collaborative", _("Collaborative affair")
    FAMILY = "family", _("Family affair")

    @property
    def tone(self) -> str:
        return {"official": "blue", "collaborative": "teal", "family": "purple"}.get(self.value, "grey")

    @property
    def glyph(self) -> str:
        return {"official": "landmark", "collaborative": "handshake", "family": "house"}.get(self.value, "minus")

    @classmethod
    def decided(cls) -> list["Category"]:
        return [cls.OFFICIAL, cls.COLLABORATIVE, cls.FAMILY]


class Urgency(models.TextChoices):
    U1 = "u1", _("Emergency")
    U2 = "u2", _("Urgent")
    U3 = "u3", _("Ordinary")
    U4 = "u4", _("Complex")

    @property
    def tone(self) -> str:
        return {"u1": "red", "u2": "yellow"}.get(self.value, "grey")

    @property
    def glyph(self) -> str:
        return {"u1": "siren", "u2": "zap", "u4": "layers"}.get(self.value, "minus")


class Tier(models.IntegerChoices):
    """Five-level linkage, from the smallest unit up."""

    MICROGRID = 1, _("Micro-grid")
    GRID = 2, _("Grid")
    COMMUNITY = 3, _("Community")
    STREET = 4, _("Street")
    DISTRICT = 5, _("District")


class Source(models.TextChoices):
    """Where a report came from."""

    GRID_MEMBER = "grid_member", _("Grid member")
    JOINT_FAMILY = "joint_family", _("Joint-family member")
    LIAISON = "liaison", _("Micro-grid liaison")
    DESK = "desk", _("Community or street desk")
    RESIDENT = "resident", _("Resident")


class AffairOutcome(models.TextChoices):
    """How it ended (3.1.3); which ones a category allows stands in rules.py."""

    SOLVED = "solved", _("Solved")
    NOT_SOLVABLE = "not_solvable", _("Cannot be solved, with reasons")
    RULE_AGREED = "rule_agreed", _("A rule was agreed")
    NOT_AGREED = "not_agreed", _("No agreement, with reasons")
    SELF_HELP = "self_help", _("Guided to help oneself")
    MUTUAL_HELP = "mutual_help", _("Helped by neighbours")
    AGENCY = "agency", _("Handled on behalf")
    MEDIATED = "mediated", _("Mediated")
    LEGAL_AID = "legal_aid", _("Referred to legal aid")


class VerifyMethod(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    PHONE = "phone", _("By phone")
    VIDEO = "video", _("By video")
    DOCUMENT = "document", _("By documents")


class Rating(models.IntegerChoices):
    """Good-bad review (好差评); the first three grades count as satisfied."""

    VERY_SATISFIED = 5, _("Very satisfied")
    SATISFIED = 4, _("Satisfied")
    FAIRLY_SATISFIED = 3, _("Fairly satisfied")
    DISSATISFIED = 2, _("Dissatisfied")
    VERY_DISSATISFIED = 1, _("Very dissatisfied")

    @classmethod
    def satisfied(cls) -> list["Rating"]:
        return [cls.VERY_SATISFIED, cls.SATISFIED, cls.FAIRLY_SATISFIED]
