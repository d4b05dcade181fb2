"""Theme, care view and language: chosen without script and before login, kept in cookies."""

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.grids.common.frame")]


@pytest.mark.parametrize(
    ("name", "value", "sign"),
    [
        ("theme", "dark", 'data-theme="dark"'),
        ("theme", "light", 'data-theme="light"'),
        ("care", "on", 'data-care="on"'),
        ("language", "en", '<html lang="en"'),
    ],
)
def test_a_choice_is_remembered(client, name, value, sign):
    assert sign not in client.get(reverse("login")).content.decode()
    answer = client.post(
        reverse("preference-choose", args=[name, value]), headers={"referer": "http://testserver/login/"}
    )
    assert answer["Location"] == "/login/"
    assert sign in client.get(reverse("login")).content.decode()


@pytest.mark.parametrize("referer", ["https://elsewhere.test/login/", "//elsewhere.test", "javascript:alert(1)", ""])
def test_the_way_back_leads_nowhere_else(client, referer):
    answer = client.post(reverse("preference-choose", args=["care", "on"]), headers={"referer": referer})
    assert answer["Location"] == "/"


@pytest.mark.parametrize(("name", "value"), [("theme", "pink"), ("care", "maybe"), ("language", "xx"), ("other", "on")])
def test_what_is_not_offered_does_not_exist(client, name, value):
    assert client.post(reverse("preference-choose", args=[name, value])).status_code == 404


def test_links_do_not_change_anything(client):
    assert client.get(reverse("preference-choose", args=["care", "on"])).status_code == 405


def test_a_forged_cookie_is_ignored(client):
    client.cookies["theme"] = '"><script>'
    page = client.get(reverse("login")).content.decode()
    assert 'data-theme="auto"' in page


def test_an_address_of_ours_is_not_taken_for_another_host(client):
    """A browser reads //evil.example in a redirect as another host."""
    answer = client.post(
        reverse("preference-choose", args=["care", "on"]), headers={"referer": "http://testserver//evil.example/x?y=1"}
    )
    assert answer["Location"] == "/evil.example/x?y=1"
