"""The pages of the indicators room: who opens them, that every number opens its rows, and what they cost."""

import csv
import io
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.affairs.choices import Category
from governance.affairs.models import Affair
from governance.indicators.choices import Part
from governance.indicators.definitions import CARDS
from governance.indicators.reports import figure
from governance.indicators.subjects import ROW_SETS
from governance.meetings.models import Attendance, Meeting
from grids.tree.models import Grid
from residents.visits.models import CareLevelPlan, Encounter
from residents.volunteers.models import PartyMemberReport, ServiceClaim
from tests.governance.indicators.quarter import QUARTER, affair, demo_quarter, frame_of, households

REPORTS = [
    *("report-index", "report-affairs", "report-contacts", "report-visits", "report-service"),
    *("report-rentals", "report-trend", "report-volunteers"),
]
DAYS = {"since": "2026-07-01", "until": "2026-09-30"}
IN_QUARTER = {"since": "2026-07-01", "until": "2026-09-30"}


def rows_address(card, grid, part=Part.NUMERATOR):
    kwargs = {"key": card, "code": grid.code, "since": QUARTER.since, "until": QUARTER.until, "part": part.value}
    return reverse("governance:indicator-rows", kwargs=kwargs)


def cell_address(key, grid):
    kwargs = {"key": key, "code": grid.code, "since": QUARTER.since, "until": QUARTER.until}
    return reverse("governance:report-rows", kwargs=kwargs)


class Links(HTMLParser):
    """Every link of a page with the text inside it."""

    def __init__(self, page):
        super().__init__()
        self.found, self._open = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._open = (dict(attrs).get("href", ""), [])

    def handle_data(self, data):
        if self._open:
            self._open[1].append(data)

    def handle_endtag(self, tag):
        if tag == "a" and self._open:
            self.found.append((self._open[0], "".join(self._open[1]).strip()))
            self._open = None


@pytest.mark.once
@pytest.mark.parametrize("page", REPORTS)
@pytest.mark.parametrize(
    "name", ["secretary", "street_desk", "auditor", "district_office", "leader", "east_worker", "mentor"]
)
def test_who_holds_the_power_opens_the_reports(client, world, page, name):
    client.force_login(world.fresh(name))
    assert client.get(reverse(f"governance:{page}")).status_code == 200


@pytest.mark.parametrize("page", REPORTS)
@pytest.mark.parametrize("name", ["liaison", "joint_member", "stranger"])
def test_without_the_power_the_reports_are_refused_with_a_reason(client, world, page, name):
    client.force_login(world.fresh(name))
    assert client.get(reverse(f"governance:{page}")).status_code == 403
    assert client.get(rows_address("I05", world.community)).status_code == 403
    assert client.get(reverse("governance:indicator-detail", args=["I05"])).status_code == 403


@pytest.mark.parametrize("page", REPORTS)
def test_a_foreign_grid_does_not_exist(client, world, page):
    client.force_login(world.fresh("secretary"))
    address = reverse(f"governance:{page}")
    assert client.get(address, {"grid": world.east_grid.code}).status_code == 200
    for foreign in (world.foreign_community.code, world.street.code, "999999999999", "x", "9'9", "0" * 500):
        assert client.get(address, {"grid": foreign}).status_code == 404, foreign


def test_rows_of_a_foreign_grid_do_not_exist(client, world):
    client.force_login(world.fresh("secretary"))
    assert client.get(rows_address("I26", world.community)).status_code == 200
    assert client.get(cell_address("households", world.community)).status_code == 200
    for grid in (world.foreign_community, world.street):
        assert client.get(rows_address("I26", grid)).status_code == 404
        assert client.get(cell_address("households", grid)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/indicators/I99/",
        "/indicators/I05/{code}/2026-07-01/2026-09-30/quotient/",
        "/indicators/I05/{code}/2026-09-30/2026-07-01/numerator/",
        "/indicators/I05/{code}/2026-02-30/2026-07-01/numerator/",
        "/indicators/I05/{code}/9999-12-31/9999-12-31/numerator/",
        "/indicators/I05/{code}/0000-01-01/2026-07-01/numerator/",
        "/reports/rows/persons/{code}/2026-07-01/2026-09-30/",
    ],
)
def test_addresses_that_mean_nothing_are_not_found(client, world, address):
    client.force_login(world.fresh("auditor"))
    assert client.get(address.format(code=world.community.code)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-09-30", "until": "2026-07-01"},
        {"since": "yesterday", "until": "2026-07-01"},
        {"since": "2026-09-30"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"period": "some-day"},
    ],
)
def test_days_that_cannot_be_are_told_and_lose_nothing(client, world, query):
    client.force_login(world.fresh("auditor"))
    answer = client.get(reverse("governance:report-affairs"), query)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    page = answer.content.decode()
    assert all(f'value="{typed}"' in page for name, typed in query.items() if name != "period")


