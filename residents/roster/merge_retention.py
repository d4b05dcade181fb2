"""How long the snapshot of a merge is kept: as long as the merge can be undone."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C4
from grids.common.retention import RetentionRule, retention_rules, start_of
from residents.roster.merge_rules import UNDO_DAYS
from residents.roster.models import PersonMerge


def old_snapshots(on: date) -> QuerySet:
    """Merges that nobody can undo any longer."""
    before = start_of(on - timedelta(days=UNDO_DAYS))
    return PersonMerge.objects.filter(merged_at__lt=before).exclude(snapshot="")


def empty_snapshots(merges: QuerySet, on: date, actor: Any) -> int:
    return merges.update(snapshot="")


retention_rules.register(
    RetentionRule(
        key="residents.merge_snapshots",
        title=_("Snapshots of merged records"),
        data_class=C4,
        keeps=_("30 days after the merge"),
        happens=_("The snapshot is emptied; who merged what, and when, stays."),
        due=old_snapshots,
        purge=empty_snapshots,
        held_by={"residents.Person": "kept"},
    )
)
