"""Who could contact a household: the nearest first, and why the others cannot."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from grids.common.chips import Chip
from grids.common.decisions import Decision
from residents.contacts.bands import Band, load_chip
from residents.contacts.choices import ContactRole
from residents.contacts.conflicts import conflicts
from residents.contacts.facts import home_of, rows_and_servers
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.rules import Nearness, may_contact, nearness

# Stands in for "a reason was written" when asking whether an exception would be possible at all.
_SOME_REASON = "-"


@dataclass(frozen=True)
class Candidate:
    """One member on the form: ``decision`` without a written reason, ``with_reason`` with one."""

    member: ContactMember
    near: Nearness
    load: int
    band: Band
    maximum: int
    decision: Decision
    with_reason: Decision

    @property
    def chip(self) -> Chip:
        return load_chip(self.load, self.band)

    @property
    def is_near(self) -> bool:
        return self.near is Nearness.BUILDING


@dataclass(frozen=True)
class Candidates:
    """Members who may, members who may only with a written reason, and members who may not, nearest first."""

    free: list[Candidate]
    full: list[Candidate]
    refused: list[Candidate]

    @property
    def first(self) -> list[Candidate]:
        return self.free[:8]

    @property
    def others(self) -> list[Candidate]:
        return self.free[8:]


def candidates_for(household: Any, role: str, *, replacing: ContactAssignment | None = None) -> Candidates:
    """The members of the household's community as candidates; the household comes with its place.

    With ``replacing`` the present contact is left out, and the backup contact may step up.
    """
    door = home_of(household)
    members = ContactMember.objects.serving().of_community(door.code)
    if replacing is not None:
        members = members.exclude(pk=replacing.member_id)
    found = []
    known = rows_and_servers(members)
    conflicting = conflicts((household, member) for member, _server in known)
    for member, server in known:
        server = replace(server, conflict=conflicting.get((household.pk, member.pk), ""))
        if replacing is not None:
            server = replace(server, serves=server.serves - {household.pk})
        is_primary = role == ContactRole.PRIMARY
        found.append(
            Candidate(
                member=member,
                near=nearness(server.home, door),
                load=server.load if is_primary else server.backup_load,
                band=server.band,
                maximum=server.band.maximum if is_primary else server.band.backup_maximum,
                decision=may_contact(server, door, role),
                with_reason=may_contact(server, door, role, exception_reason=_SOME_REASON, exception_until=date.max),
            )
        )
    found.sort(key=lambda one: (one.near, one.load, one.member.person.name, one.member.pk))
    return Candidates(
        free=[one for one in found if one.decision],
        full=[one for one in found if not one.decision and one.with_reason],
        refused=[one for one in found if not one.decision and not one.with_reason],
    )
