"""Exports: my own, those to decide, one of them, and asking for one."""

import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy
from django.views.generic import View

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.clock import local_day
from grids.common.decisions import Decision
from grids.common.exports import file_response
from grids.common.lists import ListPage
from grids.common.tables import Table
from grids.common.views import ActionPage, CreatePage, DetailPage
from grids.exporting import services
from grids.exporting.choices import ExportState, FileKind
from grids.exporting.forms import AskForm, RefusalForm, RemarkForm
from grids.exporting.models import Export
from grids.exporting.rules import may_decide
from grids.exporting.services import Wish, measure
from grids.exporting.sources import Source, clean_address, open_list
from grids.exporting.tables import DecisionTable, ExportTable


def hand_out(page: ListPage, table: Table, kind: str) -> HttpResponseBase:
    """The desk of every list: a small harmless one at once, any other by way of a reason and a second person."""
    return leave(measure(Source(page, table)), page.request, kind=kind)


def leave(wish: Wish, request: HttpRequest, *, kind: str, reason: str = "") -> HttpResponseBase:
    """The file, or the page that asks for the reason (or, when there is one, for the approval)."""
    user: Any = request.user
    if not wish.needs_approval:
        export, file = services.take(wish, owner=user, kind=kind, reason=reason)
        return file_response(file, kind=kind, title=export.title)
    if not reason:
        return HttpResponseRedirect(ask_url(wish.source.path, kind))
    export = services.ask(wish, owner=user, kind=kind, reason=reason)
    messages.info(request, _("A second person has to approve this export. You find it here and on your home page."))
    return HttpResponseRedirect(export.get_absolute_url())


def ask_url(address: str, kind: str) -> str:
    return f"{reverse('grids:export-ask')}?{urlencode({'list': address, 'kind': kind})}"


# ------------------------------------------------------------------ lists
class ExportList(ListPage):
    model = Export
    table_class = ExportTable
    title = _("My exports")
    intro = _("What you took away or asked for. A file can be taken for 24 hours, by you alone.")
    unit = npgettext_lazy("number of", "export", "exports")
    empty_title = _("No export yet")
    empty_text = _("Export a list from its page, or open a ledger.")

    def get_queryset(self) -> Any:
        return Export.objects.own(self.request.user).select_related("job")

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Ledgers"), reverse("grids:ledger-centre"), icon="notebook-tabs")]
        if scope_of(self.request.user, Permission.APPROVE_EXPORTS):
            actions.insert(0, Action(_("To approve"), reverse("grids:export-queue"), icon="stamp"))
        return actions


class ExportQueue(ListPage):
    permission = Permission.APPROVE_EXPORTS
    model = Export
    table_class = DecisionTable
    title = _("Exports to approve")
    intro = _("Lists that others want to take away. Look at the reason, the scope and the rows.")
    unit = npgettext_lazy("number of", "export", "exports")
    empty_title = _("Nothing to approve")
    empty_text = _("Exports above 200 rows, and those with sensitive columns, wait here for a second person.")

    def get_queryset(self) -> Any:
        return Export.objects.to_decide(self.request.user).select_related("owner", "job")

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("My exports"), reverse("grids:export-list"))]


class Visible:
    """One's own exports and those that one may decide on; all others are 404."""

    model = Export
    request: HttpRequest

    def get_queryset(self) -> Any:
        return Export.objects.of(self.request.user).select_related("owner", "decided_by", "job", "file")


