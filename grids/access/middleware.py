"""The first login ends in a new password of one's own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class MustChangePasswordMiddleware:
    """An account with a password that somebody else chose reaches only the page that changes it, and log-out.

    A view whose class is marked ``speaks_json`` answers that itself: whoever asks it cannot follow to a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The account is read here, once and under this name, whatever the view then reads.
        request.user.is_authenticated  # noqa: B018
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if getattr(getattr(view, "view_class", None), "speaks_json", False):
            return None
        allowed = {reverse("password_change"), reverse("logout")}
        if request.path in allowed or request.path.startswith(("/static/", "/preferences/")):
            return None
        return redirect("password_change")
