"""Logging in and changing one's own password, which also ends the "must change" of a new account."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LogoutView, PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from grids.common.crypto import blind_index
from grids.trail.services import record

ATTEMPT_LENGTH = 255
# A phone has eleven digits, an identity number more.
SOMEBODYS_NUMBER = re.compile(r"[0-9]{11}")


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The login name that was tried, cut to what the table of failed attempts holds: PostgreSQL refuses more.

    Whoever types his phone or identity number there by mistake leaves an index from which nothing is read (P18).
    """
    given = str((credentials or {}).get("username") or request.POST.get("username", ""))
    if SOMEBODYS_NUMBER.search(given):
        return blind_index(given, "axes.username")
    return given[:ATTEMPT_LENGTH]


class Logout(LogoutView):
    """Pages that the browser kept go with the session.

    What the field pages store is wiped by their own script, account by account, once it is sent or sealed: to have the
    browser drop all storage here would take away what a colleague on the same phone has not sent yet (docs/offline.md).
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


class PasswordChange(PasswordChangeView):
    """Saves the new password, lifts the duty to change it, and writes the trail (never the password)."""

    success_url = reverse_lazy("home")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        form.user.must_change_password = False
        response = super().form_valid(form)
        record("account.password", form.user, actor=form.user)
        messages.success(self.request, _("Your password was changed."))
        return response
