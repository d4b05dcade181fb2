"""The sender's own pages: what the office has of him, and what needs his word (ux.md 5, pages 8 and 9; F11)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from grids.common.actions import Crumb
from grids.common.chips import chip_of
from grids.common.sentences import joined
from grids.common.views import Page
from residents.offline import services
from residents.offline.choices import Choice, ItemState
from residents.offline.models import SyncItem
from residents.offline.sides import door_of, kind_label, sides_of

SHOWN = 50


class Outbox(Page, TemplateView):
    """Where are my records: the phone's own come from its script, those at the office from here."""

    template_name = "residents/offline/outbox.html"
    title = _("Outbox")
    intro = _("What you recorded on your phone and where it is now. Nothing is lost while the network is away.")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        mine = SyncItem.objects.of(user).with_place()
        waiting = list(mine.waiting().order_by("received_at", "pk")[:SHOWN])
        settled = list(mine.exclude(state__in=ItemState.waiting())[:SHOWN])
        return super().get_context_data(
            conflicts=SyncItem.objects.of(user).conflicts().count(),
            waiting=[_line(item, user) for item in waiting],
            settled=[_line(item, user) for item in settled],
            **context,
        )


def _line(item: SyncItem, user: Any) -> dict[str, Any]:
    answer = item.answer
    is_settled = item.state == ItemState.APPLIED
    return {
        "title": kind_label(item),
        "door": door_of(item, user),
        "chip": chip_of(ItemState, item.state),
        "made_at": item.made_at,
        "clock_off": item.clock_off,
        "message": item.decision if item.state == ItemState.DISMISSED else answer.get("message", ""),
        "url": answer.get("url", "") if is_settled else "",
    }


class Conflicts(Page, TemplateView):
    """One conflict after the other: two columns, two or three buttons, and the next opens by itself."""

    template_name = "residents/offline/conflicts.html"
    title = _("Needs you")
    intro = _("Somebody else wrote what your phone could not know. Nothing of yours is lost until you choose.")

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Outbox"), reverse("residents:field-outbox"))]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        mine = SyncItem.objects.of(user).conflicts()
        item = mine.with_place().order_by("received_at", "pk").first()
        return super().get_context_data(
            number=mine.count(), conflict=_conflict(item, user) if item is not None else None, **context
        )


def _conflict(item: SyncItem, user: Any) -> dict[str, Any]:
    answer = item.answer
    return {
        "title": kind_label(item),
        "door": door_of(item, user),
        "message": answer.get("message", ""),
        "made_at": item.made_at,
        "sides": sides_of(answer),
        "url": reverse("residents:field-conflict", args=[item.pk]),
        "choices": [(choice, Choice(choice).label) for choice in answer.get("choices", [])],
    }


class SettleConflict(View):
    """The second tap; whoever only opens the address is led to what is left."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        item = self._own(pk)
        try:
            result = services.resolve(item.client_id, actor=request.user, choice=request.POST.get("choice", ""))
        except ValidationError as problem:
            messages.error(request, joined(problem.messages))
        else:
            is_open = bool(result) and result["state"] == ItemState.CONFLICT
            level = messages.WARNING if is_open else messages.SUCCESS
            messages.add_message(request, level, result["message"] if result else "")
        return self._next()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._own(pk)
        return self._next()

    def _own(self, pk: int) -> SyncItem:
        return get_object_or_404(SyncItem.objects.of(self.request.user), pk=pk)

    def _next(self) -> HttpResponse:
        more = SyncItem.objects.of(self.request.user).conflicts().exists()
        return redirect("residents:field-conflicts" if more else "residents:field-outbox")
