"""Making a check at the door, reading one afterwards, and its photos."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.chips import chip_of, risk_chip
from grids.common.decisions import Decision
from grids.common.pages import ScopedMixin, key_of
from grids.common.views import DetailPage
from residents.rentals import rules, services
from residents.rentals.checkforms import CheckForm
from residents.rentals.choices import Area, Finding
from residents.rentals.models import ChecklistItem, FindingPhoto, RentalCheck
from residents.rentals.services.checking import checklist_for, last_check, open_codes
from residents.rentals.views.common import FileAction, file_crumbs
from residents.rentals.views.files import with_photos
from residents.roster.rules import shown_door


class MakeCheck(FileAction):
    """The full check, for the phone in the stairwell; works without script, keeps photos of an incomplete form."""

    template_name = "residents/rentals/rentalcheck_form.html"
    form_class = CheckForm
    title = _("Full check")
    submit_label = _("Save the check")
    planned: RentalCheck

    def load(self) -> None:
        super().load()
        self.last = last_check(self.object)
        self.planned = self._planned()

    def _planned(self) -> RentalCheck:
        """The check that the form was opened on; whether it is still to be made is the service's business."""
        asked = key_of(self.request.POST.get("check", "")) if self.request.method == "POST" else 0
        if asked:
            services.require_planned(self.object, asked)
        return self.object.checks.planned().first() or RentalCheck(file=self.object)

    def items(self) -> list[ChecklistItem]:
        return list(checklist_for(self.object).items.all())

    def get_intro(self) -> str:
        return self.door

    def get_initial(self) -> dict[str, Any]:
        return {"check": self.planned.pk, "version": self.planned.version}

    def get_form_options(self) -> dict[str, Any]:
        codes = open_codes(self.last)
        items = self.items()
        photos = FindingPhoto.objects.without_content().filter(
            rental_check=self.planned.pk, taken_by=self.request.user, finding__isnull=True
        )
        return {
            "items": items,
            "open_before": {item.pk for item in items if item.code in codes},
            "kept": {photo.item_id: photo for photo in photos},
        }

    def get_form(self) -> Any:
        if not hasattr(self, "_form"):
            self._form = super().get_form()
        return self._form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Photos first: whatever else is missing, they need not be taken again."""
        form = self.get_form()
        form.is_valid()
        for item, picture in form.pictures():
            form.kept[item.pk] = services.keep_photo(self.planned, item, picture, actor=request.user)
        return super().post(request, *args, **kwargs)

    def perform(self, obj: Any, form: Any) -> RentalCheck:
        values = form.cleaned_data
        return self.service()(
            self.planned, actor=self.request.user, version=values["version"], answers=form.given(), note=values["note"]
        )

    def service(self) -> Any:
        return services.record_check

    def get_success_message(self, result: RentalCheck) -> Any:
        return _("The check is saved. The dwelling is %(colour)s now; next check by %(day)s.") % {
            "colour": result.get_colour_display(),
            "day": f"{result.file.checks.planned().get().due_on:%Y-%m-%d}",
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            door=self.door, colour=risk_chip(self.object.colour), last=self.last, is_recheck=False, **context
        )


class MakeRecheck(MakeCheck):
    """Only what the check before left open."""

    title = _("Re-check")
    submit_label = _("Save the re-check")

    def decide(self, obj: Any) -> Decision:
        return rules.may_recheck(self.request.user, obj, self.last)

    def items(self) -> list[ChecklistItem]:
        if self.last is None:
            return []
        rows = self.last.findings.filter(finding=Finding.OPEN).select_related("item")
        return [finding.item for finding in rows]

    def service(self) -> Any:
        return services.record_recheck

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**context) | {"is_recheck": True}


class CheckPage(DetailPage):
    """What was found at every item of one check."""

    permission = Permission.VIEW_RENTALS
    model = RentalCheck
    template_name = "residents/rentals/rentalcheck_detail.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().done().with_later().with_place().select_related("checklist", "follows")

    def get_title(self) -> str:
        return f"{self.object.get_kind_display()} · {shown_door(self.request.user, self.object.file.dwelling)}"

    def get_breadcrumb(self) -> list[Crumb]:
        return file_crumbs(self.request.user, self.object.file)

    def get_facts(self) -> list[tuple[Any, Any]]:
        check = self.object
        return [
            (_("Checked by"), check.checked_by.get_full_name()),
            (_("Due on"), f"{check.due_on:%Y-%m-%d}"),
            (_("Open items"), check.open_items),
            (_("Open points"), check.points_open),
            (_("Checklist"), str(check.checklist)),
            (_("Note"), check.note),
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        check = self.object
        findings = with_photos(list(check.findings.select_related("item")))
        areas: dict[str, list[Any]] = {}
        for finding in findings:
            finding.chip = chip_of(Finding, finding.finding)
            areas.setdefault(finding.item.area, []).append(finding)
        return super().get_context_data(
            marks=[risk_chip(check.colour), rules.state_chip(check.state)],
            areas=[(Area(area).label, rows) for area, rows in areas.items()],
            **context,
        )


class ShowPhoto(ScopedMixin, View):
    """One photo, to those who may see the file; a photo of a form not sent yet to its photographer only."""

    permission = Permission.VIEW_RENTALS
    model = FindingPhoto

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        photo = get_object_or_404(self.get_queryset(), pk=pk)
        if photo.finding_id is None and photo.taken_by_id != request.user.pk:
            photo = get_object_or_404(FindingPhoto.objects.none(), pk=pk)
        response = HttpResponse(photo.content, content_type="image/jpeg")
        response["Cache-Control"] = "no-store"
        response["Content-Disposition"] = f'inline; filename="photo-{photo.pk}.jpg"'
        response["X-Content-Type-Options"] = "nosniff"
        return response
