"""The retention: each rule is tried or applied to exactly the rows that are due on a day and under no hold."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from governance.privacy.models import LegalHold, RetentionRun
from governance.privacy.services.holding import held_files
from grids.common.retention import RetentionRule
from grids.trail.services import record

BATCH = 500
_FILES = "residents.RentalFile"
_HELD_KINDS = {"residents.Person": "person_id", "governance.Affair": "affair_id"}


@dataclass(frozen=True)
class Survey:
    """What a rule would find: rows due, and how many of them a hold keeps."""

    due: int
    held: int

    @property
    def free(self) -> int:
        return self.due - self.held


def _held(kind: str, on: date) -> Any:
    """The keys of everything of a kind that is under a hold."""
    if kind == _FILES:
        return held_files(on)
    name = _HELD_KINDS[kind]
    return LegalHold.objects.in_force(on).filter(**{f"{name}__isnull": False}).values(name)


def under_hold(rule: RetentionRule, on: date) -> Q | None:
    """The condition under which a row of the rule is held, or None when nothing of its kind is."""
    condition = None
    for kind, path in rule.held_by.items():
        part = Q(**{f"{path}__in": _held(kind, on)})
        condition = part if condition is None else condition | part
    return condition


def free_rows(rule: RetentionRule, on: date) -> QuerySet:
    """The rows that are due on ``on`` and that no hold keeps."""
    due, held = rule.due(on), under_hold(rule, on)
    if held is None:
        return due
    return due.exclude(pk__in=due.model._base_manager.filter(held).values("pk"))


def survey(rule: RetentionRule, on: date) -> Survey:
    """Count, and touch nothing."""
    due = rule.due(on).count()
    return Survey(due, due - free_rows(rule, on).count())


def apply_rule(rule: RetentionRule, *, on: date, actor: Any = None, dry: bool = False) -> RetentionRun:
    """Try (``dry``) or apply one rule for the day ``on``, in batches that each stand or fall together.

    Interrupted, it is simply run again: what was done is not due any more. Returns the run as it was noted.
    """
    found, touched, last = survey(rule, on), 0, None
    while not dry:
        last, count = _purge_batch(rule, on, actor, last)
        if last is None:
            break
        touched += count
    with transaction.atomic():
        run = RetentionRun.objects.create(
            rule=rule.key, dry=dry, due=found.due, held=found.held, touched=touched, actor=actor
        )
        if touched:
            record("retention.apply", run, actor=actor, changes={"rows": [0, touched]}, reason=rule.key)
    return run


@transaction.atomic
def _purge_batch(rule: RetentionRule, on: date, actor: Any, last: Any) -> tuple[Any, int]:
    """Purge the batch after the key ``last``; its last key (None: nothing was left) and how many rows were touched.

    Asked anew for each batch: a hold that is placed meanwhile holds.
    """
    rows = free_rows(rule, on).order_by("pk")
    keys = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:BATCH])
    if not keys:
        return None, 0
    return keys[-1], rule.purge(rule.due(on).filter(pk__in=keys), on, actor)
