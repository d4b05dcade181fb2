"""The dated rows behind the present: at which dwelling a household was, and who was its head, on every day.

Called by the other services under the lock of the household; ``check_days`` proves the outcome before it is committed.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.roster.models import Dwelling, Headship, Household, Person, Residency, Stay
from residents.roster.timeline import Span, check_household, check_person

COME_HERE = gettext_lazy("The household came to its present door on %(day)s. Choose that day or a later one.")
HEAD_SINCE = gettext_lazy("The present head is the head since %(day)s. Choose that day or a later one.")


def refuse_before(first: date, on: date, message: Any) -> None:
    """Raises ``ValidationError`` when ``on`` lies before ``first``."""
    if on < first:
        raise ValidationError({"on": str(message) % {"day": f"{first:%Y-%m-%d}"}})


def begin(household: Household) -> None:
    """The first stay of a new household."""
    Stay.objects.create(household=household, dwelling=household.dwelling, starts_on=household.opened_on)


def begin_headship(residency: Residency) -> None:
    """The first head of a new household, from the day on which he lives in it."""
    Headship.objects.create(household=residency.household, residency=residency, starts_on=residency.starts_on)


def change_dwelling(household: Household, dwelling: Dwelling, *, on: date) -> None:
    """From ``on`` the household is at another dwelling; not before it came to the present one."""
    refuse_before(Stay.objects.get(household=household, ends_on__isnull=True).starts_on, on, COME_HERE)
    Stay.objects.filter(household=household, ends_on__isnull=True).update(ends_on=on)
    Stay.objects.create(household=household, dwelling=dwelling, starts_on=on)


def replace_dwelling(household: Household, dwelling: Dwelling) -> None:
    """The household was at ``dwelling`` all the time since it came to its present door: that had been a mistake."""
    Stay.objects.filter(household=household, ends_on__isnull=True).update(dwelling=dwelling)


def change_head(household: Household, residency: Residency, *, on: date) -> None:
    """From ``on`` another member is the head; not before the present one became it."""
    refuse_before(Headship.objects.get(household=household, ends_on__isnull=True).starts_on, on, HEAD_SINCE)
    Headship.objects.filter(household=household, ends_on__isnull=True).update(ends_on=on)
    Headship.objects.create(household=household, residency=residency, starts_on=on)


def give_up_headship(residency: Residency, *, on: date, successor: Residency | None) -> None:
    """``residency`` ends on ``on``: the days after it on which he was the head become those of ``successor``."""
    for headship in Headship.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), residency=residency):
        start, end = max(on, headship.starts_on), headship.ends_on
        headship.ends_on = start
        headship.save(update_fields=["ends_on", "changed_at"])
        if successor is not None:
            Headship.objects.create(
                household_id=headship.household_id, residency=successor, starts_on=start, ends_on=end
            )


def was_first_head(residency: Residency) -> bool:
    """Whether ``residency`` was the head on the first day of its household."""
    first = (
        Headship.objects.filter(household=residency.household_id)
        .exclude(ends_on=F("starts_on"))
        .order_by("starts_on", "pk")
        .first()
    )
    return first is not None and first.residency_id == residency.pk


def open_on(household: Household, day: date, *, field: str) -> None:
    """The first stay and the first headship of the household begin on ``day``: it came earlier or later."""
    for model in (Stay, Headship):
        for row in model.objects.filter(household=household, starts_on=household.opened_on).exclude(
            ends_on=household.opened_on
        ):
            if row.ends_on is not None and row.ends_on < day:
                message = _("By the roster something changed in this household on %(day)s: it came before.")
                raise ValidationError({field: message % {"day": f"{row.ends_on:%Y-%m-%d}"}})
            row.starts_on = day
            row.save(update_fields=["starts_on", "changed_at"])


def finish(household: Household, *, on: date) -> None:
    """The household closes."""
    for model in (Stay, Headship):
        for row in model.objects.filter(household=household, ends_on__isnull=True):
            row.ends_on = max(on, row.starts_on)
            row.save(update_fields=["ends_on", "changed_at"])


def check_days(household: Household, *persons: Person, field: str) -> None:
    """Raises ``ValidationError`` at ``field`` for a day with no or two dwellings or heads, or a person in two homes.

    ``household`` carries its present days, the other rows are read anew: three queries, and one for each person.
    """
    check_household(
        Span(household.opened_on, household.closed_on),
        stays=_spans(Stay.objects.filter(household=household), "dwelling"),
        heads=_spans(Headship.objects.filter(household=household), "residency"),
        members=_spans(Residency.objects.filter(household=household), "pk"),
        field=field,
    )
    for person in persons:
        check_homes(person, field=field)


def check_homes(person: Person, *, field: str) -> None:
    """Raises ``ValidationError`` at ``field`` when the person would live in two households on one day."""
    check_person(_spans(Residency.objects.filter(person=person), "pk"), field=field)


def _spans(rows: QuerySet, key: str) -> list[Span]:
    return [Span(*row) for row in rows.order_by().values_list("starts_on", "ends_on", key)]
