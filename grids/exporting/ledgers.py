"""Services of saved ledgers and filters, and the lines that are printed around a ledger."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.models import advance
from grids.common.sheets import Frame
from grids.exporting.models import SavedLedger
from grids.exporting.sources import clean_address, is_list, opens_to
from grids.trail.services import record

MOST = 100


def may_change(user: Any, ledger: SavedLedger) -> Decision:
    if ledger.owner_id == user.pk:
        return Allowed()
    return Denied(_("Only whoever made a ledger changes it. Save a copy of your own from its list."))


def may_share(user: Any, grid: Any) -> Decision:
    if grid is not None and user.has_perm(Permission.EXPORT_LISTS, grid):
        return Allowed()
    return Denied(_("A ledger is shared in a community where you may export lists. Choose one of yours."))


def ledgers_seen_by(user: Any) -> QuerySet:
    """The own ledgers and filters, and of the shared ones those whose list ``user`` may open and take away."""
    kept = SavedLedger.objects.seen_by(user)
    shared = set(kept.exclude(owner=user).order_by().values_list("path", flat=True))
    return kept.filter(Q(owner=user) | Q(path__in=[path for path in shared if opens_to(user, path)]))


def save_ledger(*, actor: Any, title: str, address: str, is_filter: bool = False, **lines: Any) -> SavedLedger:
    """Keep the list at ``address`` as a ledger (or a filter) of ``actor``. ``lines``: the fields of the model."""
    if not is_list(address):
        raise ValidationError({"title": gettext("This page is no list; only lists can be kept.")})
    if SavedLedger.objects.filter(owner=actor).count() >= MOST:
        raise ValidationError(
            gettext("You have kept %(count)s lists. Delete one that you do not need.") % {"count": MOST}
        )
    _check_sharing(actor, lines)
    parts = urlsplit(clean_address(address))
    with transaction.atomic():
        ledger = SavedLedger.objects.create(
            owner=actor, title=title, path=parts.path, query=parts.query, is_filter=is_filter, **lines
        )
        if ledger.shared:
            record("ledger.share", ledger, actor=actor, grid=ledger.grid, reason=title)
    return ledger


def change_ledger(
    ledger: SavedLedger, *, actor: Any, version: int, columns: list[str] | None = None, **values: Any
) -> SavedLedger:
    """Change what is printed, shared or pinned, and which columns stand in which order."""
    may_change(actor, ledger).or_raise()
    _check_sharing(actor, {"shared": ledger.shared, "grid": ledger.grid, **values})
    if columns is not None:
        query = QueryDict(ledger.query, mutable=True)
        query.setlist("columns", columns)
        values["query"] = query.urlencode()
    newly_shared = values.get("shared") and not ledger.shared
    with transaction.atomic():
        advance(
            ledger, expected=version, reason=_("Somebody changed this ledger meanwhile. Look at it again."), **values
        )
        if newly_shared:
            record("ledger.share", ledger, actor=actor, grid=ledger.grid, reason=ledger.title)
    return ledger


def delete_ledger(ledger: SavedLedger, *, actor: Any) -> None:
    may_change(actor, ledger).or_raise()
    ledger.delete()


def _check_sharing(actor: Any, values: dict[str, Any]) -> None:
    if values.get("shared"):
        decision = may_share(actor, values.get("grid"))
        if not decision:
            raise ValidationError({"grid": str(decision.reason)})


def frame_of(title: str, *, unit: str = "", period: str = "", preparer: str = "", reviewer: str = "") -> Frame:
    """The lines of a printed ledger: title, unit and period above; who prepared and who reviewed it below."""
    unit_line = gettext("Reporting unit: %s") % unit
    period_line = gettext("Period: %s") % period
    signed = gettext("Prepared by: %(preparer)s    Reviewed by: %(reviewer)s    Date:") % {
        "preparer": preparer or "________",
        "reviewer": reviewer or "________",
    }
    return Frame((title, "    ".join([unit_line, period_line])), (signed,))


def frame_of_ledger(ledger: SavedLedger) -> Frame:
    return frame_of(
        ledger.title, unit=ledger.unit, period=ledger.period, preparer=ledger.preparer, reviewer=ledger.reviewer
    )
