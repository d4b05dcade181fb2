"""Who saw whom: complete for a person and for an account over a period, and only where one may ask (promise P33)."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.privacy.models import Disclosure
from grids.common.clock import now, stopped_at, today
from grids.places.services import add_place, reveal_phone
from residents.roster.services import add_care_tag, look_up, reveal
from tests.world import World

LIST = "governance:disclosure-list"


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name], backend="grids.access.backends.GridBackend")
    return client


@pytest.fixture
def truth(world: World) -> list[tuple[str, int, str]]:
    """Sixty looks of three members of staff on two days: ``(account, person, day)``."""
    dice, looks = random.Random(33), []
    persons = [world.east_person, world.persons["east_other"], world.persons["member"]]
    for day in (10, 3):
        with stopped_at(now() - timedelta(days=day)) as _:
            on = today().isoformat()
            for _number in range(30):
                name = dice.choice(["east_worker", "leader", "secretary"])
                person = dice.choice(persons)
                reveal(person, dice.choice(["phone", "id_number"]), actor=world.users[name], purpose="verify")
                looks.append((name, person.pk, on))
    return looks


def rows(response) -> list[tuple[int, int]]:
    return [(row.record.actor_id, int(row.record.object_id)) for row in response.context["table"].paginated_rows]


def test_whose_data_did_this_account_see_between_these_days(world: World, truth):
    client, account = client_of(world, "auditor"), world.leader
    day = truth[0][2]
    query = f"?account={account.pk}&at_after={day}&at_before={day}&per_page=100"
    found = rows(client.get(reverse(LIST) + query))
    assert sorted(found) == sorted((account.pk, person) for name, person, on in truth if (name, on) == ("leader", day))


def test_who_saw_this_person(world: World, truth):
    person = world.east_person
    for name in ("secretary", "auditor", "district_office"):
        page = client_of(world, name).get(reverse("governance:disclosure-person", args=[person.pk]) + "?per_page=100")
        assert len(rows(page)) == sum(one == person.pk for _name, one, _on in truth)
        assert person.phone not in page.content.decode()
    assert (
        client_of(world, "foreign_auditor").get(reverse("governance:disclosure-person", args=[person.pk])).status_code
        == 404
    )


def test_the_panel_on_the_persons_page_is_for_those_who_may_ask(world: World, truth):
    address = reverse("residents:person-detail", args=[world.east_person.pk])
    assert "谁看过此人" in client_of(world, "secretary").get(address).content.decode()
    assert "谁看过此人" in client_of(world, "auditor").get(address).content.decode()
    assert "谁看过此人" not in client_of(world, "east_worker").get(address).content.decode()


def test_a_search_by_number_is_seen_too(world: World):
    look_up(world.east_person.id_number, actor=world.east_worker)
    [entry] = Disclosure.objects.of_person(world.east_person)
    assert (entry.act, entry.actor) == ("person.lookup", world.east_worker)


def test_the_list_leaves_as_a_file_with_masks(world: World, truth):
    client = client_of(world, "auditor")
    answer = client.get(reverse(LIST) + "?export=csv")
    if answer.status_code == 200:
        words = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert world.east_person.name not in words


def test_the_list_asks_the_database_as_often_for_many(world: World, truth):
    client = client_of(world, "auditor")

    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(LIST) + query).status_code == 200
        return len(asked)

    assert queries("?per_page=20") == queries("?per_page=50")


def test_the_foreign_auditor_sees_nothing_of_it(world: World, truth):
    assert rows(client_of(world, "foreign_auditor").get(reverse(LIST))) == []


def test_care_tags_that_were_read_are_seen_too(world: World):
    person = world.east_person
    add_care_tag(
        person,
        actor=world.secretary,
        kind="empty_nest",
        basis="statutory",
        source_document="2026 名册",
        review_on=today() + timedelta(days=99),
    )
    page = reverse("residents:person-detail", args=[person.pk])
    client_of(world, "auditor").get(page)  # sees no tags
    assert not Disclosure.objects.filter(act="person.care").exists()
    for _again in range(2):
        client_of(world, "east_worker").get(page)
    client_of(world, "east_worker").get(reverse("residents:person-detail", args=[world.persons["east_other"].pk]))
    client_of(world, "secretary").get(reverse("residents:person-list") + "?care=any")
    seen = Disclosure.objects.filter(act="person.care").order_by("pk").values_list("actor__username", "object_id")
    workers = world.east_worker.username
    assert list(seen) == [
        (workers, str(person.pk)), (workers, str(person.pk)), (world.secretary.username, str(person.pk))
    ]  # fmt: skip
    told = client_of(world, "auditor").get(reverse(LIST) + "?act=person.care").content.decode()
    assert "查看关爱标签" in told


def test_phones_of_places_and_vessels_are_seen_too(world: World):
    place = add_place(world.east_grid, actor=world.secretary, kind="shop", name="早点铺", contact_phone="13900000001")
    reveal_phone(place, actor=world.secretary, purpose="inspection")
    answer = client_of(world, "auditor").get(reverse(LIST) + "?act=place.reveal").content.decode()
    assert "早点铺" in answer
    assert "查看场所联系人电话" in answer
    assert place.get_absolute_url() in answer
    assert "13900000001" not in answer
