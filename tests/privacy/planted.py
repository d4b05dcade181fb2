"""Persons with five thousand known numbers, planted through every door of the portal; every feature used on them."""

import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from grids.access.models import User
from grids.common.logs import CarefulFormatter
from grids.jobs.worker import run_pending
from residents.roster.bulk import Row, load_roster
from residents.roster.choices import Relation, RevealPurpose
from residents.roster.models import Person
from tests.askings import ask_members
from tests.filled import account_for
from tests.policy import ROWS
from tests.privacy.scanner import Scanner
from tests.reporting import report_members
from tests.residents.importing.files import confirm, upload, workbook
from tests.visitor import make_url
from tests.world import World, id_number

EAST = "99010600100100101"
LOADED, IMPORTED, TYPED = 2_100, 360, 40
PLANTED = LOADED + IMPORTED + TYPED
BACKEND = "grids.access.backends.GridBackend"


def planted_id(place: int) -> str:
    days, sequence = divmod(place, 900)
    return id_number(f"9901881950{days // 28 + 1:02d}{days % 28 + 1:02d}{sequence + 100:03d}")


def planted_phone(place: int) -> str:
    return f"1990188{place:04d}"


def numbers() -> list[str]:
    return [value for place in range(PLANTED) for value in (planted_id(place), planted_phone(place))]


def door(place: int) -> dict[str, str]:
    home = place // 3
    return {
        "building": f"{home // 240 + 20}号楼",
        "unit": f"{home // 40 % 6 + 1}单元",
        "room": f"{home % 40 // 4 + 1:02d}{home % 4 + 1:02d}",
    }


def load(world: World) -> None:
    """Through the bulk service."""
    rows = [
        Row(
            grid=EAST,
            name="王小明",
            relation=Relation.OTHER_RELATIVE if place % 3 else Relation.HEAD,
            id_number=planted_id(place),
            phone=planted_phone(place),
            **door(place),
        )
        for place in range(LOADED)
    ]
    load_roster(rows, grid=world.community, actor=world.secretary)


def bring_in(world: World) -> None:
    """Through Excel: good rows; before that a file with a wrong row, so that a marked one is made."""
    rows = []
    for place in range(LOADED, LOADED + IMPORTED):
        relation = "其他亲属" if (place - LOADED) % 3 else "户主"
        home = f"{(place - LOADED) // 3}"
        number, phone = planted_id(place), planted_phone(place)
        rows.append(["李四", number, phone, relation, home, EAST, "60号楼", "1单元", f"{int(home) + 1:03d}"])
    wrong = [["", *rows[0][1:]], *rows[1:20]]
    upload(world, workbook(wrong), name=f"{planted_id(LOADED)}.xlsx")
    confirm(upload(world, workbook(rows)))
    run_pending()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def type_in(world: World) -> None:
    """Through the doorstep form, with the mistakes that people make: a number twice, a broken one."""
    client = client_of(world.secretary)
    address = reverse("residents:person-create", args=[world.east_household.pk])
    first = LOADED + IMPORTED
    for place in range(first, first + TYPED):
        values = {
            "name": "赵敏",
            "relation": Relation.OTHER_RELATIVE,
            "kind": "permanent_local",
            "id_type": "resident",
            "sex": "0",
            "id_number": planted_id(place),
            "phone": planted_phone(place),
        }
        assert client.post(address, values).status_code == 302
        if place % 25 == 0:
            assert client.post(address, values).status_code == 200, "the same number twice"
            values["id_number"] = planted_id(place)[:-1] + "#"
            assert client.post(address, values).status_code == 200


def look(world: World) -> None:
    """Every page that there is, for whoever may open it, with searches for hidden numbers, and every file of a list."""
    ask_members(world)
    report_members(world)
    number, phone = planted_id(7), planted_phone(7)
    clients: dict[str, Client] = {}
    for name, row in sorted(ROWS.items()):
        account = "secretary" if "secretary" in row.opening else account_for(name)
        if not account or row.post_only:
            continue
        if account not in clients:
            clients[account] = client_of(world.users[account])
        client = clients[account]
        address = make_url(name, row, world)
        joint = "&" if "?" in address else "?"
        body(client.get(address))
        if name.endswith("-list"):
            for query in (f"q={number}", f"q={phone}", f"id_number={number}&sort=phone", "export=csv", "export=xlsx"):
                body(client.get(f"{address}{joint}{query}"))
    client = client_of(world.secretary)
    for address in (f"/{number}/", f"/persons/{number}/", f"/persons/{phone}/edit/", f"/search/?q={number}"):
        body(client.get(address))
    Client().post(reverse("login"), {"username": number, "password": phone})
    run_pending()


