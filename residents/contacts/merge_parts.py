"""Two records of one person: which membership goes on, and which contact of the household he lives in from then on."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from residents.contacts.choices import AssignmentEnd, AssignmentStatus
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.rules import member_name
from residents.contacts.services.joining import (
    after_undo,
    end_for_other,
    join_memberships,
    leave_own_household,
    take_over_home,
)
from residents.contacts.services.membership import HOLDS
from residents.roster.merge_parts import (
    SIDES,
    Both,
    Choices,
    JoiningPart,
    MergePart,
    Pair,
    chosen_side,
    joining_parts,
    merge_parts,
)
from residents.roster.models import Household
from residents.roster.services.snapshots import pointing_at

OTHER = {"kept": "absorbed", "absorbed": "kept"}


# ------------------------------------------------------------------ memberships
def memberships(pair: Pair) -> dict[str, ContactMember] | None:
    """The membership of each record, or None unless both serve."""
    rows = ContactMember.objects.serving().filter(person__in=[pair.kept, pair.absorbed])
    found = {
        "kept" if row.person_id == pair.kept.pk else "absorbed": row
        for row in rows.with_load().select_related("grid", "user", "person")
    }
    return found if len(found) == 2 else None


def ask_membership(pair: Pair, user: Any) -> Both | None:
    found = memberships(pair)
    if found is None:
        return None
    words = {
        side: _("%(grid)s since %(day)s, households: %(count)s")
        % {"grid": member.grid.name, "day": f"{member.starts_on:%Y-%m-%d}", "count": member.load}
        for side, member in found.items()
    }
    more = "absorbed" if found["absorbed"].load > found["kept"].load else "kept"
    return Both("membership", _("Serves as joint-family member"), words["kept"], words["absorbed"], more)


def settle_membership(pair: Pair, choices: Choices, home: str, actor: Any) -> Callable[[], None]:
    found = memberships(pair)
    if found is not None:
        side = chosen_side(choices, "membership")
        join_memberships(found[side], found[OTHER[side]], actor=actor)
    return lambda: leave_own_household(pair.kept.pk, actor=actor)


# ------------------------------------------------------------------ contacts of the household
def contacts(pair: Pair) -> dict[str, ContactAssignment] | None:
    """The primary contact of the home of each record, or None unless both homes have one, and not the same."""
    if not pair.apart:
        return None
    households = {side: home.household_id for side, home in pair.homes.items() if home is not None}
    rows = ContactAssignment.objects.serving().primary().filter(household__in=households.values()).with_place()
    by_household = {row.household_id: row for row in rows.select_related("member__person", "member__grid")}
    found = {side: by_household[key] for side, key in households.items() if key in by_household}
    if len(found) < 2 or found["kept"].member_id == found["absorbed"].member_id:
        return None
    return found


def ask_contact(pair: Pair, user: Any) -> Both | None:
    """Only where one of the two homes would be empty: else each household keeps its contact anyway."""
    found = contacts(pair)
    if found is None or not any(pair.closes(side) for side in SIDES):
        return None
    words = {
        side: _("%(name)s since %(day)s") % {"name": member_name(user, row.member), "day": f"{row.starts_on:%Y-%m-%d}"}
        for side, row in found.items()
    }
    return Both("contact", _("Contact of the household"), words["kept"], words["absorbed"])


def settle_contact(pair: Pair, choices: Choices, home: str, actor: Any) -> Callable[[], None] | None:
    """The contact of the home that becomes empty ends; if it was chosen, it takes over the other home."""
    found = contacts(pair)
    left = OTHER[home]
    if found is None or not pair.closes(left):
        return None
    side = chosen_side(choices, "contact")
    end_for_other(found[left], actor=actor)
    if side == home:
        return None
    return lambda: take_over_home(found[left].member, found[home].household, found[home], actor=actor)


# ------------------------------------------------------------------ a household that joins another one
def primary_of(household: Household) -> ContactAssignment | None:
    rows = ContactAssignment.objects.serving().primary().filter(household=household)
    return rows.select_related("member__person", "member__grid", "household").first()


def ask_joining(household: Household, user: Any) -> tuple[Any, str] | None:
    row = primary_of(household)
    if row is None:
        return None
    words = _("%(name)s, the contact of this household") % {"name": member_name(user, row.member)}
    return _("Contact of the household"), words


def settle_joining(household: Household, into: Household, goes_along: bool, actor: Any) -> Callable[[], None] | None:
    """One primary contact goes on in the household that stays; the other one ends that day (C3, C9)."""
    row, old = primary_of(household), primary_of(into)
    if row is None or (old is None and not goes_along):
        return None  # it ends as of any household that closes
    end_for_other(row, actor=actor, reason=AssignmentEnd.JOINED)
    if not goes_along or (old is not None and old.member_id == row.member_id):
        return None
    return lambda: take_over_home(row.member, into, old, actor=actor, reason=AssignmentEnd.JOINED)


# ------------------------------------------------------------------ what the undo must know
def households(persons: Sequence[int]) -> Iterable[int]:
    """Those whom the memberships of these persons contact."""
    rows = ContactAssignment.objects.filter(member__person__in=persons, status__in=[*HOLDS, AssignmentStatus.PROPOSED])
    return rows.order_by().values_list("household", flat=True)


def around(persons: Sequence[int], homes: Sequence[int]) -> Iterable[tuple[type[Model], Q]]:
    """Rows of all rooms that name a membership of these persons, and all members who contact these households."""
    mine = Q(person__in=persons)
    yield ContactMember, mine | Q(pk__in=ContactAssignment.objects.filter(household__in=homes).values("member"))
    for field in pointing_at(ContactMember):
        yield field.model, Q(**{f"{field.name}__in": ContactMember.objects.filter(mine).values("pk")})


merge_parts.register(
    MergePart(
        "membership",
        ask_membership,
        settle_membership,
        households=households,
        around=around,
        restored=lambda changes, actor: after_undo(changes, actor=actor),
    )
)
merge_parts.register(MergePart("contact", ask_contact, settle_contact))
joining_parts["contact"] = JoiningPart("contact", ask_joining, settle_joining)
