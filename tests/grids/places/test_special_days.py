"""Public holidays and single days of service points: what is read, and when it is open."""

from datetime import date, datetime, timedelta

import pytest
from chinese_calendar import is_workday
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from grids.common.clock import stopped_at
from grids.common.workdays import CalendarDay, calendar_day
from grids.places.choices import HolidayPolicy
from grids.places.services import add_service_point, change_service_point
from grids.places.special_days import ahead_in_words, clean_exceptions, plan_of, read_exceptions
from grids.trail.models import AuditEntry

ORDINARY = CalendarDay()
WEEK = "1-5 09:00-12:00 14:00-17:30; 7 22:00-24:00"
MONDAY = datetime(2026, 11, 23)
NATIONAL_DAY = date(2026, 10, 1)  # a Thursday


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-12-24 09:00-12:00", "2026-12-24 09:00-12:00"),
        ("2026年12月24日 9：00—12：00　年终盘点", "2026-12-24 09:00-12:00: 年终盘点"),
        ("2026.12.24 休息", "2026-12-24 closed"),
        ("2027-01-04至2027-01-08 休息：大厅粉刷", "2027-01-04 - 2027-01-08 closed: 大厅粉刷"),
        ("2026-12-25 closed\n\n2026-12-24 14:00-15:00 09:00-12:00", None),
        ("2026-12-24 09:00-12:00: 3 号窗口", "2026-12-24 09:00-12:00: 3 号窗口"),
        ("  ", ""),
    ],
)
def test_exceptions_have_one_written_form(typed, stored):
    if stored is None:
        stored = "2026-12-24 09:00-12:00 14:00-15:00\n2026-12-25 closed"
    assert clean_exceptions(typed) == stored
    assert clean_exceptions(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "sometime",
        "2026-12-24",
        "2026-13-01 closed",
        "2026-02-29 closed",
        "2026-12-24 12:00-09:00",
        "2026-12-24 09:00-10:00 09:30-11:00",
        "2026-12-24 25:00-26:00",
        "2026-12-25 - 2026-12-24 closed",
        "2026-01-01 - 2028-01-01 closed",
        "2026-12-24 closed\n2026-12-20 - 2026-12-26 closed",
        f"2026-12-24 closed: {'长' * 61}",
        "closed 2026-12-24",
    ],
)
def test_what_cannot_be_read_is_said(typed):
    with pytest.raises(ValidationError):
        clean_exceptions(typed)


@given(st.text(max_size=80))
def test_any_text_is_exceptions_or_a_reason(text):
    for typed in (text, f"2026-12-24 closed {text}"):
        try:
            stored = clean_exceptions(typed)
        except ValidationError:
            continue
        assert clean_exceptions(stored) == stored
        assert read_exceptions(stored) == read_exceptions(typed)


def test_open_from_the_first_minute_to_the_last():
    at = {
        (0, "08:59"): False,
        (0, "09:00"): True,
        (0, "11:59"): True,
        (0, "12:00"): False,
        (4, "17:29"): True,
        (5, "10:00"): False,
        (6, "23:59"): True,
    }
    for (day, clock), expected in at.items():
        hour, minute = map(int, clock.split(":"))
        moment = MONDAY + timedelta(days=day, hours=hour, minutes=minute)
        assert plan_of(WEEK, "open", "", moment.date(), ORDINARY).is_open(moment) is expected, (day, clock)
    assert not plan_of("", "open", "", MONDAY.date(), ORDINARY).is_open(MONDAY)


def test_the_calendar_by_name():
    """Domain 2.7: the notice of the State Council for 2026."""
    with translation.override("zh-hans"):
        assert calendar_day(NATIONAL_DAY) == CalendarDay(holiday="国庆节")
        assert calendar_day(date(2026, 2, 23)) == CalendarDay(holiday="春节")
        assert calendar_day(date(2026, 9, 20)) == CalendarDay(made_up=True)  # a Sunday on which offices work
    assert calendar_day(date(2026, 11, 28)) == ORDINARY  # a Saturday
    assert calendar_day(date(2026, 11, 30)) == ORDINARY
    assert calendar_day(date(2099, 10, 1)) == CalendarDay(known=False)
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        found = calendar_day(day)
        works = not found.holiday and (day.weekday() < 5 or found.made_up)
        assert works == is_workday(day), day


