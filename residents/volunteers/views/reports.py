"""The community's pages about those who reported: list, entry, one report, its certificate."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.clock import local_day, today
from grids.common.decisions import Decision, Denied
from grids.common.views import Action, ActionPage, CreatePage, Crumb, DetailPage, ListPage
from grids.tree.models import Grid
from residents.contacts.filters import CandidateFilter
from residents.roster.models import Person, Residency
from residents.roster.rules import shown_name
from residents.roster.services import grid_of
from residents.volunteers import rules, services
from residents.volunteers.choices import ReportState
from residents.volunteers.filters import ReportFilter
from residents.volunteers.forms import RegisterForm
from residents.volunteers.links import figures_url
from residents.volunteers.models import PartyMemberReport
from residents.volunteers.naming import shown_employer, shown_member
from residents.volunteers.tables import CandidateTable, ReportTable
from residents.volunteers.views.lines import claim_lines

REPORTS = _("Party members who report to the community")


def reports_crumb() -> Crumb:
    return Crumb(REPORTS, reverse("residents:partymemberreport-list"))


class ReportList(ListPage):
    permission = Permission.VIEW_VOLUNTEERS
    model = PartyMemberReport
    table_class = ReportTable
    filterset_class = ReportFilter
    # Every row says of somebody that he is a party member (C4).
    sensitive_export = True
    title = REPORTS
    intro = _("Who in service reported where he lives, what he can help with, and what was confirmed by who benefited.")
    help_text = _(
        "Party members report to the community where they live and offer skills and hours there. They claim wishes and "
        "posts from the board; what they did counts when who benefited has confirmed it. Of their work only the name "
        "of the employer is kept, and nothing about their private life."
    )
    unit = npgettext_lazy("number of", "report", "reports")
    empty_title = _("Nobody has reported yet")
    empty_text = _("Enter the first report, or pass on the address of the page on which members report themselves.")

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().with_person().with_service().prefetch_related("skills")
        return rows.order_by("grid__code", "-reported_at", "-pk")

    def get_actions(self) -> list[Action]:
        user = self.request.user
        actions = [Action(_("Wishes and posts"), reverse("residents:servicecall-list"), icon="heart-handshake")]
        if user.has_perm(Permission.KEEP_VOLUNTEERS):
            url = reverse("residents:partymemberreport-find")
            actions.insert(0, Action(_("Enter a report"), url, style="primary", icon="user-plus"))
        if user.has_perm(Permission.VIEW_INDICATORS) and (figures := figures_url()):
            actions.append(Action(_("In numbers"), figures, style="quiet", icon="chart-column"))
        return actions


class ReportFind(ListPage):
    """Who reports: persons of one's communities who have not reported yet."""

    permission = Permission.KEEP_VOLUNTEERS
    model = Person
    table_class = CandidateTable
    filterset_class = CandidateFilter
    title = _("Enter a report")
    intro = _("Find the person in the roster first: one reports to the community in which one lives.")
    unit = npgettext_lazy("number of", "person", "persons")
    empty_title = _("Nobody is found")
    empty_text = _("Everybody has reported already, or the roster is empty.")

    def get_queryset(self) -> QuerySet:
        homes = Residency.objects.active().with_place()
        reported = PartyMemberReport.objects.active().filter(person=OuterRef("pk"))
        return (
            super()
            .get_queryset()
            .filter(~Exists(reported), deceased_on__isnull=True)
            .prefetch_related(Prefetch("residencies", homes, to_attr="present_residency"))
            .order_by("-party_member", "pk")
        )

    def get_breadcrumb(self) -> list[Crumb]:
        return [reports_crumb()]


class _AboutPerson:
    """A page about a person of the roster who lives in the reader's community."""

    request: Any
    object: Any

    def community(self) -> Any:
        """Where he reports: the community of his home; None for somebody without any."""
        home = grid_of(self.object)
        return Grid.objects.filter(code=home.code[:12]).first() if home else None

    def get_breadcrumb(self) -> list[Crumb]:
        name = shown_name(self.request.user, grid_of(self.object), self.object.name)
        return [reports_crumb(), Crumb(name, reverse("residents:person-detail", args=[self.object.pk]))]

    def get_back_url(self) -> str:
        return reverse("residents:person-detail", args=[self.object.pk])


class ReportCreate(_AboutPerson, CreatePage):
    """The desk enters that a person of the roster reports (代录)."""

    permission = Permission.VIEW_ROSTER
    model = Person
    form_class = RegisterForm
    title = _("Enter the report")
    submit_label = _("Enter the report")
    success_message = _("The report is entered. The secretary accepts it.")

    def load(self) -> None:
        self.object = self.get_object()

    def check(self) -> Decision:
        community = self.community()
        return rules.may_keep(self.request.user, community) if community else Denied(_("The person lives nowhere."))

    def get_intro(self) -> Any:
        words = _("%(name)s reports to %(place)s, where he lives. Only what he tells himself is entered.")
        return words % {"name": self.object.name, "place": self.community().name}

    def get_initial(self) -> dict[str, Any]:
        return {"consented_on": today()}

    def perform(self, form: Any) -> PartyMemberReport:
        return services.register(self.object, self.community(), actor=self.request.user, **form.cleaned_data)


