"""What the rules of contact need to know, read from the database in a constant number of queries."""

from collections.abc import Iterable
from typing import Any

from residents.contacts.bands import DEFAULT_BAND, Band
from residents.contacts.choices import MemberKind
from residents.contacts.models import ContactAssignment, ContactBand, ContactMember
from residents.contacts.querysets import band_on
from residents.contacts.rules import Home, Server
from residents.roster.choices import HouseholdStatus

CHUNK = 800


def band_of(community: Any) -> Band:
    """How many households a member contacts in ``community`` (the grid itself): its own band or 5 to 15."""
    row = ContactBand.objects.filter(grid=community).first()
    return row.as_rule() if row else DEFAULT_BAND


def bands_of(communities: Iterable[Any]) -> dict[int, Band]:
    """The band of each community by its key, in one query for a few hundred of them."""
    found = {community.pk: DEFAULT_BAND for community in communities}
    for part in in_chunks(found):
        found.update({row.grid_id: row.as_rule() for row in ContactBand.objects.filter(grid_id__in=part)})
    return found


def home_of(household: Any) -> Home:
    """The household as the rules see it; fetched ``with_place`` it costs no query."""
    dwelling = household.dwelling
    return Home(
        household_id=household.pk,
        code=dwelling.grid.code,
        building_id=dwelling.unit.building_id,
        is_active=household.status == HouseholdStatus.ACTIVE,
    )


def servers(members: Any) -> list[Server]:
    """The members of a queryset, in its order, as the rules see them: two queries whatever their number."""
    return [server for _row, server in rows_and_servers(members)]


def rows_and_servers(members: Any) -> list[tuple[ContactMember, Server]]:
    """The same, each beside its row (with `grid` and `person` fetched)."""
    rows = list(members.with_load().with_band().with_home().select_related("grid", "person", "user"))
    serves = _served(row.pk for row in rows)
    return [(row, _server(row, serves.get(row.pk, set()))) for row in rows]


def _server(row: Any, serves: set[int]) -> Server:
    home = Home(row.home_household_id, row.home_code, row.home_building_id) if row.home_household_id else None
    return Server(
        member_id=row.pk,
        name=row.person.name,
        community_code=row.grid.code,
        home=home,
        load=row.load,
        backup_load=row.backup_load,
        is_serving=row.is_serving,
        serves=frozenset(serves),
        band=band_on(row),
        excepted=row.excepted,
        is_exempt=row.is_exempt,
        is_mass=row.kind == MemberKind.MASS,
        is_available=row.is_available and (row.user is None or row.user.is_active),
    )


def server_of(member: ContactMember) -> Server:
    """One member as the rules see him at this moment."""
    return servers(ContactMember.objects.filter(pk=member.pk))[0]


def _served(member_ids: Iterable[int]) -> dict[int, set[int]]:
    """Households that each member contacts now, in either role."""
    found: dict[int, set[int]] = {}
    for part in in_chunks(member_ids):
        rows = ContactAssignment.objects.serving().filter(member_id__in=part)
        for member_id, household_id in rows.values_list("member_id", "household_id"):
            found.setdefault(member_id, set()).add(household_id)
    return found


def in_chunks(values: Iterable[int], size: int = CHUNK) -> Iterable[list[int]]:
    """``values`` in lists short enough for one ``IN (...)`` on both engines."""
    everything = list(values)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]
