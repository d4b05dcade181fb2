"""The community's pages of wishes and posts: list, publishing, one of them, the household's slip."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common import crypto
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Decision, Denied
from grids.common.views import Action, ActionPage, CreatePage, Crumb, DetailPage, ListPage
from residents.roster.models import Household, Residency
from residents.roster.rules import shown_household
from residents.volunteers import codes, rules, services
from residents.volunteers.choices import CallState, ClaimState
from residents.volunteers.filters import CallFilter
from residents.volunteers.forms import ClaimForMemberForm, PostForm, WishForm
from residents.volunteers.models import ServiceCall, ServiceClaim
from residents.volunteers.tables import CallTable
from residents.volunteers.views.lines import claim_lines, door_of

# The household's code travels to the slip in a cookie of one minute, encrypted, and is then forgotten.
CODE_COOKIE = "service-code"
USUAL_TIME = timedelta(days=14)


def calls_crumb() -> Crumb:
    return Crumb(_("Wishes and posts"), reverse("residents:servicecall-list"))


class CallList(ListPage):
    permission = Permission.VIEW_VOLUNTEERS
    model = ServiceCall
    table_class = CallTable
    filterset_class = CallFilter
    title = _("Wishes and posts")
    intro = _("What party members who reported can claim. A wish is published from the page of its household.")
    unit = npgettext_lazy("number of", "wish or post", "wishes and posts")
    empty_title = _("Nothing is asked for yet")
    empty_text = _("Publish a post here, or a wish on the page of the household that has it.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid").order_by("-published_at", "-pk")

    def get_actions(self) -> list[Action]:
        members = Action(_("Who reported"), reverse("residents:partymemberreport-list"), icon="users")
        if not self.request.user.has_perm(Permission.KEEP_VOLUNTEERS):
            return [members]
        url = reverse("residents:servicecall-create")
        return [Action(_("Publish a post"), url, style="primary", icon="plus"), members]


class _WithCode:
    """Sends the household's code, which nobody can read again, to the page of the slip."""

    request: HttpRequest
    made: tuple[ServiceCall, str]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, *args, **kwargs)  # type: ignore[misc]
        if code := getattr(self, "made", (None, ""))[1]:
            secret = crypto.encrypt(code, CODE_COOKIE)
            path, secure = self.get_success_url(None), request.is_secure()
            response.set_cookie(
                CODE_COOKIE, secret, max_age=60, path=path, httponly=True, samesite="Strict", secure=secure
            )
        return response

    def get_success_url(self, result: Any) -> str:
        call, code = self.made
        return reverse("residents:servicecall-slip", args=[call.pk]) if code else call.get_absolute_url()


class PostCreate(_WithCode, CreatePage):
    """A post of the community or of one of its grids."""

    permission = Permission.KEEP_VOLUNTEERS
    form_class = PostForm
    title = _("Publish a post")
    intro = _("Everybody who reported to the community sees it on the board; whoever claims first does it.")
    success_message = _("The post is on the board.")

    def get_breadcrumb(self) -> list[Crumb]:
        return [calls_crumb()]

    def get_back_url(self) -> str:
        return reverse("residents:servicecall-list")

    def get_initial(self) -> dict[str, Any]:
        return {"until_on": today() + USUAL_TIME}

    def perform(self, form: Any) -> Any:
        values = dict(form.cleaned_data)
        self.made = services.publish(values.pop("grid"), actor=self.request.user, **values)
        return self.made


class WishCreate(_WithCode, ActionPage):
    """The wish of the household in the address."""

    permission = Permission.VIEW_ROSTER
    model = Household
    form_class = WishForm
    title = _("Publish a wish")
    submit_label = _("Publish")
    success_message = _("The wish is on the board. Please give the household its slip.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().active().with_place()

    def decide(self, obj: Household) -> Decision:
        return rules.may_keep(self.request.user, obj.grid)

    def get_intro(self) -> Any:
        words = _("%(door)s: on the board stand the words of the wish and the name of the community, no door.")
        return words % {"door": shown_household(self.request.user, self.object)}

    def get_breadcrumb(self) -> list[Crumb]:
        return [calls_crumb(), Crumb(shown_household(self.request.user, self.object), self.get_back_url())]

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.object.pk])

    def get_initial(self) -> dict[str, Any]:
        return {"until_on": today() + USUAL_TIME}

    def perform(self, obj: Household, form: Any) -> Any:
        self.made = services.publish(obj.grid, actor=self.request.user, household=obj, **form.cleaned_data)
        return self.made