class ReportPage(DetailPage):
    """One report: what is offered, what was claimed, what counts."""

    permission = Permission.VIEW_VOLUNTEERS
    model = PartyMemberReport
    template_name = "residents/volunteers/partymemberreport_detail.html"

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().with_person().with_service().prefetch_related("skills")
        return rows.select_related("decided_by", "entered_by")

    def get_title(self) -> str:
        return shown_member(self.request.user, self.object)

    def get_breadcrumb(self) -> list[Crumb]:
        return [reports_crumb()]

    def get_actions(self) -> list[Action]:
        user, report = self.request.user, self.object
        if not rules.may_keep(user, report.grid):
            return []

        decisions = {name: rules.may_decide(user, name, report) for name in ("accept", "refuse", "end")}
        change, link = rules.may_change(user, report), rules.may_link(user, report)
        offered: list[tuple[Any, Any, str, str, str]] = [
            (decisions["refuse"], _("Do not accept"), "refuse", "quiet", "x"),
            (change, _("Change what is offered"), "change", "secondary", "pencil"),
            (link, _("Connect account"), "link", "secondary", "log-in"),
            (rules.may_withdraw(user, report), _("Withdraw at his wish"), "withdraw", "quiet", "undo-2"),
            (decisions["end"], _("End"), "end", "danger", "user-minus"),
            (report.confirmed, _("Certificate"), "certificate", "secondary", "award"),
        ]
        key = [report.pk]
        actions = [
            Action(label, reverse(f"residents:partymemberreport-{name}", args=key), style=style, icon=icon)
            for may, label, name, style, icon in offered
            if may
        ]
        if report.state == ReportState.REPORTED:
            url = reverse("residents:partymemberreport-accept", args=key)
            actions.insert(0, Action(_("Accept"), url, decisions["accept"], style="primary", icon="check"))
        return actions

    def get_facts(self) -> list[tuple[Any, Any]]:
        report, user = self.object, self.request.user
        facts = [
            (_("Community"), report.grid.name),
            (_("Employer"), shown_employer(user, report)),
            (_("Hours offered a month"), report.hours_a_month),
            (_("Agreed on"), f"{report.consented_on:%Y-%m-%d}"),
            (_("Entered by"), _("himself") if report.entered_by_id == report.user_id else report.entered_by),
            (_("Decided by"), report.decided_by),
        ]
        if report.end_reason:
            facts.append((_("Why it ended"), report.get_end_reason_display()))
        if report.refusal:
            facts.append((_("Why it was not accepted"), report.refusal))
        facts.append((_("Account"), _("Connected") if report.user_id else _("None yet")))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        report, user = self.object, self.request.user
        claims = report.claims.restrict(user, Permission.VIEW_VOLUNTEERS).with_call()
        return super().get_context_data(
            marks=[chip_of(ReportState, report.state)],
            skills=[str(one) for one in report.skills.all()],
            hours=rules.hours_in_words(report.half_hours),
            claims=claim_lines(claims, user),
            is_unknown=report.person_id is None and report.state == ReportState.REPORTED,
            **context,
        )


class ReportConnect(_AboutPerson, ActionPage):
    """Which person of the roster an account is that reported itself."""

    permission = Permission.VIEW_ROSTER
    model = Person
    title = _("Connect the report")
    submit_label = _("It is this person")
    success_message = _("The report is connected with the person.")

    def load(self) -> None:
        super().load()
        waiting = PartyMemberReport.objects.restrict(self.request.user, Permission.VIEW_VOLUNTEERS).with_person()
        self.report = waiting.filter(pk=self.kwargs["report"], person__isnull=True).first()

    def decide(self, obj: Person) -> Decision:
        if self.report is None:
            return Denied(_("This report is connected already."))
        return rules.may_keep(self.request.user, self.report.grid)

    def get_intro(self) -> Any:
        words = _("%(account)s reported on %(day)s. Are you sure that it is this person?")
        return words % {
            "account": self.report.user.get_full_name(),
            "day": f"{local_day(self.report.reported_at):%Y-%m-%d}",
        }

    def get_success_url(self, result: Any) -> str:
        return result.get_absolute_url()

    def perform(self, obj: Person, form: Any) -> PartyMemberReport:
        return services.connect(self.report, obj, actor=self.request.user)


class Certificate(DetailPage):
    """The certificate of service (志愿服务记录证明) on paper: only what was confirmed."""

    template_name = "residents/volunteers/certificate.html"
    title = _("Certificate of service")

    def get_queryset(self) -> QuerySet:
        return PartyMemberReport.objects.in_sight(self.request.user).with_person().with_service()

    def get_object(self) -> PartyMemberReport:
        report = super().get_object()
        if report.user_id != self.request.user.pk:
            rules.may_keep(self.request.user, report.grid).or_raise()
        return report

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        report = self.object
        claims = report.claims.filter(state="confirmed").select_related("call").order_by("done_on", "pk")
        return super().get_context_data(
            name=shown_member(self.request.user, report),
            lines=[(one.done_on, one.call.title, rules.hours_of(one.half_hours)) for one in claims],
            hours=rules.hours_in_words(report.half_hours),
            number=f"{report.grid.code}-{report.pk:06d}-{today():%Y%m%d}",
            issued_on=today(),
            **context,
        )
