"""Who serves in the demo: planned from the people of the roster, written through the team's own bulk path."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from governance.demo.accounts import AccountMaker
from governance.demo.names import FEMALE, MALE, Registry
from governance.demo.territory import GULOU, YIJIANGMEN, CommunityPlan, MicroGridPlan
from grids.access.choices import Role
from grids.access.models import User
from grids.team.bulk import NewStaff, enter_many
from grids.team.choices import Employment
from grids.tree.models import Grid

SINCE = date(2025, 3, 1)
FIRST_GRID = 1


@dataclass
class StaffPlan:
    """One person who serves: his posts as (role, code of the grid), the first one the main post."""

    name: str
    employment: Employment
    posts: list[tuple[Role, str]]
    username: str = ""
    phone: str = ""


@dataclass
class Team:
    """The demo's accounts by login name, and who holds which role on which grid."""

    users: dict[str, User] = field(default_factory=dict)
    holders: dict[tuple[str, str], list[User]] = field(default_factory=dict)

    def of(self, role: Role, code: str) -> list[User]:
        """Accounts that hold ``role`` on the grid with this code, in the order of their posts."""
        return self.holders.get((role, code), [])


def plan_dingshan_team(plan: CommunityPlan, registry: Registry) -> Iterator[StaffPlan]:
    """The district, the street and Dingshan: 13 full-time, 26 part-time posts, 253 liaisons."""
    yield _office("qu", [(Role.DISTRICT_OFFICE, GULOU)], registry)
    yield _office("qu2", [(Role.DISTRICT_OFFICE, GULOU)], registry)
    yield _office("ducha", [(Role.AUDITOR, GULOU)], registry)
    yield _office("jiedao", [(Role.STREET_DESK, YIJIANGMEN)], registry)
    yield _office("jiedao2", [(Role.STREET_DESK, YIJIANGMEN)], registry)
    yield _office("shuji", [(Role.SECRETARY, plan.code)], registry)
    yield _office("shegong", [(Role.COMMUNITY_WORKER, plan.code)], registry)
    exclusive = [_code(plan, grid.number) for grid in plan.grids if grid.exclusive_type]
    # Two community workers lead the exclusive grids beside their work: one person, three posts (M09).
    for username, led in (("shegong2", exclusive[:2]), ("shegong3", exclusive[2:])):
        posts = [(Role.COMMUNITY_WORKER, plan.code), *((Role.GRID_LEADER, code) for code in led)]
        yield _office(username, posts, registry)
    yield from _grid_teams(plan, registry, leaders=[grid.number for grid in plan.grids if not grid.exclusive_type])
    for grid in plan.grids[::4]:
        yield _office("", [(Role.MENTOR, _code(plan, grid.number))], registry, employment=Employment.MENTOR)
    yield from _liaisons(plan, first_username="lianluo")


def plan_sanjiabang_team(plan: CommunityPlan, registry: Registry) -> Iterator[StaffPlan]:
    """Sanjiabang: a secretary, a community worker, five complete grid teams, 30 liaisons."""
    yield _office("sanjia", [(Role.SECRETARY, plan.code)], registry)
    yield _office("sanjia-shegong", [(Role.COMMUNITY_WORKER, plan.code)], registry)
    yield from _grid_teams(plan, registry, leaders=[grid.number for grid in plan.grids], prefix="sanjia-")
    yield from _liaisons(plan)


def plan_security() -> StaffPlan:
    """Who decides on powers in the district; drawn from nothing, so that all others keep their names."""
    return StaffPlan("何静", Employment.FULL_TIME, [(Role.SECURITY_ADMIN, GULOU)], "anquan")


def _grid_teams(
    plan: CommunityPlan, registry: Registry, *, leaders: list[int], prefix: str = ""
) -> Iterator[StaffPlan]:
    """A leader, one full-time and two part-time members for each grid (一全两兼)."""
    part_timers = 0
    for place, grid in enumerate(plan.grids, start=1):
        code = _code(plan, grid.number)
        number = "" if place == FIRST_GRID and not prefix else f"{place:02d}"
        if grid.number in leaders:
            yield _office(f"{prefix}wanggezhang{number}", [(Role.GRID_LEADER, code)], registry)
        yield _office(f"{prefix}wangge{number}", [(Role.FULL_TIME, code)], registry)
        for _person in range(2):
            part_timers += 1
            username = f"{prefix}jianzhi" if part_timers == 1 and not prefix else f"{prefix}jianzhi{part_timers:02d}"
            yield _office(username, [(Role.PART_TIME, code)], registry, employment=Employment.PART_TIME)


def _liaisons(plan: CommunityPlan, *, first_username: str = "") -> Iterator[StaffPlan]:
    """A neighbour from behind one of the doors of each micro-grid."""
    for grid, micro_grid in plan.micro_grids():
        code = f"{_code(plan, grid.number)}{micro_grid.number:02d}"
        yield StaffPlan(
            name=_neighbour(micro_grid),
            employment=Employment.VOLUNTEER,
            posts=[(Role.LIAISON, code)],
            username=first_username,
        )
        first_username = ""


def _neighbour(micro_grid: MicroGridPlan) -> str:
    """Whoever of the stairwell is nearest to sixty: has time and still climbs stairs."""
    people = [person for door in micro_grid.doors for person in door.family.persons if person.age >= 25]
    return min(people, key=lambda person: (abs(person.age - 60), person.id_number)).name


def _office(
    username: str,
    posts: list[tuple[Role, str]],
    registry: Registry,
    *,
    employment: Employment = Employment.FULL_TIME,
) -> StaffPlan:
    sex = FEMALE if registry.random.random() < 0.62 else MALE
    name = registry.surname() + registry.given_name(sex)
    return StaffPlan(name, employment, posts, username, registry.phone())


def _code(plan: CommunityPlan, number: int) -> str:
    return f"{plan.code}{number:03d}"


# ------------------------------------------------------------------ writing
def appoint(plans: Iterable[StaffPlan], *, accounts: AccountMaker, team: Team) -> int:
    """Accounts, staff and posts as planned; adds them to ``team`` and returns the number of posts."""
    planned = list(plans)
    codes = {code for plan in planned for _role, code in plan.posts}
    grids = {grid.code: grid for grid in Grid.objects.filter(code__in=codes)}
    people = [
        NewStaff(
            home=grids[plan.posts[0][1]],
            name=plan.name,
            employment=plan.employment,
            posts=[(role, grids[code]) for role, code in plan.posts],
            username=plan.username,
            starts_on=SINCE,
            work_phone=plan.phone,
            hired_on=SINCE,
        )
        for plan in planned
    ]
    staff = enter_many(people, actor=None, password_hash=accounts.password_hash, must_change_password=False)
    for plan, profile in zip(planned, staff, strict=True):
        if profile.user is not None:
            team.users[plan.username] = profile.user
            for role, code in plan.posts:
                team.holders.setdefault((role, code), []).append(profile.user)
    return sum(len(plan.posts) for plan in planned)