@pytest.mark.parametrize(("name", "closed"), [("secretary", set()), ("auditor", {"I30"})])
def test_every_figure_opens_exactly_its_rows(client, world, name, closed):
    """Who needs care is for those with a care duty: the auditor sees the number."""
    demo_quarter(world)
    affair(900, world.west_grid, state="handling", rating=None).save()
    PartyMemberReport.objects.update(reported_at=QUARTER.start_at)
    done = {"done_on": QUARTER.start_at.date(), "half_hours": 2, "finished_at": QUARTER.start_at}
    ServiceClaim.objects.update(
        claimed_at=QUARTER.start_at, state="confirmed", confirmed_by="code", settled_at=QUARTER.start_at, **done
    )
    Attendance.objects.update(state="present", way="list")
    Meeting.objects.update(state="held", planned_on=date(2026, 9, 7), opened_at=datetime(2026, 9, 7, 6, tzinfo=UTC))
    CareLevelPlan.objects.all().delete()
    CareLevelPlan.objects.create(
        household=world.east_household, level="B", starts_on=date(2026, 7, 1), review_on=date(2099, 1, 1)
    )
    reader = world.fresh(name)
    client.force_login(reader)
    for card in CARDS:
        found = figure(card, frame_of(reader, world.community))
        assert found.denominator or card not in {"I29", "I30", "I32", "I33"}, card
        counts = (found.numerator, found.denominator, found.missing)
        for part, count in zip(Part, counts, strict=True):
            answer = client.get(rows_address(card, world.community, part))
            assert answer.status_code == (403 if card in closed else 200), card
            assert card in closed or answer.context["table"].paginator.count == count, (card, part)


@pytest.mark.parametrize("page", ["report-affairs", "report-contacts", "report-visits"])
def test_every_cell_opens_as_many_rows_as_it_says(client, world, page):
    demo_quarter(world)
    affair(900, world.community, state="handling", rating=None).save()
    households(world, world.east_grid, 3)
    for outcome, note in (("met", "一切都好，没有什么需要的"), ("met", ""), ("not_home", ""), ("changed", "")):
        Encounter.objects.create(
            household=world.east_household,
            outcome=outcome,
            note=note,
            note_length=len(note),
            occurred_at=QUARTER.start_at,
            visitor=world.east_worker,
        )
    client.force_login(world.fresh("auditor"))
    opened = 0
    for grid in (world.community, world.east_grid):
        answer = client.get(reverse(f"governance:{page}"), {"grid": grid.code, **IN_QUARTER})
        for href, text in Links(answer.content.decode()).found:
            number = text.replace(",", "")
            if "/rows/" in href and number.isdigit():
                assert client.get(href).context["table"].paginator.count == int(number), href
                opened += 1
    assert opened >= 15


def test_numbers_without_the_power_over_rows_stay_numbers(client, world):
    client.force_login(world.fresh("district_office"))
    assert client.get(reverse("governance:report-contacts")).status_code == 200
    page = client.get(reverse("governance:report-contacts"), DAYS).content.decode()
    assert "/rows/" not in page
    assert "/I26/" not in page.replace("/indicators/I26/?", "")
    assert client.get(rows_address("I26", world.district)).status_code == 403


def test_visits_by_month_lead_only_those_to_rows_who_may_see_them(client, world):
    Encounter.objects.create(household=world.east_household, occurred_at=QUARTER.start_at, visitor=world.east_worker)
    address = reverse("governance:report-visits")
    client.force_login(world.fresh("auditor"))
    assert "/rows/visits/" in client.get(address, DAYS).content.decode()
    client.force_login(world.fresh("district_office"))
    page = client.get(address, DAYS)
    assert page.context["months"][0].visits.value == 1
    assert "/rows/visits/" not in page.content.decode()


