"""A landlord who stands in rental files only asks about his data: copied, corrected, erased, and in the trail (P39)."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from governance.privacy import services
from governance.privacy.models import LegalHold, SubjectRequest
from governance.privacy.reports import copy_for
from grids.common.clock import now, today
from grids.common.errors import Refused
from grids.common.retention import retention_rules
from grids.trail.models import AuditEntry
from residents.rentals.models import CheckFinding, FindingPhoto, RentalCheck, RentalFile, Tenancy
from residents.rentals.services import reveal_landlord
from residents.roster.models import Person
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


# ------------------------------------------------------------------ legal holds
def close_long_ago(files: list[RentalFile]) -> None:
    """All of them are due by the retention."""
    long_ago = today() - timedelta(days=3650)
    RentalFile.objects.filter(pk__in=[file.pk for file in files]).update(
        opened_on=long_ago - timedelta(days=9), closed_on=long_ago
    )


def rule(key: str):
    return next(one for one in retention_rules if one.key == key)


def test_a_hold_keeps_every_file_of_his_from_erasure_and_retention(world: World, files) -> None:
    close_long_ago(files)
    hold = services.place_hold(files[1], actor=world.secretary, reason="（2026）民初7号")
    assert (hold.landlord_of, hold.grid) == (files[1], files[1].grid)
    with pytest.raises(ValidationError, match="已"):
        services.place_hold(files[0], actor=world.secretary, reason="另案（2026）民初8号")
    asked = register(world, files[0], kind="erase")
    with pytest.raises(Refused, match="保全"):
        services.erase_by_request(asked, actor=world.secretary, version=1, reason="已按你的申请删除")

    run = services.apply_rule(rule("residents.landlords"), on=today())
    assert (run.held, names(files[:2])) == (2, [(NAME, PHONE), ("郑先生", PHONE)])
    assert names(files[2:]) == [("•••", "")] * 2, "neither the namesake nor the other district is held"

    services.lift_hold(hold, actor=world.secretary, reason="案件已经审结")
    services.erase_by_request(asked, actor=world.secretary, version=1, reason="已按你的申请删除")
    assert names(files[:2]) == [("•••", "")] * 2


def test_the_page_of_a_hold_says_whose_data_it_keeps_and_leads_back(world: World, files) -> None:
    client = browser(world, "secretary")
    person = world.east_person
    for name, subject, words, back in (
        ("landlord", files[0], files[0].number, files[0].get_absolute_url()),
        ("person", person, person.name, reverse("residents:person-detail", args=[person.pk])),
        ("affair", world.east_affair, world.east_affair.number, world.east_affair.get_absolute_url()),
    ):
        page = client.get(reverse(f"governance:legalhold-{name}", args=[subject.pk])).context
        assert [str(crumb.label) for crumb in page["breadcrumb"]] == ["依法保全", words]
        assert page["back_url"] == back
    hold = services.place_hold(files[1], actor=world.secretary, reason="（2026）民初7号")
    place = reverse("governance:legalhold-landlord", args=[files[1].pk])
    assert place not in client.get(files[1].get_absolute_url()).content.decode(), "it is held already"
    page = client.get(reverse("governance:legalhold-lift", args=[hold.pk])).context
    assert page["back_url"] == reverse("governance:legalhold-list")
    assert [str(crumb.label) for crumb in page["breadcrumb"]] == ["依法保全", "郑先生（房东）"]


def test_photos_and_tenants_of_a_held_file_are_kept(world: World, files) -> None:
    old = today() - timedelta(days=3650)
    finding = CheckFinding.objects.get(rental_check__file=files[1])
    photo = FindingPhoto.objects.filter(finding__isnull=False).first()
    FindingPhoto.objects.filter(pk=photo.pk).update(finding=finding, added_at=now() - timedelta(days=3650))
    tenancy = Tenancy.objects.create(
        file=files[1], person=world.west_person, starts_on=old, ends_on=old + timedelta(days=9), end_reason="moved_out"
    )
    words = register(world, files[0], wish="请给我副本")
    services.answer(words, actor=world.secretary, version=1, state="withdrawn", reason="本人撤回了请求")
    SubjectRequest.objects.filter(pk=words.pk).update(
        received_on=old, due_on=old + timedelta(days=20), answered_on=old + timedelta(days=9)
    )
    hold = services.place_hold(files[0], actor=world.secretary, reason="（2026）民初7号")
    kept = {"residents.rental_photos": photo, "residents.tenancies": tenancy, "governance.subject_requests": words}
    for key, row in kept.items():
        services.apply_rule(rule(key), on=today())
        assert rule(key).due(today()).filter(pk=row.pk).exists(), key
    services.lift_hold(hold, actor=world.secretary, reason="案件已经审结")
    for key, row in kept.items():
        services.apply_rule(rule(key), on=today())
        assert not rule(key).due(today()).filter(pk=row.pk).exists(), key


def test_who_is_held_as_a_person_is_held_as_a_landlord_and_the_other_way_round(world: World, files) -> None:
    Person.objects.filter(pk=world.west_person.pk).update(phone=PHONE)
    person = Person.objects.get(pk=world.west_person.pk)
    close_long_ago(files)
    hold = services.place_hold(person, actor=world.secretary, reason="（2026）民初7号")
    assert services.reasons_to_keep(register(world, files[0], kind="erase"))
    assert services.apply_rule(rule("residents.landlords"), on=today()).held == 2
    services.lift_hold(hold, actor=world.secretary, reason="案件已经审结")

    assert services.ties_of(person, today()).holds == 0
    services.place_hold(files[0], actor=world.secretary, reason="（2026）民初7号")
    assert services.ties_of(person, today()).holds == 2


def test_a_hold_that_ran_out_can_be_placed_anew_and_its_reason_is_erased(world: World, files) -> None:
    first = services.place_hold(
        files[0], actor=world.secretary, reason=f"与{NAME}的诉讼", until=today() + timedelta(days=1)
    )
    LegalHold.objects.filter(pk=first.pk).update(until=today() - timedelta(days=1))
    second = services.place_hold(files[1], actor=world.secretary, reason=f"核查{PHONE}")
    first.refresh_from_db()
    assert first.lifted_at is not None
    asked = register(world, files[0])
    services.make_copy(asked, actor=world.secretary, form="json")
    assert "governance.LegalHold" in {section.key for section in copy_for(asked).sections}
    services.lift_hold(second, actor=world.secretary, reason="核查已经结束")
    erase = register(world, files[0], kind="erase")
    services.erase_by_request(erase, actor=world.secretary, version=1, reason="已按你的申请删除")
    assert not [hold for hold in LegalHold.objects.all() if NAME in hold.reason or PHONE in hold.reason]
    with pytest.raises(Refused):
        services.place_hold(files[0], actor=world.secretary, reason="（2026）民初7号")


def test_the_pages_of_a_hold_on_a_landlord(world: World, files) -> None:
    client = browser(world, "secretary")
    place = reverse("governance:legalhold-landlord", args=[files[0].pk])
    assert place in client.get(files[0].get_absolute_url()).content.decode()
    assert client.post(place, {"reason": "（2026）民初7号", "until": ""}).status_code == 302
    hold = LegalHold.objects.get(landlord_of=files[0])
    assert f"{NAME}（房东）" in client.get(reverse("governance:legalhold-list")).content.decode()
    lift = reverse("governance:legalhold-lift", args=[hold.pk])
    for file, shown in ((files[0], True), (files[1], True), (files[2], False)):
        assert (lift in client.get(file.get_absolute_url()).content.decode()) is shown
    assert place not in browser(world, "east_worker").get(files[0].get_absolute_url()).content.decode()
    asked = register(world, files[1], kind="erase")
    assert "保全" in client.get(asked.get_absolute_url()).content.decode()
    assert client.post(lift, {"reason": "案件已经审结"}).status_code == 302
    assert lift not in client.get(files[0].get_absolute_url()).content.decode()
