"""Logging in, being locked out, the duty to choose one's own password, and the headers of every answer."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from grids.access.models import User
from grids.common.errors import Conflict, Refused
from grids.trail.models import AuditEntry
from tests.world import PASSWORD, World

WRONG = "Not-the-password-1"


def log_in(client: Client, username: str, password: str, **headers: str) -> int:
    return client.post(reverse("login"), {"username": username, "password": password}, **headers).status_code


def test_everything_needs_a_login_and_comes_back_to_where_one_wanted_to_go(client: Client, db: None) -> None:
    response = client.get("/affairs/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/affairs/"


def test_five_wrong_passwords_lock_this_address_and_no_other(client: Client, world: World) -> None:
    answers = [log_in(client, "secretary", WRONG) for _try in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert log_in(client, "secretary", PASSWORD) == 429
    assert log_in(client, "auditor", PASSWORD) == 302
    assert log_in(Client(), "secretary", PASSWORD, REMOTE_ADDR="10.9.8.7") == 302


def test_a_forged_forwarded_header_gains_no_attempts(client: Client, world: World) -> None:
    answers = [log_in(client, "secretary", WRONG, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}") for number in range(5)]
    assert answers[-1] == 429


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "198.51.100.2"), (2, "198.51.100.1")])
def test_only_our_own_proxies_are_believed(client: Client, world: World, settings, proxies: int, seen: str) -> None:
    settings.PROXY_COUNT = proxies
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    client.post(
        reverse("password_change"),
        {"old_password": PASSWORD, "new_password1": "Another-pass-7", "new_password2": "Another-pass-7"},
        HTTP_X_FORWARDED_FOR="evil, 198.51.100.1, 198.51.100.2",
    )
    assert AuditEntry.objects.get(act="account.password").address == seen


def test_a_password_that_somebody_else_chose_must_be_changed_first(client: Client, world: World) -> None:
    User.objects.filter(username="secretary").update(must_change_password=True)
    assert log_in(client, "secretary", PASSWORD) == 302
    assert client.get("/")["Location"] == reverse("password_change")
    assert client.get(reverse("password_change")).status_code == 200
    wrong = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert client.post(reverse("password_change"), wrong).status_code == 200
    right = {"old_password": PASSWORD, "new_password1": "Own-words-2026", "new_password2": "Own-words-2026"}
    assert client.post(reverse("password_change"), right)["Location"] == reverse("home")
    assert client.get("/").status_code == 200
    entry = AuditEntry.objects.get(act="account.password")
    assert entry.actor == world.secretary
    assert "Own-words-2026" not in str(entry.changes)


@pytest.mark.parametrize(
    ("password", "accepted"),
    [
        ("Own-words-2026", True),
        ("ownwords2026", False),
        ("OWNWORDS2026", False),
        ("Ow-1", False),
        ("联户网格 2026 a", True),
    ],
)
def test_three_of_four_kinds_of_characters(client: Client, world: World, password: str, accepted: bool) -> None:
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    form = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post(reverse("password_change"), form).status_code == (302 if accepted else 200)


def test_a_closed_account_is_out_at_once(client: Client, world: World) -> None:
    assert log_in(client, "secretary", PASSWORD) == 302
    User.objects.filter(username="secretary").update(is_active=False)
    assert client.get("/").status_code == 302


def test_the_policy_allows_no_inline_and_no_foreign_code(client: Client, db: None) -> None:
    policy = client.get(reverse("login"))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "http" not in policy


def test_every_answer_names_its_request(client: Client, db: None) -> None:
    first, second = (client.get(reverse("login"))["X-Request-Id"] for _time in range(2))
    assert len(first) == 32
    assert first != second


@pytest.mark.parametrize(("error", "status"), [(Refused("Nur so."), 403), (Conflict("Nur so."), 409)])
def test_a_refusal_becomes_a_page_with_its_reason(client: Client, world: World, monkeypatch, error, status) -> None:
    from governance.workbench.views import Home

    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(Home, "get", refuse)
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    response = client.get("/")
    assert response.status_code == status
    assert "Nur so." in response.content.decode()


@pytest.mark.expected_errors("django.request")
@pytest.mark.parametrize(("error", "status"), [(OperationalError("hush"), 503), (RuntimeError("hush"), 500)])
def test_what_should_not_happen_shows_a_reference_and_nothing_internal(
    client: Client, world: World, monkeypatch, error: Exception, status: int
) -> None:
    from governance.workbench.views import Home

    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(Home, "get", fail)
    client.raise_request_exception = False
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    response = client.get("/")
    assert response.status_code == status
    assert response.has_header("Retry-After") == (status == 503)
    assert response["X-Request-Id"][:8].upper() in response.content.decode()
    assert "hush" not in response.content.decode()


def test_a_number_typed_as_login_name_is_not_written_down(client, world):
    """Promise P18: somebody enters his phone or identity number by mistake; failed logins keep no number."""
    from axes.models import AccessAttempt

    for name in (world.east_person.id_number, world.east_person.phone, "nobody"):
        client.post(reverse("login"), {"username": name, "password": "x"})
    names = " ".join(AccessAttempt.objects.values_list("username", flat=True))
    assert "nobody" in names
    assert world.east_person.id_number not in names
    assert world.east_person.phone not in names
