"""Opening a rental file, changing it, and the steps of its life."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Crumb
from grids.common.clock import now
from grids.common.decisions import Decision
from grids.common.forms import VersionedForm, initial_of
from grids.common.masks import mask_phone
from grids.common.stale import KeepsTyped
from grids.common.views import CreatePage
from residents.rentals import rules, services
from residents.rentals.forms import ChangeForm, DayForm, OpenForm
from residents.rentals.models import RentalFile
from residents.rentals.views.common import FileAction, files_crumb
from residents.rentals.views.files import REVEALED
from residents.roster.forms import RevealForm
from residents.roster.models import Dwelling
from residents.roster.rules import may_reveal, shown_door

REVEAL_SECONDS = 60


class OpenFile(CreatePage):
    """A file for one dwelling."""

    permission = Permission.VIEW_RENTALS
    model = Dwelling
    form_class = OpenForm
    title = _("Open a rental file")
    submit_label = _("Open the file")
    success_message = _("The file is open. Make the first check now, or within a week.")
    object: Dwelling

    def load(self) -> None:
        self.object = self.get_object()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid__parent", "unit__building")

    def decide(self) -> Decision:
        return rules.may_inspect(self.request.user, self.object.grid)

    def get_intro(self) -> Any:
        return _("For %(door)s. The roster will say that this dwelling is let.") % {
            "door": shown_door(self.request.user, self.object)
        }

    def get_breadcrumb(self) -> list[Crumb]:
        return [files_crumb()]

    def get_back_url(self) -> str:
        household = self.object.households.active().first()
        if household is not None and scope_of(self.request.user, Permission.VIEW_ROSTER):
            return reverse("residents:household-detail", args=[household.pk])
        return reverse("residents:rentalfile-missing")

    def perform(self, form: Any) -> RentalFile:
        return services.open_file(self.object, actor=self.request.user, **form.cleaned_data)


class ChangeFile(KeepsTyped, FileAction):
    form_class = ChangeForm
    title = _("Edit rental file")
    submit_label = _("Save")
    success_message = _("The file was changed.")

    def get_initial(self) -> dict[str, Any]:
        initial = initial_of(self.object, ChangeForm.base_fields)
        # A hidden value is not shown for the sake of a form: left as it is, or entered anew.
        return initial | {"landlord_phone": ""}

    def get_form(self) -> Any:
        form = super().get_form()
        if self.object.landlord_phone:
            form.fields["landlord_phone"].help_text = _("Left empty, the number stays as it is (%(mask)s).") % {
                "mask": mask_phone(self.object.landlord_phone)
            }
        return form

    def perform(self, obj: RentalFile, form: Any) -> RentalFile:
        values = form.cleaned_data
        values["landlord_phone"] = values["landlord_phone"] or obj.landlord_phone
        return services.change_file(obj, actor=self.request.user, **values)


class MarkVacant(FileAction):
    form_class = DayForm
    title = _("The dwelling stands empty")
    intro = _("Its tenants are noted as having moved out on this day; checks wait until it is let again.")
    submit_label = _("Note as empty")
    success_message = _("The dwelling stands empty for now.")

    def decide(self, obj: RentalFile) -> Decision:
        return rules.may_step(self.request.user, obj, "vacant")

    def perform(self, obj: RentalFile, form: Any) -> RentalFile:
        return services.mark_vacant(obj, actor=self.request.user, **form.cleaned_data)


class LetAgain(FileAction):
    form_class = VersionedForm
    title = _("The dwelling is let again")
    intro = _("A check that fell into the empty time is due today.")
    submit_label = _("Let again")
    success_message = _("The dwelling is let again.")

    def decide(self, obj: RentalFile) -> Decision:
        return rules.may_step(self.request.user, obj, "relet")

    def perform(self, obj: RentalFile, form: Any) -> RentalFile:
        return services.let_again(obj, actor=self.request.user, **form.cleaned_data)


class EndFile(FileAction):
    form_class = DayForm
    title = _("No longer rented out")
    intro = _("The file closes, its tenancies end, nothing is checked any more. What was found stays readable.")
    submit_label = _("Close the file")
    style = "danger"
    success_message = _("The file is closed; the roster has the dwelling's former use again.")

    def decide(self, obj: RentalFile) -> Decision:
        return rules.may_step(self.request.user, obj, "end")

    def perform(self, obj: RentalFile, form: Any) -> RentalFile:
        return services.end_file(obj, actor=self.request.user, **form.cleaned_data)


class RevealLandlord(FileAction):
    """Asks what the phone is needed for; the next page shows it once."""

    form_class = RevealForm
    title = _("Show a hidden value")
    intro = _("The value is shown once. Your name, the time and the purpose are kept in the audit trail for good.")
    submit_label = _("Show it once")

    def decide(self, obj: RentalFile) -> Decision:
        return may_reveal(self.request.user, obj.grid)

    def perform(self, obj: RentalFile, form: Any) -> None:
        services.reveal_landlord(obj, actor=self.request.user, purpose=form.cleaned_data["purpose"])
        until = (now() + timedelta(seconds=REVEAL_SECONDS)).timestamp()
        self.request.session[REVEALED] = {"file": obj.pk, "until": until}
