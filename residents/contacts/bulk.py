"""Many assignments at once (demo data, later imports), by the same rules and with the same entries in the trail."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict
from grids.trail.services import record_many
from residents.contacts import rules
from residents.contacts.choices import ContactRole
from residents.contacts.conflicts import conflicts
from residents.contacts.facts import home_of, in_chunks, servers
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.models import Household

Pair = tuple[Household, ContactMember]
BATCH = 500


def spread(households: Iterable[Household], members: Iterable[ContactMember]) -> list[Pair]:
    """Which member contacts which household: loads differ by at most one, neighbouring doors stay together.

    All of them must belong to one community. Nothing is saved. The answer depends on the given rows only: households
    in reading order, members in the order of their own doors (those whose home is unknown last). Raises ``Refused``
    when there are too few or too many members, naming how many.
    """
    doors = {household.pk: household for household in _households(household.pk for household in households)}
    people = {member.pk: member for member in members}
    homes = [home_of(household) for household in doors.values()]
    known = _servers(people)
    place = {home.household_id: number for number, home in enumerate(homes)}

    def at_home(server: rules.Server) -> tuple[int, str, int]:
        home = server.home
        if home is None:
            return (len(place) + 1, "", server.member_id)
        return (place.get(home.household_id, len(place)), home.code, server.member_id)

    shared = rules.shared_out(homes, sorted(known.values(), key=at_home))
    return [(doors[home.household_id], people[server.member_id]) for home, server in shared]


def assign_in_bulk(
    pairs: Iterable[Pair], *, actor: Any, role: str = ContactRole.PRIMARY, on: date | None = None
) -> list[ContactAssignment]:
    """Make each member the contact of his household, all or none; the rules are those of ``services.assign``.

    Raises ``Refused`` naming the first pair that a rule refuses, and ``Conflict`` when a household has a contact
    already. A constant number of queries for every few hundred pairs.
    """
    wanted = list(pairs)
    day = on or today()
    try:
        with transaction.atomic():
            return _assign_all(wanted, actor=actor, role=role, on=day)
    except IntegrityError as problem:
        raise Conflict(_("One of these households has a contact already. Nothing was assigned.")) from problem


def _assign_all(wanted: list[Pair], *, actor: Any, role: str, on: date) -> list[ContactAssignment]:
    # Households first, then members by key: the order of locks of services.py.
    doors = {household.pk: household for household in _households((one.pk for one, _member in wanted), lock=True)}
    member_ids = {member.pk for _household, member in wanted}
    for part in in_chunks(sorted(member_ids)):
        list(ContactMember.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk").values("pk"))
    known = _servers(member_ids)
    taken = _slots(member_ids)
    if actor is not None:
        for grid in {door.dwelling.grid for door in doors.values()}:
            rules.may_assign(actor, grid).or_raise()
    rows = []
    conflicting = conflicts(wanted)
    for household, member in wanted:
        door, server = doors[household.pk], known[member.pk]
        server = replace(server, conflict=conflicting.get((household.pk, member.pk), ""))
        rules.may_contact(server, home_of(door), role).or_raise()
        slot = None
        if role == ContactRole.PRIMARY:
            slot = rules.lowest_free_slot(taken.setdefault(member.pk, set()))
            taken[member.pk].add(slot)
        known[member.pk] = _with_one_more(server, household.pk, role)
        rows.append(
            ContactAssignment(
                household=door,
                member=member,
                role=role,
                slot=slot,
                starts_on=on,
                assigned_by=actor,
                band_maximum=server.band.maximum,
                exception_maximum=server.band.exception_maximum,
            )
        )
    ContactAssignment.objects.bulk_create(rows, batch_size=BATCH)
    record_many("contact.assign", rows, actor=actor, grid_of=lambda row: row.household.grid)
    return rows


def _with_one_more(server: rules.Server, household_id: int, role: str) -> rules.Server:
    primary = role == ContactRole.PRIMARY
    return replace(
        server,
        load=server.load + primary,
        backup_load=server.backup_load + (not primary),
        serves=server.serves | {household_id},
    )


def _households(ids: Iterable[int], *, lock: bool = False) -> list[Household]:
    """The households with their place, in reading order."""
    found: list[Household] = []
    for part in in_chunks(sorted(set(ids))):
        rows = Household.objects.with_place().filter(pk__in=part)
        if lock:
            rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
        found.extend(rows)
    return sorted(found, key=lambda one: (one.dwelling.grid.code, one.dwelling.sort_key, one.pk))


def _servers(member_ids: Iterable[int]) -> dict[int, rules.Server]:
    return {
        server.member_id: server
        for part in in_chunks(member_ids)
        for server in servers(ContactMember.objects.filter(pk__in=part).order_by("pk"))
    }


def _slots(member_ids: Iterable[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for part in in_chunks(member_ids):
        rows = ContactAssignment.objects.serving().filter(member_id__in=part).exclude(slot=None)
        for member_id, slot in rows.values_list("member_id", "slot"):
            found.setdefault(member_id, set()).add(slot)
    return found
