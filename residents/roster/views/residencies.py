"""Pages of somebody's living in a household: how, as head, no longer."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage, UpdatePage
from residents.roster import rules, services
from residents.roster.models import Residency
from residents.roster.moving_forms import EndForm, HeadForm, ResidencyForm
from residents.roster.views.common import RosterForm


class OneResidency(RosterForm):
    """What the forms about somebody's living in a household share."""

    permission = Permission.VIEW_ROSTER
    model = Residency
    object: Residency

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def decide(self, obj: Residency) -> Decision:
        return rules.may_change_residency(self.request.user, obj)

    def get_intro(self) -> str:
        user, household = self.request.user, self.object.household
        name = rules.shown_name(user, household.grid, self.object.person.name)
        return f"{name} · {rules.shown_household(user, household)}"

    def get_breadcrumb(self) -> list[Crumb]:
        return [
            Crumb(_("Households"), reverse("residents:household-list")),
            Crumb(rules.shown_household(self.request.user, self.object.household), self.get_back_url()),
        ]

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.object.household_id])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()


class ResidencyUpdate(OneResidency, UpdatePage):
    form_class = ResidencyForm
    title = _("How this person lives here")
    success_message = _("The member was changed.")

    def perform(self, form: Any) -> Residency:
        data = form.cleaned_data
        return services.change_residency(
            self.object,
            actor=self.request.user,
            version=data["version"],
            relation=data["relation"],
            kind=data["kind"],
            starts_on=data["starts_on"],
            details=form.details(),
        )


class ResidencyHead(OneResidency, ActionPage):
    form_class = HeadForm
    title = _("Make head of household")
    submit_label = _("Make head of household")
    success_message = _("The household has a new head. Please check how the others are related to the new head.")

    def perform(self, obj: Residency, form: Any) -> Residency:
        return services.name_head(obj, actor=self.request.user, **form.cleaned_data)


class ResidencyEnd(OneResidency, ActionPage):
    form_class = EndForm
    title = _("No longer lives here")
    submit_label = _("Note it")
    style = "danger"
    success_message = _("Noted. The history keeps where the person lived.")

    def get_form_options(self) -> dict[str, Any]:
        return {"successors": Residency.objects.successors_of(self.object)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        is_last = not self.object.household.residencies.active().exclude(pk=self.object.pk).exists()
        return super().get_context_data(is_last=is_last, **context)

    def perform(self, obj: Residency, form: Any) -> Residency:
        return services.end_residency(obj, actor=self.request.user, **form.cleaned_data)
