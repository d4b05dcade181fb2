"""The page on which the wrong cells of an import are corrected or their rows left out, and their way back."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.actions import Action, Crumb
from grids.common.decisions import Decision
from grids.common.errors import ServiceError
from grids.common.views import ActionPage
from residents.importing import rules, services
from residents.importing.book import column_letter
from residents.importing.choices import ImportState as S
from residents.importing.choices import Outcome
from residents.importing.correcting import Key, WrongCellsForm, keys_of, left_out_in, typed_in
from residents.importing.packets import StoredRow, aside_keys, row_page, wrong_rows
from residents.importing.services.correcting import RowsMovedOn
from residents.importing.services.reading import digest_of
from residents.importing.tables import row_words
from residents.importing.views.common import OneImport, page_links, where_next

ROWS_PER_PAGE = 20


class ImportWrongRows(OneImport, ActionPage):
    """Wrong rows, page by page: each wrong cell as a field, with what is wrong and what the file says."""

    form_class = WrongCellsForm
    template_name = "residents/importing/import_wrong.html"
    title = _("Correct the wrong cells")
    submit_label = WrongCellsForm.submit_label
    intro = _(
        "What you correct here is imported in place of what stands in your file. "
        "A row that you leave out is not imported; you can take it back in until you confirm."
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            one = self.get_object()
            if one.owner_id == request.user.pk and rules.standing(one) == S.READING:
                return HttpResponseRedirect(one.job.get_absolute_url())
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def check(self) -> Decision:
        """What is sent must not be lost because the import has gone on: then the service refuses, beside the form."""
        return (rules.may_see_wrong if self.sent else rules.may_correct)(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        services.note_opened(self.object, actor=request.user)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if self.left_over:
            form.add_error(None, gettext("Some rows have been corrected in another window already."))
        if form.is_valid():
            try:
                done = services.correct_rows(
                    self.object,
                    actor=request.user,
                    cells=form.cells(),
                    marks=form.marks(),
                    leave_out=left_out_in(self.request.POST, self.sent),
                )
                return HttpResponseRedirect(where_next(done))
            except RowsMovedOn as problem:
                form.see_anew(problem.rows)
                form.add_error(None, str(problem))
            except ServiceError as problem:
                form.add_error(None, str(problem))
        return self.render_to_response(self.get_context_data(form=form))

    # ------------------------------------------------------------------ its rows
    @cached_property
    def page(self) -> Any:
        return Paginator(range(self.object.wrong_rows), ROWS_PER_PAGE).get_page(self.request.GET.get("page"))

    @cached_property
    def rows(self) -> list[StoredRow]:
        """Those of the page; of a form that was sent those that it is about, wherever they stand by now."""
        if self.request.method != "POST":
            start = self.page.start_index() - 1 if self.object.wrong_rows else 0
            return row_page(self.object, [Outcome.WRONG], start, ROWS_PER_PAGE)
        found = wrong_rows(self.object, self.sent)
        return [found[key] for key in self.sent if key in found]

    @cached_property
    def sent(self) -> list[Key]:
        """The rows that a sent form is about."""
        return keys_of(list(self.request.POST))[:ROWS_PER_PAGE]

    def get_form_options(self) -> dict[str, Any]:
        sheets = digest_of(self.object).get("sheets", [])
        return {
            "rows": self.rows,
            "columns": self.object.columns,
            "headings": {sheet["index"]: sheet["headings"] for sheet in sheets},
        }

    @cached_property
    def left_over(self) -> list[tuple[str, str]]:
        """Place and text of what was typed in rows that are not wrong any more: shown, for it is saved nowhere."""
        known = {row.key for row in self.rows}
        return [
            (f"{column_letter(column)}{key[1]}", text)
            for key in self.sent
            if key not in known
            for column, text in typed_in(self.request.POST, key).items()
        ]

    def get_breadcrumb(self) -> list[Crumb]:
        return [*super().get_breadcrumb(), Crumb(str(self.object), self.object.get_absolute_url())]

    def get_actions(self) -> list[Action]:
        user, one = self.request.user, self.object
        url = reverse("residents:import-marked", args=[one.pk])
        marked = Action(
            _("Download the marked workbook"), url, rules.may_take_marked(user, one), "quiet", icon="download"
        )
        if not one.file_id:
            return [marked]
        # Where rows say nothing of their grid, it is chosen there.
        url = reverse("residents:import-mapping", args=[one.pk])
        return [marked, Action(_("Change the columns"), url, rules.may_map(user, one), "quiet", icon="columns-3")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        names = {sheet["index"]: sheet["name"] for sheet in digest_of(self.object).get("sheets", [])}
        return super().get_context_data(
            lines=[(line, row_words(line.row, names)) for line in context["form"].lines()],
            left_over=self.left_over,
            page=self.page,
            aside=len(aside_keys(self.object)),
            page_links=page_links(self.page),
            **context,
        )
