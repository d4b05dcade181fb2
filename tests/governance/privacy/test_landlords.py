"""A landlord who stands in rental files only asks about his data: copied, corrected, erased, and in the trail (P39)."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from governance.privacy import services
from governance.privacy.models import SubjectRequest
from governance.privacy.reports import copy_for
from grids.common.clock import now, today
from grids.common.errors import Refused
from grids.trail.models import AuditEntry
from residents.rentals.models import CheckFinding, RentalCheck, RentalFile
from residents.rentals.services import reveal_landlord
from tests.world import World

NAME, PHONE = "郑租生", "13900000787"
PLAIN = {"kind": "copy", "channel": "counter", "identity_check": "document"}
CLOSED = {"status": "ended", "opened_on": today() - timedelta(days=40), "closed_on": today() - timedelta(days=30)}


def let(dwelling, number: str, name: str, phone: str = PHONE) -> RentalFile:
    number = f"RF-{dwelling.grid.code[:12]}-{number}"
    return RentalFile.objects.create(
        dwelling=dwelling, number=number, landlord_name=name, landlord_phone=phone, **CLOSED
    )


@pytest.fixture
def files(world: World) -> list[RentalFile]:
    """Two closed files of his, a check that speaks of him; a namesake's, and one of another district with his phone."""
    SubjectRequest.objects.all().delete()
    own = let(world.east_household.dwelling, "00071", NAME)
    second = let(world.west_household.dwelling, "00072", "郑先生")
    namesake = let(world.west_household.dwelling, "00073", NAME, "13900000788")
    foreign = let(world.foreign_household.dwelling, "00074", NAME)
    done = RentalCheck.objects.get(pk=world.east_rentalcheck.pk)
    check = RentalCheck.objects.create(
        file=second,
        due_on=today(),
        checklist=done.checklist,
        checked_at=now(),
        checked_by=world.west_worker,
        colour="green",
        note=f"{NAME}不在家。楼道整洁。",
    )
    CheckFinding.objects.create(rental_check=check, item=world.veto_item, finding="ok", note=f"请打{PHONE}")
    return [own, second, namesake, foreign]


def register(world: World, file: RentalFile, **more) -> SubjectRequest:
    return services.register_landlord_request(file, actor=world.secretary, **{**PLAIN, **more})


def names(files: list[RentalFile]) -> list[tuple[str, str]]:
    rows = RentalFile.objects.in_bulk([file.pk for file in files])
    return [(rows[file.pk].landlord_name, rows[file.pk].landlord_phone) for file in files]


def browser(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name], backend="grids.access.backends.GridBackend")
    return client


def test_it_is_taken_down_once_for_all_of_his_files(world: World, files) -> None:
    asked = register(world, files[0])
    assert (asked.person, asked.landlord_of, asked.grid) == (None, files[0], files[0].grid)
    with pytest.raises(ValidationError):
        register(world, files[1])
    register(world, files[1], kind="erase")
    register(world, files[2])
    for name in ("desk_worker", "east_worker", "auditor", "foreign_secretary"):
        with pytest.raises(Refused):
            services.register_landlord_request(files[0], actor=world.users[name], **PLAIN)


def test_the_copy_tells_all_of_his_files_and_nothing_of_others(world: World, files) -> None:
    reveal_landlord(files[1], actor=world.west_worker, purpose="contact")
    asked = register(world, files[0])
    services.make_copy(asked, actor=world.secretary, form="print")
    copy = copy_for(asked)
    sections = {section.key: section for section in copy.sections}
    words = json.dumps([vars(one) for section in copy.sections for row in section.rows for one in row])
    words = words.encode().decode("unicode_escape")
    assert {key: len(section.rows) for key, section in sections.items()} == {
        "residents.RentalFile": 2,
        "residents.RentalCheck": 1,
        "residents.CheckFinding": 1,
    }
    assert (copy.name, "郑先生" in words, PHONE in words, f"{NAME}不在家。" in words) == (NAME, True, True, True)
    assert "楼道整洁" not in words
    assert "13900000788" not in words
    assert {one.fields for one in copy.seen_by} >= {"查看房东电话"}
    services.answer(asked, actor=world.secretary, version=1, state="granted", reason="副本已交本人")


