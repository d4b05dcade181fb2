"""How long an affair remembers who reported it (domain.md 2.11: five years after closing, then anonymous)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair
from grids.common.clock import now
from grids.common.privacy import C3
from grids.common.retention import RetentionRule, retention_rules, start_of, years_before
from grids.trail.services import record_many

KEPT_YEARS = 5
# Whoever the resident was, and the key by which he asks after his affair.
NAMED = ~Q(reporter_name="") | ~Q(reporter_phone="") | Q(tracking_index__isnull=False) | Q(household__isnull=False)


def closed_long_ago(on: date) -> QuerySet:
    before = start_of(years_before(on, KEPT_YEARS))
    return Affair.objects.filter(NAMED, state=AffairState.CLOSED, closed_at__lt=before)


@transaction.atomic
def forget_reporters(affairs: QuerySet, on: date, actor: Any) -> int:
    """Take the resident's name, phone, key and household off ``affairs``; what was done and when stays."""
    keys = list(affairs.values_list("pk", flat=True))
    Affair.objects.filter(pk__in=keys).update(
        reporter_name="", reporter_phone="", tracking_index=None, household=None, changed_at=now()
    )
    record_many("affair.anonymise", [Affair(pk=key) for key in keys], actor=actor)
    return len(keys)


retention_rules.register(
    RetentionRule(
        key="governance.affair_reporters",
        title=_("Residents who reported an affair"),
        data_class=C3,
        keeps=_("5 years after the affair was closed"),
        happens=_("Name, phone and household are taken off; the affair itself stays."),
        due=closed_long_ago,
        purge=forget_reporters,
        held_by={"governance.Affair": "pk", "residents.Person": "household__residencies__person"},
    )
)
