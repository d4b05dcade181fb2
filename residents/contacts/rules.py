"""The law of household contact (domain.md 3.4), without a database: who may serve, whom, and how many."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.codes import covers
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.errors import Refused
from grids.common.masks import mask_name
from grids.common.workdays import after_working_days
from residents.contacts.bands import DEFAULT_BAND, Band
from residents.contacts.choices import ADULT_AGE, NEW_HOUSEHOLD_DAYS, ContactRole, MemberKind, PartyStatus
from residents.roster.rules import age_on

# Further back than this the calendar of working days need not be asked: the time is over.
LONG_UNCOVERED = timedelta(days=60)


class Nearness(IntEnum):
    """C6: how near a member lives to a household; smaller is nearer."""

    BUILDING = 1
    MICROGRID = 2
    GRID = 3
    COMMUNITY = 4
    UNKNOWN = 5
    ELSEWHERE = 6

    @property
    def label(self) -> str:
        return {
            Nearness.BUILDING: _("Same building"),
            Nearness.MICROGRID: _("Same micro-grid"),
            Nearness.GRID: _("Same grid"),
            Nearness.COMMUNITY: _("Same community"),
            Nearness.UNKNOWN: _("Home not in the roster"),
            Nearness.ELSEWHERE: _("Another community"),
        }[self]


@dataclass(frozen=True)
class Home:
    """A household as the rules see it: ``code`` is the code of the grid or micro-grid that its door lies in."""

    household_id: int
    code: str
    building_id: int
    is_active: bool = True


@dataclass(frozen=True)
class Server:
    """A joint-family member as the rules see him; ``home`` is where he lives now, if the roster knows.

    ``is_available``: neither away for long nor on his way out; ``conflict``: why not this household (C7).
    ``band`` is that of his community, ``excepted`` how many of his households a valid exception covers.
    """

    member_id: int
    name: str
    community_code: str
    home: Home | None = None
    load: int = 0
    backup_load: int = 0
    is_serving: bool = True
    serves: frozenset[int] = field(default_factory=frozenset)
    band: Band = DEFAULT_BAND
    excepted: int = 0
    is_exempt: bool = False
    is_mass: bool = False
    is_available: bool = True
    conflict: str = ""


# ------------------------------------------------------------------ who may serve, and who may decide it
def may_serve(
    *, kind: str, party_status: str, birth_date: date | None, consented_on: date | None, on: date, mass_allowed: bool
) -> Decision:
    """C1: an adult who agreed, and a party member unless the community allows party-masses central households."""
    if birth_date is None:
        return Denied(_("The birth date is not in the roster. Enter it first: only adults contact households."))
    if age_on(birth_date, on) < ADULT_AGE:
        return Denied(_("Only adults contact households; this person is under %(age)d.") % {"age": ADULT_AGE})
    if consented_on is None or consented_on > on:
        return Denied(_("The person must have agreed first. Enter the day on which the person agreed."))
    if kind == MemberKind.PARTY and party_status not in {PartyStatus.FORMAL, PartyStatus.PROBATIONARY}:
        return Denied(
            _("A joint-family member is a full or probationary party member; others are party-masses households.")
        )
    if kind == MemberKind.MASS and not mass_allowed:
        return Denied(_("This community has no party-masses central households; its band says so."))
    return Allowed()


def may_assign(user: Any, grid: Any) -> Decision:
    """Whether ``user`` decides who contacts the households of ``grid`` (the community secretary does)."""
    if user.has_perm(Permission.ASSIGN_CONTACTS, grid):
        return Allowed()
    return Denied(_("The community secretary decides who contacts a household."))


def may_answer(user: Any, proposal: Any) -> Decision:
    """C8: the member answers himself; or he tells the secretary, who enters it."""
    if user is None or proposal.member.user_id == user.pk or user.has_perm(Permission.ASSIGN_CONTACTS, proposal.grid):
        return Allowed()
    return Denied(_("Only the member answers, or the secretary for him."))


def may_vacate(member: Any) -> Decision:
    """What needs no more than that the membership lasts."""
    if member.is_serving:
        return Allowed()
    return Denied(_("The member no longer contacts households."))


def may_suspend(member: Any) -> Decision:
    if member.suspended_on is not None:
        return Denied(_("The member is excused already."))
    return may_vacate(member)


def may_resume(member: Any) -> Decision:
    if member.suspended_on is None:
        return Denied(_("The member is not away."))
    return may_vacate(member)


def may_leave(member: Any) -> Decision:
    if member.leaving_since is not None:
        return Denied(_("The member hands over already."))
    return may_vacate(member)


def may_stay(member: Any) -> Decision:
    if member.leaving_since is None:
        return Denied(_("The member is not handing over."))
    return may_vacate(member)


def may_record_wish(user: Any, grid: Any, *, is_handed_over: bool = False) -> Decision:
    """C8: whoever visits the household or decides about its contact takes its wish down.

    ``is_handed_over``: it gets another contact anyway, so nothing is asked.
    """
    if is_handed_over:
        return Denied(_("This household is being handed over; it gets another contact already."))
    if user.has_perm(Permission.ASSIGN_CONTACTS, grid) or user.has_perm(Permission.LOG_VISITS, grid):
        return Allowed()
    return Denied(_("Those who visit the household record its wish."))


def may_hand_out_card(user: Any, grid: Any) -> Decision:
    """C15: whoever visits the household or decides about its contact brings it the card."""
    if user.has_perm(Permission.ASSIGN_CONTACTS, grid) or user.has_perm(Permission.LOG_VISITS, grid):
        return Allowed()
    return Denied(_("The card is handed out by those who visit the household."))


def quarter_of(day: date) -> int:
    """``20264`` for the last quarter of 2026."""
    return day.year * 10 + (day.month + 2) // 3


def sees_member_names(user: Any, community: Any) -> bool:
    """Whether joint-family members of ``community`` are named in full: to whoever reads names anywhere in it.

    They hold an office of the community, so a grid member reads their names though they live in the next grid.
    """
    scope = scope_of(user, Permission.VIEW_NAMES)
    return scope.holds(community.code) or any(covers(community.code, prefix) for prefix in scope.prefixes)


def member_name(user: Any, member: Any) -> str:
    """``沈珍寿`` or ``沈**``; the member comes with his person and his community."""
    name = member.person.name
    return name if sees_member_names(user, member.grid) else mask_name(name)


# ------------------------------------------------------------------ who may contact which household
def may_contact(
    server: Server,
    household: Home,
    role: str,
    *,
    exception_reason: str = "",
    exception_until: date | None = None,
) -> Decision:
    """C2, C4, C5, C6 and C11 for one more assignment of ``server``; says which rule refuses it and what to do."""
    if not server.is_serving:
        return Denied(_("%(name)s no longer contacts households.") % {"name": server.name})
    if not server.is_available:
        return Denied(
            _("%(name)s cannot take more households now: away for long, handing over, or without a working account.")
            % {"name": server.name}
        )
    if server.conflict:
        return Denied(server.conflict)
    if not household.is_active:
        return Denied(_("This household has moved away; it needs no contact any more."))
    if not covers(server.community_code, household.code):
        return Denied(_("%(name)s contacts households of another community only.") % {"name": server.name})
    if server.home and server.home.household_id == household.household_id:
        return Denied(_("%(name)s lives here. Nobody contacts his own household.") % {"name": server.name})
    if household.household_id in server.serves:
        return Denied(
            _("%(name)s already contacts this household. Primary and backup contact are two persons.")
            % {"name": server.name}
        )
    if server.is_mass and not server.band.mass_allowed:
        return Denied(_("This community has no party-masses central households; its band says so."))
    if role == ContactRole.BACKUP:
        return _within_backup_band(server)
    return within_band(server, exception_reason=exception_reason, exception_until=exception_until)


def within_band(server: Server, *, exception_reason: str = "", exception_until: date | None = None) -> Decision:
    """C2: beyond the maximum a reason in writing and an end date are needed; beyond the exceptions it is refused."""
    band = server.band
    if server.load < band.maximum:
        return Allowed()
    numbers = {
        "name": server.name,
        "load": server.load,
        "maximum": band.maximum,
        "exception": band.exception_maximum,
    }
    if server.load >= band.exception_maximum:
        return Denied(
            _("%(name)s already contacts %(load)d households; more than %(exception)d are never allowed.") % numbers
        )
    if exception_reason.strip() and exception_until is not None:
        return Allowed()
    return Denied(
        _(
            "%(name)s already contacts %(load)d households; %(maximum)d is the maximum. Choose another member, "
            "or write down the reason for an exception and its last day (up to %(exception)d)."
        )
        % numbers
    )


def needs_exception(server: Server, role: str) -> bool:
    """Whether one more household in this role is beyond the band, so that the reason must be kept."""
    return role == ContactRole.PRIMARY and server.load >= server.band.maximum


def _within_backup_band(server: Server) -> Decision:
    if server.backup_load < server.band.backup_maximum:
        return Allowed()
    return Denied(
        _("%(name)s is already the backup contact of %(load)d households; %(maximum)d is the maximum.")
        % {"name": server.name, "load": server.backup_load, "maximum": server.band.backup_maximum}
    )


def nearness(home: Home | None, household: Home) -> Nearness:
    """C6: the smallest area that holds both the member's home and the household."""
    if home is None:
        return Nearness.UNKNOWN
    if home.building_id == household.building_id:
        return Nearness.BUILDING
    for digits, near in ((17, Nearness.MICROGRID), (15, Nearness.GRID), (12, Nearness.COMMUNITY)):
        if len(home.code) >= digits and home.code[:digits] == household.code[:digits]:
            return near
    return Nearness.ELSEWHERE