def test_a_correction_reaches_closed_files(world: World, files) -> None:
    asked = register(world, files[0], kind="correct", wish="名字写错了")
    right = {"name": "郑祖生", "phone": "13900000789", "reason": "已按证件更正"}
    with pytest.raises(Refused):
        services.correct_by_request(asked, actor=world.east_worker, version=1, **right)
    services.correct_by_request(asked, actor=world.secretary, version=1, **right)
    assert names(files) == [("郑祖生", "13900000789")] * 2 + [(NAME, "13900000788"), (NAME, PHONE)]
    assert asked.state == "granted"
    entry = AuditEntry.objects.get(act="landlord.correct")
    assert (entry.actor, entry.changes) == (world.secretary, {"files": [0, 2]})
    assert AuditEntry.objects.filter(act="rentalfile.change").count() == 2


def test_an_erasure_leaves_neither_name_nor_phone(world: World, files) -> None:
    asked = register(world, files[0], kind="erase", wish=f"我是{NAME}")
    services.erase_by_request(asked, actor=world.secretary, version=1, reason="已按你的申请删除")
    assert names(files) == [("•••", "")] * 2 + [(NAME, "13900000788"), (NAME, PHONE)]
    assert RentalCheck.objects.get(file=files[1]).note == "•••"
    assert CheckFinding.objects.get(rental_check__file=files[1]).note == "•••"
    assert SubjectRequest.objects.get(pk=asked.pk).wish == ""
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"landlord.erase", "rentalfile.forget", "rentalcheck.redact", "checkfinding.redact"} <= acts
    told = str(list(AuditEntry.objects.values()))
    assert NAME not in told
    assert PHONE not in told
    with pytest.raises(Refused):
        register(world, files[0])
    page = browser(world, "secretary").get(asked.get_absolute_url())
    assert NAME not in page.content.decode()


def test_whoever_still_lets_is_kept(world: World, files) -> None:
    RentalFile.objects.filter(pk=files[1].pk).update(status="active", closed_on=None)
    asked = register(world, files[0], kind="erase")
    with pytest.raises(Refused, match="出租"):
        services.erase_by_request(asked, actor=world.secretary, version=1, reason="已按你的申请删除")
    assert names(files[:2]) == [(NAME, PHONE), ("郑先生", PHONE)]
    assert RentalCheck.objects.get(file=files[1]).note != "•••"


def test_a_note_is_hidden_only_once_the_landlord_is_taken_off(world: World, files) -> None:
    check = RentalCheck.objects.filter(file=files[1])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        check.update(note="•••")
    RentalFile.objects.filter(pk=files[1].pk).update(landlord_name="•••", landlord_phone="")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        check.update(note="别的话")
    check.update(note="•••")


def test_the_pages_from_the_file_to_the_answer(world: World, files) -> None:
    client = browser(world, "secretary")
    start = reverse("governance:subjectrequest-landlord", args=[files[0].pk])
    assert start in client.get(files[0].get_absolute_url()).content.decode()
    assert client.post(start, {**PLAIN, "kind": "correct", "wish": "名字写错了"}).status_code == 302
    asked = SubjectRequest.objects.get()
    page = client.get(asked.get_absolute_url()).content.decode()
    correct = reverse("governance:subjectrequest-correct", args=[asked.pk])
    assert correct in page
    assert f"{NAME}（房东）" in page
    assert PHONE not in client.get(correct).content.decode()
    sent = {"version": 1, "name": "郑祖生", "phone": "", "reason": "已按证件更正"}
    assert client.post(correct, sent).status_code == 302
    assert names(files[:2]) == [("郑祖生", PHONE)] * 2, "left empty, the number stays as it is"
    assert "郑祖生（房东）" in client.get(reverse("governance:subjectrequest-list")).content.decode()

    copy = register(world, files[0])
    answer = client.post(reverse("governance:subjectrequest-copy", args=[copy.pk]), {"form": "print", "sure": "on"})
    assert PHONE in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    disclosures = client.get(reverse("governance:disclosure-list")).content.decode()
    assert files[0].number in disclosures
