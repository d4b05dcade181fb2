"""What a page says after an act names doors: it stays on the server."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_words_after_a_visit_travel_in_no_cookie(client, world):
    client.force_login(world.fresh("east_worker"))
    answer = client.post(reverse("residents:encounter-log", args=[world.east_household.pk]), {"note": "一切都好"})
    assert answer.status_code == 302
    assert "messages" not in answer.cookies
    assert "1幢1单元101" in client.get(reverse("home")).content.decode()