def reveal(world: World) -> None:
    client = client_of(world.east_worker)
    persons = list(Person.objects.filter(name="王小明").order_by("pk")[:20])
    for person in persons:
        for field in ("id_number", "phone"):
            address = reverse("residents:person-reveal", args=[person.pk, field])
            assert client.post(address, {"purpose": RevealPurpose.VERIFY}).status_code == 302
            page = body(client.get(reverse("residents:person-detail", args=[person.pk]))).decode()
            assert getattr(person, field) in page
        client.post(reverse("residents:person-lookup"), {"id_number": person.id_number})


def ask(world: World) -> None:
    """The copy in its three forms; the person's own words hold a number too."""
    person = Person.objects.filter(name="王小明").order_by("pk")[30]
    client = client_of(world.secretary)
    answer = client.post(
        reverse("governance:subjectrequest-create", args=[person.pk]),
        {
            "kind": "copy",
            "channel": "counter",
            "identity_check": "document",
            "wish": f"我的号码是{person.id_number}，电话{person.phone}",
        },
    )
    assert answer.status_code == 302
    pk = person.subject_requests.get().pk
    for form in ("print", "xlsx", "json"):
        copy = client.post(reverse("governance:subjectrequest-copy", args=[pk]), {"form": form, "sure": "on"})
        assert copy.status_code == 200


def administer(world: World) -> None:
    """Django's administration as a superuser: lists, searches by number, one of each, its history."""
    from django.contrib import admin

    user = User.objects.create_superuser("root", "Lianhu-test-2026")
    client, number = client_of(user), planted_id(7)
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        body(client.get(f"{reverse(f'{place}_changelist')}?q={number}"))
        first = model._default_manager.first()
        if first is not None:
            body(client.get(reverse(f"{place}_change", args=[first.pk])))
            body(client.get(reverse(f"{place}_history", args=[first.pk])))


def tidy() -> None:
    call_command("apply_retention", dry_run=True, stdout=io.StringIO())
    call_command("rotate_keys", dry_run=True, stdout=io.StringIO())


def use_everything(world: World) -> None:
    for step in (load, bring_in, type_in, look, reveal, ask, administer):
        step(world)
    tidy()


class Listener(logging.Handler):
    """Hears every message and keeps only their number and the planted numbers in them: there are too many to keep."""

    def __init__(self, scanner: Scanner) -> None:
        super().__init__(level=logging.DEBUG)
        self.scanner, self.found, self.count, self.waiting = scanner, set(), 0, []
        self.setFormatter(CarefulFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1
        self.waiting.append(self.format(record))
        if len(self.waiting) >= 500:
            self.search()

    def search(self) -> None:
        text, self.waiting = "\n".join(self.waiting), []
        self.found |= self.scanner.find(text.encode(), depth=1)


@contextlib.contextmanager
def all_logs(scanner: Scanner) -> Iterator[Listener]:
    """Everything that any logger says at any level while the block runs, every SQL statement with its values too, as
    the portal writes it (``CarefulFormatter``)."""
    listener, root = Listener(scanner), logging.getLogger()
    loggers = [root, *(one for one in logging.Logger.manager.loggerDict.values() if hasattr(one, "level"))]
    levels = [(one, one.level, one.disabled) for one in loggers]
    others = [handler for handler in root.handlers if handler.level == logging.NOTSET]
    for handler in others:
        root.removeHandler(handler)
    root.addHandler(listener)
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.disabled = False
    # What the template engine says about optional variables is said at every page, with whole contexts.
    logging.getLogger("django.template").setLevel(logging.INFO)
    connection.force_debug_cursor = True
    try:
        yield listener
    finally:
        connection.force_debug_cursor = False
        root.removeHandler(listener)
        for handler in others:
            root.addHandler(handler)
        for one, level, disabled in levels:
            one.setLevel(level)
            one.disabled = disabled
        listener.search()
