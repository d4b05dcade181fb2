"""What happens by itself: proposals lapse, vacancies are found, to-dos come up (domain.md 3.4, C8, C10, C12).

Safe to run at any hour and any number of times; each case is its own transaction.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from grids.common.clock import now, today
from grids.common.errors import ServiceError
from grids.notifications.services import notify
from residents.contacts.choices import AssignmentEnd
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.services import telling
from residents.contacts.services.going import begin_leaving, end_member, vacate_member
from residents.contacts.services.joining import leave_own_household
from residents.contacts.services.membership import HOLDS
from residents.contacts.services.proposals import lapse
from residents.roster.models import Residency


def watch(moment: datetime | None = None) -> dict[str, int]:
    """Do what is due by now; returns how often each thing was done."""
    return {
        "lapsed": _each(unanswered(moment or now()), lapse),
        "died": _each(deceased(), _leave_by_death),
        "blocked": _each(blocked(), vacate_member),
        "gone": _each(gone(), _leave_by_moving),
        "moved_in": _each(at_home(), _leave_home),
        "overdue": _tell_overdue(moment or now()),
        "back": _tell_back(),
    }


def unanswered(moment: datetime) -> QuerySet[ContactAssignment]:
    return ContactAssignment.objects.proposed().filter(respond_by__lt=moment).order_by("pk")


def deceased() -> QuerySet[ContactMember]:
    return _members().filter(person__deceased_on__isnull=False)


def blocked() -> QuerySet[ContactMember]:
    """Members whose account was blocked and who still hold households."""
    held = ContactAssignment.objects.filter(member=OuterRef("pk"), status__in=HOLDS)
    return _members().filter(Exists(held), user__is_active=False)


def gone() -> QuerySet[ContactMember]:
    """C12: who neither lives in the community any more nor serves through a branch of it."""
    living = Residency.objects.active().filter(person=OuterRef("person"))
    here = living.filter(household__dwelling__grid__code__startswith=OuterRef("grid__code"))
    return _members().filter(~Exists(here), Q(branch=""), leaving_since__isnull=True)


def at_home() -> QuerySet[ContactMember]:
    """C5: who contacts a household in which he lives by now."""
    here = Residency.objects.active().filter(person=OuterRef("member__person"), household=OuterRef("household"))
    own = ContactAssignment.objects.serving().filter(Exists(here), member=OuterRef("pk"))
    return _members().filter(Exists(own))


def _leave_home(member: ContactMember, *, actor: Any) -> None:
    leave_own_household(member.person_id, actor=actor, reason=AssignmentEnd.MEMBER_MOVED)


def _members() -> QuerySet[ContactMember]:
    return ContactMember.objects.serving().select_related("person", "grid", "user").order_by("pk")


def _leave_by_death(member: ContactMember, *, actor: Any) -> None:
    end_member(member, actor=actor, reason="deceased", why=AssignmentEnd.VACANCY)


def _leave_by_moving(member: ContactMember, *, actor: Any) -> None:
    begin_leaving(member, actor=actor, reason=AssignmentEnd.MEMBER_MOVED)


def _each(rows: Iterable[Any], act: Callable[..., Any]) -> int:
    """Do it to each row; where somebody was faster there is nothing to do any more."""
    done = 0
    for row in list(rows):
        try:
            act(row, actor=None)
        except ServiceError:
            continue
        done += 1
    return done


def _tell_overdue(moment: datetime) -> int:
    late = (
        ContactHandover.objects.open()
        .filter(due_at__lt=moment)
        .select_related("household__dwelling__grid", "household__dwelling__unit__building")
    )
    for handover in late.order_by("pk"):
        key = f"contact-overdue:{handover.pk}"
        day = telling.day_of(handover.due_at)
        telling.tell_secretaries("overdue", handover.household, actor=None, key=key, day=day)
    return len(late)


def _tell_back() -> int:
    members = list(_members().filter(back_on__lte=today()))
    for member in members:
        key = f"contact-back:{member.pk}:{member.back_on}"
        notify(telling.secretaries(member.grid), "contacts.back", url=member.get_absolute_url(), key=key)
    return len(members)
