"""What becomes of a claim: done, given back, confirmed or not by who benefited."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.errors import Conflict
from grids.common.pages import Page
from grids.common.views import ActionPage, Crumb
from residents.volunteers import rules, services
from residents.volunteers.forms import CodeForm, DoneForm, ReasonForm
from residents.volunteers.models import ServiceClaim
from residents.volunteers.naming import shown_member
from residents.volunteers.views.mine import mine_crumb


class _Carry(ActionPage):
    """The member himself, or the desk for him."""

    model = ServiceClaim
    step = ""

    def get_queryset(self) -> QuerySet:
        return ServiceClaim.objects.carried_by(self.request.user).with_call()

    def decide(self, obj: ServiceClaim) -> Decision:
        return rules.may_carry(self.request.user, self.step, obj)

    def get_title(self) -> Any:
        return self.object.call.title

    def get_breadcrumb(self) -> list[Crumb]:
        return [mine_crumb()] if self.object.report.user_id == self.request.user.pk else []

    def get_back_url(self) -> str:
        return self.object.call.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        if self.object.report.user_id == self.request.user.pk:
            return reverse("residents:service-mine")
        return self.get_back_url()


class Finish(_Carry):
    step = "finish"
    form_class = DoneForm
    intro = _("When it was done and how long it took. It counts when who benefited has confirmed it.")
    submit_label = _("It is done")
    success_message = _("Thank you. Who benefited is asked to confirm.")

    def get_initial(self) -> dict[str, Any]:
        return {"done_on": today(), "hours": rules.hours_of(self.object.call.half_hours)}

    def perform(self, obj: ServiceClaim, form: Any) -> ServiceClaim:
        return services.finish(obj, actor=self.request.user, **form.cleaned_data)


class GiveBack(_Carry):
    step = "return"
    intro = _("It is on the board again for somebody else. No reason is asked.")
    submit_label = _("Give back")
    success_message = _("It is on the board again.")

    def perform(self, obj: ServiceClaim, form: Any) -> ServiceClaim:
        return services.give_back(obj, actor=self.request.user)


class _ForBeneficiary(ActionPage):
    """The household's contact, or the desk where it was a post."""

    model = ServiceClaim
    step = ""

    def get_queryset(self) -> QuerySet:
        return ServiceClaim.objects.confirmed_by(self.request.user).with_call()

    def decide(self, obj: ServiceClaim) -> Decision:
        is_contact = services.is_contact(self.request.user, obj)
        return rules.may_confirm(self.request.user, self.step, obj, is_contact=is_contact)

    def get_title(self) -> Any:
        return self.object.call.title

    def get_back_url(self) -> str:
        return reverse("home")

    def get_success_url(self, result: Any) -> str:
        keeps = self.object.call.household_id is None and self.request.user.has_perm(Permission.VIEW_VOLUNTEERS)
        return self.object.call.get_absolute_url() if keeps else reverse("home")

    def what_was_done(self) -> str:
        claim = self.object
        words = _("%(name)s: done on %(day)s, %(hours)s.")
        day, hours = f"{claim.done_on:%Y-%m-%d}" if claim.done_on else "—", rules.hours_in_words(claim.half_hours)
        return words % {"name": shown_member(self.request.user, claim.report), "day": day, "hours": hours}


class ConfirmClaim(_ForBeneficiary):
    step = "confirm"
    template_name = "residents/volunteers/serviceclaim_confirm.html"
    submit_label = _("Yes, it was done")
    success_message = _("Confirmed. The hours count.")

    def get_intro(self) -> str:
        ask = _("Please ask who benefited, then answer for them.")
        return f"{self.what_was_done()} {ask}"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        refuse_url = reverse("residents:serviceclaim-refuse", args=[self.object.pk])
        return super().get_context_data(refuse_url=refuse_url, **context)

    def perform(self, obj: ServiceClaim, form: Any) -> ServiceClaim:
        return services.confirm(obj, actor=self.request.user)


class RefuseClaim(_ForBeneficiary):
    step = "refuse"
    form_class = ReasonForm
    submit_label = _("It was not done")
    success_message = _("Nothing is counted; it is on the board again.")

    def get_intro(self) -> str:
        return self.what_was_done()

    def get_back_url(self) -> str:
        return reverse("residents:serviceclaim-confirm", args=[self.object.pk])

    def perform(self, obj: ServiceClaim, form: Any) -> ServiceClaim:
        return services.deny(obj, actor=self.request.user, reason=form.cleaned_data["reason"])


@method_decorator([login_not_required, never_cache], name="dispatch")
class ConfirmByCode(Page, TemplateView):
    """The household itself: its code, then one of two large buttons. No account, nothing personal on the page."""

    template_name = "residents/volunteers/service_confirm.html"
    title = _("Was your wish fulfilled?")
    intro = _("Enter the code of your slip, then say whether it was done. Only then it counts.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(CodeForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        code, answer = form.cleaned_data["code"], request.POST.get("answer", "")
        claim = services.waiting_for(code)
        if claim is not None and answer in {"yes", "no"}:
            try:
                services.answer_by_code(code, was_done=answer == "yes")
            except Conflict:
                claim = None
            else:
                return self._show(None, answered=answer)
        if claim is None:
            form.add_error(
                "code",
                _("Nothing waits to be confirmed with this code. Compare it with the slip, or wait until it is done."),
            )
            return self._show(form)
        return self._show(None, claim=claim, code=code)

    def _show(
        self, form: Any, *, claim: ServiceClaim | None = None, code: str = "", answered: str = ""
    ) -> HttpResponse:
        asked = {}
        if claim is not None:
            hours = rules.hours_in_words(claim.half_hours)
            asked = {"title": claim.call.title, "done_on": claim.done_on, "hours": hours, "code": code}
        return self.render_to_response(self.get_context_data(form=form, asked=asked, answered=answered))
