"""A photo of a visit is for the visitor and for those who read names there (V10, P35)."""

import pytest
from django.urls import reverse

from residents.visits.models import EncounterPhoto
from tests.residents.visits.test_pages import address, browser, log, queries_of
from tests.world import World

CONTENT = b"\xff\xd8 a picture \xff\xd9"
SEES = "secretary desk_worker leader east_worker"
READS_THE_VISIT_ONLY = "mentor street_desk auditor"
FINDS_NOTHING = "liaison joint_member west_worker foreign_secretary foreign_worker district_office stranger"


@pytest.fixture
def photo(world: World) -> EncounterPhoto:
    return add(world, log(world))


def add(world: World, visit, slot: int = 1) -> EncounterPhoto:
    return EncounterPhoto.objects.create(
        encounter=visit,
        slot=slot,
        sha256=f"{visit.pk:060}{slot:04}",
        content=CONTENT,
        width=4,
        height=3,
        taken_by=visit.visitor,
    )


@pytest.mark.parametrize("account", SEES.split())
def test_those_who_read_names_there_see_it_and_nothing_keeps_a_copy(
    world: World, photo: EncounterPhoto, account: str
) -> None:
    client = browser(world, account)
    answer = client.get(photo.get_absolute_url())
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert world.east_person.name not in answer["Content-Disposition"]
    assert photo.get_absolute_url() in client.get(photo.encounter.get_absolute_url()).content.decode()


@pytest.mark.parametrize("account", READS_THE_VISIT_ONLY.split())
def test_those_who_read_the_visit_masked_learn_that_there_is_one(
    world: World, photo: EncounterPhoto, account: str
) -> None:
    client = browser(world, account)
    page = client.get(photo.encounter.get_absolute_url())
    assert page.status_code == 200
    assert photo.get_absolute_url() not in page.content.decode()
    assert (page.context["photos"], page.context["photos_hidden"]) == ([], 1)
    assert client.get(photo.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("account", FINDS_NOTHING.split())
def test_for_everybody_else_it_does_not_exist(world: World, photo: EncounterPhoto, account: str) -> None:
    client = browser(world, account)
    missing = client.get(address("encounterphoto-show", photo.pk + 1000))
    there = client.get(photo.get_absolute_url())
    assert there.status_code == missing.status_code == 404
    assert CONTENT not in there.content


def test_without_an_account_there_is_only_the_login(world: World, photo: EncounterPhoto, client) -> None:
    answer = client.get(photo.get_absolute_url())
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("login"))


def test_the_visitor_keeps_seeing_his_own_when_he_reads_no_names(world: World) -> None:
    own = add(world, log(world, actor=world.joint_member))
    assert browser(world, "joint_member").get(own.get_absolute_url()).status_code == 200
    assert browser(world, "liaison").get(own.get_absolute_url()).status_code == 404


def test_three_photos_ask_no_more_questions_than_one(world: World, photo: EncounterPhoto) -> None:
    client, url = browser(world, "secretary"), photo.encounter.get_absolute_url()
    before = queries_of(client, url)
    for slot in (2, 3):
        add(world, photo.encounter, slot)
    assert queries_of(client, url) == before