def lowest_free_slot(taken: set[int]) -> int:
    """The smallest number from 1 that is not taken: an ended assignment's number is given out again."""
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def contact_due(uncovered_since: date, *, successor_due_at: datetime | None, on: date) -> date | None:
    """C9, C10, C11: by when a household without a contact gets one; None when that is long over.

    The hand-over that is open for it says so; otherwise ten working days after it moved in, or its last contact ended.
    """
    if successor_due_at is not None:
        return timezone.localtime(successor_due_at).date()
    if on - uncovered_since > LONG_UNCOVERED:
        return None
    since = timezone.make_aware(datetime.combine(uncovered_since, time()))
    return timezone.localtime(after_working_days(since, NEW_HOUSEHOLD_DAYS)).date()


# ------------------------------------------------------------------ sharing out (C14)
def feasible(households: int, members: int, band: Band = DEFAULT_BAND) -> Decision:
    """Whether so many members suffice for so many households within ``band``; if not, how many too few or too many."""
    needed, useful = -(-households // band.maximum), households // band.minimum
    numbers = {
        "households": f"{households:,}",
        "members": f"{members:,}",
        "needed": f"{needed:,}",
        "useful": f"{useful:,}",
        "maximum": band.maximum,
        "minimum": band.minimum,
    }
    if members < needed:
        return Denied(
            _(
                "%(households)s households need at least %(needed)s members (at most %(maximum)d households each); "
                "there are %(members)s, %(missing)s too few."
            )
            % {**numbers, "missing": f"{needed - members:,}"}
        )
    if members > useful:
        return Denied(
            _(
                "%(households)s households are enough for at most %(useful)s members "
                "(at least %(minimum)d households each); there are %(members)s, %(surplus)s too many."
            )
            % {**numbers, "surplus": f"{members - useful:,}"}
        )
    return Allowed()


def balanced_loads(households: int, members: int) -> list[int]:
    """How many households each of ``members`` contacts when loads differ by at most one, the larger loads first."""
    if members <= 0:
        raise ValueError("Nobody is there to share the households.")
    share, rest = divmod(households, members)
    return [share + 1] * rest + [share] * (members - rest)


def shared_out(homes: list[Home], servers: list[Server]) -> list[tuple[Home, Server]]:
    """Every household of one community to one member: loads differ by at most one, neighbours stay together.

    ``homes`` and ``servers`` come in reading order (members by their own door); the answer depends on nothing else.
    Each member gets a run of neighbouring doors; where his own is among them, it is exchanged for the nearest door of
    another member who does not live in the same household. Raises ``Refused`` when it cannot be done within the band.
    """
    feasible(len(homes), len(servers), servers[0].band if servers else DEFAULT_BAND).or_raise()
    if not homes:
        return []
    owners = [
        server for server, load in zip(servers, _mixed(len(homes), len(servers)), strict=True) for _n in range(load)
    ]
    own = [server.home.household_id if server.home else None for server in owners]
    doors = list(homes)
    for place, door in enumerate(doors):
        if own[place] != door.household_id:
            continue
        others = [at for at in range(len(doors)) if own[at] != door.household_id]
        if not others:
            raise Refused(_("All members live in one household, and nobody contacts his own. Register another member."))
        _distance, nearest = min((abs(at - place), at) for at in others)
        doors[place], doors[nearest] = doors[nearest], door
    return list(zip(doors, owners, strict=True))


def _mixed(households: int, members: int) -> list[int]:
    """``balanced_loads`` with the larger loads spread evenly, so that runs of doors stay beside their member's home."""
    return [households * (n + 1) // members - households * n // members for n in range(members)]
