"""Words of the team room (domain.md M09, M12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Employment(models.TextChoices):
    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")
    MENTOR = "mentor", _("Cadre")
    VOLUNTEER = "volunteer", _("Volunteer")

    @property
    def tone(self) -> str:
        return {"full_time": "teal", "part_time": "blue", "mentor": "purple"}.get(self.value, "grey")


class PostState(models.TextChoices):
    """Where a post stands on a day; follows from its dates."""

    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("In office")
    ENDED = "ended", _("Ended")

    @property
    def tone(self) -> str:
        return {"planned": "blue", "active": "green"}.get(self.value, "grey")


class Education(models.TextChoices):
    """The main groups of GB/T 4658."""

    GRADUATE = "10", _("Postgraduate")
    BACHELOR = "20", _("Bachelor's degree")
    COLLEGE = "30", _("Junior college")
    VOCATIONAL = "40", _("Vocational school")
    SENIOR = "60", _("Senior high school")
    JUNIOR = "70", _("Junior high school")
    PRIMARY = "80", _("Primary school")
    OTHER = "90", _("Other schooling")
