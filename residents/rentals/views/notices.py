"""Rectification notices: issued, printed, served."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.views import ActionPage, DetailPage
from grids.places.models import ServicePoint
from grids.tree.choices import Level
from residents.rentals import rules, services
from residents.rentals.forms import NoticeForm, ServeForm
from residents.rentals.models import RectificationNotice, RentalCheck
from residents.rentals.services.checking import last_check
from residents.rentals.services.rows import cycle
from residents.rentals.views.common import file_crumbs
from residents.rentals.views.files import open_findings
from residents.roster.rules import shown_door, shown_name


class IssueNotice(ActionPage):
    permission = Permission.VIEW_RENTALS
    model = RentalCheck
    form_class = NoticeForm
    template_name = "residents/rentals/rectificationnotice_issue.html"
    title = _("Issue a rectification notice")
    submit_label = _("Issue the notice")
    success_message = _("The notice is issued. Print it, let the landlord sign, and note how it was served.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().done().with_place().select_related("checklist")

    def load(self) -> None:
        super().load()
        self.last = last_check(self.object.file)

    def decide(self, obj: RentalCheck) -> Decision:
        last = self.last if self.last is not None and self.last.pk == obj.pk else None
        has_notice = RectificationNotice.objects.filter(rental_check=obj).exists()
        return rules.may_issue(self.request.user, obj.file, last, has_notice=has_notice)

    def get_breadcrumb(self) -> list[Crumb]:
        return file_crumbs(self.request.user, self.object.file)

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": rules.next_check_on(self.object.colour, today(), cycle())}

    def get_back_url(self) -> str:
        return self.object.file.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return result.get_absolute_url()

    def perform(self, obj: RentalCheck, form: Any) -> RectificationNotice:
        return services.issue_notice(obj, actor=self.request.user, due_on=form.cleaned_data["due_on"])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            door=shown_door(self.request.user, self.object.file.dwelling),
            findings=open_findings(self.object),
            **context,
        )


class PrintNotice(DetailPage):
    """The notice as a sheet of paper."""

    permission = Permission.VIEW_RENTALS
    model = RectificationNotice
    template_name = "residents/rentals/rectificationnotice_print.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place().select_related("issued_by")

    @property
    def file(self) -> Any:
        return self.object.rental_check.file

    def get_title(self) -> str:
        return self.object.number

    def get_breadcrumb(self) -> list[Crumb]:
        return file_crumbs(self.request.user, self.file)

    def get_actions(self) -> list[Action]:
        decision = rules.may_serve(self.request.user, self.object)
        if not rules.may_inspect(self.request.user, self.file.grid):
            return []
        url = reverse("residents:rectificationnotice-serve", args=[self.object.pk])
        return [Action(_("Note how it was served"), url, decision, icon="hand")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, file = self.request.user, self.file
        community = next(grid for grid in file.grid.get_ancestors(include_self=True) if grid.level == Level.COMMUNITY)
        return super().get_context_data(
            door=shown_door(user, file.dwelling),
            landlord=shown_name(user, file.grid, file.landlord_name),
            file=file,
            community=community.name,
            findings=open_findings(self.object.rental_check),
            duty_phone=self._duty_phone(community),
            inspector=self.object.issued_by.get_full_name(),
            **context,
        )

    def _duty_phone(self, community: Any) -> str:
        """The work phone of who issued it, else the public phone of a service point of the community."""
        staff = getattr(self.object.issued_by, "staff_profile", None)
        if staff is not None and staff.work_phone:
            return staff.work_phone
        points = ServicePoint.objects.under(community).exclude(phone="")
        return points.values_list("phone", flat=True).first() or ""


class ServeNotice(ActionPage):
    permission = Permission.VIEW_RENTALS
    model = RectificationNotice
    form_class = ServeForm
    title = _("Note how the notice was served")
    submit_label = _("Save")
    success_message = _("It is noted how the notice reached the landlord.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def decide(self, obj: RectificationNotice) -> Decision:
        return rules.may_serve(self.request.user, obj)

    def get_intro(self) -> str:
        return self.object.number

    def get_breadcrumb(self) -> list[Crumb]:
        return file_crumbs(self.request.user, self.object.rental_check.file)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def get_success_url(self, result: Any) -> str:
        return self.object.rental_check.file.get_absolute_url()

    def get_back_url(self) -> str:
        return self.object.rental_check.file.get_absolute_url()

    def perform(self, obj: RectificationNotice, form: Any) -> RectificationNotice:
        return services.serve_notice(obj, actor=self.request.user, **form.cleaned_data)
