"""The world with a known value in every sensitive column, and everything that one account can be shown of it."""

import html
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.urls import reverse

from grids.common.clock import today
from grids.common.masks import mask_id_number, mask_name, mask_phone
from grids.places.models import Organisation, Vessel
from residents.roster.choices import CareKind, Relation
from residents.roster.models import CareTag, Person, PersonMerge, Residency
from residents.visits.models import CareLevelPlan
from tests.askings import ask_members
from tests.filled import furnish
from tests.policy import ROWS
from tests.reporting import report_members
from tests.visitor import Visitor, bare_refusals, make_url
from tests.world import SINCE, World, id_number

CHILD_BORN = date(2019, 7, 8)
SICK = CareKind.SERIOUS_ILLNESS
CARE_REASON = "卧床需人翻身四四二九"
LEVELS = ("hidden", "masked", "full")


@dataclass(frozen=True)
class Secret:
    """One value: how it reads in full (any of ``full``), and masked."""

    full: tuple[str, ...]
    mask: str = ""

    def level_in(self, text: str) -> str:
        if any(word in text for word in self.full):
            return "full"
        return "masked" if self.mask and self.mask in text else "hidden"


def plant(world: World) -> dict[str, Secret]:
    """Give the east household a child and a sick head, the places their phones; what must be watched, by field."""
    furnish(world)
    ask_members(world)
    report_members(world)
    head = world.east_person
    # No text that somebody typed holds this name; lists write it out or mask it.
    head.name = "欧阳百合"
    # Nor is it the number of the example in a template.
    head.id_number, head.birth_date = id_number("99010119510307006"), date(1951, 3, 7)
    head.save(update_fields=["name", "id_number", "id_number_index", "birth_date"])
    child = Person.objects.create(name="小宝宝", birth_date=CHILD_BORN, phone="19901990001", phone_tail="0001")
    Residency.objects.create(person=child, household=world.east_household, relation=Relation.SON, starts_on=SINCE)
    CareTag.objects.create(
        person=head,
        kind=SICK,
        basis="statutory",
        source_document="绝密文号七七三一",
        starts_on=SINCE,
        review_on=today().replace(year=today().year + 1, day=1),
    )
    CareLevelPlan.objects.filter(pk=world.east_careplan.pk).update(reason=CARE_REASON)
    PersonMerge.objects.create(
        kept=head, absorbed=child, snapshot='{"id_number": "990101201907080016"}', undone_at=None, reason="重复登记"
    )
    Person.objects.filter(pk=child.pk).update(merged_into=None)
    world.secretary.phone = "19901990002"
    world.secretary.save(update_fields=["phone"])
    Organisation.objects.create(
        grid=world.east_grid, name="东风面馆", kind="enterprise", contact_name="老板娘", contact_phone="19901990003"
    )
    Vessel.objects.create(grid=world.east_grid, name="浙岱渔一号", registration_no="ZD-0001", phone="19901990004")
    affair = world.east_affair
    affair.reporter_name, affair.reporter_phone = "反映人甲", "19901990005"
    affair.save(update_fields=["reporter_name", "reporter_phone"])
    born = f"{head.birth_date:%Y-%m-%d}"
    return {
        "Person.name": Secret((head.name,), mask_name(head.name)),
        "Person.id_number": Secret((head.id_number,), mask_id_number(head.id_number)),
        "Person.phone": Secret((head.phone,), mask_phone(head.phone)),
        "Person.birth_date": Secret((born, born.replace("-", ""), f"{head.birth_date:%Y年%-m月%-d日}")),
        "Person.birth_date (child)": Secret((f"{CHILD_BORN:%Y-%m-%d}", f"{CHILD_BORN:%Y年%-m月%-d日}")),
        "Person.phone (child)": Secret((child.phone,), mask_phone(child.phone)),
        "CareTag.source_document": Secret(("绝密文号七七三一",)),
        "CareLevelPlan.reason": Secret((CARE_REASON,)),
        "PersonMerge.snapshot": Secret(("990101201907080016",)),
        "User.phone": Secret(("19901990002",)),
        "Organisation.contact_phone": Secret(("19901990003",), mask_phone("19901990003")),
        "Vessel.phone": Secret(("19901990004",), mask_phone("19901990004")),
        "Affair.reporter_phone": Secret(("19901990005",), mask_phone("19901990005")),
    }


def words_of(response: Any) -> str:
    """The answer as it can be read: entities resolved, workbooks unpacked."""
    body: bytes = response.body
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return html.unescape(body.decode("utf-8", errors="replace"))


FILES_AND_SORTS = ("export=csv", "export=xlsx", "sort=phone&sort=-id_number&sort=person__birth_date")
NARROWED = ("q=990101", "q=0101", "id_number__startswith=9901&phone__contains=138&per_page=100")


def questions(url: str, secrets: dict[str, Secret]) -> Iterator[tuple[str, set[str]]]:
    """A list with every sort, filter, search and file; with each what the reader typed himself."""
    joint = "&" if "?" in url else "?"
    for query in (*FILES_AND_SORTS, *NARROWED):
        yield f"{url}{joint}{query}", set()
    for field in ("Person.id_number", "Person.phone", "CareLevelPlan.reason"):
        typed = secrets[field].full[0]
        yield f"{url}{joint}q={typed}", {typed}


def everything_shown(
    world: World, account: str, secrets: dict[str, Secret], *, deep: bool
) -> Iterator[tuple[str, str]]:
    """``(address, words)`` of all that the portal shows or answers to the account, its own typing left out.

    ``deep``: lists are also sorted, narrowed, searched and taken away as files, and forms are sent empty.
    """
    reader = Visitor(world, account)
    with bare_refusals():
        yield from portal(world, reader, secrets, deep=deep)
        yield from administration(world, reader)
    # What is drawn around a refusal is so around each of them.
    refused = [make_url(name, row, world) for name, row in ROWS.items() if account in row.refusing]
    unreadable = f"{reverse('residents:person-list')}?page=%00"
    for url in ("/nowhere/", "/households/abc/", unreadable, "/search/?q=%00", *refused[:2]):
        yield url, words_of(reader.ask(url))


def portal(world: World, reader: Visitor, secrets: dict[str, Secret], *, deep: bool) -> Iterator[tuple[str, str]]:
    """The portal's own addresses."""
    for name, row in sorted(ROWS.items()):
        url = make_url(name, row, world)
        if row.post_only:
            yield f"post {url}", words_of(reader.ask(url, "post"))
            continue
        response = reader.ask(url)
        yield url, words_of(response)
        if not deep:
            continue
        if row.own and not row.fixed:
            yield f"post {url}", words_of(reader.ask(url, "post"))
            yield f"missing {url}", words_of(reader.ask(make_url(name, row, world, "missing")))
        if response.status_code == 200 and response.context and "table" in response.context:
            for asked, typed in questions(url, secrets):
                words = words_of(reader.ask(asked))
                for word in typed:
                    words = words.replace(word, "")
                yield asked, words


def administration(world: World, reader: Visitor) -> Iterator[tuple[str, str]]:
    """Lists, pages, histories and sorts of Django's administration."""
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{place}_changelist")
        urls = [listed, f"{listed}?q=138&o=1.2.3"]
        for row in model._base_manager.all()[:2]:
            urls += [reverse(f"{place}_change", args=[row.pk]), reverse(f"{place}_history", args=[row.pk])]
        for url in urls:
            yield url, words_of(reader.ask(url))
