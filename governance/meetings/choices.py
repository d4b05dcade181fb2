"""Words and numbers of meetings (domain.md M19, 3.6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Meetings of a series stand in the calendar so long before.
DAYS_AHEAD = 30
# Invitations go out so many working days before, unless somebody sends them earlier.
NOTICE_WORKING_DAYS = 3
# An item that is carried over more often than this turns yellow.
CARRIED_LIMIT = 2
# A need that was neither answered nor made an affair within so many working days is overdue (I31).
NEED_WORKING_DAYS = 3
TEXT_LENGTH = 500


class MeetingKind(models.TextChoices):
    BRIEFING = "briefing", _("Joint-family briefing")


class HolidayPolicy(models.TextChoices):
    """What happens when the fixed day is no working day (3.6 item 11)."""

    KEEP = "keep", _("Keep the day")
    NEXT_WORKDAY = "next", _("Next working day")
    PREV_WORKDAY = "previous", _("Working day before")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("On the calendar")
    CONVENED = "convened", _("Invitations sent")
    OPEN = "open", _("In session")
    HELD = "held", _("Held")
    CONFIRMED = "confirmed", _("Minutes confirmed")
    PUBLISHED = "published", _("Minutes published")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def tone(self) -> str:
        return {
            "planned": "grey",
            "convened": "blue",
            "open": "teal",
            "held": "purple",
            "confirmed": "plain",
            "published": "plain",
        }.get(self.value, "orange")

    @classmethod
    def ahead(cls) -> list["MeetingState"]:
        """States before the meeting, in which its day may still change."""
        return [cls.PLANNED, cls.CONVENED]

    @classmethod
    def over(cls) -> list["MeetingState"]:
        return [cls.HELD, cls.CONFIRMED, cls.PUBLISHED]


class AttendanceState(models.TextChoices):
    INVITED = "invited", _("Invited")
    PRESENT = "present", _("Present")
    EXCUSED = "excused", _("Excused")

    @property
    def tone(self) -> str:
        return {"present": "green", "excused": "blue"}.get(self.value, "grey")


class CheckInWay(models.TextChoices):
    LIST = "list", _("By roll-call")
    CODE = "code", _("By scanning the code")


class ItemKind(models.TextChoices):
    """Where an item of the agenda comes from (M19)."""

    NEED = "need", _("Open need")
    NEEDS = "needs", _("Other open needs")
    VISITS = "visits", _("Visits not done")
    FIVE_MUST = "five_must", _("Five-must events of last month")
    SUGGESTION = "suggestion", _("Question or suggestion")

    @classmethod
    def counted(cls) -> list["ItemKind"]:
        """Items that are a number of the day: the next briefing counts anew instead of carrying them over."""
        return [cls.NEEDS, cls.VISITS, cls.FIVE_MUST]


class ItemDecision(models.TextChoices):
    """How an item closes (M19); every item closes with one of the three."""

    OPEN = "open", _("Not yet decided")
    ANSWERED = "answered", _("Answered")
    AFFAIR = "affair", _("Becomes an affair")
    CARRIED = "carried", _("Carried over")

    @property
    def tone(self) -> str:
        return {"answered": "green", "affair": "purple", "carried": "orange"}.get(self.value, "blue")

    @classmethod
    def closing(cls) -> list["ItemDecision"]:
        return [cls.ANSWERED, cls.AFFAIR, cls.CARRIED]
