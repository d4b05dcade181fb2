"""Every page of contacts, visits, field work, doors, members, briefings, moves and messages, in Chinese on a phone.

Issue 4, acceptance 7: light, dark, sunlight and care mode at 360 and 390 px. Nothing is cut, nothing is too small for
a thumb, and axe finds nothing.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import resolve, reverse

from governance.meetings.models import AgendaItem, Attendance, Meeting
from grids.common.clock import now, today
from grids.notifications.models import Notification
from residents.contacts.models import (
    ContactAssignment,
    ContactBand,
    ContactExemption,
    ContactHandover,
    ContactMember,
    ContactWish,
)
from tests.askings import ask_members
from tests.browser import PHONE
from tests.filled import account_for, furnish
from tests.looking import dress_of, faults_by_axe, faults_of_shape, load_axe, wear
from tests.policy import ROWS
from tests.reporting import report_members
from tests.residents.contacts.neighbourhood import load_up, more_households
from tests.visitor import addresses, make_url
from tests.world import World, build_world

pytestmark = pytest.mark.once
ROOMS = (
    "residents.contacts",
    "residents.visits",
    "residents.volunteers",
    "residents.offline",
    "residents.liaison",
    "governance.meetings",
    "governance.workbench",
    "grids.moves",
    "grids.notifications",
)
NO_PAGES = {"residents:encounterphoto-show", "residents:service-worker", "residents:web-manifest"}
# By the cookies that choose them. What axe looks for: all of it once, then what a theme or a size can change. The dark
# theme changes nothing but colours; care mode has those of the light theme with darker greys.
MODES: dict[str, tuple[dict[str, str], list[str] | None]] = {
    "light": ({"theme": "light", "care": "off"}, None),
    "dark": ({"theme": "dark", "care": "off"}, ["color-contrast"]),
    "sunlight": ({"theme": "sunlight", "care": "off"}, ["color-contrast"]),
    "care": ({"theme": "light", "care": "on"}, ["target-size"]),
}
WIDTHS = (360, 390)
LONG = "楼道里堆了旧家具和纸箱，婴儿车推不过去，老人上下楼也不方便，物业说要等房主回来才能搬走，希望尽快协调。"


@pytest.fixture
def town(transactional_db: None) -> World:
    world = build_world()
    ask_members(world)
    report_members(world)
    furnish(world)
    return world


def looked_at(world: World) -> dict[str, list[str]]:
    """The addresses of the rooms by the account that opens them."""
    found: dict[str, list[str]] = {}
    for name, _route in addresses():
        row = ROWS[name]
        if name in NO_PAGES or row.post_only or row.redirects or row.speaks_json or not (who := account_for(name)):
            continue
        url = make_url(name, row, world)
        if resolve(url.partition("?")[0]).func.__module__.startswith(ROOMS):
            found.setdefault(who, []).append(url)
    for who, urls in in_other_states(world).items():
        found.setdefault(who, []).extend(urls)
    return found


def in_other_states(world: World) -> dict[str, list[str]]:
    """Pages that the world's own rows do not open: what is planned, held, suspended, handed over, asked and overdue."""
    member, secretary = world.member, world.secretary
    ContactBand.objects.create(grid=world.community)
    ContactExemption.objects.create(member=world.second_member, reason="age")
    ContactMember.objects.filter(pk=member.pk).update(branch="丁香社区第一网格老干部离退休联合党支部")
    load_up(
        member, more_households(world, 12), exception_reason="邻居们都愿意由他联系", exception_until=date(2025, 6, 1)
    )
    away = load_up(world.second_member, more_households(world, 1, building="7幢"))[0]
    ContactMember.objects.filter(pk=world.second_member.pk).update(suspended_on=today())
    ContactAssignment.objects.filter(pk=away.pk).update(status="handover")
    handover = ContactHandover.objects.create(
        household=away.household,
        from_assignment=away,
        reason="moved",
        due_at=now() + timedelta(days=3),
        opened_by=secretary,
    )
    wish = ContactWish.objects.create(household=world.east_household, quarter=20261, recorded_by=secretary)
    Notification.objects.create(user=world.east_worker, kind="visits.task_raised", url="/")
    urls = [
        reverse("residents:contacthandover-cancel", args=[handover.pk]),
        reverse("residents:contacthandover-detail", args=[handover.pk]),
        reverse("residents:contactwish-close", args=[wish.pk]),
        reverse("residents:contactmember-resume", args=[world.second_member.pk]),
        reverse("residents:contactmember-detail", args=[world.second_member.pk]),
    ]
    for month, state, acts in (
        (2, "planned", ["detail", "convene", "move", "cancel", "fill"]),
        (3, "convened", ["detail", "open", "sheet"]),
        (4, "held", ["detail", "minutes", "sheet"]),
        (5, "confirmed", ["detail", "publish"]),
    ):
        meeting = Meeting.objects.create(
            series=world.east_series,
            grid=world.community,
            month=date(2026, month, 1),
            planned_on=today(),
            state=state,
            place="丁香社区党群服务中心二楼多功能会议室",
            minutes=LONG,
            public_minutes=LONG,
            **({"recorder": world.desk_worker, "confirmed_by": secretary} if state == "confirmed" else {}),
        )
        Attendance.objects.create(meeting=meeting, member=member)
        item: dict[str, Any] = {"meeting": meeting, "kind": "need", "text": LONG, "member": member}
        AgendaItem.objects.create(order=1, times_carried=3, **item)
        if state in ("held", "confirmed"):
            AgendaItem.objects.create(order=2, decision="answered", answer=LONG, decided_at=now(), **item)
        urls += [reverse(f"governance:meeting-{act}", args=[meeting.pk]) for act in acts]
    return {
        "secretary": urls,
        "desk_worker": [url for url in urls if "/minutes/" in url],
        "east_worker": [reverse("residents:field-conflicts"), reverse("grids:notification-list"), "/"],
        "liaison": ["/", reverse("residents:door-board")],
        "joint_member": ["/", reverse("governance:day")],
    }


