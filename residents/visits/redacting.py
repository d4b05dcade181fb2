"""What was written down about people is emptied; that a visit took place stays, and so does every figure.

The database lets nothing else through: only the emptying, only after three years, or when a person of the household
was erased (residents/migrations, grids.common.triggers.Redactable).
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from grids.trail.services import record_many
from residents.visits.models import Encounter, HouseholdNeed, NeedAnswer, VisitTask


@transaction.atomic
def redact_notes(visits: QuerySet, on: date, actor: Any) -> int:
    """Empty the notes of ``visits``; returns how many held one. A note's length stays, because figures use it."""
    return _empty(Encounter, visits, "note", "encounter.redact", actor)


@transaction.atomic
def redact_needs(needs: QuerySet, on: date, actor: Any) -> int:
    """Empty the words of ``needs``; returns how many held any."""
    return _empty(HouseholdNeed, needs, "text", "householdneed.redact", actor)


@transaction.atomic
def redact_answers(answers: QuerySet, on: date, actor: Any) -> int:
    """Empty the words of ``answers``; returns how many held any."""
    return _empty(NeedAnswer, answers, "text", "needanswer.redact", actor)


@transaction.atomic
def redact_tasks(tasks: QuerySet, on: date, actor: Any) -> int:
    """Empty what was told when a visit was owed; returns how many held any."""
    return _empty(VisitTask, tasks, "note", "visittask.redact", actor)


@transaction.atomic
def redact_about(person: Any, *, words: list[str], actor: Any) -> int:
    """Empty what was noted on visits to an erased person's households and speaks of him.

    That is every note of a visit on which he was met, and every note or need in which one of ``words`` (his name, his
    numbers) stands. Returns how many rows were emptied.
    """
    households = person.residencies.values("household")
    in_note, in_need, in_note_of_task = Q(person=person), Q(pk__in=[]), Q(pk__in=[])
    for word in filter(None, words):
        in_note_of_task |= Q(note__contains=word)
        in_note |= Q(note__contains=word)
        in_need |= Q(text__contains=word)
    visits = Encounter.objects.filter(household__in=households)
    needs = HouseholdNeed.objects.filter(household__in=households)
    met = visits.filter(person=person).values("pk")
    notes = _empty(Encounter, visits.filter(in_note), "note", "encounter.redact", actor)
    # An answer speaks of what the need says, and falls with it.
    about = list(needs.filter(in_need | Q(encounter__in=met)).values_list("pk", flat=True))
    answers = NeedAnswer.objects.filter(need__household__in=households).filter(Q(need__in=about) | in_need)
    told = _empty(NeedAnswer, answers, "text", "needanswer.redact", actor)
    tasks = VisitTask.objects.filter(household__in=households).filter(in_note_of_task)
    owed = _empty(VisitTask, tasks, "note", "visittask.redact", actor)
    return (
        notes + told + owed + _empty(HouseholdNeed, needs.filter(pk__in=about), "text", "householdneed.redact", actor)
    )


def _empty(model: Any, rows: QuerySet, column: str, act: str, actor: Any) -> int:
    keys = list(rows.exclude(**{column: ""}).values_list("pk", flat=True))
    model.objects.filter(pk__in=keys).update(**{column: ""})
    record_many(act, [model(pk=key) for key in keys], actor=actor)
    return len(keys)
