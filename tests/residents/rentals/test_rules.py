"""The law of rental housing: every combination of open items, every state, every day of the cycle."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from residents.rentals import lines, rules
from residents.rentals.checklist import ITEMS
from residents.rentals.choices import Area, CheckState, Colour, FileStatus, Finding
from residents.rentals.lines import Line
from residents.rentals.rules import Answer, Due, Item
from residents.roster.choices import DwellingUse

CYCLE = {"red": 7, "yellow": 30, "green": 90}
DAY = date(2026, 11, 22)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
cycles = st.fixed_dictionaries({colour: st.integers(1, 366) for colour in Colour.values})
checklists = st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=12).map(
    lambda rows: [Item(number, f"I{number}", points, veto) for number, (points, veto) in enumerate(rows)]
)


# ------------------------------------------------------------------ the colour
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("vetoes", range(3))
def test_the_colour_of_every_combination_of_open_items(number: int, vetoes: int):
    items = [Item(key, f"E{key}", 5) for key in range(number)] + [
        Item(100 + key, f"X{key}", 20, is_veto=True) for key in range(vetoes)
    ]
    expected = Colour.RED if vetoes else Colour.YELLOW if number else Colour.GREEN
    assert rules.colour_of(items) == expected


@given(checklists, st.data())
def test_a_full_check_says_what_is_open_and_nothing_else(items, data):
    findings = {item.key: data.draw(st.sampled_from(Finding.values)) for item in items}
    judgement = rules.judge(items, {key: Answer(finding) for key, finding in findings.items()})
    wrong = [item for item in items if findings[item.key] == Finding.OPEN]
    assert judgement.points == sum(item.points for item in wrong)
    assert set(judgement.open_keys) == {item.key for item in wrong}
    assert (judgement.colour == Colour.RED) == any(item.is_veto for item in wrong)
    assert (judgement.colour == Colour.GREEN) == (not wrong)


@given(checklists, st.data())
def test_a_recheck_touches_only_what_was_open(items, data):
    before = {item.key: Answer(data.draw(st.sampled_from(Finding.values)), "before") for item in items}
    again = {item.key: Answer(data.draw(st.sampled_from(Finding.values)), "now", has_photo=True) for item in items}
    judgement = rules.judge_again(items, before, again)
    for item in items:
        was_open = before[item.key].finding == Finding.OPEN
        seen = judgement.answers[item.key]
        assert seen.carried is not was_open
        assert seen.finding == (again if was_open else before)[item.key].finding
    assert set(judgement.open_keys) <= {key for key, answer in before.items() if answer.finding == Finding.OPEN}


VETO, PLAIN = Item(1, "X1", 20, is_veto=True), Item(2, "E2", 5)


@pytest.mark.parametrize(("finding", "has_photo"), list(product(Finding.values, [False, True])))
@pytest.mark.parametrize("item", [VETO, PLAIN], ids=["veto", "plain"])
@pytest.mark.parametrize("full", [True, False], ids=["full", "recheck"])
def test_a_veto_item_is_settled_by_a_photo_only(item: Item, finding: str, has_photo: bool, full: bool):
    answers = {item.key: Answer(finding, has_photo=has_photo)}

    def act() -> rules.Judgement:
        if full:
            return rules.judge([item], answers, open_before={item.code})
        return rules.judge_again([item], {item.key: Answer(Finding.OPEN)}, answers)

    if item.is_veto and finding != Finding.OPEN and not has_photo:
        with pytest.raises(ValidationError) as problem:
            act()
        assert list(problem.value.message_dict) == [f"photo_{item.key}"]
    else:
        assert act().answers[item.key].finding == finding
    # What was never open needs no photo.
    rules.judge([item], answers)


def test_every_item_needs_its_answer():
    with pytest.raises(ValidationError) as problem:
        rules.judge([VETO, PLAIN], {VETO.key: Answer("maybe")})
    assert sorted(problem.value.message_dict) == ["finding_1", "finding_2"]
    with pytest.raises(ValidationError) as problem:
        rules.judge([PLAIN], {PLAIN.key: Answer(Finding.OK, note="长" * 201)})
    assert list(problem.value.message_dict) == ["note_2"]


# ------------------------------------------------------------------ when
@pytest.mark.parametrize(("colour", "expected"), [("red", 7), ("yellow", 30), ("green", 90), ("", 7)])
def test_the_default_cycle(colour, expected):
    assert rules.next_check_on(colour, DAY, CYCLE) == DAY + timedelta(days=expected)


@pytest.mark.parametrize("other", [{"red": 7, "yellow": 14, "green": 21}, {"red": 30, "yellow": 61, "green": 182}])
def test_other_cities_have_other_cycles(other):
    for colour in Colour.values:
        assert (rules.next_check_on(colour, DAY, other) - DAY).days == other[colour]


@given(st.sampled_from([*Colour.values, ""]), days, st.integers(-400, 400), cycles)
def test_due_is_one_of_three_and_grows_only_nearer(colour, on, ahead, cycle):
    next_on = on + timedelta(days=ahead)
    state = rules.due(next_on, colour, on=on, cycle=cycle)
    assert (state is Due.OVERDUE) == (ahead < 0)
    assert (rules.due_chip(next_on, colour, on=on, cycle=cycle) is None) == (state is Due.LATER)
    order = [Due.LATER, Due.SOON, Due.OVERDUE]
    tomorrow = rules.due(next_on, colour, on=on + timedelta(days=1), cycle=cycle)
    assert order.index(tomorrow) >= order.index(state)


def test_a_check_is_near_for_a_third_of_its_cycle_and_a_week_at_most():
    assert [rules.soon_days(colour, CYCLE) for colour in ("red", "yellow", "green", "")] == [2, 7, 7, 2]
    assert rules.due(None, "red", on=DAY, cycle=CYCLE) is Due.NONE


@given(days, st.one_of(st.none(), days))
def test_a_check_that_fell_into_the_empty_time_is_due_at_once(on, next_on):
    resumed = rules.resumed_on(next_on, on=on)
    assert resumed >= on
    assert resumed in (next_on, on)


# ------------------------------------------------------------------ states
@pytest.mark.parametrize(
    ("is_done", "open_items", "is_followed", "state"),
    [
        (False, 0, False, CheckState.PLANNED),
        (False, 3, True, CheckState.PLANNED),
        (True, 0, False, CheckState.DONE),
        (True, 0, True, CheckState.DONE),
        (True, 2, False, CheckState.RECTIFYING),
        (True, 2, True, CheckState.RECHECKED),
    ],
)
def test_the_states_of_a_check(is_done, open_items, is_followed, state):
    assert rules.state_of(is_done=is_done, open_items=open_items, is_followed=is_followed) is state


def test_the_steps_of_a_file_exhaustively():
    table = {(source, name): step.target for name, step in rules.FILE_STEPS.items() for source in step.sources}
    assert table == {
        (FileStatus.ACTIVE, "vacant"): FileStatus.VACANT,
        (FileStatus.VACANT, "relet"): FileStatus.ACTIVE,
        (FileStatus.ACTIVE, "end"): FileStatus.ENDED,
        (FileStatus.VACANT, "end"): FileStatus.ENDED,
    }


@pytest.mark.parametrize("before", DwellingUse.values)
@pytest.mark.parametrize("lived_in", [True, False])
def test_what_a_dwelling_is_used_for_afterwards(before, lived_in):
    use = rules.use_after(before, lived_in=lived_in)
    assert use != DwellingUse.LET
    assert (use == DwellingUse.VACANT) is not lived_in


# ------------------------------------------------------------------ six months
@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(0, 400))
def test_tenants_are_gone_exactly_six_months_after_leaving(on, back):
    left = on - timedelta(days=back)
    assert (left <= rules.tenants_gone_by(on)) == (rules.months_later(left, 6) <= on)


@pytest.mark.parametrize(
    ("left", "gone"),
    [("2026-01-15", "2026-07-15"), ("2025-08-31", "2026-02-28"), ("2027-08-31", "2028-02-29")],
)
def test_six_months_in_days(left, gone):
    assert rules.months_later(date.fromisoformat(left), 6) == date.fromisoformat(gone)


# ------------------------------------------------------------------ the checklist
def test_the_checklist_that_ships():
    vetoes = {code: text for code, _area, _points, veto, text, _english in ITEMS if veto}
    assert set(vetoes) == {"G3", "P1", "X1"}
    assert "隔断" in vetoes["P1"]
    assert "逃生" in vetoes["X1"]
    assert "液化气" in vetoes["G3"]
    assert [area for area in Area.values if area not in {row[1] for row in ITEMS}] == []
    assert len({row[0] for row in ITEMS}) == len(ITEMS) == 18
    lines.clean_lines([Line(area, text, points, veto) for _code, area, points, veto, text, _english in ITEMS])


def test_a_new_line_gets_a_code_that_was_never_used():
    kept = Line(Area.ESCAPE, "逃生窗", 20, is_veto=True, code="X1")
    added = Line(Area.ESCAPE, "楼梯扶手", 5)
    codes = [line.code for line in lines.clean_lines([added, kept], used={"X1", "X2", "X3"})]
    assert sorted(codes) == ["X1", "X4"]


VETO_LINE = Line(Area.GAS, "液化气瓶", 20, is_veto=True)


@pytest.mark.parametrize(
    "broken",
    [
        [],
        [Line(Area.FIRE, "烟感", 5)],
        [VETO_LINE, Line(Area.FIRE, "  ", 5)],
        [VETO_LINE, Line(Area.FIRE, "烟感", 0)],
        [VETO_LINE, Line(Area.FIRE, "烟感", 101)],
        [VETO_LINE, Line(Area.FIRE, "烟感", 5, code="F1"), Line(Area.FIRE, "灭火器", 5, code="F1")],
        [VETO_LINE] * 61,
    ],
)
def test_a_checklist_that_is_not_whole_is_refused(broken):
    lines.clean_lines([VETO_LINE])
    with pytest.raises(ValidationError):
        lines.clean_lines(broken)


# ------------------------------------------------------------------ notices
@pytest.mark.parametrize(("days_given", "fine"), [(-1, False), (0, False), (1, True), (90, True), (91, False)])
def test_how_long_a_landlord_may_be_given(days_given, fine):
    until = DAY + timedelta(days=days_given)
    if fine:
        rules.check_due_on(DAY, until)
    else:
        with pytest.raises(ValidationError):
            rules.check_due_on(DAY, until)


# ------------------------------------------------------------------ what is kept of a letting
def test_what_is_kept_of_a_letting():
    assert rules.clean_file("  王  房东 ", "139-0000-0888", 2) == {
        "landlord_name": "王 房东",
        "landlord_phone": "13900000888",
        "rooms_let": 2,
    }
    with pytest.raises(ValidationError) as problem:
        rules.clean_file(" ", "123", 0)
    assert sorted(problem.value.message_dict) == ["landlord_name", "landlord_phone", "rooms_let"]
