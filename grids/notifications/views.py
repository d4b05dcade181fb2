"""One's own messages: the list, opening one, marking all as read. Nobody else's are ever found."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy
from django.views import View

from grids.common.actions import Action
from grids.common.views import ActionPage, ListPage
from grids.notifications.models import Notification
from grids.notifications.services import mark_read
from grids.notifications.tables import NotificationTable


class NotificationList(ListPage):
    model = Notification
    table_class = NotificationTable
    title = _("Messages")
    intro = _("What the portal has to tell you. Press a message to go where it leads; then it counts as read.")
    unit = npgettext_lazy("number of", "message", "messages")
    empty_title = _("No message yet")
    empty_text = _("When something waits for you, or something of yours has moved, it is told here.")

    def get_queryset(self) -> QuerySet:
        return Notification.objects.of(self.request.user)

    def get_actions(self) -> list[Action]:
        if not self.get_queryset().unread().exists():
            return []
        return [Action(_("Mark all as read"), reverse("grids:notification-read"), icon="check-check")]


class NotificationOpen(View):
    """Note that it was read, and go where it leads."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        own = Notification.objects.of(request.user).filter(pk=pk)
        message = get_object_or_404(own)
        mark_read(own)
        safe = url_has_allowed_host_and_scheme(message.url, {request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(message.url if safe else reverse("grids:notification-list"))


class NotificationRead(ActionPage):
    title = _("Mark all as read")
    intro = _("The messages stay in the list.")
    submit_label = _("Mark all as read")
    success_message = _("Everything counts as read.")

    def load(self) -> None:
        """It is about all of one's own."""

    def perform(self, obj: Any, form: Any) -> int:
        return mark_read(Notification.objects.of(self.request.user))

    def get_back_url(self) -> str:
        return reverse("grids:notification-list")

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()
