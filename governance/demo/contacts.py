"""Who contacts which household in the demo: all of Sanjiabang, most of Dingshan (domain.md M18, 3.4)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from governance.demo.accounts import AccountMaker
from governance.demo.names import REFERENCE_DAY
from governance.demo.territory import DINGSHAN, SANJIABANG
from grids.access.models import User
from grids.common.clock import today
from grids.tree.models import Grid
from residents.contacts.bulk import assign_in_bulk, spread
from residents.contacts.choices import BAND_MAXIMUM, ContactRole, ExemptionReason
from residents.contacts.models import ContactMember
from residents.contacts.services import assign, exempt_member, register_member
from residents.roster.models import Household, Person, Residency

MEMBERS_OF_SANJIABANG = 169
ACCOUNTS_OF_SANJIABANG = 5
SINCE = date(2025, 7, 1)
# Shen's number (S4): the tour's joint-family member contacts twelve households.
HOUSEHOLDS_OF_TOUR_MEMBER = 12
# How much of each comprehensive grid of Dingshan has a contact, in percent: what is missing is the secretary's work.
COVERED_SHARES = (92, 85, 70, 100, 64, 45, 78, 30, 100)
USUAL_LOAD = 11
# What the member who is full contacts besides, by an exception with its reason.
BEYOND_THE_BAND = 2
WHY_BEYOND = "同一单元，原联户党员住院，由其暂时兼顾"
EXCEPTION_LASTS = timedelta(days=90)
YOUNGEST, OLDEST = 24, 80


@dataclass(frozen=True)
class Candidate:
    """An adult party member of the roster with his household."""

    person: Person
    household: Household


def load_contacts(*, accounts: AccountMaker, secretaries: dict[str, User]) -> dict[str, User]:
    """Register the members and assign the households of both communities; returns the members' accounts."""
    users = _cover_sanjiabang(accounts, secretaries[SANJIABANG])
    return users | _cover_dingshan(accounts, secretaries[DINGSHAN])


def _cover_sanjiabang(accounts: AccountMaker, secretary: User) -> dict[str, User]:
    """169 members contact all 1,904 households: 45 with twelve, 124 with eleven."""
    community = Grid.objects.get(code=SANJIABANG)
    chosen = _evenly(list(_candidates(community)), MEMBERS_OF_SANJIABANG)
    with_account = chosen[:: len(chosen) // ACCOUNTS_OF_SANJIABANG][:ACCOUNTS_OF_SANJIABANG]
    names = {candidate.person.pk: f"sanjia-lianhu{n:02d}" for n, candidate in enumerate(with_account, start=1)}
    users = accounts.make((names[one.person.pk], one.person.name) for one in with_account)
    members = [
        _register(one.person, community, secretary, users.get(names.get(one.person.pk, "")), branch=number // 34)
        for number, one in enumerate(chosen)
    ]
    pairs = spread(Household.objects.under(community).covered_by_duty(), members)
    assign_in_bulk(pairs, actor=secretary, on=SINCE)
    return users


def _cover_dingshan(accounts: AccountMaker, secretary: User) -> dict[str, User]:
    """Grid by grid, not all of them; one member has the twelve households of the tour, one more than 15."""
    community = Grid.objects.get(code=DINGSHAN)
    users: dict[str, User] = {}
    for number, share in enumerate(COVERED_SHARES, start=1):
        grid = Grid.objects.get(code=f"{DINGSHAN}{number:03d}")
        homes = list(Household.objects.under(grid).covered_by_duty().with_place().in_reading_order())
        homes = homes[: len(homes) * share // 100]
        candidates = list(_candidates(grid))
        pairs = []
        if number == 1:
            users = accounts.make([("lianhu", candidates[2].person.name)])
            full = candidates[3]
            for candidate, load, user in (
                (candidates[2], HOUSEHOLDS_OF_TOUR_MEMBER, users["lianhu"]),
                (full, BAND_MAXIMUM, None),
            ):
                mine = [home for home in homes if home.pk != candidate.household.pk][:load]
                homes = [home for home in homes if home not in mine]
                member = _register(candidate.person, community, secretary, user, branch=number)
                pairs += [(home, member) for home in mine]
            candidates = candidates[4:]
            beyond = [home for home in homes if home.pk != full.household.pk][:BEYOND_THE_BAND]
            homes = [home for home in homes if home not in beyond]
        chosen = _evenly(candidates, -(-len(homes) // USUAL_LOAD))
        members = [_register(one.person, community, secretary, None, branch=number) for one in chosen]
        pairs += spread(homes, members)
        assign_in_bulk(pairs, actor=secretary, on=SINCE)
        if number == 1:
            _stand_in(pairs, secretary)
            _make_exceptions(beyond, full, members[0], secretary)
    return users


def _make_exceptions(beyond: list[Household], full: Candidate, elder: ContactMember, secretary: User) -> None:
    """One member looks after more than 15 households for a quarter; another one is exempt for his age."""
    member = ContactMember.objects.get(person=full.person)
    until = today() + EXCEPTION_LASTS
    for home in beyond:
        assign(home, member, actor=secretary, exception_reason=WHY_BEYOND, exception_until=until)
    exempt_member(elder, actor=secretary, reason=ExemptionReason.AGE)


def _stand_in(pairs: list[tuple[Household, ContactMember]], secretary: User) -> None:
    """The last two members of the grid stand in for each other's first households."""
    by_member = Counter(member.pk for _home, member in pairs)
    *_others, first, second = by_member
    members = {member.pk: member for _home, member in pairs}
    lent = [(home, members[second]) for home, member in pairs if member.pk == first][:5]
    lent += [(home, members[first]) for home, member in pairs if member.pk == second][:5]
    lives_in = dict(
        Residency.objects.active()
        .filter(person__contact_memberships__in=[first, second])
        .values_list("person__contact_memberships", "household_id")
    )
    lent = [(home, member) for home, member in lent if lives_in.get(member.pk) != home.pk]
    assign_in_bulk(lent, actor=secretary, role=ContactRole.BACKUP, on=SINCE)


def _candidates(grid: Grid) -> Iterable[Candidate]:
    """Party members of 24 to 80 years in reading order, one a household."""
    seen = set()
    living = (
        Residency.objects.active()
        .under(grid)
        .filter(person__party_member=True)
        .select_related("person", "household__dwelling__grid")
        .in_reading_order()
    )
    for residency in living:
        born = residency.person.birth_date
        age = REFERENCE_DAY.year - born.year if born else 0
        if YOUNGEST <= age <= OLDEST and residency.household_id not in seen:
            seen.add(residency.household_id)
            yield Candidate(residency.person, residency.household)


def _evenly(candidates: list[Candidate], count: int) -> list[Candidate]:
    """``count`` of them, spread evenly. Raises ``ValueError`` when there are too few."""
    if count > len(candidates):
        raise ValueError(f"{count} party members are needed, {len(candidates)} live here.")
    return [candidates[number * len(candidates) // count] for number in range(count)]


def _register(person: Person, community: Grid, secretary: User, user: User | None, *, branch: int) -> ContactMember:
    return register_member(
        person,
        community,
        actor=secretary,
        branch=f"{community.name_zh}第{branch + 1}党支部",
        consented_on=SINCE,
        starts_on=SINCE,
        user=user,
    )
