"""Legal holds: what is kept although its time is over."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from governance.affairs.models import Affair
from governance.privacy import rules, services
from governance.privacy.filters import HoldFilter
from governance.privacy.forms import HoldForm, LiftForm
from governance.privacy.models import LegalHold
from governance.privacy.tables import HoldTable, subject_of_hold
from governance.privacy.views.requests import OneLandlord, OnePerson
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage, ListPage
from residents.rentals.models import RentalFile
from residents.roster.models import Person

HOLDS = _("Legal holds")
INTRO = _("While a hold is in force, neither the retention nor an erasure touches the data.")


class HoldList(ListPage):
    permission = Permission.MANAGE_PRIVACY
    model = LegalHold
    table_class = HoldTable
    filterset_class = HoldFilter
    title = HOLDS
    intro = INTRO
    unit = npgettext_lazy("number of", "hold", "holds")
    empty_title = _("No holds")
    empty_text = _("A hold is placed on the page of a person, a rental file or an affair.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_subject()


class HoldAct(ActionPage):
    """What placing and lifting share."""

    permission = Permission.MANAGE_PRIVACY
    submit_label = ""  # the form's own

    def get_breadcrumb(self) -> list[Crumb]:
        """Whose data it is stands above the form."""
        return [Crumb(HOLDS, reverse("governance:legalhold-list")), self.subject_crumb()]

    def subject_crumb(self) -> Crumb:
        return Crumb(str(self.object), self.get_back_url())

    def get_success_url(self, result: Any) -> str:
        return reverse("governance:legalhold-list")


class HoldPlace(HoldAct):
    """Placing one on whatever the page is about."""

    form_class = HoldForm
    title = _("Place a legal hold")
    intro = INTRO
    success_message = _("The hold is in force.")

    def perform(self, obj: Any, form: Any) -> LegalHold:
        return services.place_hold(obj, actor=self.request.user, **form.cleaned_data)


class HoldPerson(HoldPlace, OnePerson):
    def subject_crumb(self) -> Crumb:
        return OnePerson.get_breadcrumb(self)[-1]

    def decide(self, obj: Person) -> Decision:
        return rules.may_register(self.request.user, self.grid, obj)


class HoldLandlord(HoldPlace, OneLandlord):
    """For a landlord who is in no roster: all of his files are kept."""

    title = _("Place a legal hold on the landlord's data")

    def decide(self, obj: RentalFile) -> Decision:
        return rules.may_register_landlord(self.request.user, obj)


class HoldAffair(HoldPlace):
    model = Affair

    def decide(self, obj: Affair) -> Decision:
        return rules.may_manage(self.request.user, obj.grid)


class HoldLift(HoldAct):
    model = LegalHold
    object: LegalHold
    form_class = LiftForm
    title = _("Lift the hold")
    intro = _("From now on the retention treats the data like any other.")
    success_message = _("The hold was lifted.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_subject()

    def get_back_url(self) -> str:
        return reverse("governance:legalhold-list")

    def subject_crumb(self) -> Crumb:
        return Crumb(subject_of_hold(self.request.user, self.object))

    def decide(self, obj: LegalHold) -> Decision:
        return rules.may_lift(self.request.user, obj)

    def perform(self, obj: LegalHold, form: Any) -> LegalHold:
        return services.lift_hold(obj, actor=self.request.user, reason=form.cleaned_data["reason"])
