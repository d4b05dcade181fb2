"""One box for everything: what it finds, what it never tells, and that no number stands in an address."""

import html
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from governance.workbench.search import groups_for
from grids.common.clock import now
from grids.common.search import begins, is_personal, stays_in_body
from grids.trail.models import AuditEntry
from residents.roster.models import Household, Person, Residency

URL = "/search/"


def keys(user, words):
    """``{group: [titles]}`` of what ``user`` finds."""
    return {group.provider.key: [hit.title for hit in group.hits] for group in groups_for(user, words)}


# ------------------------------------------------------------------ what it finds
@pytest.mark.parametrize("words", ["赵一", "赵", "一", "zy", "ZY", "z", "0101", "赵一 1-1-101", "zy 1幢"])
def test_a_person_is_found(named, words):
    assert "赵一" in keys(named.east_worker, words)["persons"]
    assert "赵一" not in keys(named.west_worker, words).get("persons", [])
    assert "赵一" not in keys(named.foreign_secretary, words).get("persons", [])


@pytest.mark.parametrize("words", ["1-1-101", "1-101", "1幢1单元101", "一幢1单元101", "101"])
def test_a_household_is_found_by_its_door(named, words):
    assert keys(named.east_worker, words)["households"] == ["1幢1单元101"]
    assert "households" not in keys(named.west_worker, words)


def test_grids_and_affairs_are_found(named):
    assert keys(named.secretary, "第一网格")["grids"] == ["第一网格"]
    assert keys(named.secretary, named.east_grid.code)["grids"] == ["第一网格", "一幢"]
    assert "grids" not in keys(named.secretary, named.foreign_grid.code)
    affair = named.east_affair
    assert len(keys(named.secretary, affair.number)["affairs"]) == 1
    assert "affairs" not in keys(named.foreign_secretary, affair.number)


def test_buildings_are_found(named):
    assert keys(named.east_worker, "1幢")["buildings"] == ["1幢"]
    assert "buildings" not in keys(named.west_worker, "1幢")


def test_somebody_who_left_is_found_and_marked(named):
    Residency.objects.filter(person=named.east_person).update(ends_on="2025-06-01", end_reason="moved_out")
    (group,) = (group for group in groups_for(named.east_worker, "赵一") if group.provider.key == "persons")
    assert group.hits[0].chip is not None


def test_the_merged_record_is_found_nowhere(named):
    Person.objects.filter(pk=named.east_person.pk).update(merged_into=named.member_person)
    for words in ("赵一", "zy", "0101"):
        assert (
            "persons" not in keys(named.east_worker, words) or "赵一" not in keys(named.east_worker, words)["persons"]
        )


def test_ten_of_a_group_and_the_way_to_all(client, named):
    home = named.east_household
    for number in range(14):
        person = Person.objects.create(name=f"赵{chr(0x4E00 + number)}", name_initials="zx")
        Residency.objects.create(person=person, household=home, relation="99", starts_on="2025-01-01")
    client.force_login(named.east_worker)
    page = client.get(URL, {"q": "赵"})
    persons = next(group for group in page.context["groups"] if group.provider.key == "persons")
    assert len(persons.hits) == 10
    assert persons.more == reverse("residents:person-list") + "?q=%E8%B5%B5"
    assert "赵一" in html.unescape(client.get(persons.more).content.decode())


def test_the_lists_understand_the_same_words(client, named):
    client.force_login(named.east_worker)
    for words in ("zy", "赵一", "0101", "1-1-101"):
        for name in ("residents:household-list", "residents:person-list"):
            rows = client.get(reverse(name), {"q": words}).context["page"].object_list.data
            assert len(rows) == 1, (name, words)


def test_three_queries_a_group_at_most(named, django_assert_max_num_queries):
    from grids.common.search import search_providers

    for words in ("zy", "赵一", "0101", "1-1-101", "第一网格", "赵一 1-1-101"):
        user = named.fresh("secretary")
        user.has_perm("grids.view_roster", named.east_grid)  # the scopes are read once a request
        for provider in search_providers:
            with django_assert_max_num_queries(4 if provider.key == "affairs" else 3):
                provider.find(user, words)


def test_queries_do_not_grow_with_what_is_found(client, named, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(named.east_worker)
    with CaptureQueriesContext(connection) as few:
        client.get(URL, {"q": "赵"})
    for number in range(9):
        person = Person.objects.create(name=f"赵{chr(0x4E00 + number)}", name_initials="zx")
        Residency.objects.create(person=person, household=named.east_household, relation="99", starts_on="2025-01-01")
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(URL, {"q": "赵"}).context["groups"][0].hits) == 10
    assert len(many) <= len(few)


