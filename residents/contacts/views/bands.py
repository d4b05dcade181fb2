"""The band of a community as a setting, exemptions of members, and exceptions that go on."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.errors import Refused
from grids.common.views import ActionPage, Crumb
from grids.tree.models import Grid
from residents.contacts import rules, services
from residents.contacts.band_forms import BandForm, ExemptionForm, ProlongForm
from residents.contacts.bands import DEFAULT_BAND, Band
from residents.contacts.models import ContactAssignment, ContactBand, ContactExemption, ContactMember
from residents.contacts.views.assignments import household_crumb
from residents.contacts.views.board import OfCommunity
from residents.contacts.views.members import members_crumb


class BandPage(OfCommunity, ActionPage):
    """How many households a member of the community contacts."""

    form_class = BandForm
    title = _("Households a member contacts")
    submit_label = _("Save")
    success_message = _("The band holds from now on; present contacts stay as they are.")

    def get_intro(self) -> str:
        return _(
            "%(community)s. Present contacts stay as they are; members above a new maximum come up as to be relieved."
        ) % {"community": self.object.name}

    def get_initial(self) -> dict[str, Any]:
        row = ContactBand.objects.filter(grid=self.object).first()
        return {**asdict(row.as_rule() if row else DEFAULT_BAND), "version": row.version if row else 0}

    def perform(self, obj: Grid, form: Any) -> ContactBand:
        values = dict(form.cleaned_data)
        version = values.pop("version")
        return services.set_band(obj, Band(**values), actor=self.request.user, version=version)


class Exempt(ActionPage):
    """A member need not reach the minimum for a time."""

    permission = Permission.VIEW_CONTACTS
    model = ContactMember
    form_class = ExemptionForm
    title = _("Exempt from the minimum")
    submit_label = _("Exempt")
    success_message = _("The member is exempt; his households stay his.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("person", "grid")

    def get_intro(self) -> str:
        return _("%(name)s keeps the present households and is given no more by the balancing.") % {
            "name": rules.member_name(self.request.user, self.object)
        }

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb(), Crumb(rules.member_name(self.request.user, self.object), self.get_back_url())]

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": today()}

    def decide(self, obj: ContactMember) -> Decision:
        return rules.may_assign(self.request.user, obj.grid)

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def perform(self, obj: ContactMember, form: Any) -> ContactExemption:
        return services.exempt_member(obj, actor=self.request.user, **form.cleaned_data)


class EndExemption(Exempt):
    """The exemption that the member has now ends today."""

    form_class = ActionPage.form_class
    title = _("End the exemption")
    submit_label = _("End the exemption")
    success_message = _("The exemption has ended.")

    def get_intro(self) -> str:
        return _("The minimum holds for %(name)s again from today.") % {
            "name": rules.member_name(self.request.user, self.object)
        }

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, obj: ContactMember, form: Any) -> Any:
        rows = obj.exemptions.not_over(today()).select_related("member__grid").order_by("starts_on")
        if (exemption := rows.first()) is None:
            raise Refused(_("This exemption is over already."))
        return services.end_exemption(exemption, actor=self.request.user)


class Prolong(ActionPage):
    """An exception goes on: its reason is written anew, with another last day."""

    permission = Permission.VIEW_CONTACTS
    model = ContactAssignment
    form_class = ProlongForm
    title = _("Prolong the exception")
    submit_label = _("Prolong the exception")
    success_message = _("The exception goes on.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place().select_related("member__person", "member__grid")

    def get_intro(self) -> str:
        return _("%(name)s contacts more households than the band allows; this one by an exception.") % {
            "name": rules.member_name(self.request.user, self.object.member)
        }

    def get_breadcrumb(self) -> list[Crumb]:
        return [household_crumb(self.request.user, self.object.household)]

    def get_initial(self) -> dict[str, Any]:
        return {"reason": self.object.exception_reason}

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.object.household_id])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def decide(self, obj: ContactAssignment) -> Decision:
        return rules.may_assign(self.request.user, obj.household.grid)

    def perform(self, obj: ContactAssignment, form: Any) -> ContactAssignment:
        values = form.cleaned_data
        return services.prolong_exception(obj, actor=self.request.user, reason=values["reason"], until=values["until"])
