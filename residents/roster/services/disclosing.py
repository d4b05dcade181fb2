"""Hidden values: who looks at one, who looks somebody up by one, and when two persons have the same one."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.clock import now, today
from grids.common.errors import Refused
from grids.common.locks import lock
from grids.trail.models import AuditEntry
from grids.trail.services import HIDDEN, record, record_many
from residents.roster.models import Person
from residents.roster.numbers import clean_id_number
from residents.roster.rules import (
    LOOKUPS_AN_HOUR,
    clean_reveal,
    may_reveal,
    shown_door,
    shown_name,
)
from residents.roster.services.rows import grid_of


@transaction.atomic
def reveal(person: Person, field: str, *, actor: Any, purpose: str) -> str:
    """The plain ``id_number`` or ``phone`` of one person for one ``RevealPurpose``; who looked stays in the trail."""
    grid = grid_of(person)
    may_reveal(actor, grid).or_raise()
    chosen = clean_reveal(field, purpose)
    record("person.reveal", person, actor=actor, grid=grid, changes={field: ["", HIDDEN]}, reason=chosen.value)
    return str(getattr(person, field))


@transaction.atomic
def look_up(number: str, *, actor: Any) -> list[Person]:
    """The persons with exactly this identity number where ``actor`` may reveal values; each look-up is in the trail.

    At most ``LOOKUPS_AN_HOUR`` an hour and account, so that numbers cannot be tried out. Raises ``Refused`` beyond.
    """
    normalised = clean_id_number(number, on=today())
    if not normalised:
        raise ValidationError({"id_number": _("Please enter the whole identity number.")})
    _refuse_too_many(actor)
    found = list(Person.objects.restrict(actor, Permission.REVEAL_PERSONAL).with_id_number(normalised).order_by("pk"))
    for person in found:
        record("person.lookup", person, actor=actor, grid=grid_of(person))
    if not found:
        record("person.lookup", Person(), actor=actor)
    return found


@transaction.atomic
def note_found(person: Person, *, actor: Any) -> None:
    """A form told ``actor`` whose identity number he typed (``refuse_duplicate``): a look-up like any other.

    Called after the refusal, which undid everything else. Raises ``Refused`` beyond ``LOOKUPS_AN_HOUR``.
    """
    _refuse_too_many(actor)
    record("person.lookup", person, actor=actor, grid=grid_of(person))


def _refuse_too_many(actor: Any) -> None:
    lock(f"lookups:{actor.pk}")  # at once, too, no more than so many
    since = now() - timedelta(hours=1)
    if AuditEntry.objects.filter(actor=actor, act="person.lookup", at__gte=since).count() >= LOOKUPS_AN_HOUR:
        raise Refused(
            _("You have looked up %(count)s identity numbers in the last hour. Please go on later.")
            % {"count": LOOKUPS_AN_HOUR}
        )


@transaction.atomic
def note_care_seen(persons: Iterable[Person], *, actor: Any, grid_of_person: Callable[[Person], Any]) -> None:
    """Somebody reads on a page that these persons have care tags: one entry a person and page (PIPL art. 28)."""
    listed = list(persons)
    if listed:
        record_many("person.care", listed, actor=actor, grid_of=grid_of_person)


def refuse_duplicate(id_number: str, *, actor: Any, other_than: Person | None = None) -> None:
    """Raises ``ValidationError`` with code ``duplicate`` when somebody within the actor's scope has this number.

    The params name the ``person`` and, if he lives somewhere now, the ``household`` for a link. Whoever shows this
    calls ``note_found``. Persons outside the scope do not exist for the actor, so they are not mentioned.
    """
    if not id_number:
        return
    same = Person.objects.with_id_number(id_number)
    if actor is not None:
        same = same.restrict(actor, Permission.VIEW_ROSTER)
    if other_than is not None:
        same = same.exclude(pk=other_than.pk)
    person = same.order_by("pk").first()
    if person is None:
        return
    places = person.residencies.active().select_related(
        "household__dwelling__grid", "household__dwelling__unit__building"
    )
    place = places.first()
    grid = grid_of(person)
    params: dict[str, Any] = {"name": shown_name(actor, grid, person.name), "person": person.pk}
    if place is None:
        message = _("This identity number is registered for %(name)s, who lives nowhere here at present.")
    else:
        params |= {"door": shown_door(actor, place.household.dwelling), "household": place.household_id}
        message = _("This identity number is registered for %(name)s (%(door)s).")
    raise ValidationError({"id_number": ValidationError(message, code="duplicate", params=params)})
