"""One import: the preview, confirming, the marked workbook, putting aside, undoing."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from grids.common.actions import Action
from grids.common.chips import chip_of
from grids.common.decisions import Decision
from grids.common.exports import KINDS
from grids.common.pages import Page, ScopedMixin
from grids.common.views import ActionPage, DetailPage
from residents.importing import rules, services
from residents.importing.choices import ImportState as S
from residents.importing.choices import Kept, Outcome
from residents.importing.correcting import key_of
from residents.importing.fields import RUNNING
from residents.importing.headings import meaning
from residents.importing.models import RosterImport
from residents.importing.packets import ALL_OUTCOMES, aside_keys, row_page
from residents.importing.services.reading import digest_of
from residents.importing.tables import row_words
from residents.importing.views.common import OneImport, page_links, where_next

ROWS_PER_PAGE = 50
BUILDINGS_SHOWN = 10
SHOWN_FIRST = (Outcome.WRONG, Outcome.CHANGED, Outcome.NEW)


class ImportPage(OneImport, DetailPage):
    """The preview before it is confirmed, the result afterwards."""

    template_name = "residents/importing/import_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        roster_import = self.get_object()
        where = rules.standing(roster_import)
        if where in {S.READING, S.APPLYING} and roster_import.owner_id == request.user.pk:
            return HttpResponseRedirect(roster_import.job.get_absolute_url())
        if where == S.MAPPING and rules.may_map(request.user, roster_import):
            return HttpResponseRedirect(reverse("residents:import-mapping", args=[roster_import.pk]))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        titles = {
            S.PREVIEWED: _("What the import would do"),
            S.STALE: _("What the import would do"),
            S.DONE: _("What was imported"),
            S.UNDONE: _("This import was undone"),
            S.FAILED: _("The file could not be read"),
            S.CANCELLED: _("This import was put aside"),
        }
        return titles.get(rules.standing(self.object), _("Import a roster"))

    def get_actions(self) -> list[Action]:
        user, one, where = self.request.user, self.object, rules.standing(self.object)

        def action(
            label: Any, name: str, decision: Decision, icon: str, style: str = "secondary", **more: Any
        ) -> Action:
            return Action(label, reverse(f"residents:{name}", args=[one.pk]), decision, style=style, icon=icon, **more)

        actions = []
        if one.wrong_rows and where in {S.PREVIEWED, S.STALE}:
            may = rules.may_correct(user, one)
            actions.append(action(_("Correct the wrong cells here"), "import-wrong", may, "pencil", "primary"))
        if where in {S.PREVIEWED, S.STALE, S.DONE} and one.marked_id:
            may = rules.may_take_marked(user, one)
            label = _("Download the marked workbook") if one.wrong_rows else _("Download the corrected workbook")
            actions.append(action(label, "import-marked", may, "download"))
        if where in {S.STALE, S.FAILED} and one.file_id:
            again = action(
                _("Compare once more"), "import-again", rules.may_map(user, one), "refresh-cw", "primary", post=True
            )
            actions.append(again)
        if where in {S.PREVIEWED, S.STALE, S.FAILED}:
            if one.columns and one.file_id:
                actions.append(action(_("Change the columns"), "import-mapping", rules.may_map(user, one), "columns-3"))
            upload = reverse("residents:import-create")
            if one.wrong_rows or where == S.FAILED:
                actions.append(Action(_("Upload the corrected file"), upload, icon="file-up"))
        if where in {S.PREVIEWED, S.STALE, S.MAPPING}:
            may = rules.may_cancel(user, one)
            actions.append(action(_("Put this import aside"), "import-cancel", may, "x", "quiet", post=True))
        if where == S.DONE:
            actions.append(action(_("Undo the import"), "import-undo", rules.may_undo(user, one), "undo-2"))
            households = reverse("residents:household-list")
            actions.insert(0, Action(_("To the households"), households, icon="house", style="primary"))
        return actions

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        one = self.object
        digest = digest_of(one)
        names = {sheet["index"]: sheet["name"] for sheet in digest.get("sheets", [])}
        chosen = self._chosen()
        outcomes = [chosen] if chosen else ALL_OUTCOMES
        total = self._count(chosen) if chosen else one.row_count
        pages = Paginator(range(total), ROWS_PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        rows = row_page(one, outcomes, page.start_index() - 1 if total else 0, ROWS_PER_PAGE)
        where = rules.standing(one)
        return super().get_context_data(
            marks=[chip_of(S, where)],
            where=where.value,
            may_confirm=rules.may_confirm(self.request.user, one) if where in {S.PREVIEWED, S.APPLYING} else None,
            tiles=self._tiles(chosen),
            chosen=Outcome(chosen) if chosen else None,
            rows=[row_words(row, names) for row in rows],
            may_take_in=self._may_take_in(),
            page=page,
            page_links=page_links(page, outcome=chosen or "all"),
            rows_are_gone=bool(total) and not rows,
            dropped=self._dropped(digest),
            skipped=self._skipped(digest),
            cleaned=digest.get("cleaned", []),
            remarks=digest.get("notes", []),
            kept_words=self._kept_words(digest),
            new_buildings=self._new_buildings(digest) if where == S.PREVIEWED else "",
            **context,
        )

    def _chosen(self) -> str:
        """The outcome whose rows are listed: as asked for, else what needs eyes first."""
        asked = self.request.GET.get("outcome")
        if asked == "all":
            return ""
        if asked in Outcome.values:
            return asked
        return next((one.value for one in SHOWN_FIRST if self._count(one)), "")

    def _count(self, outcome: str) -> int:
        return getattr(self.object, f"{outcome}_rows")

    def _may_take_in(self) -> set[str]:
        """The rows, as ``sheet_row``, that this user left out and may take back in."""
        if not self.object.left_out_rows or not rules.may_take_in(self.request.user, self.object):
            return set()
        return {f"{sheet}_{row}" for sheet, row in aside_keys(self.object)}

    def _tiles(self, chosen: str) -> list[dict[str, Any]]:
        tones = {Outcome.WRONG: "alarm"}
        return [
            {
                "label": outcome.label,
                "value": self._count(outcome),
                "url": f"?outcome={outcome.value}#rows" if self._count(outcome) else "",
                "tone": tones.get(outcome, "") if self._count(outcome) else "",
                "current": outcome.value == chosen,
            }
            for outcome in Outcome
            if outcome != Outcome.LEFT_OUT or self._count(outcome)
        ]

    def _kept_words(self, digest: dict[str, Any]) -> Any:
        """What the workbook that may be downloaded lacks of the user's own; nothing when it is complete."""
        kept = digest.get("kept", Kept.ALL)
        is_offered = self.object.marked_id and rules.may_take_marked(self.request.user, self.object)
        return Kept(kept).label if is_offered and kept != Kept.ALL else ""

    def _new_buildings(self, digest: dict[str, Any]) -> str:
        """Which buildings the roster does not know yet: a name that is only written differently would become one."""
        names = digest.get("new_buildings", [])
        if not names:
            return ""
        words = ngettext(
            "%(count)s building is not in the roster yet and will be added: %(names)s. "
            "If it stands there under another name, write that one in the file.",
            "%(count)s buildings are not in the roster yet and will be added: %(names)s. "
            "If one stands there under another name, write that one in the file.",
            len(names),
        )
        shown = gettext(", ").join(names[:BUILDINGS_SHOWN]) + ("…" if len(names) > BUILDINGS_SHOWN else "")
        return words % {"count": len(names), "names": shown}

    def _dropped(self, digest: dict[str, Any]) -> list[tuple[str, str]]:
        """Heading and sentence of every column that is not imported."""
        found: dict[str, str] = {}
        for sheet in digest.get("sheets", []):
            fields = self.object.columns.get(str(sheet["index"]))
            if fields is None:
                continue
            for column, heading, _field, _standing, message, _choices in sheet["matches"]:
                used = fields[column] if column < len(fields) else ""
                if heading and not used and meaning(heading) != RUNNING:
                    found.setdefault(heading, message or gettext("left out by you"))
        return list(found.items())

    def _skipped(self, digest: dict[str, Any]) -> list[str]:
        lines = [f"{name}: {message}" for name, message in digest.get("skipped_sheets", [])]
        for sheet in digest.get("sheets", []):
            if self.object.columns and str(sheet["index"]) not in self.object.columns:
                lines.append(gettext("The sheet “%(name)s” is left out.") % {"name": sheet["name"]})
                continue
            for row, _reason, message in sheet["skipped"]:
                lines.append(gettext("Row %(row)s: %(message)s") % {"row": row, "message": message})
        return lines


