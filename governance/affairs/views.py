"""The pages of affairs: lists, the report form, the affair itself, and one small page for each step."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from governance.affairs import rules, services
from governance.affairs.choices import AffairState, Category, Urgency
from governance.affairs.classification import suggest
from governance.affairs.filters import AffairFilter, MineFilter
from governance.affairs.forms import FORMS, ReportForm, StepForm
from governance.affairs.guards import may_read
from governance.affairs.models import Affair, ClassificationRule
from governance.affairs.panels import affair_panels
from governance.affairs.staff_moves import may_hand_on
from governance.affairs.tables import HIDDEN_TEXT, AffairTable, shortened, shown_text
from governance.affairs.timeline import entries, stations
from governance.worktime.chips import deadline_chip
from grids.access.choices import Permission
from grids.common import crypto
from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.clock import now
from grids.common.decisions import Decision
from grids.common.errors import Refused
from grids.common.pages import key_of
from grids.common.views import ActionPage, CreatePage, DetailPage, ListPage
from residents.contacts.querysets import served_by
from residents.roster.forms import grid_label
from residents.roster.models import Household
from residents.roster.rules import shown_household, shown_name, shown_phone
from residents.visits.models import HouseholdNeed

# The tracking code travels to the next page in a cookie of one minute, encrypted, and is then forgotten.
TRACKING_COOKIE = "tracking"
SUGGESTIONS = 3


def to_list() -> Crumb:
    return Crumb(_("Affairs"), reverse("governance:affair-list"))


def report_action(user: Any) -> list[Action]:
    """The way to the report form, for those who report anywhere."""
    if not user.has_perm(Permission.REPORT_AFFAIRS):
        return []
    return [Action(_("Report an affair"), reverse("governance:affair-report"), style="primary", icon="plus")]


class AffairList(ListPage):
    """Every affair of one's area, and those that one acts in."""

    permission = Permission.VIEW_AFFAIRS
    model = Affair
    table_class = AffairTable
    filterset_class = AffairFilter
    title = _("Affairs")
    unit = npgettext_lazy("number of", "affair", "affairs")
    empty_title = _("No affair yet")
    empty_text = _("What is reported in your area appears here.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().for_list()

    def get_actions(self) -> list[Action]:
        return report_action(self.request.user)


class MyAffairs(ListPage):
    """What one reported, speaks for, handles, or is expected to take a step further."""

    model = Affair
    table_class = AffairTable
    filterset_class = MineFilter
    title = _("My affairs")
    unit = npgettext_lazy("number of", "affair", "affairs")
    empty_title = _("Nothing is waiting for you")
    empty_text = _("Affairs that you report, speak for or handle appear here.")
    powers = (Permission.REPORT_AFFAIRS, Permission.HANDLE_AFFAIRS, Permission.VIEW_AFFAIRS)

    def require_power(self) -> None:
        if not any(self.request.user.has_perm(power) for power in self.powers):
            raise Refused(_("Your posts do not include this page. If you need it, ask your community secretary."))

    def get_queryset(self) -> QuerySet:
        rows, user = super().get_queryset().restrict(self.request.user, Permission.VIEW_AFFAIRS), self.request.user
        mine = Q(pk__in=rows.concerning(user).order_by().values("pk"))
        return rows.filter(mine | Q(pk__in=rows.waiting_for(user).order_by().values("pk"))).for_list()

    def get_actions(self) -> list[Action]:
        return report_action(self.request.user)


class AffairReport(CreatePage):
    """T01, made for a phone: what, where, urgent or not. ``?household=`` and ``?need=`` say more than can be chosen."""

    permission = Permission.REPORT_AFFAIRS
    form_class = ReportForm
    template_name = "governance/affairs/affair_report.html"
    title = _("Report an affair")
    submit_label = _("Report")
    household: Household | None = None
    need: HouseholdNeed | None = None
    made: Any = None

    def load(self) -> None:
        """Find what the address names; what is foreign or missing is 404."""
        named = self.request.GET
        mine = services.reportable_households(self.request.user).with_place()
        if "need" in named:
            needs = HouseholdNeed.objects.filter(household__in=mine.order_by())
            self.need = get_object_or_404(needs, pk=key_of(named["need"]))
        if "household" in named or self.need:
            key = self.need.household_id if self.need else key_of(named["household"])
            self.household = get_object_or_404(mine, pk=key)

    def get_initial(self) -> dict[str, Any]:
        return {"client_id": uuid.uuid4(), "text": self.need.text if self.need else ""}

    def get_form_options(self) -> dict[str, Any]:
        served = served_by(Household.objects.active(), self.request.user).with_place().in_reading_order()
        return {"households": served, "household": self.household}

    def perform(self, form: ReportForm) -> Affair:
        household = self.household or form.cleaned_data.get("household")
        return services.report(
            actor=self.request.user,
            grid=None if household else form.cleaned_data.get("grid"),
            household=household,
            need=self.need,
            text=form.cleaned_data["text"],
            urgency=form.urgency,
            client_id=form.cleaned_data["client_id"],
        )

    def get_success_url(self, result: Affair) -> str:
        return reverse("governance:affair-reported", args=[result.pk])

    def get_back_url(self) -> str:
        if self.household and self.request.user.has_perm(Permission.VIEW_ROSTER, self.household.grid):
            return reverse("residents:household-detail", args=[self.household.pk])
        if self.household:  # his contact, who reads the roster nowhere
            return reverse("residents:contact-mine")
        return reverse("governance:affair-mine")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, *args, **kwargs)
        code = getattr(self.made, "tracking_code", "")
        if code:
            secret = crypto.encrypt(code, TRACKING_COOKIE)
            path = reverse("governance:affair-reported", args=[self.made.pk])
            secure = request.is_secure()
            response.set_cookie(
                TRACKING_COOKIE, secret, max_age=60, path=path, httponly=True, samesite="Strict", secure=secure
            )
        return response

    def act(self, form: Any) -> Affair:
        self.made = super().act(form)
        return self.made

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        household = self.household
        about = shown_household(self.request.user, household) if household else ""
        return super().get_context_data(
            about=about, about_grid=grid_label(household.grid) if household else "", **context
        )


