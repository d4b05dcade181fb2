"""The rules of contact by tables, and what holds for every input."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.common.errors import Refused
from residents.contacts import rules
from residents.contacts.bands import load_chip
from residents.contacts.choices import ContactRole, MemberKind, PartyStatus
from residents.contacts.rules import Home, Nearness, Server

COMMUNITY = "990106001001"
DOOR = Home(household_id=1, code="99010600100100101", building_id=10)
ELSEWHERE = Home(household_id=2, code="99010600100100102", building_id=20)
DAY = date(2026, 3, 2)


def server(**changes: object) -> Server:
    return Server(**{"member_id": 1, "name": "沈珍寿", "community_code": COMMUNITY, "home": ELSEWHERE, **changes})


@pytest.mark.parametrize(
    ("birth_date", "consented_on", "kind", "status", "may"),
    [
        (date(1951, 1, 1), DAY, MemberKind.PARTY, PartyStatus.FORMAL, True),
        (date(1951, 1, 1), DAY, MemberKind.PARTY, PartyStatus.PROBATIONARY, True),
        (date(1951, 1, 1), DAY, MemberKind.PARTY, PartyStatus.NONE, False),
        (date(1951, 1, 1), DAY, MemberKind.MASS, PartyStatus.NONE, True),
        (date(2008, 3, 2), DAY, MemberKind.PARTY, PartyStatus.FORMAL, True),  # 18 today
        (date(2008, 3, 3), DAY, MemberKind.PARTY, PartyStatus.FORMAL, False),  # 18 tomorrow
        (None, DAY, MemberKind.PARTY, PartyStatus.FORMAL, False),
        (date(1951, 1, 1), None, MemberKind.PARTY, PartyStatus.FORMAL, False),
        (date(1951, 1, 1), date(2026, 3, 3), MemberKind.PARTY, PartyStatus.FORMAL, False),
    ],
)
def test_who_may_serve(birth_date, consented_on, kind, status, may):
    given = {"kind": kind, "party_status": status, "birth_date": birth_date, "consented_on": consented_on, "on": DAY}
    decision = rules.may_serve(**given, mass_allowed=True)
    assert bool(decision) is may
    assert may or decision.reason
    assert bool(rules.may_serve(**given, mass_allowed=False)) is (may and kind == MemberKind.PARTY)


@pytest.mark.parametrize(
    ("load", "reason", "may"),
    [
        (0, "", True),
        (14, "", True),
        (15, "", False),
        (15, "独居老人多", True),
        (19, "独居老人多", True),
        (20, "多", False),
    ],
)
def test_the_band_of_primary_households(load, reason, may):
    decision = rules.may_contact(
        server(load=load), DOOR, ContactRole.PRIMARY, exception_reason=reason, exception_until=DAY
    )
    assert bool(decision) is may
    if not may:
        assert str(load) in str(decision.reason)
        assert "沈珍寿" in str(decision.reason)


def test_blanks_are_no_reason():
    assert not rules.within_band(server(load=15), exception_reason="   ", exception_until=DAY)


def test_an_exception_without_a_last_day_is_none():
    assert not rules.within_band(server(load=15), exception_reason="独居老人多")


@pytest.mark.parametrize(("backup_load", "may"), [(14, True), (15, False)])
def test_the_backup_band_is_counted_apart(backup_load, may):
    full = server(load=15, backup_load=backup_load)
    assert bool(rules.may_contact(full, DOOR, ContactRole.BACKUP)) is may


@pytest.mark.parametrize(
    ("changes", "household"),
    [
        ({"is_serving": False}, DOOR),
        ({"home": DOOR}, DOOR),
        ({"serves": frozenset({1})}, DOOR),
        ({}, Home(1, "99010600100200101", 10)),
        ({}, Home(1, DOOR.code, 10, is_active=False)),
    ],
    ids=["stopped", "own household", "contacts it already", "another community", "moved away"],
)
def test_who_may_not_contact_a_household(changes, household):
    assert rules.may_contact(server(), DOOR, ContactRole.PRIMARY)
    refused = rules.may_contact(server(**changes), household, ContactRole.PRIMARY)
    assert not refused
    assert refused.reason


@pytest.mark.parametrize(
    ("home", "near"),
    [
        (None, Nearness.UNKNOWN),
        (Home(9, "99010600100100101", 10), Nearness.BUILDING),
        (Home(9, "99010600100100101", 11), Nearness.MICROGRID),
        (Home(9, "99010600100100102", 11), Nearness.GRID),
        (Home(9, "99010600100100201", 11), Nearness.COMMUNITY),
        (Home(9, "99010600100200101", 11), Nearness.ELSEWHERE),
    ],
)
def test_nearness(home, near):
    assert rules.nearness(home, DOOR) is near
    assert near.label


@pytest.mark.parametrize(
    ("households", "members", "number"),
    [(1904, 169, None), (1904, 127, None), (1904, 126, "127"), (1904, 380, None), (1904, 381, "380"), (0, 0, None)],
)
def test_sanjiabang_needs_127_to_380_members(households, members, number):
    decision = rules.feasible(households, members)
    assert bool(decision) is (number is None)
    if number:
        assert number in str(decision.reason)


def test_sanjiabang_loads():
    loads = rules.balanced_loads(1904, 169)
    assert (loads.count(12), loads.count(11), len(loads)) == (45, 124, 169)


@given(st.integers(0, 3000), st.integers(1, 300))
def test_loads_add_up_and_differ_by_at_most_one(households, members):
    loads = rules.balanced_loads(households, members)
    assert sum(loads) == households
    assert max(loads) - min(loads) <= 1
    assert sorted(rules._mixed(households, members)) == sorted(loads)


def test_nobody_shares_nothing():
    with pytest.raises(ValueError, match="Nobody"):
        rules.balanced_loads(5, 0)


@given(st.sets(st.integers(1, 20), max_size=20))
def test_the_lowest_free_slot_is_free_and_nothing_below_it_is(taken):
    slot = rules.lowest_free_slot(taken)
    assert slot not in taken
    assert all(lower in taken for lower in range(1, slot))


@st.composite
def communities(draw: st.DrawFn) -> tuple[list[Home], list[Server]]:
    """Doors in reading order and members who live behind some of them, two perhaps behind one."""
    members = draw(st.integers(2, 12))
    doors = draw(st.integers(members * 5, members * 15))
    homes = [Home(number, f"9901060010010{number // 40:02d}01"[:17], number // 12) for number in range(1, doors + 1)]
    behind = sorted(draw(st.lists(st.integers(0, doors - 1), min_size=members, max_size=members)))
    return homes, [server(member_id=n, name=str(n), home=homes[at]) for n, at in enumerate(behind)]


@settings(max_examples=200)
@given(communities())
def test_sharing_out_gives_every_household_one_contact_who_does_not_live_there(community):
    homes, members = community
    if len({member.home.household_id for member in members if member.home}) == 1:
        with pytest.raises(Refused):
            rules.shared_out(homes, members)
        return
    pairs = rules.shared_out(homes, members)
    assert sorted(home.household_id for home, _member in pairs) == [home.household_id for home in homes]
    assert all(member.home.household_id != home.household_id for home, member in pairs if member.home)
    loads = [sum(owner is member for _home, owner in pairs) for member in members]
    assert max(loads) - min(loads) <= 1
    assert all(5 <= load <= 15 for load in loads)
    assert pairs == rules.shared_out(homes, members)


def test_sharing_out_keeps_neighbours_together():
    homes = [Home(number, DOOR.code, number // 12) for number in range(24)]
    members = [server(member_id=1, home=None), server(member_id=2, home=None)]
    pairs = rules.shared_out(homes, members)
    assert [member.member_id for _home, member in pairs] == [1] * 12 + [2] * 12


@pytest.mark.parametrize(
    ("load", "tone"), [(0, "grey"), (4, "yellow"), (5, "green"), (14, "green"), (15, "blue"), (16, "red")]
)
def test_the_chip_of_a_load(load, tone):
    assert load_chip(load).tone == tone
