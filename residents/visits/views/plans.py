"""Care levels of households; who has no care duty finds none of these addresses."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage
from residents.roster.care import may_manage_care
from residents.roster.choices import CareKind
from residents.roster.models import Household
from residents.roster.rules import shown_household
from residents.visits import services
from residents.visits.choices import CareLevel
from residents.visits.forms import CareLevelEndForm, CareLevelForm
from residents.visits.models import CareLevelPlan
from residents.visits.querysets import suggested_for
from residents.visits.rules import CYCLES, SUGGESTED_LEVEL


class OneHouseholdsCare(ActionPage):
    permission = Permission.VIEW_CARE
    submit_label = ""  # the form's own

    @property
    def household(self) -> Household:
        return self.object if isinstance(self.object, Household) else self.object.household

    def decide(self, obj: Any) -> Decision:
        return may_manage_care(self.request.user, self.household.grid)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(shown_household(self.request.user, self.household), self.get_back_url())]

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.household.pk])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class CareLevelSet(OneHouseholdsCare):
    model = Household
    form_class = CareLevelForm
    template_name = "residents/visits/careplan_form.html"
    title = _("Care level")
    intro = _(
        "How often somebody should look after this household. It is for care, never for control, and ends by itself."
    )
    success_message = _("The care level is set.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().active().with_place()

    @cached_property
    def plan(self) -> CareLevelPlan | None:
        return CareLevelPlan.objects.current().filter(household=self.object).first()

    def get_initial(self) -> dict[str, Any]:
        if self.plan is None:
            return {"level": suggested_for(self.object) or CareLevel.C}
        return {
            "level": self.plan.level,
            "reason": self.plan.reason,
            "daily_phone": self.plan.daily_phone,
            "plan_version": self.plan.version,
        }

    def perform(self, obj: Household, form: Any) -> CareLevelPlan:
        values = dict(form.cleaned_data)
        return services.set_care_level(obj, actor=self.request.user, version=values.pop("plan_version"), **values)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        levels: dict[str, list[Any]] = {}
        for kind, level in SUGGESTED_LEVEL.items():
            levels.setdefault(level, []).append(CareKind(kind).label)
        suggested = suggested_for(self.object)
        return super().get_context_data(
            suggested=CareLevel(suggested).label if suggested else "",
            mapping=[(CareLevel(level).label, CYCLES[level].days, kinds) for level, kinds in sorted(levels.items())],
            **context,
        )


class CareLevelEnd(OneHouseholdsCare):
    model = CareLevelPlan
    form_class = CareLevelEndForm
    title = _("End the care plan")
    intro = _("From then on the household is visited as its members' care groups suggest.")
    style = "danger"
    success_message = _("The care plan has ended.")

    def get_queryset(self) -> QuerySet:
        return (
            super()
            .get_queryset()
            .current()
            .select_related("household__dwelling__grid", "household__dwelling__unit__building")
        )

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def perform(self, obj: CareLevelPlan, form: Any) -> CareLevelPlan:
        return services.end_care_level(obj, actor=self.request.user, **form.cleaned_data)