class AffairDetail(DetailPage):
    """The affair, its course, and the next step with its reason where one may not take it."""

    permission = Permission.VIEW_AFFAIRS
    model = Affair
    panels = affair_panels
    template_name = "governance/affairs/affair_detail.html"

    def get_queryset(self) -> QuerySet:
        place = ("household__dwelling__grid", "household__dwelling__unit__building")
        people = ("reporter", "agent", "dispatcher", "verifier")
        return super().get_queryset().for_steps().select_related("rule", *place, *people)

    def get_title(self) -> str:
        return shown_text(self.request.user, self.object)

    def get_breadcrumb(self) -> list[Crumb]:
        crumbs = [to_list()] if self.request.user.has_perm(Permission.VIEW_AFFAIRS) else []
        return [*crumbs, Crumb(self.object.number)]

    def get_actions(self) -> list[Action]:
        if not may_hand_on(self.request.user, self.object):
            return []
        url = reverse("governance:affair-hand-on", args=[self.object.pk])
        return [Action(_("Hand over to a colleague"), url, icon="hand")]

    def get_facts(self) -> list[tuple[Any, Any]]:
        affair = self.object
        facts = [
            (_("Number"), affair.number),
            (_("Category"), chip_of(Category, affair.category)),
            (_("Urgency"), chip_of(Urgency, affair.urgency)),
            (_("Grid"), grid_label(affair.grid)),
            (_("Lead tier"), affair.get_tier_display() if affair.tier else None),
            (_("Lead unit"), affair.lead_grid.name if affair.lead_grid else None),
            (_("Handler"), affair.handler),
        ]
        if affair.outcome:
            facts.append((_("Outcome"), affair.get_outcome_display()))
        if affair.rating:
            facts.append((_("Evaluation"), affair.get_rating_display()))
        return facts if not may_read(self.request.user, affair) else facts + self._private_facts()

    def _private_facts(self) -> list[tuple[Any, Any]]:
        user, affair = self.request.user, self.object
        facts: list[tuple[Any, Any]] = [
            (_("Came from"), affair.get_source_display()),
            (_("Reported by"), affair.reporter),
        ]
        if affair.agent:
            facts.append((_("Spokesman"), affair.agent))
        if affair.household:
            facts.append((_("Household"), shown_household(user, affair.household)))
        if affair.reporter_name:
            facts.append((_("Resident"), shown_name(user, affair.grid, affair.reporter_name)))
        if affair.reporter_phone:
            facts.append((_("Phone"), shown_phone(user, affair.grid, affair.reporter_phone)))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        affair, user = self.object, self.request.user
        readable = bool(may_read(user, affair))
        return super().get_context_data(
            marks=[chip_of(AffairState, affair.state), deadline_chip(affair.due_at, now=now()) or ""],
            readable=readable,
            hidden_text=HIDDEN_TEXT,
            stations=stations(affair),
            next_steps=[] if not readable else step_actions(user, affair),
            entries=entries(affair.steps.order_by("sequence"), readable=readable),
            **context,
        )