# ------------------------------------------------------------------ numbers stand in no address
@pytest.mark.parametrize(
    "typed",
    [
        "13800000101",
        "138-0000-0101",
        "１３８００００００１０１",
        "+86 138 0000 0101",
        "025-84123456",
        "990106001001001",
    ],
)
def test_what_may_be_a_number_stays_in_the_body(typed):
    assert stays_in_body(typed)


@pytest.mark.parametrize(
    "typed", ["3-2-501", "12-3-1201 张三", "0101", "AF-990106001001-20260105-0001", "zs", "8幢 301"]
)
def test_what_is_harmless_may_stand_in_an_address(typed):
    assert not stays_in_body(typed)
    assert not is_personal(typed)


@pytest.mark.parametrize("shape", ["{}", " {} ", "{}\n"])
def test_an_identity_number_leads_to_its_person_and_into_the_trail(client, named, shape):
    number = named.east_person.id_number
    client.force_login(named.east_worker)
    answer = client.post(URL, {"q": shape.format(number)})
    assert answer.headers["Location"] == reverse("residents:person-detail", args=[named.east_person.pk])
    entry = AuditEntry.objects.filter(act="person.lookup").get()
    assert entry.object_id == str(named.east_person.pk)
    assert number not in str(entry.changes) + entry.reason


def test_nobody_else_finds_anything_by_it(client, named):
    number = named.east_person.id_number
    for user, sentence in ((named.west_worker, "没有"), (named.auditor, "不能"), (named.liaison, "不能")):
        client.force_login(user)
        answer = client.post(URL, {"q": number})
        text = html.unescape(answer.content.decode())
        assert answer.status_code == 200
        assert sentence in text
        assert number not in text
        assert "赵" not in text


def test_a_number_in_an_address_is_not_searched(client, named):
    number = named.east_person.id_number
    client.force_login(named.east_worker)
    for typed in (number, number[:10] + " " + number[10:], "13800000101", number.lower()):
        answer = client.get(URL, {"q": typed})
        text = html.unescape(answer.content.decode())
        assert answer.status_code == 200
        assert answer.context["groups"] == []
        assert typed not in text
        assert "no-store" in answer.headers["Cache-Control"]
    assert not AuditEntry.objects.filter(act="person.lookup").exists()


def test_a_phone_leads_to_its_last_four_digits(client, named):
    client.force_login(named.east_worker)
    for typed in ("13800000101", "138 0000 0101", "+8613800000101"):
        answer = client.post(URL, {"q": typed})
        assert answer.headers["Location"] == f"{URL}?q=0101"
    shown = html.unescape(client.get(URL, {"q": "0101"}).content.decode())
    assert "赵一" in shown
    assert "13800000101" not in shown


def test_harmless_words_lead_on_to_an_address(client, named):
    client.force_login(named.east_worker)
    assert client.post(URL, {"q": " zs  李 "}).headers["Location"] == f"{URL}?q=zs+%E6%9D%8E"
    assert client.post(URL, {"q": ""}).headers["Location"] == URL
    assert client.post(URL, {}).headers["Location"] == URL


