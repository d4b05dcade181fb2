"""Pages of what happens in a household: each one small form that says what will be written."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage
from residents.roster import event_forms, rules, services
from residents.roster.merge_parts import joining_parts
from residents.roster.models import Absence, Household, Residency
from residents.roster.notice import NOTICE
from residents.roster.views.common import RosterForm
from residents.roster.views.households import OneHousehold


class HouseholdEvent(OneHousehold, ActionPage):
    """Something happens to members of one household; ``?member=`` names the one whose page led here."""

    submit_label = ""  # the form's own

    def members(self) -> Any:
        return self.object.residencies.active().select_related("person")

    def get_form_options(self) -> dict[str, Any]:
        return {"members": self.members()}

    def get_initial(self) -> dict[str, Any]:
        return {"member": self.request.GET.get("member", "")}


class HouseholdBirth(HouseholdEvent):
    form_class = event_forms.BirthForm
    title = _("Birth")
    intro = _("The child is entered as a new member from the day of its birth.")
    success_message = _("The birth was noted.")
    notice = NOTICE

    def perform(self, obj: Household, form: Any) -> Residency:
        return services.record_birth(obj, actor=self.request.user, **form.cleaned_data)


class HouseholdDeath(HouseholdEvent):
    form_class = event_forms.DeathForm
    title = _("Death")
    intro = _("Where the person lived ends on that day, care tags too. The record itself stays.")
    style = "danger"
    success_message = _("The death was noted.")

    def perform(self, obj: Household, form: Any) -> Any:
        data = form.cleaned_data
        return services.record_death(
            data["member"].person, actor=self.request.user, on=data["on"], new_head=data.get("new_head")
        )


class HouseholdHead(HouseholdEvent):
    form_class = event_forms.CrownForm
    title = _("Change of head")
    intro = _("Every day has exactly one head: the former one until that day, the new one from then on.")
    success_message = _("The household has a new head. Please check how the others are related to the new head.")

    def perform(self, obj: Household, form: Any) -> Residency:
        data = form.cleaned_data
        return services.name_head(
            data["member"], actor=self.request.user, former_relation=data["former_relation"], on=data["on"]
        )


class HouseholdAway(HouseholdEvent):
    form_class = event_forms.AwayForm
    title = _("Away for a while")
    intro = _("Whoever is away stays in the roster and is contacted from afar. The reason is seen only here.")
    success_message = _("The absence was noted.")

    def perform(self, obj: Household, form: Any) -> Absence:
        data = dict(form.cleaned_data)
        return services.start_absence(data.pop("member"), actor=self.request.user, **data)


class HouseholdSplit(HouseholdEvent):
    form_class = event_forms.SplitForm
    title = _("Split the household")
    intro = _("Some members live as a household of their own from that day, or join another one. Nobody is lost.")
    success_message = _("The household was split. Please check how everybody is related to the heads.")

    def perform(self, obj: Household, form: Any) -> Household:
        data, door = form.cleaned_data, form.door()
        into = None
        if data["where"] == form.JOIN:
            into = household_at(door, self.request.user)
            door = None
        return services.split_household(
            obj,
            actor=self.request.user,
            relations=form.relations(),
            on=data["on"],
            new_head=data.get("new_head"),
            into=into,
            door=door,
        )

    def get_success_url(self, result: Household) -> str:
        return reverse("residents:household-detail", args=[result.pk])


class HouseholdMerge(HouseholdEvent):
    form_class = event_forms.MergeForm
    title = _("Merge with another household")
    intro = _("All members join the other household from that day, and this one closes. Its history stays.")
    success_message = _("The households are one now. Please check how everybody is related to the head.")

    def get_form_options(self) -> dict[str, Any]:
        asked = {key: part.ask(self.object, self.request.user) for key, part in joining_parts.items()}
        return super().get_form_options() | {"parts": {key: found for key, found in asked.items() if found}}

    def perform(self, obj: Household, form: Any) -> Household:
        into = household_at(form.door_values(), self.request.user)
        return services.merge_households(
            obj,
            into,
            actor=self.request.user,
            relations=form.relations(),
            on=form.cleaned_data["on"],
            going_along=event_forms.going_along(form),
        )

    def get_success_url(self, result: Household) -> str:
        return reverse("residents:household-detail", args=[result.pk])


def household_at(place: dict[str, Any], user: Any) -> Household:
    """The one open household that ``user`` keeps at a door; ``ValidationError`` at "room" for none or several."""
    door = rules.clean_door(place["building"], place["unit"], place["room"], place.get("floor"))
    homes = Household.objects.restrict(user, Permission.EDIT_ROSTER).under(place["grid"]).active().at_door(door)
    found = list(homes[:2])
    if not found:
        raise ValidationError({"room": gettext("No household lives at this door by the roster.")})
    if len(found) > 1:
        message = gettext("Several households live at this door. Let the persons move one by one.")
        raise ValidationError({"room": message})
    return found[0]


class AbsenceEnd(RosterForm, ActionPage):
    """Somebody is back."""

    permission = Permission.VIEW_ROSTER
    model = Residency
    form_class = event_forms.BackForm
    submit_label = ""
    title = _("Back again")
    success_message = _("The return was noted.")
    object: Residency

    def load(self) -> None:
        super().load()
        self.absence = Absence.objects.filter(residency=self.object, ended_on__isnull=True).first()
        if self.absence is None:
            raise Http404

    def get_queryset(self) -> Any:
        return super().get_queryset().with_place()

    def decide(self, obj: Residency) -> Decision:
        return rules.may_edit_roster(self.request.user, obj.household.grid)

    def get_intro(self) -> str:
        user, grid = self.request.user, self.object.household.grid
        name = rules.shown_name(user, grid, self.object.person.name)
        return gettext("%(name)s is away since %(day)s.") % {"name": name, "day": f"{self.absence.starts_on:%Y-%m-%d}"}

    def get_breadcrumb(self) -> list[Crumb]:
        name = rules.shown_name(self.request.user, self.object.household.grid, self.object.person.name)
        return [Crumb(_("Persons"), reverse("residents:person-list")), Crumb(name, self.get_back_url())]

    def get_back_url(self) -> str:
        return reverse("residents:person-detail", args=[self.object.person_id])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def perform(self, obj: Residency, form: Any) -> Absence:
        return services.end_absence(self.absence, actor=self.request.user, on=form.cleaned_data["on"])
