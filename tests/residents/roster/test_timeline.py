"""Days without gaps and doubles: the pure rules, and what the services leave behind for every past day."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from grids.common.clock import today
from grids.common.errors import Refused
from residents.roster import services
from residents.roster.bulk import Row, load_roster
from residents.roster.choices import ArrivalReason, EndReason, Relation
from residents.roster.models import Headship, Household, Residency, Stay
from residents.roster.timeline import Span, check_household, check_person, first_double, first_gap, first_heads
from tests.world import SINCE

EAST = "99010600100100101"
DAY = timedelta(days=1)


def on(day: int) -> date:
    return date(2026, 1, day)


def span(first: int, after: int | None = None, key: int = 0) -> Span:
    return Span(on(first), on(after) if after else None, key)


# ------------------------------------------------------------------ pure
@pytest.mark.parametrize(
    ("spans", "gap"),
    [
        ([span(1)], None),
        ([span(1, 5), span(5)], None),
        ([span(2)], 1),
        ([span(1, 5), span(6)], 5),
        ([span(1, 5), span(5, 5), span(5)], None),
        ([span(1, 5)], 5),
        ([], 1),
    ],
)
def test_a_gap_is_found(spans, gap):
    assert first_gap(spans, span(1)) == (on(gap) if gap else None)


@pytest.mark.parametrize(
    ("spans", "double"),
    [
        ([span(1, 5), span(5)], None),
        ([span(1, 5), span(4)], 4),
        ([span(1), span(2, 3), span(4)], 2),
        ([span(1, 9), span(2, 2)], None),
        ([span(3), span(1, 4)], 3),
    ],
)
def test_a_double_is_found(spans, double):
    found = first_double(spans)
    assert (found[0] if found else None) == (on(double) if double else None)


def test_a_household_whose_days_fit_passes():
    check_household(
        span(1, 20),
        stays=[span(1, 10), span(10, 20)],
        heads=[span(1, 5, key=1), span(5, 20, key=2)],
        members=[span(1, 20, key=1), span(3, 20, key=2)],
        field="on",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stays": [span(1, 10)]}, "2026-01-10"),
        ({"stays": [span(1, 12), span(10, 20)]}, "2026-01-10"),
        ({"stays": [span(1, 10), span(10, 22)]}, "2026-01-10"),
        ({"heads": [span(1, 5, key=1), span(6, 20, key=2)]}, "2026-01-05"),
        ({"heads": [span(1, 5, key=1), span(4, 20, key=2)]}, "2026-01-04"),
        ({"members": [span(1, 20, key=1), span(6, 20, key=2)]}, "2026-01-05"),
        ({"members": [span(1, 20, key=1), span(3, 21, key=2)]}, "2026-01-21"),
        ({"members": [Span(date(2025, 12, 31), on(20), 1), span(3, 20, key=2)]}, "2026-01-01"),
    ],
)
def test_a_household_with_a_bad_day_is_refused(changes, words):
    rows = {
        "stays": [span(1, 10), span(10, 20)],
        "heads": [span(1, 5, key=1), span(5, 20, key=2)],
        "members": [span(1, 20, key=1), span(3, 20, key=2)],
    }
    with pytest.raises(ValidationError) as caught:
        check_household(span(1, 20), **{**rows, **changes}, field="on")
    assert words in caught.value.message_dict["on"][0]


def test_a_household_of_no_day_has_nothing():
    never = span(5, 5)
    check_household(never, stays=[never], heads=[span(5, 5, key=1)], members=[span(5, 5, key=1)], field="on")
    for rows in ({"stays": [span(5, 6)]}, {"members": [span(5, 6, key=1)]}):
        with pytest.raises(ValidationError):
            check_household(never, **{"stays": [], "heads": [], "members": [], **rows}, field="on")


def test_nobody_lives_in_two_homes():
    check_person([span(1, 5), span(5), span(3, 3)], field="on")
    with pytest.raises(ValidationError):
        check_person([span(1, 6), span(5)], field="on")


def test_who_came_first_stands_in_for_a_head_who_came_later():
    wife, head = span(1, key=2), span(5, key=1)
    assert first_heads([head, wife], head) == [span(1, 5, key=2), head]
    assert first_heads([span(5, key=2), head], head) == [head]


# ------------------------------------------------------------------ services
def wife_of(world, household, **changes):
    values = {"actor": world.secretary, "relation": Relation.SPOUSE, "name": "妻"}
    return services.add_person(household, **{**values, **changes})


def heads_of(household) -> list[tuple[str, date, date | None]]:
    rows = Headship.objects.filter(household=household).order_by("starts_on", "pk")
    return list(rows.values_list("residency__person__name", "starts_on", "ends_on"))


def test_a_new_household_has_its_first_day(world):
    household = services.add_household(
        actor=world.secretary,
        grid=world.east_micro,
        building="5",
        unit="",
        room="101",
        head={"name": "新户"},
        opened_on=date(2026, 3, 1),
        start_reason=ArrivalReason.MOVED_IN,
    )
    [stay] = household.stays.all()
    assert (stay.dwelling, stay.starts_on, stay.ends_on) == (household.dwelling, date(2026, 3, 1), None)
    assert heads_of(household) == [("新户", date(2026, 3, 1), None)]
    assert household.residencies.get().start_reason == ArrivalReason.MOVED_IN


def test_nobody_is_there_before_the_household(world):
    with pytest.raises(ValidationError) as caught:
        wife_of(world, world.east_household, starts_on=SINCE - DAY)
    assert set(caught.value.message_dict) == {"starts_on"}
    wife_of(world, world.east_household, starts_on=SINCE)


def test_an_earlier_opening_takes_those_along_who_came_with_it(world):
    wife_of(world, world.east_household, starts_on=SINCE)
    son = wife_of(world, world.east_household, relation=Relation.SON, name="子", starts_on=SINCE + 9 * DAY)
    before = SINCE - 100 * DAY
    household = world.east_household
    services.change_household(household, actor=world.secretary, version=household.version, opened_on=before)
    days = set(household.residencies.values_list("starts_on", flat=True))
    assert days == {before, son.starts_on}
    assert Stay.objects.get(household=household).starts_on == before
    assert heads_of(household) == [("赵一", before, None)]


def test_a_later_opening_shuts_nobody_out(world):
    wife_of(world, world.east_household, starts_on=SINCE + 9 * DAY)
    household = world.east_household
    with pytest.raises(ValidationError) as caught:
        services.change_household(
            household, actor=world.secretary, version=household.version, opened_on=SINCE + 10 * DAY
        )
    assert set(caught.value.message_dict) == {"opened_on"}
    household = Household.objects.get(pk=household.pk)
    services.change_household(household, actor=world.secretary, version=household.version, opened_on=SINCE + 9 * DAY)


def test_the_first_head_who_came_earlier_brings_the_opening_along(world):
    head, before = world.east_residency, SINCE - 50 * DAY
    values = {"actor": world.secretary, "version": head.version, "relation": head.relation, "kind": head.kind}
    services.change_residency(head, **values, starts_on=before)
    household = Household.objects.get(pk=world.east_household.pk)
    assert household.opened_on == before
    assert heads_of(household) == [("赵一", before, None)]
    assert Stay.objects.get(household=household).starts_on == before


def test_the_second_member_cannot_be_moved_before_the_first(world):
    wife = wife_of(world, world.east_household, starts_on=SINCE + 9 * DAY)
    values = {"actor": world.secretary, "version": wife.version, "relation": wife.relation, "kind": wife.kind}
    with pytest.raises(ValidationError):
        services.change_residency(wife, **values, starts_on=SINCE - DAY)
    wife = Residency.objects.get(pk=wife.pk)
    services.change_residency(wife, **values, starts_on=SINCE)


def test_a_change_of_head_has_its_day(world):
    wife = wife_of(world, world.east_household, starts_on=SINCE + 9 * DAY)
    with pytest.raises(ValidationError):
        services.name_head(wife, actor=world.secretary, on=SINCE + 8 * DAY)
    services.name_head(wife, actor=world.secretary, on=SINCE + 20 * DAY)
    assert heads_of(world.east_household) == [
        ("赵一", SINCE, SINCE + 20 * DAY),
        ("妻", SINCE + 20 * DAY, None),
    ]
    with pytest.raises(ValidationError):
        services.name_head(world.east_residency, actor=world.secretary, on=SINCE + 19 * DAY)
    with pytest.raises(Refused):
        services.name_head(wife, actor=world.secretary)
    services.name_head(world.east_residency, actor=world.secretary, on=SINCE + 20 * DAY)
    assert heads_of(world.east_household)[-1] == ("赵一", SINCE + 20 * DAY, None)


def test_a_head_who_left_in_the_past_leaves_no_day_without_one(world):
    head = world.east_residency
    wife = wife_of(world, world.east_household, starts_on=SINCE + 9 * DAY)
    leave = {"actor": world.secretary, "reason": EndReason.MOVED_OUT, "new_head": wife}
    with pytest.raises(ValidationError) as caught:
        services.end_residency(head, on=SINCE + 8 * DAY, **leave)
    assert set(caught.value.message_dict) == {"on"}
    head = Residency.objects.get(pk=head.pk)
    services.end_residency(head, on=SINCE + 9 * DAY, **leave)
    assert heads_of(world.east_household) == [("赵一", SINCE, SINCE + 9 * DAY), ("妻", SINCE + 9 * DAY, None)]


def test_a_former_head_cannot_have_left_while_he_was_the_head(world):
    wife = wife_of(world, world.east_household, starts_on=SINCE)
    services.name_head(wife, actor=world.secretary, on=SINCE + 20 * DAY)
    leave = {"actor": world.secretary, "reason": EndReason.MOVED_OUT}
    former = Residency.objects.get(pk=world.east_residency.pk)
    with pytest.raises(ValidationError):
        services.end_residency(former, on=SINCE + 10 * DAY, **leave)
    services.end_residency(Residency.objects.get(pk=former.pk), on=SINCE + 20 * DAY, **leave)


def test_the_last_one_closes_the_door_no_earlier_than_the_others_left(world):
    household = world.east_household
    wife = wife_of(world, household, starts_on=SINCE)
    services.end_residency(wife, actor=world.secretary, reason=EndReason.MOVED_OUT, on=SINCE + 20 * DAY)
    leave = {"actor": world.secretary, "reason": EndReason.MOVED_OUT}
    with pytest.raises(ValidationError):
        services.end_residency(world.east_residency, on=SINCE + 10 * DAY, **leave)
    services.end_residency(Residency.objects.get(pk=world.east_residency.pk), on=SINCE + 30 * DAY, **leave)
    assert Stay.objects.get(household=household).ends_on == SINCE + 30 * DAY
    assert heads_of(household) == [("赵一", SINCE, SINCE + 30 * DAY)]


def test_nobody_lives_in_two_homes_in_the_past(world):
    wife = wife_of(world, world.east_household, starts_on=SINCE + 30 * DAY)
    services.end_residency(wife, actor=world.secretary, reason=EndReason.MOVED_OUT, on=SINCE + 60 * DAY)
    come = {"actor": world.secretary, "relation": Relation.OTHER_RELATIVE}
    with pytest.raises(ValidationError) as caught:
        services.move_in(wife.person, world.west_household, starts_on=SINCE + 59 * DAY, **come)
    assert set(caught.value.message_dict) == {"starts_on"}
    back = services.move_in(wife.person, world.west_household, starts_on=SINCE + 60 * DAY, **come)
    assert back.start_reason == ArrivalReason.MOVED_IN


def test_a_move_has_its_day_and_a_correction_has_none(world):
    household = world.east_household
    old = household.dwelling
    move = {"actor": world.secretary, "grid": world.west_micro, "building": "8幢", "unit": "1单元"}
    with pytest.raises(ValidationError):
        services.move_household(household, version=household.version, room="302", on=SINCE - DAY, **move)
    services.move_household(household, version=household.version, room="302", on=SINCE + 5 * DAY, **move)
    wrong = household.dwelling
    services.move_household(household, version=household.version, room="303", entered_wrongly=True, **move)
    stays = list(household.stays.order_by("starts_on").values_list("dwelling", "starts_on", "ends_on"))
    assert stays == [(old.pk, SINCE, SINCE + 5 * DAY), (household.dwelling_id, SINCE + 5 * DAY, None)]
    assert not Stay.objects.filter(dwelling=wrong).exists()


def test_a_loaded_household_is_never_without_a_head(world):
    rows = [
        Row(grid=EAST, building="9", unit="", room="101", name="户主", since=date(2024, 5, 1)),
        Row(grid=EAST, building="9", unit="", room="101", name="母", relation=Relation.PARENT, since=date(2020, 1, 1)),
    ]
    [household] = load_roster(rows, grid=world.community, actor=world.secretary).households
    assert Stay.objects.get(household=household).starts_on == date(2020, 1, 1)
    assert heads_of(household) == [("母", date(2020, 1, 1), date(2024, 5, 1)), ("户主", date(2024, 5, 1), None)]
    assert household.residencies.filter(start_reason=ArrivalReason.FIRST_RECORDED).count() == 2
    assert today() >= household.opened_on