def test_codes_are_answered_in_place(client, named):
    client.force_login(named.secretary)
    answer = client.post(URL, {"q": named.east_grid.code})
    assert answer.status_code == 200
    assert [group.provider.key for group in answer.context["groups"]] == ["grids"]
    assert named.east_grid.code not in answer.content.decode()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_number_in_session_log_or_address(client, named, caplog):
    caplog.set_level(0)
    number, phone = named.east_person.id_number, "13800000101"
    client.force_login(named.east_worker)
    seen = []
    for typed in (number, phone, f"{number} 张", f"赵一 {phone}", number[:-1]):
        for answer in (client.post(URL, {"q": typed}), client.get(URL, {"q": typed})):
            seen += [answer.headers.get("Location", ""), str(answer.cookies), answer.content.decode()]
        for name in ("residents:household-list", "residents:person-list"):
            answer = client.get(reverse(name), {"q": typed})
            seen.append(answer.headers.get("Location", ""))
    seen += [str(session.get_decoded()) for session in Session.objects.all()]
    seen += [str(vars(entry)) for entry in AuditEntry.objects.all()]
    seen += [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    for text in seen:
        assert number not in text
        assert phone not in text


def test_thirty_an_hour(client, named):
    client.force_login(named.east_worker)
    entry = {"act": "person.lookup", "actor": named.east_worker, "object_type": "residents.Person", "at": now()}
    AuditEntry.objects.bulk_create([AuditEntry(**entry) for _ in range(30)])
    answer = client.post(URL, {"q": named.east_person.id_number})
    assert answer.status_code == 200
    assert "30" in answer.context["refusal"]
    named.foreign_worker.refresh_from_db()
    client.force_login(named.foreign_worker)
    assert client.post(URL, {"q": named.foreign_person.id_number}).status_code == 302


def test_an_hour_later_again(client, named):
    long_ago = now() - timedelta(minutes=61)
    entry = {"act": "person.lookup", "actor": named.east_worker, "object_type": "residents.Person", "at": long_ago}
    AuditEntry.objects.bulk_create([AuditEntry(**entry) for _ in range(30)])
    client.force_login(named.east_worker)
    assert client.post(URL, {"q": named.east_person.id_number}).status_code == 302


def test_a_credit_code_of_digits_is_no_identity_number(client, named):
    from grids.places.models import Organisation

    Organisation.objects.create(
        grid=named.east_grid, name="东明五金店", kind="enterprise", credit_code="139901010000000122"
    )
    client.force_login(named.east_worker)
    answer = client.post(URL, {"q": "139901010000000122"})
    assert [group.provider.key for group in answer.context["groups"]] == ["organisations"]
    assert not AuditEntry.objects.filter(act="person.lookup").exists()


def test_a_wrong_number_says_what_is_wrong(client, named):
    client.force_login(named.east_worker)
    number = named.east_person.id_number
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    answer = client.post(URL, {"q": wrong})
    assert "18" in answer.context["refusal"]
    assert wrong not in answer.content.decode()


# ------------------------------------------------------------------ the page
def test_everybody_may_open_it_and_it_is_in_every_frame(client, named):
    for user in ("secretary", "stranger", "joint_member", "auditor"):
        client.force_login(named.users[user])
        text = client.get(URL).content.decode()
        assert 'id="topbar-search"' in text
        assert 'method="post" action="/search/"' in text
        assert 'data-hotkey="/"' in text
    client.logout()
    assert client.get(URL).status_code == 302
    assert 'id="topbar-search"' not in client.get("/login/").content.decode()


def test_a_stranger_finds_nothing(client, named):
    client.force_login(named.stranger)
    for words in ("赵", "zy", "1-1-101", "网格", "灯"):
        assert client.get(URL, {"q": words}).context["groups"] == []


def test_garbage_finds_nothing_and_breaks_nothing(client, named):
    client.force_login(named.secretary)
    for words in ("%", "_", "'", '"', "\\", "[", "(", "\ud7ff", "\U0010ffff", "a" * 500, "-", "3-", "۳", "①", "²²²²"):
        assert client.get(URL, {"q": words}).status_code == 200
        assert client.post(URL, {"q": words}).status_code in {200, 302}
    assert client.post(URL, {"q": "\x00"}).status_code == 302


# ------------------------------------------------------------------ the index
def test_beginnings_are_ranges_of_the_index(db):
    """``EXPLAIN`` on the engine in use: a beginning reads a part of the index, not the table."""
    from django.db import connection

    Person.objects.bulk_create(
        [
            Person(name=f"{chr(0x4E00 + number % 3000)}某{number}", name_initials=f"{number:05d}")
            for number in range(6000)
        ],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE residents_person" if connection.vendor == "postgresql" else "ANALYZE")
    for field in ("name", "name_initials"):
        beginning = "丰" if field == "name" else "0123"
        plan = Person.objects.filter(begins(field, beginning)).order_by().explain()
        if connection.vendor == "postgresql":
            assert "Index Cond" in plan, plan
        else:
            assert "SEARCH residents_person USING INDEX" in plan, plan
        assert field in plan
        found = Person.objects.filter(begins(field, beginning)).count()
        assert found == sum(getattr(one, field).startswith(beginning) for one in Person.objects.all())
        assert found


def test_the_search_itself_uses_it(named):
    """The provider's own query, scope and all."""
    from django.db import connection

    from residents.roster.querysets import beginning

    homes = list(Household.objects.all())
    persons = Person.objects.bulk_create(
        [
            Person(name=f"{chr(0x4E00 + number % 3000)}某{number}", name_initials=f"{number:05d}")
            for number in range(6000)
        ],
        batch_size=500,
    )
    Residency.objects.bulk_create(
        [
            Residency(person=person, household=homes[number % len(homes)], relation="99", starts_on="2025-01-01")
            for number, person in enumerate(persons)
        ],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = Person.objects.restrict(named.secretary, "grids.view_names").filter(beginning("丰某"))
    plan = rows.order_by("name", "pk")[:11].explain()
    if connection.vendor == "postgresql":
        assert "residents_person_name" in plan, plan
    else:
        assert "SEARCH residents_person USING INDEX residents_person_name" in plan, plan
        assert "SCAN residents_person" not in plan
