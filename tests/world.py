"""One small world for every test: two districts, a cast known by name, a household on each side of every border.

The ``world`` fixture builds it once a test. Rows are written directly, not through services, so that
a broken service shows in its own tests and not in everybody's.
"""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password

from governance.affairs.choices import Source
from governance.affairs.models import Affair
from governance.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from governance.privacy.models import LegalHold, SubjectRequest
from grids.access.choices import Role
from grids.access.models import User
from grids.access.services import grant_role
from grids.common.clock import now
from grids.exporting.models import Export, SavedLedger
from grids.jobs.models import Job
from grids.moves.models import StaffMove
from grids.notifications.models import Notification
from grids.places.choices import CompoundKind, OrganisationKind, PlaceKind, ServicePointKind
from grids.places.models import Building, Compound, Organisation, Place, ServicePoint, Unit, Vessel
from grids.team.choices import Employment
from grids.team.models import Post, StaffProfile
from grids.tree.choices import Level
from grids.tree.models import Grid, GridCode
from residents.contacts.models import ContactAssignment, ContactMember
from residents.importing.models import RosterImport
from residents.liaison.models import DoorNotice
from residents.offline.models import SyncItem
from residents.roster.choices import Relation, Sex
from residents.roster.models import (
    Absence,
    CareTag,
    ConsentRecord,
    Dwelling,
    Headship,
    Household,
    Person,
    PersonMerge,
    Residency,
    Stay,
    VesselCrew,
)
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto, HouseholdNeed, VisitTask
from tests.lettings import let_dwellings

PASSWORD = "Lianhu-test-2026"
SINCE = date(2025, 1, 1)


