"""Ledgers: the centre, one ledger with its sheet, a ready-made one, saving, changing, printing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action, Crumb
from grids.common.clock import now
from grids.common.decisions import Decision
from grids.common.errors import Refused
from grids.common.exports import header_of
from grids.common.lists import ListPage
from grids.common.pages import Page, ScopedMixin
from grids.common.sheets import Frame
from grids.common.stale import KeepsTyped
from grids.common.views import ActionPage, CreatePage, DetailPage, UpdatePage
from grids.exporting.catalogue import ready_made
from grids.exporting.choices import FileKind, Purpose
from grids.exporting.forms import FilterForm, LedgerChangeForm, LedgerForm, PurposeForm, ReadyMadeForm
from grids.exporting.ledgers import (
    change_ledger,
    delete_ledger,
    frame_of,
    frame_of_ledger,
    ledgers_seen_by,
    may_change,
    save_ledger,
)
from grids.exporting.models import SavedLedger
from grids.exporting.rules import FREE_ROWS
from grids.exporting.services import measure
from grids.exporting.sources import Source, clean_address, open_list
from grids.exporting.views.exports import leave

PREVIEW = 20


def save_link(page: ListPage) -> list[Action]:
    """What stands beside every list: keep it as a ledger, or keep its filters."""
    if not page.request.user.has_perm(Permission.EXPORT_LISTS) or not page.permission:
        return []
    address = page.request.get_full_path()
    return [Action(_("Save as ledger"), save_url("ledger-create", address), style="quiet", icon="notebook-pen")]


def save_url(name: str, address: str) -> str:
    return f"{reverse(f'grids:{name}')}?{urlencode({'list': clean_address(address)})}"


class LedgerCentre(Page, ScopedMixin, TemplateView):
    """Saved ledgers, pinned ones first; ready-made ones; and the way to what was taken."""

    permission = Permission.EXPORT_LISTS
    template_name = "grids/exporting/ledger_centre.html"
    title = _("Ledgers")
    intro = _("Lists in the shape in which they are asked for. The rows are read anew each time you open one.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_actions(self) -> list[Action]:
        actions = [Action(_("My exports"), reverse("grids:export-list"), icon="history")]
        if scope_of(self.request.user, Permission.APPROVE_EXPORTS):
            actions.append(Action(_("To approve"), reverse("grids:export-queue"), icon="stamp"))
        return actions

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        kept = list(ledgers_seen_by(user).select_related("owner", "grid"))
        ledgers = [ledger for ledger in kept if not ledger.is_filter]
        return super().get_context_data(
            mine=[ledger for ledger in ledgers if ledger.owner_id == user.pk],
            shared=[ledger for ledger in ledgers if ledger.owner_id != user.pk],
            filters=[ledger for ledger in kept if ledger.is_filter and ledger.owner_id == user.pk],
            ready_made=ready_made.open_to(user),
            **context,
        )


def sheet_of(source: Source, frame: Frame, *, limit: int) -> dict[str, Any]:
    """The sheet as it is shown: its lines, headings, and the first ``limit`` rows as texts."""
    rows = list(source.rows[:limit])
    return {
        "above": frame.above,
        "below": frame.below,
        "head": header_of(source.table),
        "rows": [source.table.export_texts(row) for row in rows],
    }


class ReadyMadePage(CreatePage):
    """A ready-made ledger: of which grid, what for, and out it goes."""

    permission = Permission.EXPORT_LISTS
    form_class = ReadyMadeForm
    template_name = "grids/exporting/ledger_new.html"
    submit_label = _("Export")

    def load(self) -> None:
        entry = ready_made.get(self.kwargs["key"])
        if entry is None:
            raise Http404
        self.entry = entry

    def check(self) -> Decision:
        self.require_power()
        if self.entry not in ready_made.open_to(self.request.user):
            raise Refused(_("Your posts do not include this page. If you need it, ask your community secretary."))
        return super().check()

    def get_title(self) -> Any:
        return self.entry.title

    def get_intro(self) -> Any:
        return self.entry.intro

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Ledgers"), reverse("grids:ledger-centre"))]

    def get_actions(self) -> list[Action]:
        address = self.entry.address()
        return [
            Action(_("Open the list"), address, icon="list"),
            Action(_("Save as ledger"), save_url("ledger-create", address), icon="notebook-pen"),
        ]

    def get_back_url(self) -> str:
        return reverse("grids:ledger-centre")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if form.is_valid():
            grid = form.grids[form.cleaned_data["grid"]]
            try:
                source = open_list(self.entry.address(grid.code), request.user)
                title = f"{grid.name}{self.entry.title}"
                wish = measure(source, title=title, frame=frame_of(title, unit=str(grid.name), period=this_month()))
                return leave(wish, request, kind=form.cleaned_data["kind"], reason=form.reason())
            except Refused as problem:
                form.add_error(None, str(problem.reason))
        return self.render_to_response(self.get_context_data(form=form))


def this_month() -> str:
    return gettext("as of %s") % f"{timezone.localtime(now()):%Y-%m-%d}"


class SeenLedger:
    """One's own ledgers and those that are shared and open here; all others are 404."""

    model = SavedLedger
    request: HttpRequest

    def get_queryset(self) -> Any:
        return ledgers_seen_by(self.request.user).ledgers().select_related("owner", "grid")