class ExportPage(Visible, DetailPage):
    template_name = "grids/exporting/export_detail.html"

    def get_title(self) -> str:
        return self.object.title

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("My exports"), reverse("grids:export-list"))]

    def decision(self) -> Decision:
        user = self.request.user
        return may_decide(user, self.object, scope_of(user, Permission.APPROVE_EXPORTS))

    def get_actions(self) -> list[Action]:
        export, user = self.object, self.request.user
        own = export.owner_id == user.pk

        def action(label: Any, name: str, icon: str, style: str = "secondary", **options: Any) -> Action:
            return Action(label, reverse(f"grids:export-{name}", args=[export.pk]), style=style, icon=icon, **options)

        if export.state != ExportState.WAITING:
            return []
        if own:
            return [action(_("Withdraw"), "withdraw", "undo-2")]
        may = self.decision()
        return [
            action(_("Approve"), "approve", "check", "primary", decision=may),
            action(_("Refuse"), "refuse", "ban", decision=may),
        ]

    def get_facts(self) -> list[tuple[Any, Any]]:
        export = self.object
        facts = [
            (_("Status"), chip_of(ExportState, export.standing)),
            (_("Number"), export.number),
            (_("Asked by"), export.owner),
            (_("Reason"), export.reason or "–"),
            (_("Narrowed by"), export.words or _("nothing, the whole list")),
            (_("Rows"), number_format(export.rows, force_grouping=True)),
            (_("File"), FileKind(export.kind).label),
        ]
        if export.sensitive:
            facts.append((_("Sensitive columns"), _("Yes")))
        if export.decided_by:
            facts.append((_("Decided by"), f"{export.decided_by} {local_day(export.decided_at):%Y-%m-%d}"))
        if export.remark:
            facts.append((_("Remark"), export.remark))
        if export.sha256:
            facts.append(("SHA-256", export.sha256))
        return facts


class ExportAsk(CreatePage):
    """Why a list is needed that does not leave at once. The list stands in the address as on its own page."""

    permission = Permission.EXPORT_LISTS
    form_class = AskForm
    template_name = "grids/exporting/export_ask.html"
    submit_label = _("Ask for the export")
    title = _("Ask for an export")
    intro = _("More than 200 rows, or sensitive columns: a second person looks at it before the file is made.")

    def load(self) -> None:
        self.kind = FileKind.CSV if self.request.GET.get("kind") == FileKind.CSV else FileKind.XLSX
        self.address = clean_address(self.request.GET.get("list", ""))
        self.wish: Wish | None = None

    def check(self) -> Decision:
        self.require_power()
        self.wish = measure(open_list(self.address, self.request.user))
        return super().check()

    def get_initial(self) -> dict[str, Any]:
        return {"kind": self.kind}

    def get_back_url(self) -> str:
        return self.address

    def perform(self, form: Any) -> Export:
        assert self.wish is not None  # noqa: S101 - check() ran first
        kind = form.cleaned_data["kind"]
        return services.ask(self.wish, owner=self.request.user, kind=kind, reason=form.reason())

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(wish=self.wish, words=self.wish.source.words if self.wish else "", **context)


# ------------------------------------------------------------------ acts
class ExportApprove(Visible, ActionPage):
    form_class = RemarkForm
    title = _("Approve the export")
    intro = _("The file is made now and can be taken for 24 hours by whoever asked for it. Your name stays with it.")
    submit_label = _("Approve")
    success_message = _("Approved. The file is being made.")

    def decide(self, obj: Export) -> Decision:
        return may_decide(self.request.user, obj, scope_of(self.request.user, Permission.APPROVE_EXPORTS))

    def perform(self, obj: Export, form: Any) -> Export:
        return services.approve(obj, actor=self.request.user, remark=form.cleaned_data["remark"])

    def get_success_url(self, result: Any) -> str:
        return reverse("grids:export-queue")


class ExportRefuse(ExportApprove):
    form_class = RefusalForm
    title = _("Refuse the export")
    intro = _("No file is made; the other one reads your reason.")
    submit_label = _("Refuse")
    style = "danger"
    success_message = _("Refused.")

    def perform(self, obj: Export, form: Any) -> Export:
        return services.refuse(obj, actor=self.request.user, remark=form.cleaned_data["remark"])


class ExportWithdraw(ActionPage):
    title = _("Withdraw the export")
    intro = _("Nobody has to look at it any more.")
    submit_label = _("Withdraw")
    success_message = _("Withdrawn.")

    def get_queryset(self) -> Any:
        return Export.objects.own(self.request.user)

    def perform(self, obj: Export, form: Any) -> Export:
        return services.withdraw(obj, actor=self.request.user)


class ExportDownload(View):
    """The file itself; each time is written into the trail, so it is asked for with POST."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        export = get_object_or_404(Export.objects.own(request.user).select_related("job", "file"), pk=pk)
        content = services.fetch(export, actor=request.user)
        return file_response(io.BytesIO(content), kind=export.kind, title=export.title)
