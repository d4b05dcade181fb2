"""Every write of the room of visits (domain.md 3.5)."""

from residents.visits.services.encounters import (
    TOO_SOON,
    already_corrected,
    correct_visit,
    fill,
    log_visit,
    needs_of,
    note_absence,
    other_routine,
    refuse_too_soon,
    versions_of,
    visit_logged,
)
from residents.visits.services.needs import already_answered, answer_need
from residents.visits.services.photos import SentPhoto, add_photo, read_photo, too_many_photos
from residents.visits.services.plans import end_care_level, end_plan_on_closing, expire_plans, set_care_level
from residents.visits.services.tasks import (
    alert_due,
    cancel_on_closing,
    cancel_task,
    carry_over,
    follow_contacts,
    owed_kind,
    pass_on,
    primary_of,
    raise_task,
    settle,
)

# A visit settles what was owed at its door, in its own transaction.
if settle not in visit_logged:
    visit_logged.append(settle)

__all__ = [
    "TOO_SOON",
    "SentPhoto",
    "add_photo",
    "alert_due",
    "already_answered",
    "already_corrected",
    "answer_need",
    "cancel_on_closing",
    "cancel_task",
    "carry_over",
    "correct_visit",
    "end_care_level",
    "end_plan_on_closing",
    "expire_plans",
    "fill",
    "follow_contacts",
    "log_visit",
    "needs_of",
    "note_absence",
    "other_routine",
    "owed_kind",
    "pass_on",
    "primary_of",
    "raise_task",
    "read_photo",
    "refuse_too_soon",
    "set_care_level",
    "settle",
    "too_many_photos",
    "versions_of",
    "visit_logged",
]