def test_every_page_on_a_phone(town: World, visit_as, live_server):
    faults = []
    for who, urls in looked_at(town).items():
        page = visit_as(town.users[who], **PHONE)
        dresses = {}
        for mode, (cookies, _rules) in MODES.items():
            page.context.add_cookies(
                [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
            )
            page.goto("/")
            dresses[mode] = dress_of(page)
        for number, url in enumerate(dict.fromkeys(urls)):
            answer = page.goto(url)
            if answer.status != 200:
                faults.append(f"{who} {url}: {answer.status}")
            load_axe(page)
            for mode, (_cookies, rules) in MODES.items():
                wear(page, dresses[mode])
                # What surrounds a page is the same on all of them: once in each dress is enough.
                found = faults_by_axe(page, rules=rules, within="main" if rules and number else "html")
                for width in () if mode == "dark" else WIDTHS:
                    page.set_viewport_size({"width": width, "height": 740})
                    found += faults_of_shape(page, care=mode == "care")
                faults += [f"{url} {mode}: {fault}" for fault in dict.fromkeys(found)]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("fault", "page"),
    [
        ("the page is", "<p style='width: 500px'>宽</p>"),
        ("text wider than its box", "<p style='width: 40px; white-space: nowrap'>一句太长的话</p>"),
        ("text higher than its box", "<p style='height: 9px; overflow: hidden'>一句话</p>"),
        (
            "text cut by",
            "<div style='width: 40px; overflow: hidden'><b style='display: block; width: 99px'>一句长话</b></div>",
        ),
        ("only 10 x 60 px to press", "<button aria-label='看' style='width: 10px; height: 60px; padding: 0'></button>"),
        ("only 70 x 50 px to press", "<button class='button-primary' style='width: 70px; height: 50px'>看</button>"),
        ("axe color-contrast", "<p style='color: #bbbbbb'>看不清</p>"),
        ("axe button-name", "<button style='width: 60px; height: 60px'></button>"),
    ],
)
def test_every_kind_of_fault_is_seen(visit_as, fault: str, page: str):
    tab = visit_as(None, **PHONE | {"viewport": {"width": 360, "height": 740}})
    head = "<title>看</title><meta name='viewport' content='width=device-width'>"
    tab.set_content(
        f"<!doctype html><html lang='zh-Hans'><head>{head}</head><body><main><h1>看</h1>{page}</main></body></html>"
    )
    load_axe(tab)
    found = faults_of_shape(tab, care=True) + faults_by_axe(tab)
    assert [one for one in found if one.startswith(fault)] == found != []
