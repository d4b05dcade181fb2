"""Fixtures of the roster's tests."""

import pytest
from django.urls import reverse


@pytest.fixture
def visit(client):
    """``visit(user, name, *args)`` opens a page; ``data`` posts, ``query`` is the rest of the address."""

    def open_page(user, name, *args, data=None, query="", follow=False):
        client.force_login(user)
        address = reverse(f"residents:{name}", args=args) + query
        return client.get(address, follow=follow) if data is None else client.post(address, data, follow=follow)

    return open_page
