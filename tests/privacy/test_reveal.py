"""A revealed value: one field, one person, a purpose, sixty seconds, one entry in the trail (promise P35)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from grids.common.clock import now, stopped_at
from grids.trail.models import AuditEntry
from residents.roster.choices import RevealPurpose
from tests.world import World


@pytest.fixture
def client_of(world: World):
    def open_for(name: str) -> Client:
        client = Client()
        client.force_login(world.users[name], backend="grids.access.backends.GridBackend")
        return client

    return open_for


def ask(client: Client, person, field: str, **data):
    return client.post(reverse("residents:person-reveal", args=[person.pk, field]), data)


def page_of(client: Client, person):
    return client.get(reverse("residents:person-detail", args=[person.pk]))


def test_the_value_is_shown_on_one_page_that_nobody_keeps(world: World, client_of):
    client, person = client_of("east_worker"), world.east_person
    answer = ask(client, person, "id_number", purpose=RevealPurpose.VERIFY)
    assert person.id_number not in answer.url
    page = page_of(client, person)
    assert person.id_number in page.content.decode()
    assert person.phone not in page.content.decode(), "one field, not both"
    assert page["Cache-Control"] == "no-store"
    assert 0 < int(page["Refresh"]) <= 60, "without script the browser loads the page anew"
    again = page_of(client, person)
    assert person.id_number not in again.content.decode()
    assert "Refresh" not in again


def test_after_sixty_seconds_there_is_nothing_to_see(world: World, client_of):
    client, person, start = client_of("east_worker"), world.east_person, now()
    with stopped_at(start):
        ask(client, person, "phone", purpose=RevealPurpose.CONTACT)
    with stopped_at(start + timedelta(seconds=60)):
        page = page_of(client, person)
    assert person.phone not in page.content.decode()


def test_the_seconds_left_are_counted_from_the_reveal(world: World, client_of):
    client, person, start = client_of("east_worker"), world.east_person, now()
    with stopped_at(start):
        ask(client, person, "phone", purpose=RevealPurpose.CONTACT)
    with stopped_at(start + timedelta(seconds=45)):
        page = page_of(client, person)
    assert person.phone in page.content.decode()
    assert 'data-reveal-seconds="15"' in page.content.decode()


def test_the_session_holds_whose_value_may_be_shown_and_never_the_value(world: World, client_of):
    client, person = client_of("east_worker"), world.east_person
    ask(client, person, "id_number", purpose=RevealPurpose.VERIFY)
    assert person.id_number not in str(dict(client.session))


def test_many_persons_need_many_acts(world: World, client_of):
    """There is no address that reveals more than one value, and each needs its entry."""
    client = client_of("secretary")
    persons = [world.east_person, world.west_person, world.persons["member"]]
    for person in persons:
        ask(client, person, "phone", purpose=RevealPurpose.SERVICE)
    entries = AuditEntry.objects.filter(act="person.reveal", actor=world.secretary)
    assert {entry.object_id for entry in entries} == {str(person.pk) for person in persons}
    assert all(entry.changes == {"phone": ["", "•••"]} and entry.reason == "service" for entry in entries)
    seen = [person for person in persons if person.phone in page_of(client, person).content.decode()]
    assert seen == persons[-1:], "only the last one asked for is shown"


def test_whoever_may_not_reveal_sees_only_the_mask(world: World, client_of):
    for name in ("auditor", "liaison", "street_desk"):
        answer = ask(client_of(name), world.east_person, "phone", purpose=RevealPurpose.CONTACT)
        assert answer.status_code == 403
    assert ask(client_of("west_worker"), world.east_person, "phone", purpose=RevealPurpose.CONTACT).status_code == 404
    assert not AuditEntry.objects.filter(act="person.reveal").exists()


@pytest.fixture
def town(transactional_db: None) -> World:
    from tests.world import build_world

    return build_world()


def test_the_value_leaves_the_open_page_by_itself(town: World, phone):
    page = phone(town.east_worker)
    page.clock.install()
    page.goto(reverse("residents:person-reveal", args=[town.east_person.pk, "phone"]))
    page.locator("input[name=purpose]").first.check()
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**/persons/{town.east_person.pk}/")
    assert page.locator(".revealed").inner_text() == town.east_person.phone
    page.clock.run_for(30_000)
    assert page.locator(".revealed").is_visible()
    page.clock.run_for(31_000)
    assert page.locator(".revealed").count() == 0
    assert town.east_person.phone not in page.content()
    assert "138****0101" in page.locator("main").inner_text()
