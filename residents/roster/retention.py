"""How long care tags stand that nobody looked at again (domain.md 2.9: until the review fails)."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C4
from grids.common.retention import RetentionRule, retention_rules
from residents.roster.models import CareTag
from residents.roster.services.caring import expire_care_tags


def unreviewed_tags(on: date) -> QuerySet:
    """Active tags whose review date lies before ``on``."""
    return CareTag.objects.active().filter(review_on__lt=on)


retention_rules.register(
    RetentionRule(
        key="residents.care_tags",
        title=_("Care tags"),
        data_class=C4,
        keeps=_("until the review date, at most twelve months"),
        happens=_("A tag that was not reviewed ends."),
        due=unreviewed_tags,
        purge=expire_care_tags,
        held_by={"residents.Person": "person"},
    )
)
