"""Words of the double report (双报到): party members in service, what the community asks for, and their claims."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    """The life of a report; a person has one that is waiting or accepted in a community, or none."""

    REPORTED = "reported", _("Waiting to be accepted")
    ACCEPTED = "accepted", _("Reported to the community")
    REFUSED = "refused", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")

    @classmethod
    def active(cls) -> list["ReportState"]:
        return [cls.REPORTED, cls.ACCEPTED]

    @property
    def tone(self) -> str:
        return {"reported": "blue", "accepted": "green"}.get(self.value, "grey")


class ReportEnd(models.TextChoices):
    """Why an accepted report ended. Nothing about the person's private life is asked or kept (M21)."""

    MOVED = "moved", _("No longer lives in the community")
    RETIRED = "retired", _("No longer in service")
    WISH = "wish", _("At the person's own wish")
    DIED = "died", _("Died")
    MISTAKE = "mistake", _("Entered by mistake")


class Skill(models.TextChoices):
    """What somebody can help with; the first four are those of S3:9."""

    POLICY = "policy", _("Explaining policies")
    CONVENIENCE = "convenience", _("Repairs and errands")
    MEDIATION = "mediation", _("Mediation")
    HAZARDS = "hazards", _("Looking for hazards")
    MEDICAL = "medical", _("Medical advice")
    LEGAL = "legal", _("Legal advice")
    TUTORING = "tutoring", _("Help with school work")
    COUNSELLING = "counselling", _("Listening and counselling")
    ELDERLY = "elderly", _("Company for the elderly")
    DIGITAL = "digital", _("Phones and computers")
    CULTURE = "culture", _("Culture and sports")
    ENVIRONMENT = "environment", _("Clean surroundings")


class CallKind(models.TextChoices):
    """A wish is a household's own; a post is something that the whole community benefits from."""

    WISH = "wish", _("Micro wish")
    POST = "post", _("Service post")


class CallState(models.TextChoices):
    OPEN = "open", _("To be claimed")
    TAKEN = "taken", _("Claimed")
    FULFILLED = "fulfilled", _("Fulfilled")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Nobody claimed it in time")

    @classmethod
    def running(cls) -> list["CallState"]:
        return [cls.OPEN, cls.TAKEN]

    @property
    def tone(self) -> str:
        tones = {"open": "blue", "taken": "purple", "fulfilled": "green", "expired": "yellow"}
        return tones.get(self.value, "grey")


class ClaimState(models.TextChoices):
    """Claimed, done, confirmed by who benefited: only then it counts (M21)."""

    CLAIMED = "claimed", _("Claimed")
    DONE = "done", _("Done, not confirmed yet")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Not confirmed")
    RETURNED = "returned", _("Given back")
    LAPSED = "lapsed", _("Lapsed")

    @classmethod
    def live(cls) -> list["ClaimState"]:
        """While a claim is in one of these nobody else can claim the same."""
        return [cls.CLAIMED, cls.DONE, cls.CONFIRMED]

    @classmethod
    def running(cls) -> list["ClaimState"]:
        return [cls.CLAIMED, cls.DONE]

    @property
    def tone(self) -> str:
        tones = {"claimed": "purple", "done": "blue", "confirmed": "green", "refused": "orange", "lapsed": "yellow"}
        return tones.get(self.value, "grey")


class ConfirmedBy(models.TextChoices):
    """In which way who benefited said so."""

    CODE = "code", _("the household, by its code")
    CONTACT = "contact", _("the household's contact")
    COMMUNITY = "community", _("the community")