class PostOnly(OneImport, Page, ScopedMixin, View):
    """An act without a question before it: POST only, and back to where the work goes on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        return HttpResponseRedirect(self.act())

    def act(self) -> str:
        raise NotImplementedError


class ImportConfirm(PostOnly):
    def act(self) -> str:
        seen = self.request.POST.get("fingerprint", "")
        return services.confirm_import(self.object, actor=self.request.user, fingerprint=seen).job.get_absolute_url()


class ImportAgain(PostOnly):
    def act(self) -> str:
        return services.read_again(self.object, actor=self.request.user).job.get_absolute_url()


class ImportTakeIn(PostOnly):
    """Rows that were left out on the page of the wrong cells come back in: ``row`` as ``sheet_row``, once or often."""

    def act(self) -> str:
        keys = {key for text in self.request.POST.getlist("row") if (key := key_of(text))}
        return where_next(services.take_rows_in(self.object, actor=self.request.user, keys=keys))


class ImportCancel(PostOnly):
    def act(self) -> str:
        services.cancel_import(self.object, actor=self.request.user)
        return reverse("residents:import-list")


class ImportMarked(OneImport, Page, ScopedMixin, View):
    """The user's own workbook with the wrong cells marked."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = self.get_object()
        content = services.open_marked(one, actor=request.user)
        if one.marked is None:
            raise Http404
        response = HttpResponse(content, content_type=KINDS["xlsx"])
        response["Cache-Control"] = "no-store"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=one.marked.name)
        return response


class ImportUndo(OneImport, ActionPage):
    title = _("Undo the import")
    intro = _(
        "Everything this import brought in is removed, and what it changed gets its former value back. "
        "If somebody has worked on one of these rows since, nothing is undone and you are told which."
    )
    submit_label = _("Undo the import")
    style = "danger"
    success_message = _("The import was undone; the roster is as it was before.")

    def decide(self, obj: RosterImport) -> Decision:
        return rules.may_undo(self.request.user, obj)

    def perform(self, obj: RosterImport, form: Any) -> RosterImport:
        return services.undo_import(obj, actor=self.request.user)