def id_number(first_seventeen: str) -> str:
    """The 17 digits with their check digit (ISO 7064 MOD 11-2)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, weights, strict=True))
    return first_seventeen + "10X98765432"[total % 11]


@dataclass
class World:
    """The grids, accounts, households and persons of the tests, reached by name."""

    PASSWORD = PASSWORD

    grids: dict[str, Grid] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    households: dict[str, Household] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    staff: dict[str, StaffProfile] = field(default_factory=dict)
    # What happened, by name: assignments, visits, affairs, posts.
    events: dict[str, Any] = field(default_factory=dict)
    member: ContactMember | None = None
    foreign_member: ContactMember | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        for store in (self.grids, self.users, self.events):
            if name in store:
                return store[name]
        for suffix, store in (("_household", self.households), ("_person", self.persons)):
            if name.endswith(suffix) and name.removesuffix(suffix) in store:
                return store[name.removesuffix(suffix)]
        raise AttributeError(f"the world has no {name}")

    def fresh(self, name: str) -> User:
        """The account read anew, without any remembered scope: as at the start of a request."""
        return User.objects.get(pk=self.users[name].pk)


# name, parent, level, code, Chinese name
TERRITORY = [
    ("district", None, Level.DISTRICT, "990106000000", "东明区"),
    ("street", "district", Level.STREET, "990106001000", "望江街道"),
    ("community", "street", Level.COMMUNITY, "990106001001", "丁香社区"),
    ("east_grid", "community", Level.GRID, "990106001001001", "第一网格"),
    ("east_micro", "east_grid", Level.MICROGRID, "99010600100100101", "一幢"),
    ("west_grid", "community", Level.GRID, "990106001001002", "第二网格"),
    ("west_micro", "west_grid", Level.MICROGRID, "99010600100100201", "八幢"),
    ("next_community", "street", Level.COMMUNITY, "990106001002", "海棠社区"),
    ("next_grid", "next_community", Level.GRID, "990106001002001", "第一网格"),
    ("foreign_district", None, Level.DISTRICT, "990107000000", "西平区"),
    ("foreign_street", "foreign_district", Level.STREET, "990107001000", "临河街道"),
    ("foreign_community", "foreign_street", Level.COMMUNITY, "990107001001", "河湾社区"),
    ("foreign_grid", "foreign_community", Level.GRID, "990107001001001", "第一网格"),
    ("foreign_micro", "foreign_grid", Level.MICROGRID, "99010700100100101", "三幢"),
]

# account, name, role, grid; None: an account without any role
CAST = [
    ("secretary", "周书记", Role.SECRETARY, "community"),
    ("desk_worker", "吴社工", Role.COMMUNITY_WORKER, "community"),
    ("leader", "郑网格长", Role.GRID_LEADER, "east_grid"),
    ("east_worker", "王东", Role.FULL_TIME, "east_grid"),
    ("west_worker", "冯西", Role.FULL_TIME, "west_grid"),
    ("mentor", "褚指导", Role.MENTOR, "east_grid"),
    ("liaison", "卫联络", Role.LIAISON, "east_micro"),
    ("street_desk", "蒋值班", Role.STREET_DESK, "street"),
    ("auditor", "沈督查", Role.AUDITOR, "district"),
    ("security_admin", "何安全", Role.SECURITY_ADMIN, "district"),
    ("district_office", "韩主任", Role.DISTRICT_OFFICE, "district"),
    ("foreign_secretary", "杨书记", Role.SECRETARY, "foreign_community"),
    ("foreign_worker", "朱网格员", Role.FULL_TIME, "foreign_grid"),
    ("foreign_auditor", "秦督查", Role.AUDITOR, "foreign_district"),
    ("stranger", "无岗位", None, None),
]

# household, micro-grid, building, unit, room, head, head's 17 digits, phone
HOMES = [
    ("east", "east_micro", "1幢", "1单元", "101", "赵一", "99010119490412001", "13800000101"),
    ("east_other", "east_micro", "1幢", "1单元", "102", "钱二", "99010119560713002", "13800000102"),
    ("member", "east_micro", "1幢", "1单元", "201", "孙党员", "99010119610214003", "13800000103"),
    ("west", "west_micro", "8幢", "1单元", "301", "李四", "99010119720815004", "13800000104"),
    ("foreign", "foreign_micro", "3幢", "1单元", "401", "外区人", "99010119830916005", "13800000105"),
    ("foreign_member", "foreign_micro", "3幢", "1单元", "402", "外区党员", "99010119840917006", "13800000106"),
]


def build_world() -> World:
    """Write the world into the database."""
    world = World()
    for name, parent, level, code, name_zh in TERRITORY:
        grid = Grid(
            level=level, code=code, name_zh=name_zh, valid_from=SINCE, parent=world.grids[parent] if parent else None
        )
        grid.insert_at(Grid.objects.get(pk=grid.parent_id) if parent else None, position="last-child", save=True)
        GridCode.objects.create(code=code, grid=grid, issued_on=SINCE)
        world.grids[name] = grid
    for grid in world.grids.values():
        grid.refresh_from_db()
    hashed = make_password(PASSWORD)
    for username, display_name, role, grid_name in CAST:
        user = world.users[username] = User.objects.create(
            username=username, display_name=display_name, password=hashed
        )
        if role is not None:
            _appoint(world, user, role, world.grids[grid_name])
    for home in HOMES:
        _settle(world, *home)
    user = world.users["joint_member"] = User.objects.create(
        username="joint_member", display_name="孙党员", password=hashed
    )
    world.member = enlist(world, "member", "community", user)
    world.foreign_member = enlist(world, "foreign_member", "foreign_community", None)
    for home, contact, visitor in [
        ("east", world.member, "east_worker"),
        ("foreign", world.foreign_member, "foreign_worker"),
    ]:
        _live(world, home, contact, world.users[visitor])
        _meet(world, home, contact)
        _stand(world, home)
    let_dwellings(world)
    return world


def _appoint(world: World, user: User, role: Role, grid: Grid) -> None:
    staff = world.staff[user.username] = StaffProfile.objects.create(
        user=user, home=grid, name=user.display_name, employment=Employment.FULL_TIME
    )
    post = Post.objects.create(grid=grid, role=role, staff=staff, starts_on=SINCE)
    grant_role(user, role, grid, actor=None, source=post.source)


def _settle(
    world: World, name: str, micro: str, building: str, unit: str, room: str, head: str, digits: str, phone: str
) -> None:
    grid = world.grids[micro]
    house, _made = Building.objects.get_or_create(grid=grid, name=building)
    stairs, _made = Unit.objects.get_or_create(building=house, name=unit)
    dwelling = Dwelling.objects.create(
        grid=grid, unit=stairs, room=room, floor=int(room[0]), sort_key=f"{building:0>6}{unit:0>6}{room:0>6}"
    )
    household = world.households[name] = Household.objects.create(dwelling=dwelling, opened_on=SINCE)
    number = id_number(digits)
    person = world.persons[name] = Person.objects.create(
        name=head,
        sex=Sex.MALE if int(digits[-1]) % 2 else Sex.FEMALE,
        birth_date=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        id_number=number,
        phone=phone,
        phone_tail=phone[-4:],
    )
    residency = Residency.objects.create(
        person=person, household=household, relation=Relation.HEAD, is_head=True, starts_on=SINCE
    )
    Stay.objects.create(household=household, dwelling=dwelling, starts_on=SINCE)
    Headship.objects.create(household=household, residency=residency, starts_on=SINCE)


def _stand(world: World, side: str) -> None:
    """One thing of each kind in ``<side>_grid``: ``east_place``, ``east_vessel``, ``east_building`` and so on."""
    grid, sign = world.grids[f"{side}_grid"], "外区" if side == "foreign" else "东"
    micro = world.grids[f"{side}_micro"]
    things = {
        "building": Building.objects.filter(grid=micro).first(),
        "compound": Compound.objects.create(grid=grid, name=f"{sign}花园", kind=CompoundKind.ESTATE),
        "organisation": Organisation.objects.create(
            grid=grid, name=f"{sign}商行", kind=OrganisationKind.OTHER, contact_name=f"{sign}联系人"
        ),
        "place": Place.objects.create(grid=grid, name=f"{sign}小学", kind=PlaceKind.SCHOOL),
        "vessel": Vessel.objects.create(grid=grid, name=f"{sign}渔1号", registration_no=f"{side}-1"),
        "servicepoint": ServicePoint.objects.create(
            grid=grid, name=f"{sign}服务站", kind=ServicePointKind.STATION, address="一号"
        ),
    }
    things["crew"] = VesselCrew.objects.create(
        vessel=things["vessel"], person=world.persons[f"{side}_member" if side == "foreign" else "east_other"]
    )
    world.events |= {f"{side}_{kind}": thing for kind, thing in things.items()}


def _meet(world: World, home: str, contact: ContactMember) -> None:
    """A briefing in session with one item: ``east_meeting``, ``east_item``, ``east_series``."""
    series = world.events[f"{home}_series"] = MeetingSeries.objects.create(grid=contact.grid)
    meeting = world.events[f"{home}_meeting"] = Meeting.objects.create(
        series=series, grid=contact.grid, month=date(2026, 1, 1), planned_on=date(2026, 1, 5), state="open"
    )
    Attendance.objects.create(meeting=meeting, member=contact)
    world.events[f"{home}_item"] = AgendaItem.objects.create(
        meeting=meeting, order=1, kind="need", text=f"{world.persons[home].name}家的下水道堵了", member=contact
    )


def _care(world: World, home: str, worker: User) -> None:
    """What must not show: a care tag with its consent (``east_caretag``, ``east_consent``); and somebody is away."""
    person = world.persons[home]
    consent = world.events[f"{home}_consent"] = ConsentRecord.objects.create(
        person=person, purpose="care_tag", way="written", notice_version="2026-01", given_on=SINCE, recorded_by=worker
    )
    world.events[f"{home}_caretag"] = CareTag.objects.create(
        person=person, kind="veteran", basis="consent", consent=consent, starts_on=SINCE, review_on=date(2099, 1, 1)
    )
    world.events[f"{home}_careplan"] = CareLevelPlan.objects.create(
        household=world.households[home],
        level="C",
        reason="搬重东西要有人搭把手",
        starts_on=SINCE,
        review_on=date(2099, 1, 1),
        set_by=worker,
    )
    away = world.households["east_other" if home == "east" else "foreign_member"]
    world.events[f"{home}_absent"] = Residency.objects.get(household=away)
    Absence.objects.create(residency=world.events[f"{home}_absent"], kind="work", starts_on=SINCE)


def enlist(world: World, home: str, community: str, user: User | None) -> ContactMember:
    member = ContactMember.objects.create(
        grid=world.grids[community], person=world.persons[home], user=user, consented_on=SINCE, starts_on=SINCE
    )
    if user is not None:
        grant_role(user, Role.JOINT_FAMILY, world.grids[community], actor=None, source=member.source)
    return member


def _live(world: World, home: str, contact: ContactMember, worker: User) -> None:
    """A household's contact, one visit and one reported affair: ``east_contact``, ``east_visit``, ``east_affair``."""
    household = world.households[home]
    world.events[f"{home}_contact"] = ContactAssignment.objects.create(
        household=household, member=contact, slot=1, starts_on=SINCE
    )
    world.events[f"{home}_visit"] = Encounter.objects.create(
        household=household, visitor=worker, note=f"{household.pk}：一切正常"
    )
    world.events[f"{home}_need"] = HouseholdNeed.objects.create(
        encounter=world.events[f"{home}_visit"], household=household, text="楼道灯要修"
    )
    told = now()
    world.events[f"{home}_task"] = VisitTask.objects.create(
        household=household,
        trigger="dispute",
        source="staff",
        note=f"{world.persons[home].name}同邻居吵架",
        raised_by=worker,
        raised_at=told,
        due_at=told + timedelta(hours=24),
        member=contact,
    )
    world.events[f"{home}_visitphoto"] = EncounterPhoto.objects.create(
        encounter=world.events[f"{home}_visit"],
        slot=1,
        sha256="0" * 64,
        content=b"\xff\xd8 a picture \xff\xd9",
        width=4,
        height=3,
        taken_by=worker,
    )
    world.events[f"{home}_affair"] = Affair.objects.create(
        number=f"AF-{household.dwelling.grid.code[:12]}-20260105-0001",
        text=f"{world.persons[home].name}家门口的路灯坏了",
        grid=world.grids[f"{home}_grid"],
        source=Source.GRID_MEMBER,
        reporter=worker,
    )
    world.events[f"{home}_doornotice"] = DoorNotice.objects.create(
        grid=world.grids[f"{home}_grid"],
        title="停水通知",
        text="周六上午停水",
        until_on=date(2099, 1, 1),
        made_by=worker,
    )
    world.events[f"{home}_message"] = Notification.objects.create(user=worker, kind="tests.nothing", url="/")
    world.events[f"{home}_job"] = Job.objects.create(kind="tests.nothing", title="导出住户", owner=worker, state="done")
    grid = household.dwelling.grid
    world.events[f"{home}_export"] = Export.objects.create(
        owner=worker,
        title="住户",
        path="/households/",
        kind="xlsx",
        area=grid.code,
        rows=300,
        reason="核对",
        state="waiting",
    )
    world.events[f"{home}_ledger"] = SavedLedger.objects.create(
        owner=world.users["secretary" if home == "east" else "foreign_secretary"], title="住户台账", path="/households/"
    )
    world.events[f"{home}_post"] = Post.objects.get(staff=world.staff[worker.username])
    world.events[f"{home}_staff"] = world.staff[worker.username]
    moved = world.staff["foreign_worker" if home == "foreign" else "leader"]
    # Waits for the security administrator: the other grid of the community (abroad there is but one).
    world.events[f"{home}_move"] = StaffMove.objects.create(
        staff=moved,
        post=Post.objects.get(staff=moved),
        to_grid=world.grids["foreign_grid" if home == "foreign" else "west_grid"],
        starts_on=date(2099, 1, 1),
        asked_by=world.users["foreign_secretary" if home == "foreign" else "secretary"],
    )
    absorbed = Person.objects.create(name=world.persons[home].name, merged_into=world.persons[home])
    world.events[f"{home}_merge"] = PersonMerge.objects.create(kept=world.persons[home], absorbed=absorbed)
    world.events[f"{home}_residency"] = Residency.objects.get(household=household)
    _care(world, home, worker)
    person, secretary = world.persons[home], world.users["foreign_secretary" if home == "foreign" else "secretary"]
    asked = {"person": person, "grid": household.dwelling.grid, "received_by": secretary, "due_on": date(2099, 1, 30)}
    for kind in ("copy", "erase"):
        world.events[f"{home}_{kind}_request"] = SubjectRequest.objects.create(
            kind=kind, channel="counter", identity_check="document", **asked
        )
    world.events[f"{home}_import"] = RosterImport.objects.create(
        owner=secretary,
        grid=world.grids["foreign_community" if home == "foreign" else "community"],
        state="previewed",
        new_rows=1,
    )
    for name, state, reason in (("conflict", "conflict", ""), ("held", "held", "too_old")):
        # Sent by the field worker's phone: one waits for him, one for his secretary.
        world.events[f"{home}_{name}"] = SyncItem.objects.create(
            client_id=uuid4(),
            account=worker,
            device=uuid4(),
            kind="door.note",
            digest="0" * 64,
            state=state,
            reason=reason,
            household=household,
            grid=grid,
            payload=json.dumps({"payload": {"household": household.pk, "base": 0, "note": "请敲门"}, "made_at": ""}),
            result=json.dumps(
                {
                    "state": state,
                    "message": "两边不一样",
                    "mine": {"note": "请敲门"},
                    "theirs": {"note": "", "version": household.version},
                    "choices": ["mine", "theirs", "both"],
                }
            ),
            made_at=now() - timedelta(hours=1),
        )
    world.events[f"{home}_hold"] = LegalHold.objects.create(
        affair=world.events[f"{home}_affair"], grid=asked["grid"], reason="诉讼保全", placed_by=secretary
    )
