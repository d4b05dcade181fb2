"""Answer a need on the spot."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.decisions import Decision
from grids.common.errors import Conflict
from grids.common.views import ActionPage
from residents.roster.rules import shown_household
from residents.visits import rules, services
from residents.visits.models import HouseholdNeed, NeedAnswer
from residents.visits.querysets import is_contact_of
from residents.visits.taskforms import AnswerForm


class AnswerNeed(ActionPage):
    """The answer is written once and stays; what needs more is reported as an affair instead."""

    model = HouseholdNeed
    form_class = AnswerForm
    template_name = "residents/visits/need_answer.html"
    title = _("Answer the need")
    intro = _("For what could be answered at the door. Whatever others must do is reported as an affair.")
    submit_label = _("Save the answer")
    success_message = _("The answer is saved.")
    object: HouseholdNeed

    def get_queryset(self) -> QuerySet:
        return HouseholdNeed.objects.to_answer(self.request.user).with_place().select_related("encounter", "answer")

    def decide(self, obj: HouseholdNeed) -> Decision:
        self.is_contact = is_contact_of(self.request.user, obj.household)
        decision = rules.may_answer(self.request.user, obj.household.grid, is_contact=self.is_contact)
        if decision and hasattr(obj, "answer") and self.request.method != "POST":
            raise Conflict(services.already_answered(), back=obj.encounter.get_absolute_url())
        return decision

    def perform(self, obj: HouseholdNeed, form: Any) -> NeedAnswer:
        return services.answer_need(obj, actor=self.request.user, text=form.cleaned_data["text"])

    def get_success_url(self, result: NeedAnswer) -> str:
        return self.get_back_url()

    def get_back_url(self) -> str:
        return self.object.encounter.get_absolute_url()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        reader = None if self.is_contact else self.request.user
        return super().get_context_data(door=shown_household(reader, self.object.household), **context)