@pytest.mark.parametrize(
    ("policy", "day", "words"),
    [
        (HolidayPolicy.OPEN, NATIONAL_DAY, "今天开放09:00–12:00、14:00–17:30"),
        (HolidayPolicy.CLOSED, NATIONAL_DAY, "今天不开放：国庆节"),
        (HolidayPolicy.OFFICE, NATIONAL_DAY, "今天不开放：国庆节"),
        (HolidayPolicy.CLOSED, date(2026, 10, 10), "今天不开放"),  # a Saturday made up for
        (HolidayPolicy.OFFICE, date(2026, 10, 10), "今天开放09:00–12:00、14:00–17:30（调休上班）"),
        (HolidayPolicy.CLOSED, date(2026, 10, 11), "今天开放22:00–24:00"),
        (HolidayPolicy.CLOSED, date(2026, 10, 8), "今天开放09:00–12:00、14:00–17:30"),
        (HolidayPolicy.CLOSED, date(2099, 10, 1), "今天开放09:00–12:00、14:00–17:30"),  # no notice yet
        (HolidayPolicy.CLOSED, date(2026, 10, 2), "今天开放10:00–11:00（值班）"),  # its own line goes first
        (HolidayPolicy.OPEN, date(2026, 10, 13), "今天不开放：大厅粉刷"),
    ],
)
def test_a_day_in_words(policy, day, words):
    exceptions = "2026-10-02 10:00-11:00: 值班\n2026-10-12 - 2026-10-14 closed: 大厅粉刷"
    with translation.override("zh-hans"):
        assert plan_of(WEEK, policy, exceptions, day, calendar_day(day)).in_words() == words


def test_exceptions_ahead_in_words():
    exceptions = "2026-10-02 10:00-11:00\n2026-10-12 - 2026-10-14 closed: 粉刷"
    with translation.override("zh-hans"):
        assert ahead_in_words(exceptions, date(2026, 10, 14)) == ["2026-10-12 – 2026-10-14 不开放（粉刷）"]
        assert len(ahead_in_words(exceptions, date(2026, 10, 1))) == 2
        assert ahead_in_words(exceptions, date(2026, 10, 15)) == []


# ------------------------------------------------------------------ pages
@pytest.fixture
def points(world):
    """Four service points with the same week, and what each does on holidays."""
    made = {}
    for name, policy, exceptions in (
        ("常开站", "open", ""),
        ("随假站", "closed", ""),
        ("调休站", "office", ""),
        ("值班站", "closed", "2026-10-01 10:00-11:00: 值班"),
    ):
        made[name] = add_service_point(
            world.east_grid,
            actor=None,
            name=name,
            kind="station",
            address="一号",
            opening_hours="1-5 09:00-17:00",
            holiday_policy=policy,
            exception_days=exceptions,
        )
    return made


@pytest.mark.parametrize(
    ("moment", "open_ones"),
    [
        ((2026, 9, 30, 10, 0), {"常开站", "随假站", "调休站", "值班站"}),
        ((2026, 10, 1, 10, 30), {"常开站", "值班站"}),
        ((2026, 10, 1, 11, 0), {"常开站"}),
        ((2026, 10, 10, 10, 0), {"调休站"}),  # Saturday, made up for
        ((2026, 10, 11, 10, 0), set()),
    ],
)
def test_open_now_minds_holidays(world, client, points, moment, open_ones):
    client.force_login(world.secretary)
    with stopped_at(datetime(*moment, tzinfo=timezone.get_current_timezone())):
        page = client.get("/places/service-points/?open_now=yes")
        assert {row.record.name for row in page.context["table"].rows} == open_ones
        everything = client.get("/places/service-points/?q=站").context["table"].rows
        chips = {row.record.name for row in everything if str(row.get_cell("open_now")).find("正在开放") >= 0}
        assert chips & set(points) == open_ones


def test_the_pages_say_whether_it_is_open_today(world, client, points):
    detail = f"/places/service-points/{points['随假站'].pk}/"
    public, grid = "/public/service-points/", f"/public/grids/{world.east_grid.code}/"
    zone = timezone.get_current_timezone()
    with stopped_at(datetime(2026, 10, 1, 10, 30, tzinfo=zone)):
        pages = [client.get(address).content.decode() for address in (public, grid)]
        client.force_login(world.secretary)
        pages.append(client.get(detail).content.decode())
        for page in pages:
            assert "今天不开放：国庆节" in page
        assert "今天开放10:00–11:00（值班）" in pages[0]
        assert "法定节假日不开放" in pages[0]
        assert "2026-10-01 10:00–11:00（值班）" in pages[0]
    with stopped_at(datetime(2026, 10, 8, 10, 30, tzinfo=zone)):
        page = client.get(detail).content.decode()
        assert "今天开放09:00–17:00" in page
        client.logout()
        assert "值班" not in client.get(public).content.decode().replace("值班站", "")
    with stopped_at(datetime(2099, 10, 1, 10, 30, tzinfo=zone)):
        assert "2099年" in client.get(public).content.decode()


def test_holidays_and_single_days_by_form(world, client, points):
    client.force_login(world.secretary)
    point = points["常开站"]
    address = f"/places/service-points/{point.pk}/edit/"
    form = client.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    wrong = client.post(address, data | {"exception_days": "明天休息"})
    assert "exception_days" in wrong.context["form"].errors
    data |= {"holiday_policy": "closed", "exception_days": "2026年12月24日 休息 盘点"}
    assert client.post(address, data).status_code == 302
    point.refresh_from_db()
    assert (point.holiday_policy, point.exception_days) == ("closed", "2026-12-24 closed: 盘点")
    entry = AuditEntry.objects.filter(act="servicepoint.change").latest("pk")
    assert entry.changes["holiday_policy"] == ["open", "closed"]
    with pytest.raises(ValidationError):
        change_service_point(point, actor=world.secretary, version=point.version, holiday_policy="sometimes")
