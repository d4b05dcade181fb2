"""Care tags and consents: each needs its basis, each ends; who may not see care finds nothing of the kind."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from grids.common.clock import today
from grids.common.errors import Refused, StaleVersion
from grids.common.retention import retention_rules
from grids.trail.models import AuditEntry
from residents.roster import care, services
from residents.roster.choices import CareBasis, CareEnd, CareKind, ConsentPurpose, ConsentWay
from residents.roster.models import CareTag, ConsentRecord
from residents.roster.notice import VERSION
from tests.residents.roster.people import words

DAY = timedelta(days=1)


def tag_for(world, person=None, **changes):
    values = {
        "actor": world.east_worker,
        "kind": CareKind.LOW_INCOME,
        "basis": CareBasis.STATUTORY,
        "source_document": "街道名册",
        "review_on": today() + 100 * DAY,
    }
    return services.add_care_tag(person or world.east_person, **{**values, **changes})


def consent_of(world, person=None, **changes):
    values = {"actor": world.east_worker, "purpose": ConsentPurpose.PHOTO, "way": ConsentWay.WRITTEN}
    return services.give_consent(person or world.east_person, **{**values, **changes})


def fields(caught) -> set[str]:
    return set(caught.value.message_dict)


# ------------------------------------------------------------------ tags
def test_a_tag_has_its_basis_and_its_review(world):
    tag = tag_for(world)
    assert (tag.basis, tag.consent, tag.entered_by) == (CareBasis.STATUTORY, None, world.east_worker)
    entry = AuditEntry.objects.get(act="caretag.add")
    assert CareKind.LOW_INCOME.value not in str(entry.changes)
    with pytest.raises(ValidationError) as caught:
        tag_for(world)
    assert fields(caught) == {"kind"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source_document": " "}, "source_document"),
        ({"kind": CareKind.SERIOUS_ILLNESS}, "basis"),
        ({"kind": CareKind.CHILD_IN_DIFFICULTY}, "kind"),
        ({"review_on": today()}, "review_on"),
        ({"review_on": care.latest_review(today()) + DAY}, "review_on"),
        ({"starts_on": today() + DAY}, "starts_on"),
    ],
)
def test_a_tag_that_cannot_be(world, changes, field):
    with pytest.raises(ValidationError) as caught:
        tag_for(world, **changes)
    assert fields(caught) == {field}
    tag_for(world, review_on=care.latest_review(today()))


def test_a_group_of_the_old_is_for_the_old(world):
    tag_for(world, kind=CareKind.LIVING_ALONE)
    with pytest.raises(ValidationError) as caught:
        tag_for(world, world.west_person, kind=CareKind.ADVANCED_AGE, actor=world.secretary)
    assert fields(caught) == {"kind"}


@pytest.mark.parametrize("name", ["auditor", "mentor", "liaison", "street_desk", "west_worker", "foreign_secretary"])
def test_only_who_has_a_care_duty_may_enter(world, name):
    actor = getattr(world, name)
    with pytest.raises(Refused):
        tag_for(world, actor=actor)
    with pytest.raises(Refused):
        consent_of(world, actor=actor)
    with pytest.raises(Refused):
        services.end_care_tag(world.east_caretag, actor=actor)
    with pytest.raises(Refused):
        services.withdraw_consent(world.east_consent, actor=actor)


def test_a_review_prolongs_and_an_end_ends(world):
    tag = tag_for(world)
    later = today() + 200 * DAY
    services.review_care_tag(tag, actor=world.east_worker, version=tag.version, review_on=later)
    assert CareTag.objects.get(pk=tag.pk).review_on == later
    with pytest.raises(StaleVersion):
        services.review_care_tag(tag, actor=world.east_worker, version=1, review_on=later)
    services.end_care_tag(tag, actor=world.east_worker)
    ended = CareTag.objects.get(pk=tag.pk)
    assert (ended.ended_on, ended.end_reason) == (today(), CareEnd.REVIEWED)
    with pytest.raises(Refused):
        services.end_care_tag(tag, actor=world.east_worker)


def test_who_leaves_or_dies_has_no_tag_any_more(world):
    services.move_away(world.east_residency, actor=world.east_worker)
    world.east_caretag.refresh_from_db()
    assert world.east_caretag.end_reason == CareEnd.MOVED
    with pytest.raises(Refused):
        tag_for(world)


def test_a_tag_stays_through_a_move_inside(world):
    services.move_within(
        world.east_household,
        actor=world.secretary,
        door={"grid": world.west_micro, "building": "8幢", "unit": "1单元", "room": "302"},
    )
    world.east_caretag.refresh_from_db()
    assert world.east_caretag.ended_on is None


def test_a_tag_nobody_reviewed_expires(world):
    rule = retention_rules.get("residents.care_tags")
    tag = tag_for(world)
    CareTag.objects.filter(pk=tag.pk).update(starts_on=today() - 9 * DAY, review_on=today() - DAY)
    assert list(rule.due(today())) == [tag]
    assert rule.purge(rule.due(today()), today(), None) == 1
    assert not rule.due(today()).exists()
    tag.refresh_from_db()
    assert (tag.ended_on, tag.end_reason) == (today(), CareEnd.EXPIRED)


# ------------------------------------------------------------------ consents
def test_a_consent_keeps_the_version_of_the_notice(world):
    consent = consent_of(world)
    assert (consent.notice_version, consent.recorded_by) == (VERSION, world.east_worker)
    with pytest.raises(ValidationError) as caught:
        consent_of(world)
    assert fields(caught) == {"purpose"}


def test_spoken_words_need_a_witness_and_a_child_its_guardian(world):
    with pytest.raises(ValidationError) as caught:
        consent_of(world, way=ConsentWay.SPOKEN)
    assert fields(caught) == {"witness"}
    child = services.record_birth(
        world.east_household, actor=world.east_worker, name="小宝", on=today() - 30 * DAY, sex="1"
    ).person
    with pytest.raises(ValidationError) as caught:
        consent_of(world, child)
    assert fields(caught) == {"guardian_name"}
    assert consent_of(world, child, guardian_name="赵一").guardian_name == "赵一"


def test_a_consent_taken_back_ends_its_tags(world):
    other = tag_for(world)
    services.withdraw_consent(world.east_consent, actor=world.east_worker)
    world.east_caretag.refresh_from_db()
    assert (world.east_caretag.end_reason, world.east_caretag.ended_on) == (CareEnd.WITHDRAWN, today())
    other.refresh_from_db()
    assert other.ended_on is None
    with pytest.raises(ValidationError) as caught:
        tag_for(world, kind=CareKind.SERIOUS_ILLNESS, basis=CareBasis.CONSENT)
    assert fields(caught) == {"basis"}
    with pytest.raises(Refused):
        services.withdraw_consent(world.east_consent, actor=world.east_worker)


# ------------------------------------------------------------------ pages
def test_care_is_seen_by_those_with_a_duty_only(world, visit):
    kind = str(world.east_caretag.get_kind_display())
    page = words(visit(world.east_worker, "person-detail", world.east_person.pk))
    assert kind in page
    assert "同意记录" in page
    for name in ("auditor", "mentor", "liaison", "street_desk"):
        page = words(visit(getattr(world, name), "person-detail", world.east_person.pk))
        assert kind not in page
        assert "同意记录" not in page
        assert visit(getattr(world, name), "caretag-create", world.east_person.pk).status_code == 404


def test_who_sees_no_care_cannot_filter_by_it(world, visit):
    rows = "<tbody>"
    assert rows in words(visit(world.east_worker, "person-list", query="?care=veteran"))
    assert "钱二" not in words(visit(world.east_worker, "person-list", query="?care=veteran"))
    everybody = visit(world.auditor, "person-list").content.count(b"<tr")
    assert visit(world.auditor, "person-list", query="?care=veteran").content.count(b"<tr") == everybody
    assert rows not in words(visit(world.liaison, "person-list", query="?age=elderly"))
    assert rows not in words(visit(world.liaison, "person-list", query="?sex=1"))
    assert rows not in words(visit(world.liaison, "person-list", query="?away=yes"))
    assert rows in words(visit(world.auditor, "person-list", query="?age=elderly"))


def test_the_notice_stands_where_data_is_collected(world, visit):
    for name, args in [
        ("household-create", []),
        ("person-create", [world.east_household.pk]),
        ("household-birth", [world.east_household.pk]),
        ("consent-create", [world.east_person.pk]),
        ("caretag-create", [world.east_person.pk]),
    ]:
        assert VERSION in words(visit(world.east_worker, name, *args))


def test_consent_and_tag_by_form(world, visit):
    person = world.east_person
    data = {"purpose": "photo", "way": "spoken", "given_on": f"{today():%Y-%m-%d}", "witness": "邻居"}
    assert visit(world.east_worker, "consent-create", person.pk, data=data).status_code == 302
    assert ConsentRecord.objects.filter(person=person, purpose="photo").exists()
    data = {"kind": "low_income", "basis": "statutory", "review_on": f"{today() + DAY:%Y-%m-%d}"}
    page = words(visit(world.east_worker, "caretag-create", person.pk, data=data))
    assert "请写明依据文件" in page
    data["source_document"] = "名册"
    assert visit(world.east_worker, "caretag-create", person.pk, data=data).status_code == 302
    tag = CareTag.objects.get(person=person, kind="low_income")
    data = {"version": tag.version, "review_on": f"{today() + 9 * DAY:%Y-%m-%d}"}
    assert visit(world.east_worker, "caretag-review", tag.pk, data=data).status_code == 302
    data = {"reason": "reviewed", "on": f"{today():%Y-%m-%d}"}
    assert visit(world.east_worker, "caretag-end", tag.pk, data=data).status_code == 302
    tag.refresh_from_db()
    assert tag.end_reason == CareEnd.REVIEWED