class LedgerPage(SeenLedger, DetailPage):
    """The ledger: its sheet with the rows of now, and one button that exports it.

    One's own whose list does not open any more says why, and can be deleted.
    """

    template_name = "grids/exporting/ledger_detail.html"
    closed = ""  # why the list does not open

    def get_title(self) -> str:
        return self.object.title

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Ledgers"), reverse("grids:ledger-centre"))]

    def get_actions(self) -> list[Action]:
        ledger = self.object
        may = may_change(self.request.user, ledger)

        def action(label: Any, name: str, icon: str, decision: Decision | None = None) -> Action:
            url = reverse(f"grids:ledger-{name}", args=[ledger.pk])
            options = {} if decision is None else {"decision": decision}
            return Action(label, url, style="quiet", icon=icon, **options)  # type: ignore[arg-type]

        actions = [
            Action(_("Open the list"), ledger.address, style="quiet", icon="list"),
            action(_("Print"), "print", "printer"),
        ]
        if self.closed:
            return [action(_("Delete"), "delete", "trash-2")]
        if may:
            actions += [action(_("Edit"), "update", "pencil"), action(_("Delete"), "delete", "trash-2")]
        return actions

    def get_form(self) -> PurposeForm:
        data = self.request.POST if self.request.method == "POST" else None
        return PurposeForm(data, user=self.request.user, initial={"purpose": Purpose.REPORT, "kind": FileKind.XLSX})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        form = self.get_form()
        if form.is_valid():
            try:
                source = open_list(self.object.address, request.user)
                wish = measure(source, title=self.object.title, frame=frame_of_ledger(self.object))
                return leave(wish, request, kind=form.cleaned_data["kind"], reason=form.reason())
            except Refused as problem:
                form.add_error(None, str(problem.reason))
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        try:
            source = open_list(self.object.address, self.request.user)
        except Refused as problem:
            self.closed = str(problem.reason)
            return super().get_context_data(closed=self.closed, **context)
        context.setdefault("form", self.get_form())
        wish = measure(source)
        return super().get_context_data(
            closed="",
            sheet=sheet_of(source, frame_of_ledger(self.object), limit=PREVIEW),
            rows=wish.rows,
            count=number_format(wish.rows, force_grouping=True),
            more=max(0, wish.rows - PREVIEW),
            needs_approval=wish.needs_approval,
            words=source.words,
            **context,
        )


class LedgerPrint(SeenLedger, DetailPage):
    """The sheet for the printer: A4 landscape, head on every page, a light grey mark behind the rows."""

    template_name = "grids/exporting/ledger_print.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        source = open_list(self.object.address, self.request.user)
        wish = measure(source)
        if wish.source.is_sensitive:
            raise Refused(_("This ledger has sensitive columns: ask for its export, and print the file."))
        user: Any = self.request.user
        return super().get_context_data(
            sheet=sheet_of(source, frame_of_ledger(self.object), limit=FREE_ROWS),
            more=max(0, wish.rows - FREE_ROWS),
            watermark=f"{user.get_full_name()} {timezone.localtime(now()):%Y-%m-%d %H:%M}",
            watermarks=range(12),
            **context,
        )


# ------------------------------------------------------------------ saving and changing
class LedgerSave(CreatePage):
    """Keep the list whose address was given."""

    permission = Permission.EXPORT_LISTS
    form_class = LedgerForm
    title = _("Save as ledger")
    intro = _("The list, its filters, its columns and its order are kept; the rows are read anew each time.")
    submit_label = _("Save")
    success_message = _("Saved. You find it under Ledgers.")
    is_filter = False

    def load(self) -> None:
        self.address = clean_address(self.request.GET.get("list", ""))

    def check(self) -> Decision:
        self.require_power()
        self.source = open_list(self.address, self.request.user)
        return super().check()

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.source.title[:60]}

    def get_back_url(self) -> str:
        return self.address

    def perform(self, form: Any) -> SavedLedger:
        return save_ledger(actor=self.request.user, address=self.address, **form.lines())


class FilterSave(LedgerSave):
    """Keep the filters in use under a name; the name then leads to the list, narrowed like this."""

    form_class = FilterForm
    title = _("Keep these filters")
    intro = _("The name then leads back to this list, narrowed and ordered as it is now.")

    def get_initial(self) -> dict[str, Any]:
        return {"title": (self.source.words or self.source.title)[:60]}

    def perform(self, form: Any) -> SavedLedger:
        return save_ledger(
            actor=self.request.user, title=form.cleaned_data["title"], address=self.address, is_filter=True
        )


class OwnLedger:
    """Everything that is one's own to change; a shared one is seen and refused with the reason."""

    model = SavedLedger
    request: HttpRequest

    def get_queryset(self) -> Any:
        return ledgers_seen_by(self.request.user)

    def decide(self, obj: SavedLedger) -> Decision:
        return may_change(self.request.user, obj)


class LedgerUpdate(KeepsTyped, OwnLedger, UpdatePage):
    form_class = LedgerChangeForm
    title = _("Edit the ledger")
    success_message = _("The ledger was changed.")

    def get_form_options(self) -> dict[str, Any]:
        return {"source": open_list(self.object.address, self.request.user)}

    def get_initial(self) -> dict[str, Any]:
        ledger = self.object
        names = ("version", "title", "unit", "period", "preparer", "reviewer", "pinned", "shared")
        return {**{name: getattr(ledger, name) for name in names}, "grid": str(ledger.grid_id or "")}

    def perform(self, form: Any) -> SavedLedger:
        version = form.cleaned_data["version"] or self.object.version
        return change_ledger(
            self.object, actor=self.request.user, version=version, columns=form.columns(), **form.lines()
        )


class LedgerDelete(OwnLedger, ActionPage):
    title = _("Delete the ledger")
    intro = _("Only the saved shape goes; the rows of the list stay as they are.")
    submit_label = _("Delete")
    style = "danger"

    def perform(self, obj: SavedLedger, form: Any) -> None:
        delete_ledger(obj, actor=self.request.user)
        messages.success(self.request, _("Deleted."))

    def get_success_url(self, result: Any) -> str:
        return reverse("grids:ledger-centre")
