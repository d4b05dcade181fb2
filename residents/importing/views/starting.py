"""Bringing a file in: upload, earlier imports, the template, naming the columns."""

from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy
from django.views import View

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.decisions import Decision
from grids.common.exports import KINDS
from grids.common.pages import Page, ScopedMixin
from grids.common.views import ActionPage, CreatePage, ListPage
from grids.jobs.models import Job
from residents.importing import rules, services, template
from residents.importing.forms import ColumnsForm, UploadForm
from residents.importing.models import RosterImport
from residents.importing.services.reading import digest_of
from residents.importing.tables import RosterImportTable
from residents.importing.views.common import OneImport


class ImportCreate(CreatePage):
    """Drop a file, choose one, or paste: all of them lead on to the preview by themselves."""

    permission = Permission.IMPORT_ROSTER
    form_class = UploadForm
    template_name = "residents/importing/import_create.html"
    title = _("Import a roster")
    intro = _("Your own Excel file as it is. First you see what would happen; nothing is written before you confirm.")
    submit_label = _("Read the file")

    def get_actions(self) -> list[Action]:
        return [
            Action(_("Download a template"), reverse("residents:import-template"), icon="download", style="quiet"),
            Action(_("Earlier imports"), reverse("residents:import-list"), icon="history", style="quiet"),
        ]

    def perform(self, form: UploadForm) -> RosterImport:
        content, name, pasted = form.content()
        return services.start_import(
            actor=self.request.user, grid=form.cleaned_data["grid"], content=content, name=name, pasted=pasted
        )

    def get_success_url(self, result: RosterImport) -> str:
        return result.job.get_absolute_url()


class ImportList(ListPage):
    permission = Permission.IMPORT_ROSTER
    model = RosterImport
    table_class = RosterImportTable
    title = _("Earlier imports")
    intro = _("Who brought in what, and what came of it. Files are kept for 7 days.")
    unit = npgettext_lazy("number of", "import", "imports")
    empty_title = _("No import yet")
    empty_text = _("Bring in your Excel roster; you see everything before anything is written.")

    def get_queryset(self) -> Any:
        return super().get_queryset().with_people().newest_first()

    def get_actions(self) -> list[Action]:
        return [Action(_("Import a roster"), reverse("residents:import-create"), style="primary", icon="file-up")]


class ImportTemplate(Page, ScopedMixin, View):
    """An empty workbook with all headings, choices and a text column for identity numbers."""

    permission = Permission.IMPORT_ROSTER

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require_power()
        response = FileResponse(BytesIO(template.workbook()), content_type=KINDS["xlsx"])
        name = _("Roster template")
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
        return response


class ImportMapping(OneImport, ActionPage):
    """What the columns hold that no heading tells."""

    form_class = ColumnsForm
    template_name = "residents/importing/import_mapping.html"
    title = _("What do these columns hold?")
    intro = _("Your answers are remembered: next time you are not asked again.")
    submit_label = _("Go on to the preview")

    def decide(self, obj: RosterImport) -> Decision:
        return rules.may_map(self.request.user, obj)

    def get_form_options(self) -> dict[str, Any]:
        sheets = digest_of(self.object).get("sheets", [])
        return {"sheets": sheets, "chosen": self.object.columns, "initial": {"default_grid": self.object.default_grid}}

    def perform(self, obj: RosterImport, form: ColumnsForm) -> Job:
        done = services.name_columns(
            obj,
            actor=self.request.user,
            columns=form.columns(),
            headings=form.headings(),
            default_grid=form.cleaned_data["default_grid"],
        )
        return done.job

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Import"), reverse("residents:import-create"))]
