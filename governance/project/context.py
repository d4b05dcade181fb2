"""What every page's template knows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from governance.project.navigation import menu_for
from grids.notifications.models import Notification
from residents.offline.frame import PHONE_COOKIE, phone_work


def portal(request: HttpRequest) -> dict[str, Any]:
    """The menu of the user's roles, where the search box sends its words, what his phone needs without network, and how
    many messages are new; before login, whether this phone may hold work that was not sent.
    """
    kept = request.COOKIES.get(PHONE_COOKIE, "")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        nothing = {"search_url": "", "bell_url": "", "unread": 0, "phone_work": None}
        return {**menu_for(request), **nothing, "phone_keeps": bool(kept)}
    # Asked by pages that draw the bell only.
    unread = SimpleLazyObject(lambda: Notification.objects.of(user).unread().count())
    return {
        **menu_for(request),
        "search_url": reverse("governance:search"),
        "bell_url": reverse("grids:notification-list"),
        "unread": unread,
        "phone_work": phone_work(user, kept=kept),
        "phone_keeps": False,
    }