def test_a_family_affair_counts_but_keeps_its_words(client, world):
    affair(1, world.east_grid, category=Category.FAMILY, text="夫妻争吵，请人劝说").save()
    affair(2, world.east_grid, category=Category.OFFICIAL, text="路灯不亮").save()
    address = rows_address("I05", world.community)
    client.force_login(world.fresh("auditor"))
    page = client.get(address).content.decode()
    assert "夫妻争吵" not in page
    assert "路灯不亮" in page
    assert b"\xe5\xa4\xab\xe5\xa6\xbb" not in b"".join(client.get(address, {"export": "csv"}).streaming_content)
    client.force_login(world.fresh("secretary"))
    assert "夫妻争吵" in client.get(address).content.decode()


def test_names_and_rooms_are_masked_for_the_auditor(client, world):
    address = rows_address("I26", world.community)
    client.force_login(world.fresh("auditor"))
    masked = client.get(address).content.decode()
    assert "赵一" not in masked
    assert "1单元101" not in masked
    assert "赵*" in masked
    client.force_login(world.fresh("secretary"))
    assert "赵一" in client.get(address).content.decode()


def test_a_report_leaves_as_a_file_with_its_total(client, world):
    demo_quarter(world)
    client.force_login(world.fresh("auditor"))
    answer = client.get(reverse("governance:report-affairs"), {"export": "csv", "grid": world.community.code, **DAYS})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [line[1] for line in lines[1:]][-1] == "254"
    assert len(lines[0]) == len(lines[1])
    book = client.get(reverse("governance:report-visits"), {"export": "xlsx"})
    assert book.getvalue().startswith(b"PK")
    client.force_login(world.fresh("east_worker"))
    assert client.get(reverse("governance:report-affairs"), {"export": "csv"}).status_code == 403


@pytest.mark.parametrize("page", REPORTS)
def test_queries_do_not_grow_with_children_or_rows(client, world, page):
    address = reverse(f"governance:{page}")

    def cost():
        client.force_login(world.fresh("auditor"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, {"grid": world.community.code, **DAYS}).status_code == 200
        return len(asked)

    before = cost()
    demo_quarter(world)
    for number in range(10, 22):
        Grid(
            parent=Grid.objects.get(pk=world.community.pk),
            level=4,
            code=f"{world.community.code}{number:03d}",
            name_zh=f"第{number}网格",
        ).insert_at(Grid.objects.get(pk=world.community.pk), position="last-child", save=True)
    households(world, Grid.objects.get(code=f"{world.community.code}010"), 20)
    Affair.objects.filter(number__endswith="9").update(grid=Grid.objects.get(code=f"{world.community.code}011"))
    assert cost() == before
    # Eight figures, each of its own rows.
    assert before <= (26 if page == "report-service" else 20)


def test_queries_of_the_rows_do_not_grow(client, world):
    def cost(address):
        client.force_login(world.fresh("secretary"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, {"per_page": 100}).status_code == 200
        return len(asked)

    affair(900, world.east_grid).save()
    addresses = [rows_address(card, world.community, Part.DENOMINATOR) for card in CARDS]
    addresses += [cell_address(key, world.community) for key in ROW_SETS]
    before = [cost(address) for address in addresses]
    demo_quarter(world)
    households(world, world.east_micro, 30)
    Encounter.objects.bulk_create(
        Encounter(household=world.east_household, occurred_at=QUARTER.start_at, visitor=world.east_worker)
        for _one in range(20)
    )
    assert all(after <= earlier + 1 for after, earlier in zip([cost(one) for one in addresses], before, strict=True))


def test_the_definition_speaks_both_languages(client, world):
    client.force_login(world.fresh("auditor"))
    page = client.get(reverse("governance:indicator-detail", args=["I18"])).content.decode()
    assert "网格办结率" in page
    assert "Grid resolution rate" in page


def test_the_date_of_the_address_is_the_period_of_the_rows(client, world):
    affair(1, world.east_grid).save()
    client.force_login(world.fresh("auditor"))
    kwargs = {"key": "I05", "code": world.community.code, "part": "denominator"}
    inside = reverse(
        "governance:indicator-rows", kwargs={**kwargs, "since": date(2026, 7, 2), "until": date(2026, 7, 2)}
    )
    outside = reverse(
        "governance:indicator-rows", kwargs={**kwargs, "since": date(2026, 7, 3), "until": date(2026, 7, 9)}
    )
    assert client.get(inside).context["table"].paginator.count == 1
    assert client.get(outside).context["table"].paginator.count == 0
