"""What affairs know about a person: who reported for himself, and whose name stands in the text."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair
from grids.common.clock import now
from grids.trail.services import record
from residents.roster.subjects import SubjectSource, subject_sources, without

TEXTS = ("text", "place", "result")


def near(person: Any) -> QuerySet:
    """Affairs of the households where the person lives or lived, and those that grew out of a visit to him."""
    homes = person.residencies.values("household")
    return Affair.objects.filter(Q(household__in=homes) | Q(need__household__in=homes))


def affairs_of(person: Any) -> Iterable[Affair]:
    """Those of them that he reported (same name or phone) or that name him; phones are compared in memory, encrypted
    values cannot be searched."""
    words = [word for word in (person.name, person.phone, person.id_number) if word]
    for affair in near(person).order_by("pk"):
        reported = affair.reporter_name == person.name or (person.phone and affair.reporter_phone == person.phone)
        if reported or any(word in getattr(affair, field) for word in words for field in TEXTS):
            yield affair


def open_affairs(person: Any, on: date) -> str:
    count = sum(affair.state != AffairState.CLOSED for affair in affairs_of(person))
    return _("%(count)s affairs of the person are not closed yet.") % {"count": count} if count else ""


def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Take the person out of his closed affairs; called after his own row was emptied, so ``words`` say who he was."""
    name, *numbers = words or [""]
    count = 0
    for affair in near(person).order_by("pk"):
        reported = (name and affair.reporter_name == name) or affair.reporter_phone in [one for one in numbers if one]
        values: dict[str, Any] = {}
        if reported:
            values = {"reporter_name": "", "reporter_phone": "", "tracking_index": None}
        for field in TEXTS:
            text = without(getattr(affair, field), words)
            if text != getattr(affair, field):
                values[field] = text
        if values:
            Affair.objects.filter(pk=affair.pk).update(**values, changed_at=now())
            record("affair.anonymise", affair, actor=actor, grid=affair.grid)
            count += 1
    return count


subject_sources.register(SubjectSource("affairs", find=affairs_of, keep=open_affairs, erase=forget))
