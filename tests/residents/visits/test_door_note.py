"""The note for whoever comes to a door, on the page of the visit and without a script (issue 4)."""

from django.urls import reverse

from grids.trail.models import AuditEntry
from residents.roster.models import Household
from tests.residents.visits.test_pages import address, browser
from tests.world import World


def save(world: World, text: str, account: str = "east_worker", **more):
    home = world.east_household
    page = browser(world, account).get(address("encounter-log", home.pk), {"next": "/my-day/"})
    values = {"note": text, "version": home.version, "next": "/my-day/", **more}
    assert reverse("residents:door-note", args=[home.pk]) in page.content.decode()
    return browser(world, account).post(address("door-note", home.pk), values)


def test_it_is_left_on_the_page_of_a_visit_and_read_at_every_list(world: World):
    answer = save(world, "请敲门，有狗")
    assert answer.status_code == 302
    assert answer.url == f"{address('encounter-log', world.east_household.pk)}?next=%2Fmy-day%2F"
    assert AuditEntry.objects.filter(act="household.change", actor=world.east_worker).count() == 1
    for account, url in (("east_worker", "/my-day/"), ("east_worker", "/"), ("liaison", answer.url)):
        assert "请敲门，有狗" in browser(world, account).get(url).content.decode(), url
    assert save(world, "", version=world.east_household.version + 1).status_code == 302
    assert Household.objects.get(pk=world.east_household.pk).note == ""


def test_words_that_do_not_belong_there_are_asked_about_once(world: World):
    answer = save(world, "钉子户，别理")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'name="wording_checked"' in page
    assert "钉子户，别理" in page
    assert Household.objects.get(pk=world.east_household.pk).note == ""
    assert save(world, "钉子户，别理", wording_checked="on").status_code == 302


def test_who_wrote_meanwhile_is_not_overwritten(world: World):
    assert save(world, "有狗").status_code == 302
    assert save(world, "门铃坏了").status_code == 409
    assert Household.objects.get(pk=world.east_household.pk).note == "有狗"


def test_a_contact_and_a_liaison_read_it_and_write_none(world: World):
    for account in ("joint_member", "liaison"):
        client, home = browser(world, account), world.east_household
        page = client.get(address("encounter-log", home.pk)).content.decode()
        assert address("door-note", home.pk) not in page
        assert client.post(address("door-note", home.pk), {"note": "有狗", "version": home.version}).status_code == 403
