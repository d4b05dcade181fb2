"""How long the words of visits are kept (domain.md 2.11: three years), photos and care plans (settings.KEEP)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C3, C4
from grids.common.retention import RetentionRule, months_before, retention_rules, start_of, told, years_before
from grids.trail.services import record_many
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto, HouseholdNeed, NeedAnswer, VisitTask
from residents.visits.redacting import redact_answers, redact_needs, redact_notes, redact_tasks
from residents.visits.services import expire_plans

# As in the migration that lets the database empty them.
KEPT_YEARS = 3


def old_notes(on: date) -> QuerySet:
    before = start_of(years_before(on, KEPT_YEARS))
    return Encounter.objects.filter(occurred_at__lt=before).exclude(note="")


def old_needs(on: date) -> QuerySet:
    before = start_of(years_before(on, KEPT_YEARS))
    return HouseholdNeed.objects.filter(raised_at__lt=before).exclude(text="")


def old_answers(on: date) -> QuerySet:
    before = start_of(years_before(on, KEPT_YEARS))
    return NeedAnswer.objects.filter(answered_at__lt=before).exclude(text="")


def old_tasks(on: date) -> QuerySet:
    before = start_of(years_before(on, KEPT_YEARS))
    return VisitTask.objects.filter(raised_at__lt=before).exclude(note="")


def old_photos(on: date) -> QuerySet:
    before = start_of(months_before(on, settings.KEEP["visit_photos_months"]))
    return EncounterPhoto.objects.without_content().filter(encounter__occurred_at__lt=before)


def delete_photos(photos: QuerySet, on: date, actor: Any) -> int:
    return EncounterPhoto.objects.filter(pk__in=list(photos.values_list("pk", flat=True))).delete()[0]


def unreviewed_plans(on: date) -> QuerySet:
    """Care plans that stand and whose review date lies before ``on``."""
    return CareLevelPlan.objects.current().filter(review_on__lt=on)


def old_plans(on: date) -> QuerySet:
    return CareLevelPlan.objects.filter(ended_on__lt=months_before(on, settings.KEEP["care_plans_months"]))


def delete_plans(plans: QuerySet, on: date, actor: Any) -> int:
    """The trail says that it was done, not whose plan it was."""
    record_many("careplan.erase", list(plans.defer("reason")), actor=actor)
    return CareLevelPlan.objects.filter(pk__in=list(plans.values_list("pk", flat=True))).delete()[0]


retention_rules.register(
    RetentionRule(
        key="residents.visit_notes",
        title=_("Notes of visits"),
        data_class=C3,
        keeps=_("3 years after the visit"),
        happens=_("The note is emptied; that the visit took place stays."),
        due=old_notes,
        purge=redact_notes,
        held_by={"residents.Person": "household__residencies__person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.needs",
        title=_("Needs noted on visits"),
        data_class=C3,
        keeps=_("3 years after the visit"),
        happens=_("The words are emptied; that there was a need stays."),
        due=old_needs,
        purge=redact_needs,
        held_by={"residents.Person": "household__residencies__person", "governance.Affair": "affair"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.need_answers",
        title=_("Answers to needs"),
        data_class=C3,
        keeps=_("3 years after the answer"),
        happens=_("The words are emptied; that there was an answer stays."),
        due=old_answers,
        purge=redact_answers,
        held_by={"residents.Person": "need__household__residencies__person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.visit_photos",
        title=_("Photos of visits"),
        data_class=C3,
        keeps=told(lambda: _("%(count)s months after the visit") % {"count": settings.KEEP["visit_photos_months"]}),
        happens=_("The photo is deleted; that the visit took place stays."),
        due=old_photos,
        purge=delete_photos,
        held_by={"residents.Person": "encounter__household__residencies__person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.visit_tasks",
        title=_("What was told when somebody had to go there"),
        data_class=C3,
        keeps=_("3 years after it was told"),
        happens=_("The words are emptied; that somebody had to go there stays."),
        due=old_tasks,
        purge=redact_tasks,
        held_by={"residents.Person": "household__residencies__person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.care_plans",
        title=_("Care plans that stand"),
        data_class=C4,
        keeps=_("until the review date, at most twelve months"),
        happens=_("A plan that was not reviewed ends; what the care tags suggest holds."),
        due=unreviewed_plans,
        purge=expire_plans,
        held_by={"residents.Person": "household__residencies__person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.care_plans_ended",
        title=_("Care plans that ended"),
        data_class=C4,
        keeps=told(lambda: _("%(count)s months after they ended") % {"count": settings.KEEP["care_plans_months"]}),
        happens=_("The plan is deleted."),
        due=old_plans,
        purge=delete_plans,
        held_by={"residents.Person": "household__residencies__person"},
    )
)
