"""What is done with one report: by the secretary, by the desk, by the person himself."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.decisions import Decision
from grids.common.views import ActionPage, Crumb
from residents.volunteers import rules, services
from residents.volunteers.forms import ChangeForm, EndForm, LinkForm, ReasonForm
from residents.volunteers.models import PartyMemberReport
from residents.volunteers.naming import shown_employer, shown_member
from residents.volunteers.views.reports import reports_crumb


class _ReportAct(ActionPage):
    """One act on one report; ``step`` names it in the table."""

    permission = Permission.VIEW_VOLUNTEERS
    model = PartyMemberReport
    step = ""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_person().prefetch_related("skills")

    def get_breadcrumb(self) -> list[Crumb]:
        name = shown_member(self.request.user, self.object)
        return [reports_crumb(), Crumb(name, self.object.get_absolute_url())]

    def decide(self, obj: PartyMemberReport) -> Decision:
        return rules.may_decide(self.request.user, self.step, obj)


class ReportAccept(_ReportAct):
    step = "accept"
    title = _("Accept the report")
    submit_label = _("Accept")
    success_message = _("The report is accepted.")

    def get_intro(self) -> Any:
        report = self.object
        words = _(
            "%(name)s, %(employer)s, hours offered a month: %(hours)d, for: %(skills)s. "
            "The roster notes the membership."
        )
        return words % {
            "name": shown_member(self.request.user, report),
            "employer": shown_employer(self.request.user, report),
            "hours": report.hours_a_month,
            "skills": _(", ").join(str(one) for one in report.skills.all()),
        }

    def perform(self, obj: PartyMemberReport, form: Any) -> PartyMemberReport:
        return services.accept(obj, actor=self.request.user)


class ReportRefuse(_ReportAct):
    step = "refuse"
    form_class = ReasonForm
    title = _("Do not accept the report")
    submit_label = _("Do not accept")
    success_message = _("The report is not accepted; whoever made it was told.")

    def perform(self, obj: PartyMemberReport, form: Any) -> PartyMemberReport:
        return services.refuse(obj, actor=self.request.user, reason=form.cleaned_data["reason"])


class ReportEnd(_ReportAct):
    step = "end"
    form_class = EndForm
    title = _("End the report")
    intro = _("What is claimed is on the board again; confirmed hours stay. The account loses its rights today.")
    submit_label = _("End")
    style = "danger"
    success_message = _("The report has ended.")

    def perform(self, obj: PartyMemberReport, form: Any) -> PartyMemberReport:
        return services.end(obj, actor=self.request.user, reason=form.cleaned_data["end_reason"])


class ReportLink(_ReportAct):
    form_class = LinkForm
    title = _("Connect account")
    submit_label = _("Connect account")
    success_message = _("The account is connected.")

    def decide(self, obj: PartyMemberReport) -> Decision:
        return rules.may_link(self.request.user, obj)

    def perform(self, obj: PartyMemberReport, form: Any) -> PartyMemberReport:
        return services.link_account(obj, form.cleaned_data["user"], actor=self.request.user)


class _OwnOrKept(_ReportAct):
    """Acts of the person himself, or of the desk for him."""

    permission = None

    def get_queryset(self) -> QuerySet:
        return PartyMemberReport.objects.in_sight(self.request.user).with_person().prefetch_related("skills")

    @property
    def is_own(self) -> bool:
        return self.object.user_id == self.request.user.pk

    def get_breadcrumb(self) -> list[Crumb]:
        if self.is_own:
            return [Crumb(_("My service"), reverse("residents:service-mine"))]
        return super().get_breadcrumb()

    def get_back_url(self) -> str:
        return reverse("residents:service-mine") if self.is_own else self.object.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()


class ReportChange(_OwnOrKept):
    form_class = ChangeForm
    title = _("What I offer")
    submit_label = _("Save")
    success_message = _("Saved.")

    def get_title(self) -> Any:
        return self.title if self.is_own else _("Change what is offered")

    def decide(self, obj: PartyMemberReport) -> Decision:
        return rules.may_change(self.request.user, obj)

    def get_initial(self) -> dict[str, Any]:
        report = self.object
        skills = [one.skill for one in report.skills.all()]
        offer = {"employer": report.employer, "skills": skills, "hours_a_month": report.hours_a_month}
        return {**offer, "version": report.version}

    def perform(self, obj: PartyMemberReport, form: Any) -> PartyMemberReport:
        return services.change(obj, actor=self.request.user, **form.cleaned_data)


class ReportWithdraw(_OwnOrKept):
    title = _("Withdraw the report")
    intro = _("What is claimed is on the board again; confirmed hours stay. No reason is asked.")
    submit_label = _("Withdraw the report")
    style = "danger"
    success_message = _("The report is withdrawn.")

    def decide(self, obj: PartyMemberReport) -> Decision:
        return rules.may_withdraw(self.request.user, obj)

    def perform(self, obj: PartyMemberReport, form: Any) -> PartyMemberReport:
        return services.withdraw(obj, actor=self.request.user)
