"""What affairs know about a person: who reported for himself, and whose name stands in the text."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair, AffairStep
from grids.common.clock import now
from grids.trail.services import record
from residents.roster.free_texts import FreeText, in_communities, is_named, words_of
from residents.roster.subjects import SubjectSource, subject_sources

TEXTS = ("text", "place", "result")


def near(person: Any) -> QuerySet:
    """Affairs of the households where the person lives or lived, and those that grew out of a visit to him."""
    homes = person.residencies.values("household")
    return Affair.objects.filter(Q(household__in=homes) | Q(need__household__in=homes)).select_related("grid")


def around(person: Any) -> QuerySet:
    """Those, and all others of the communities where he lives or lived."""
    near_by = near(person).order_by().values("pk")
    return Affair.objects.filter(Q(pk__in=near_by) | in_communities(person)).select_related("grid")


def reported(affair: Affair, words: list[str], *, is_near: bool) -> bool:
    """Whether he reported it: his phone stands there, or his name at his own home. Phones are compared in memory,
    encrypted values cannot be searched."""
    name, phone, *_id_number = words
    if phone and affair.reporter_phone == phone:
        return True
    return bool(name) and affair.reporter_name == name and is_near


def affairs_of(person: Any) -> Iterable[Affair]:
    """Those that he reported, those of his homes that name him, and those in which one of his numbers stands."""
    words = words_of(person)
    near_by = set(near(person).values_list("pk", flat=True))
    for affair in around(person).order_by("pk"):
        is_near = affair.pk in near_by
        texts = [getattr(affair, field) for field in TEXTS]
        if reported(affair, words, is_near=is_near) or is_named(texts, words if is_near else words[1:]):
            yield affair


def open_affairs(person: Any, on: date) -> str:
    count = sum(affair.state != AffairState.CLOSED for affair in affairs_of(person))
    return _("Affairs of the person that are not closed yet: %(count)s.") % {"count": count} if count else ""


def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Take him off the affairs that he reported; called after his own row was emptied, so ``words`` say who he was."""
    near_by = set(near(person).values_list("pk", flat=True))
    count = 0
    for affair in around(person).order_by("pk"):
        if reported(affair, words, is_near=affair.pk in near_by):
            emptied = {"reporter_name": "", "reporter_phone": "", "tracking_index": None}
            Affair.objects.filter(pk=affair.pk).update(**emptied, changed_at=now())
            record("affair.anonymise", affair, actor=actor, grid=affair.grid)
            count += 1
    return count


def steps_of(affairs: QuerySet) -> QuerySet:
    return AffairStep.objects.filter(affair__in=affairs.order_by().values("pk")).select_related("affair__grid")


def grid_of_step(step: AffairStep) -> Any:
    return step.affair.grid


AFFAIR: dict[str, Any] = {"model": Affair, "fields": TEXTS, "act": "affair.redact"}
STEP: dict[str, Any] = {
    "model": AffairStep,
    "fields": ("note",),
    "act": "affairstep.redact",
    "grid": grid_of_step,
    "whole": True,
}
subject_sources.register(
    SubjectSource(
        "affairs",
        find=affairs_of,
        keep=open_affairs,
        erase=forget,
        texts=(
            FreeText(rows=near, **AFFAIR),
            FreeText(rows=around, numbers_only=True, **AFFAIR),
            FreeText(rows=lambda person: steps_of(near(person)), **STEP),
            FreeText(rows=lambda person: steps_of(around(person)), numbers_only=True, **STEP),
        ),
        reaches={"governance.Affair": "reporter_name reporter_phone"},
    )
)
