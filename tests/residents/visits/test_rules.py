"""The rules of visits by tables, and what holds for every input."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from residents.visits import rules
from residents.visits.choices import Channel, EncounterKind, Outcome
from residents.visits.rules import Visit

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # 12:00 in Shanghai
MORNING = datetime(2026, 3, 1, 17, tzinfo=UTC)  # 01:00 in Shanghai


def errors_of(visit: Visit, now: datetime = NOON) -> set[str]:
    with pytest.raises(ValidationError) as raised:
        rules.clean_visit(visit, now=now)
    return set(raised.value.message_dict)


@pytest.mark.parametrize(
    ("visit", "effective"),
    [
        (Visit(note="老人想装扶手，已记下来了"), True),
        (Visit(outcome=Outcome.MET_RELATIVE, needs=("修楼道灯",)), True),
        (Visit(outcome=Outcome.CHANGED), True),
        (Visit(), False),  # no substance
        (Visit(note="家中平安"), False),  # fewer than ten characters
        (Visit(outcome=Outcome.NOT_HOME, note="敲门多次，家中没有人应答"), False),
        (Visit(channel=Channel.PHONE, note="电话里说一切都好，谢谢关心"), False),
        (Visit(kind=EncounterKind.CONTACT, channel=Channel.FACE, outcome=Outcome.CHANGED), False),
    ],
)
def test_what_counts_as_an_effective_visit(visit, effective):
    assert rules.is_effective(visit) is effective


def test_a_visit_of_two_taps_is_routine_at_the_door_now():
    clean = rules.clean_visit(Visit(), now=NOON)
    assert clean == Visit(EncounterKind.ROUTINE, Channel.FACE, Outcome.MET, occurred_at=NOON)


def test_blanks_are_no_needs_and_no_note():
    clean = rules.clean_visit(Visit(note="  好  ", needs=("  ", " 修灯 ")), now=NOON)
    assert (clean.note, clean.needs) == ("好", ("修灯",))


@pytest.mark.parametrize(
    ("hours", "reason", "now", "wrong"),
    [
        (1, "", NOON, set()),
        (11, "", NOON, set()),  # earlier today
        (2, "", MORNING, {"late_reason"}),  # yesterday evening
        (13, "", NOON, {"late_reason"}),
        (13, "山里没有信号", NOON, set()),
        (48, "山里没有信号", NOON, set()),
        (49, "山里没有信号", NOON, {"occurred_at"}),
        (-1, "", NOON, {"occurred_at"}),
    ],
)
def test_back_dating_ends_after_48_hours_and_asks_for_a_reason(hours, reason, now, wrong):
    visit = Visit(occurred_at=now - timedelta(hours=hours), late_reason=reason)
    if wrong:
        assert errors_of(visit, now) == wrong
    else:
        assert rules.clean_visit(visit, now=now).occurred_at == visit.occurred_at


def test_a_clock_that_is_a_little_ahead_is_forgiven():
    assert rules.clean_visit(Visit(occurred_at=NOON + timedelta(minutes=3)), now=NOON).occurred_at == NOON


@pytest.mark.parametrize(
    ("visit", "field"),
    [
        (Visit(kind="party"), "kind"),
        (Visit(channel="fax"), "channel"),
        (Visit(outcome="fine"), "outcome"),
        (Visit(note="字" * 2001), "note"),
        (Visit(needs=("字" * 501,)), "needs"),
        (Visit(needs=("一", "二", "三", "四", "五", "六")), "needs"),
        (Visit(kind=EncounterKind.CONTACT), "channel"),
    ],
)
def test_what_is_no_visit_is_refused_at_its_field(visit, field):
    assert errors_of(visit) == {field}


@pytest.mark.parametrize(("days", "soon"), [(None, False), (0, True), (13, True), (14, False), (60, False)])
def test_a_second_routine_visit_within_two_weeks_is_soon(days, soon):
    assert rules.too_soon(None if days is None else NOON - timedelta(days=days), now=NOON) is soon


@pytest.mark.parametrize(
    ("level", "days", "due"),
    [("", 179, False), ("", 180, True), ("A", 6, False), ("A", 7, True), ("B", 30, True), ("C", 89, False)],
)
def test_when_a_household_is_due(level, days, due):
    moment = rules.next_due(NOON - timedelta(days=days), level=level, opened_on=NOON.date(), today=NOON.date())
    assert rules.is_due(moment, now=NOON) is due


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("老人想装扶手，联系了社区医院", 0),
        ("电话 13800000101，家里 5 口人", 0),
        ("身份证 990101194904120010", 1),
        ("身份证 99010119490412001X 已核对", 1),
        ("身份证 990101 1949 0412 0010", 1),
        ("旧证 990101490412001", 1),
        ("编号 1234567890123", 0),
        ("老人有高血压", 1),
        ("是个老上访，身份证 990101194904120010，糖尿病", 3),
    ],
)
def test_wording_that_does_not_belong_into_a_note(text, count):
    assert len(rules.wording_warnings(text)) == count


@given(
    st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=40),
    st.text("0123456789", min_size=17, max_size=17),
)
def test_no_identity_number_slips_through_among_other_letters(around, digits):
    assert rules.wording_warnings(f"{around}{digits}X{around}")


VISITS = st.builds(
    Visit,
    kind=st.sampled_from(EncounterKind.values),
    channel=st.sampled_from(Channel.values),
    outcome=st.sampled_from(Outcome.values),
    note=st.text(max_size=30),
    needs=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    occurred_at=st.none() | st.datetimes(datetime(2026, 3, 2), datetime(2026, 3, 3), timezones=st.just(UTC)),
    late_reason=st.text(max_size=10),
    person_id=st.none() | st.integers(1, 9),
)


@given(VISITS, VISITS)
def test_the_digest_tells_contents_apart_and_is_the_same_for_the_same(one, other):
    digests = {rules.digest_of(visit, household_id=1, visitor_id=2) for visit in (one, other)}
    assert len(digests) == (1 if one == other else 2)
    assert rules.digest_of(one, household_id=1, visitor_id=2) != rules.digest_of(one, household_id=1, visitor_id=3)
    assert rules.digest_of(one, household_id=1, visitor_id=2) == rules.digest_of(
        replace(one), household_id=1, visitor_id=2
    )
