"""The law of notices at the door (domain.md M12), without a database."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied
from residents.visits.rules import wording_warnings

LONGEST = timedelta(days=60)
TITLE_MAXIMUM, TEXT_MAXIMUM = 60, 500


def clean_notice(title: str, text: str, until_on: date, *, today: date) -> dict[str, Any]:
    """Title, words and last day of a notice. Raises ``ValidationError`` by field."""
    values: dict[str, Any] = {"title": " ".join(title.split()), "text": text.strip(), "until_on": until_on}
    problems: dict[str, list[str]] = {}
    for name, longest in (("title", TITLE_MAXIMUM), ("text", TEXT_MAXIMUM)):
        if not values[name]:
            problems[name] = [_("Say what is to be told.")]
        elif len(values[name]) > longest:
            problems[name] = [_("At most %(count)d characters, please.") % {"count": longest}]
    if warnings := wording_warnings(f"{title}\n{text}"):
        problems.setdefault("text", []).extend(warnings)
    if not today <= until_on <= today + LONGEST:
        problems["until_on"] = [
            _("The last day lies between today and %(day)s.") % {"day": f"{today + LONGEST:%Y-%m-%d}"}
        ]
    if problems:
        raise ValidationError(problems)
    return values


def is_running(notice: Any, *, on: date) -> bool:
    return notice.withdrawn_at is None and notice.until_on >= on


def ran_at(notice: Any, moment: datetime) -> bool:
    """Whether it was under way then; what was ticked at that time may reach the office later."""
    on_time = notice.withdrawn_at is None or notice.withdrawn_at > moment
    return on_time and notice.until_on >= timezone.localtime(moment).date()


def may_publish(user: Any, grid: Any) -> Decision:
    """Whoever keeps the roster of a grid may have a notice carried to its doors."""
    if user.has_perm(Permission.EDIT_ROSTER, grid):
        return Allowed()
    return Denied(_("Notices are published by those who keep the roster of the grid."))


def may_withdraw(user: Any, notice: Any, *, on: date) -> Decision:
    if not is_running(notice, on=on):
        return Denied(_("This notice is over already."))
    if user.pk == notice.made_by_id:
        return Allowed()
    return may_publish(user, notice.grid)


def may_go(user: Any, grid: Any) -> Decision:
    """Whether ``user`` goes to the doors in ``grid``."""
    if user.has_perm(Permission.LOG_VISITS, grid):
        return Allowed()
    return Denied(_("Doors are ticked by those who go to them."))


def may_tick(user: Any, notice: Any, grid: Any, *, at: datetime) -> Decision:
    """Whether ``user`` may say that the notice reached a door in ``grid`` at that moment: who goes there."""
    if not (decision := may_go(user, grid)):
        return decision
    return Allowed() if ran_at(notice, at) else Denied(_("This notice is over already."))


def may_ask_help(user: Any, grid: Any) -> Decision:
    if user.has_perm(Permission.LOG_VISITS, grid):
        return Allowed()
    return Denied(_("Help is asked for by those who go to the door."))
