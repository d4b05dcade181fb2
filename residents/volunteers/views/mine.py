"""What a party member in service finds himself: his report, the board, his claims. Made for the phone."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.errors import Conflict
from grids.common.pages import Page, ScopedMixin
from grids.common.views import Action, ActionPage, CreatePage, Crumb
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.volunteers import rules, services
from residents.volunteers.choices import CallState, ReportState
from residents.volunteers.filters import board_skills
from residents.volunteers.forms import SelfReportForm
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from residents.volunteers.naming import shown_place
from residents.volunteers.views.lines import claim_lines

MY_SERVICE = _("My service")
CLAIMS_SHOWN = 30
COMMUNITIES_SHOWN = 20


def mine_crumb() -> Crumb:
    return Crumb(MY_SERVICE, reverse("residents:service-mine"))


def communities() -> QuerySet:
    """Where one may report: every living community. Their names are public, as the page of each grid is."""
    return Grid.objects.living().at_level(Level.COMMUNITY)


class MyService(Page, TemplateView):
    """Whoever has an account may be a party member who reports where he lives; here he does, and sees what counts."""

    template_name = "residents/volunteers/service_mine.html"
    title = MY_SERVICE
    intro = _("Report to the community where you live, claim what you can help with, and see what counts.")
    help_text = _(
        "You report once to the community where you live: your employer's name, what you can help with, and how many "
        "hours. When it is accepted, the board opens. What you did counts when who benefited has confirmed it. "
        "You may withdraw at any time; nobody asks why."
    )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        reports = PartyMemberReport.objects.of_user(user).with_person().with_service().prefetch_related("skills")
        rows = list(reports.order_by("-reported_at", "-pk"))
        standing = PartyMemberReport.objects.standing_for(user).exclude(user=user)
        entered = list(standing.with_person().with_service().prefetch_related("skills"))
        active = [*(row for row in rows if row.state in ReportState.active()), *entered]
        claims = ServiceClaim.objects.of_user(user).with_call().order_by("-claimed_at", "-pk")[:CLAIMS_SHOWN]
        found, asked = [], self.request.GET.get("q", "").strip()
        if asked and not active:
            named = communities().filter(name_zh__icontains=asked).select_related("parent").order_by("code")
            found = [
                (one.name, one.parent.name if one.parent else "", reverse("residents:service-report", args=[one.code]))
                for one in named[:COMMUNITIES_SHOWN]
            ]
        return super().get_context_data(
            reports=[self._card(row) for row in (active or rows[:1])],
            may_report=not active,
            asked=asked,
            found=found,
            board_url=reverse("residents:servicecall-board") if user.has_perm(Permission.SERVE_COMMUNITY) else "",
            claims=claim_lines(claims, user),
            hours=rules.hours_in_words(sum(row.half_hours for row in rows)),
            confirmed=sum(row.confirmed for row in rows),
            running=sum(row.running for row in rows),
            **context,
        )

    def _card(self, report: Any) -> dict[str, Any]:
        user, key = self.request.user, [report.pk]
        actions = []
        if rules.may_change(user, report):
            change = reverse("residents:partymemberreport-change", args=key)
            actions.append(Action(_("Change what I offer"), change, icon="pencil"))
        if report.confirmed:
            paper = reverse("residents:partymemberreport-certificate", args=key)
            actions.append(Action(_("Certificate"), paper, icon="award"))
        if rules.may_withdraw(user, report):
            withdraw = reverse("residents:partymemberreport-withdraw", args=key)
            actions.append(Action(_("Withdraw the report"), withdraw, style="quiet", icon="undo-2"))
        return {
            "place": report.grid.name,
            "chip": chip_of(ReportState, report.state),
            "facts": [
                (_("Reported on"), f"{localtime(report.reported_at):%Y-%m-%d}"),
                (_("Employer"), report.employer),
                (_("Can help with"), _(", ").join(str(one) for one in report.skills.all())),
                (_("Hours offered a month"), report.hours_a_month),
            ],
            "reason": report.refusal,
            "is_connected": report.user_id == user.pk,
            "actions": actions,
        }


class ReportOneself(CreatePage):
    """The account reports itself to the community in the address."""

    form_class = SelfReportForm
    title = _("Report to the community")
    submit_label = _("Report to the community")
    success_message = _("Thank you. The community's secretary accepts your report; you are told here.")

    def load(self) -> None:
        self.object = get_object_or_404(communities(), code=self.kwargs["code"])
        self.standing = PartyMemberReport.objects.standing_for(self.request.user).filter(grid=self.object).first()

    def get_template_names(self) -> list[str]:
        """Whoever has reported here already finds that, and no form that would be refused."""
        return ["residents/volunteers/service_reported.html"] if self.standing else super().get_template_names()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        report = self.standing
        chip = chip_of(ReportState, report.state) if report else None
        return super().get_context_data(report=report, chip=chip, mine_url=self.get_back_url(), **context)

    def get_intro(self) -> Any:
        if self.standing:
            return ""
        words = _(
            "You report to %(place)s because you live there. Three things are asked; you may withdraw at any time."
        )
        return words % {"place": self.object.name}

    def get_breadcrumb(self) -> list[Crumb]:
        return [mine_crumb()]

    def get_back_url(self) -> str:
        return reverse("residents:service-mine")

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def perform(self, form: Any) -> PartyMemberReport:
        return services.report_oneself(self.object, actor=self.request.user, **form.cleaned_data)


class Board(Page, ScopedMixin, TemplateView):
    """What the community asks for; no names and no doors before it is claimed."""

    permission = Permission.SERVE_COMMUNITY
    model = ServiceCall
    template_name = "residents/volunteers/board.html"
    title = _("Claim board")
    intro = _("Micro wishes of households and posts of the community. Whoever claims first does it.")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_breadcrumb(self) -> list[Crumb]:
        return [mine_crumb()]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        calls = self.get_queryset().open(on=today())
        skill = self.request.GET.get("skill", "")
        shown = calls.filter(skill=skill) if skill else calls
        return super().get_context_data(
            skills=board_skills(calls, skill),
            is_narrowed=bool(skill),
            calls=[
                {
                    "title": call.title,
                    "text": call.text,
                    "kind": call.get_kind_display(),
                    "skill": call.get_skill_display() if call.skill else "",
                    "hours": rules.hours_in_words(call.half_hours),
                    "until_on": call.until_on,
                    "place": shown_place(call),
                    "url": reverse("residents:servicecall-claim", args=[call.pk]),
                }
                for call in shown.select_related("grid__parent").order_by("until_on", "pk")
            ],
            **context,
        )


class ClaimIt(ActionPage):
    """One tap more, and it is one's own; of two who tap at once one gets it."""

    permission = Permission.SERVE_COMMUNITY
    model = ServiceCall
    title = _("Claim it")
    submit_label = _("I will do it")
    success_message = _("It is yours. Where to go stands on its page.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid")

    def load(self) -> None:
        super().load()
        own = PartyMemberReport.objects.of_user(self.request.user).accepted().with_person()
        self.report = get_object_or_404(own, grid__code=self.object.grid.code[:12])

    def decide(self, obj: ServiceCall) -> Decision:
        if obj.state == CallState.TAKEN:
            raise Conflict(_("Somebody else has just claimed this."), back=self.get_back_url())
        return rules.may_claim(self.request.user, obj, self.report, on=today(), lives_there=False)

    def get_title(self) -> Any:
        return self.object.title

    def get_intro(self) -> Any:
        call = self.object
        words = _("%(text)s To be done by %(day)s; about %(hours)s.")
        hours = rules.hours_in_words(call.half_hours)
        return words % {"text": call.text, "day": f"{call.until_on:%Y-%m-%d}", "hours": hours}

    def get_breadcrumb(self) -> list[Crumb]:
        return [mine_crumb(), Crumb(_("Claim board"), self.get_back_url())]

    def get_back_url(self) -> str:
        return reverse("residents:servicecall-board")

    def get_success_url(self, result: Any) -> str:
        return result.call.get_absolute_url()

    def perform(self, obj: ServiceCall, form: Any) -> ServiceClaim:
        return services.claim(obj, self.report, actor=self.request.user)
