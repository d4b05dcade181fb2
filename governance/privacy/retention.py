"""How long the words of a request about personal data are kept."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.privacy.models import SubjectRequest
from grids.common.clock import now
from grids.common.privacy import C3
from grids.common.retention import RetentionRule, retention_rules, years_before
from grids.trail.services import record_many

KEPT_YEARS = 3


def answered_long_ago(on: date) -> QuerySet:
    said = ~Q(wish="") | ~Q(reason="")
    return SubjectRequest.objects.filter(said, answered_on__lt=years_before(on, KEPT_YEARS))


@transaction.atomic
def forget_words(requests: QuerySet, on: date, actor: Any) -> int:
    """Empty what was said in ``requests``; that one was made and when it was answered stays."""
    keys = list(requests.values_list("pk", flat=True))
    SubjectRequest.objects.filter(pk__in=keys).update(wish="", reason="", changed_at=now())
    record_many("subjectrequest.redact", [SubjectRequest(pk=key) for key in keys], actor=actor)
    return len(keys)


retention_rules.register(
    RetentionRule(
        key="governance.subject_requests",
        title=_("Requests about personal data"),
        data_class=C3,
        keeps=_("3 years after the answer"),
        happens=_("The words are emptied; that there was a request stays."),
        due=answered_long_ago,
        purge=forget_words,
        held_by={"residents.Person": "person", "residents.RentalFile": "landlord_of"},
    )
)