class CallPage(DetailPage):
    """One wish or post: for whoever keeps it with its claims, for whoever claimed it with where to go."""

    template_name = "residents/volunteers/servicecall_detail.html"

    def get_queryset(self) -> QuerySet:
        return ServiceCall.objects.in_sight(self.request.user).with_place().select_related("published_by")

    @property
    def claims(self) -> list[ServiceClaim]:
        if not hasattr(self, "_claims"):
            user = self.request.user
            seen = self.object.claims.with_call()
            if not user.has_perm(Permission.VIEW_VOLUNTEERS, self.object.grid):
                seen = seen.of_user(user)
            self._claims = list(seen)
        return self._claims

    @property
    def is_own(self) -> bool:
        running = ClaimState.running()
        return any(one.report.user_id == self.request.user.pk and one.state in running for one in self.claims)

    def get_breadcrumb(self) -> list[Crumb]:
        if self.request.user.has_perm(Permission.VIEW_VOLUNTEERS, self.object.grid):
            return [calls_crumb()]
        return [Crumb(_("My service"), reverse("residents:service-mine"))]

    def get_actions(self) -> list[Action]:
        user, call = self.request.user, self.object
        if not rules.may_keep(user, call.grid) or call.state not in CallState.running():
            return []
        key = [call.pk]
        actions = []
        if call.state == CallState.OPEN:
            assign = reverse("residents:servicecall-assign", args=key)
            actions.append(Action(_("Enter a claim for a member"), assign, style="primary", icon="user-plus"))
        if call.household_id:
            actions.append(Action(_("New code"), reverse("residents:servicecall-code", args=key), icon="key-round"))
        is_done = any(one.state == ClaimState.DONE for one in self.claims)
        decision = rules.may_withdraw_call(user, call, is_done=is_done)
        withdraw = reverse("residents:servicecall-withdraw", args=key)
        return [*actions, Action(_("Withdraw"), withdraw, decision, style="quiet", icon="undo-2")]

    def get_facts(self) -> list[tuple[Any, Any]]:
        call, user = self.object, self.request.user
        facts = [
            (_("Kind"), call.get_kind_display()),
            (_("Where"), call.grid.name),
            (_("What it takes"), call.get_skill_display() if call.skill else _("Anybody can do it")),
            (_("Expected hours"), rules.hours_of(call.half_hours)),
            (_("To be done by"), f"{call.until_on:%Y-%m-%d}"),
            (_("Published by"), call.published_by.get_full_name()),
        ]
        if call.household_id and not self.is_own:
            facts.insert(1, (_("Household"), door_of(call, user, is_own=False)))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        call, user = self.object, self.request.user
        door = head = ""
        if call.household_id and self.is_own:
            door = door_of(call, user, is_own=True)
            residency = Residency.objects.active().filter(household=call.household_id, is_head=True)
            head = residency.values_list("person__name", flat=True).first() or ""
        return super().get_context_data(
            marks=[chip_of(CallState, call.state)],
            claims=claim_lines(self.claims, user),
            door=door,
            head=head,
            needs_code=bool(call.household_id),
            **context,
        )


class _CallAct(ActionPage):
    permission = Permission.VIEW_VOLUNTEERS
    model = ServiceCall

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid")

    def decide(self, obj: ServiceCall) -> Decision:
        return rules.may_keep(self.request.user, obj.grid)

    def get_breadcrumb(self) -> list[Crumb]:
        return [calls_crumb(), Crumb(self.object.title, self.object.get_absolute_url())]


class WithdrawCall(_CallAct):
    title = _("Withdraw")
    intro = _("It leaves the board; whoever has claimed it is told.")
    submit_label = _("Withdraw")
    style = "danger"
    success_message = _("It is withdrawn.")

    def decide(self, obj: ServiceCall) -> Decision:
        is_done = obj.claims.filter(state=ClaimState.DONE).exists()
        return rules.may_withdraw_call(self.request.user, obj, is_done=is_done)

    def perform(self, obj: ServiceCall, form: Any) -> ServiceCall:
        return services.withdraw_call(obj, actor=self.request.user)


class NewCode(_WithCode, _CallAct):
    title = _("New code")
    intro = _("The household gets a new slip; the code on the old one confirms nothing any more.")
    submit_label = _("New code")

    def decide(self, obj: ServiceCall) -> Decision:
        if obj.household_id is None or obj.state not in CallState.running():
            return Denied(_("Only a wish that is not fulfilled yet has a code."))
        return super().decide(obj)

    def perform(self, obj: ServiceCall, form: Any) -> Any:
        self.made = obj, services.renew_code(obj, actor=self.request.user)
        return self.made


class Slip(DetailPage):
    """The paper for the household: what was asked for, the code, and where it is confirmed. Shown once."""

    permission = Permission.VIEW_VOLUNTEERS
    model = ServiceCall
    template_name = "residents/volunteers/slip.html"
    title = _("Slip for the household")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def get_object(self) -> ServiceCall:
        call = super().get_object()
        rules.may_keep(self.request.user, call.grid).or_raise()
        return call

    def get_breadcrumb(self) -> list[Crumb]:
        return [calls_crumb(), Crumb(self.object.title, self.object.get_absolute_url())]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        response.delete_cookie(CODE_COOKIE, path=request.path, samesite="Strict")
        response["Cache-Control"] = "no-store"
        return response

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        try:
            code = crypto.decrypt(self.request.COOKIES.get(CODE_COOKIE, ""), CODE_COOKIE)
        except crypto.DecryptionError:
            code = ""
        code_url = reverse("residents:servicecall-code", args=[self.object.pk])
        return super().get_context_data(
            code=codes.spaced(code) if code else "",
            door=door_of(self.object, self.request.user, is_own=False),
            confirm_url=self.request.build_absolute_uri(reverse("residents:service-confirm")),
            again=[Action(_("New code"), code_url, icon="key-round")],
            **context,
        )


class ClaimForMember(_CallAct):
    """The desk enters that a member without an account has claimed it."""

    form_class = ClaimForMemberForm
    title = _("Enter a claim for a member")
    submit_label = _("Enter the claim")
    success_message = _("The claim is entered.")

    def decide(self, obj: ServiceCall) -> Decision:
        kept = rules.may_keep(self.request.user, obj.grid)
        return rules.is_claimable(obj, on=today()) if kept else kept

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def perform(self, obj: ServiceCall, form: Any) -> ServiceClaim:
        return services.claim(obj, form.cleaned_data["report"], actor=self.request.user)