def step_actions(user: Any, affair: Affair) -> list[dict[str, Any]]:
    """``[{"action", "explains"}]`` of the steps that leave the present state; the first one is the way forward."""
    return [
        {
            "action": Action(
                row.label,
                reverse(f"governance:affair-{row.name}", args=[affair.pk]),
                rules.may(user, affair, row),
                style="primary" if place == 0 else "secondary",
                icon=row.icon,
            ),
            "explains": row.explains,
        }
        for place, row in enumerate(rules.steps_from(affair.state))
    ]


class AffairReported(DetailPage):
    """After a report: its number, the key to it (once), and what happens next by when."""

    permission = Permission.VIEW_AFFAIRS
    model = Affair
    template_name = "governance/affairs/affair_reported.html"
    title = _("Your report has arrived")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(reporter=self.request.user).select_related("grid")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        response.delete_cookie(TRACKING_COOKIE, path=request.path, samesite="Strict")
        response["Cache-Control"] = "no-store"
        return response

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        code = self._tracking_code()
        parts = [code[start : start + 4] for start in range(0, len(code), 4)]
        return super().get_context_data(tracking_parts=parts, due=self.object.due_at, **context)

    def _tracking_code(self) -> str:
        try:
            return crypto.decrypt(self.request.COOKIES.get(TRACKING_COOKIE, ""), TRACKING_COOKIE)
        except crypto.DecryptionError:
            return ""


class StepPage(ActionPage):
    """One step of the table at its own address; ``step`` names it."""

    permission = Permission.VIEW_AFFAIRS
    model = Affair
    template_name = "governance/affairs/affair_step.html"
    step = ""

    @property
    def row(self) -> rules.Transition:
        return rules.TRANSITIONS[self.step]

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().for_steps()

    @property
    def form_class(self) -> type[StepForm]:  # type: ignore[override]
        return FORMS.get(self.step, StepForm)

    def get_title(self) -> Any:
        return self.row.label

    def get_intro(self) -> Any:
        return self.row.explains

    def get_breadcrumb(self) -> list[Crumb]:
        return [to_list(), Crumb(self.object.number, self.object.get_absolute_url())]

    def check(self) -> Decision:
        """Whoever comes after the step was taken is told who took it (409); whoever may not, why (403)."""
        may_read(self.request.user, self.object).or_raise()
        rules.holds_power(self.request.user, self.object, self.row).or_raise()
        services.require_in_time(self.object, self.row, version=self.version_seen())
        return rules.may(self.request.user, self.object, self.row)

    def version_seen(self) -> int:
        """The version that the form was opened on; the present one when there is no readable form."""
        return key_of(self.request.POST.get("version", "")) or self.object.version

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {"version": self.object.version}
        if self.step != "classify":
            return initial
        chosen = self.chosen_suggestion()
        if chosen is None:
            return initial | {"urgency": self.object.urgency}
        urgency = min(chosen.urgency.value, self.object.urgency)
        return initial | {
            "category": chosen.category,
            "tier": chosen.tier,
            "urgency": urgency,
            "rule": chosen.rule,
        }

    def perform(self, obj: Affair, form: StepForm) -> Affair:
        values = form.payload
        version = form.cleaned_data["version"]
        return services.transition(obj, self.step, actor=self.request.user, version=version, **values)

    def get_success_message(self, result: Any) -> Any:
        return _("“%(step)s” is done; the affair is now at “%(state)s”.") % {
            "step": self.row.label,
            "state": AffairState(result.state).label,
        }

    @property
    def submit_label(self) -> Any:  # type: ignore[override]
        return self.row.label

    # -------------------------------------------------------------- the suggestion
    def suggestions(self) -> list[Any]:
        if not hasattr(self, "_suggestions"):
            lines = ClassificationRule.objects.filter(active=True)
            self._suggestions = suggest(self.object.text, lines)[:SUGGESTIONS]
        return self._suggestions

    def chosen_suggestion(self) -> Any:
        """The one that the address names, else the best."""
        wanted = key_of(self.request.GET.get("rule", ""))
        named = [one for one in self.suggestions() if one.rule.pk == wanted]
        return next(iter(named or self.suggestions()), None)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        classifying = self.step == "classify"
        return super().get_context_data(
            affair=self.object,
            where=grid_label(self.object.grid),
            short_text=shortened(self.object.text, 200),
            marks=[chip_of(Category, self.object.category), chip_of(Urgency, self.object.urgency)],
            suggestions=self.suggestions() if classifying else [],
            chosen=self.chosen_suggestion() if classifying else None,
            classifying=classifying,
            **context,
        )
