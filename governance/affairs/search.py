"""What the one search box finds among affairs: by number, or by words of those whose content one may read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair
from governance.affairs.tables import shown_text
from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.clock import local_day
from grids.common.search import Hit, SearchProvider, first_rows, search_providers


def find_affairs(user: Any, words: str) -> list[Hit]:
    """The newest first. One query, and what ``may_read`` asks once a request."""
    rows = Affair.objects.restrict(user, Permission.VIEW_AFFAIRS).matching(words, user).for_list()
    return [_hit(affair, user) for affair in first_rows(rows.order_by("-reported_at", "-pk"))]


def _hit(affair: Affair, user: Any) -> Hit:
    facts = (affair.number, affair.grid.name, f"{local_day(affair.reported_at):%Y-%m-%d}")
    return Hit(shown_text(user, affair), affair.get_absolute_url(), facts, chip_of(AffairState, affair.state))


search_providers.register(
    SearchProvider("affairs", _("Affairs"), 80, find_affairs, "clipboard-list", "governance:affair-list")
)
