"""Rental files in Dingshan (domain.md M42, 6.6): every let dwelling of the first grid and some of the second.

Written through the room's services, in the order in which it happened: files, checks of all colours, notices, re-checks
with a photo, tenants. Some checks are overdue, one dwelling was never checked, one stands empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from governance.demo.names import FEMALE, MALE, Registry
from governance.demo.team import Team
from governance.demo.territory import CommunityPlan
from grids.access.choices import Role
from grids.common.clock import stopped_at, today
from grids.tree.models import Grid
from residents.rentals import services
from residents.rentals.choices import Finding, ServedHow
from residents.rentals.models import RentalFile
from residents.rentals.pictures import Picture, read_picture
from residents.rentals.services.checking import Given, checklist_for, last_check, open_codes
from residents.roster.choices import DwellingUse
from residents.roster.models import Dwelling, Person
from residents.roster.rules import age_on

FILES = 64
ADULT = 18
# How a letting went: days ago and what was open; "+" is a re-check, an empty string is "all in order".
STORIES: list[tuple[int, list[tuple[int, str]]]] = [
    (22, [(100, ""), (20, "")]),
    (10, [(110, "E2 F4"), (82, "+"), (12, "")]),
    (9, [(60, "E3"), (25, "+E3")]),
    (7, [(18, "F1 E2")]),
    (5, [(45, "X1 E2"), (39, "+E2"), (10, "+")]),
    (4, [(5, "X1")]),
    (3, [(4, "P1 E2 R2")]),
    # Overdue: a green one, a yellow one, a red one.
    (2, [(118, "")]),
    (2, [(47, "F2 R1")]),
    (2, [(13, "G3 E3")]),
    (1, []),
]
NOTES = {
    "X1": "次卧防盗窗焊死，没有逃生口",
    "P1": "客厅用木板隔出一间住人",
    "G3": "液化气瓶放在卧室",
    "E2": "厨房电线裸露，插座松动",
    "E3": "插线板串接，压在床下",
    "F1": "卧室没有烟感",
    "F2": "灭火器压力不足",
    "F4": "阳台堆放纸箱",
    "R1": "租赁合同没有带来",
    "R2": "比登记多住一人",
}


@dataclass
class Letting:
    """One dwelling, who checks it, and what happened: ``(days ago, what)`` with ``what`` as in ``STORIES``."""

    dwelling: Dwelling
    inspector: Any
    landlord: str
    phone: str
    story: list[tuple[int, str]]
    tenants: list[Person]
    opened: int
    file: RentalFile | None = field(default=None)


def load_rentals(plan: CommunityPlan, team: Team, registry: Registry, random: Random, *, now: datetime) -> int:
    """The rental files of the community's first grids; returns how many."""
    lettings = list(_lettings(plan, team, registry, random))
    acts: list[tuple[datetime, int, str]] = []
    for number, letting in enumerate(lettings):
        acts.append((_moment(now, letting.opened, random), number, "open"))
        acts += [(_moment(now, days, random), number, what) for days, what in letting.story]
    for moment, number, what in sorted(acts):
        with stopped_at(moment):
            _act(lettings[number], what)
    empty = next(letting.file for letting in lettings if letting.file is not None and letting.file.colour == "green")
    services.mark_vacant(empty, actor=lettings[0].inspector, version=empty.version)
    return len(lettings)


def _lettings(plan: CommunityPlan, team: Team, registry: Registry, random: Random) -> Iterator[Letting]:
    stories = [story for weight, story in STORIES for _time in range(weight)]
    random.shuffle(stories)
    made = 0
    for planned in plan.grids:
        if planned.exclusive_type:
            continue
        code = f"{plan.code}{planned.number:03d}"
        inspectors = team.of(Role.FULL_TIME, code)
        let = Dwelling.objects.under(Grid.objects.get(code=code)).filter(use=DwellingUse.LET)
        for dwelling in let.select_related("grid", "unit__building").in_reading_order():
            if made == FILES:
                return
            story = stories[made % len(stories)]
            made += 1
            persons = Person.objects.filter(
                residencies__household__dwelling=dwelling, residencies__ends_on__isnull=True
            ).order_by("pk")
            yield Letting(
                dwelling=dwelling,
                inspector=random.choice(inspectors),
                landlord=registry.surname() + registry.given_name(random.choice([MALE, FEMALE])),
                phone=registry.phone(),
                story=story,
                tenants=[person for person in persons if _is_adult(person)][:3],
                opened=(story[0][0] if story else 9) + 1,
            )


def _is_adult(person: Person) -> bool:
    return person.birth_date is None or age_on(person.birth_date, today()) >= ADULT


def _moment(now: datetime, days: int, random: Random) -> datetime:
    """So many days ago between nine and five, never in the future."""
    moment = (now - timedelta(days=days)).replace(hour=random.randrange(9, 17), minute=random.randrange(60))
    return min(moment, now)


def _act(letting: Letting, what: str) -> None:
    actor = letting.inspector
    if what == "open":
        letting.file = services.open_file(
            letting.dwelling,
            actor=actor,
            landlord_name=letting.landlord,
            landlord_phone=letting.phone,
            rooms_let=max(1, len(letting.tenants)),
        )
        for person in letting.tenants:
            services.add_tenant(letting.file, person, actor=actor)
        return
    file = letting.file
    if file is None:  # a story begins with its file
        raise ValueError("A dwelling was checked before it had a file.")
    is_recheck = what.startswith("+")
    wrong = what.removeprefix("+").split()
    before = last_check(file)
    planned = file.checks.planned().get()
    checklist = before.checklist if is_recheck and before and before.checklist else checklist_for(file)
    was_open = open_codes(before)
    answers = {}
    for item in checklist.items.all():
        photo = None
        if item.is_veto and (item.code in wrong or item.code in was_open):
            photo = services.keep_photo(planned, item, _picture(item.code in wrong), actor=actor)
        finding = Finding.OPEN if item.code in wrong else Finding.OK
        note = NOTES.get(item.code, "") if item.code in wrong else ""
        answers[item.pk] = Given(finding, note=note, photo=photo)
    record = services.record_recheck if is_recheck else services.record_check
    done = record(planned, actor=actor, version=planned.version, answers=answers)
    file.refresh_from_db()
    if wrong and not is_recheck:
        notice = services.issue_notice(done, actor=actor)
        if file.pk % 4:
            services.serve_notice(notice, actor=actor, version=notice.version, how=ServedHow.HAND)


def _picture(is_blocked: bool) -> Picture:
    """A drawn window, its bars closed or with an open hatch: no photo of anybody's home."""
    image = Image.new("RGB", (640, 480), "#dfe7ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 60, 520, 420), outline="#5a6473", width=14, fill="#bcd4ea")
    for left in range(160, 520, 60):
        draw.line((left, 60, left, 420), fill="#8a5a00", width=10)
    draw.rectangle((320, 240, 500, 400), fill="#8a5a00" if is_blocked else "#ffffff", outline="#155a30", width=8)
    target = BytesIO()
    image.save(target, "JPEG", quality=80)
    return read_picture(ContentFile(target.getvalue()))
