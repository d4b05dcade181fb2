"""The rooms of the third storey, gathered for Django."""

from governance.affairs.models import Affair, AffairCounter, AffairStep, ClassificationRule
from governance.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from governance.privacy.models import Disclosure, LegalHold, RetentionRun, SubjectRequest

__all__ = [
    "Affair",
    "AffairCounter",
    "AffairStep",
    "AgendaItem",
    "Attendance",
    "ClassificationRule",
    "Disclosure",
    "LegalHold",
    "Meeting",
    "MeetingSeries",
    "RetentionRun",
    "SubjectRequest",
]
