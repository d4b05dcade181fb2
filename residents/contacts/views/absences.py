"""A member is away for long, comes back, hands over everything, or is suddenly gone; and his phone number."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.decisions import Decision, Denied
from grids.common.views import ActionPage, Crumb
from residents.contacts import rules, services
from residents.contacts.forms import LeaveForm, PhoneForm, SuspendForm
from residents.contacts.models import ContactMember
from residents.contacts.views.members import members_crumb


class _OfMember(ActionPage):
    permission = Permission.VIEW_CONTACTS
    model = ContactMember

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_load().select_related("person", "grid")

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb(), Crumb(rules.member_name(self.request.user, self.object), self.get_back_url())]

    def applies(self, obj: ContactMember) -> Decision:
        """Whether it makes sense for this member at all."""
        raise NotImplementedError

    def decide(self, obj: ContactMember) -> Decision:
        decision = rules.may_assign(self.request.user, obj.grid)
        return decision and self.applies(obj)


class Suspend(_OfMember):
    form_class = SuspendForm
    title = _("Away for long")
    submit_label = _("Let the backup contacts stand in")
    intro = _(
        "For more than 30 days. From today the backup contacts stand in as primary ones; for households without a "
        "backup contact a successor is to be found. The member comes back to his households later."
    )
    success_message = _("The member is excused; his households are covered.")

    def applies(self, obj: ContactMember) -> Decision:
        return rules.may_suspend(obj)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.suspend_member(obj, actor=self.request.user, **form.cleaned_data)


class Resume(_OfMember):
    title = _("Serves again")
    submit_label = _("Serve again from today")
    intro = _("The member is the contact of his households again, but for those that got another one for good.")
    success_message = _("The member serves again from today.")

    def applies(self, obj: ContactMember) -> Decision:
        return rules.may_resume(obj)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.resume_member(obj, actor=self.request.user)


class Leave(_OfMember):
    form_class = LeaveForm
    title = _("Hand over all households")
    submit_label = _("Start the hand-overs")
    intro = _(
        "The member goes on until each household has its successor; then the membership ends by itself. No household "
        "is without a contact meanwhile."
    )
    success_message = _("The hand-overs are open; choose a successor for each household.")

    def applies(self, obj: ContactMember) -> Decision:
        return rules.may_leave(obj)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.begin_leaving(obj, actor=self.request.user, **form.cleaned_data)


class Stay(_OfMember):
    title = _("The member stays")
    submit_label = _("The member stays")
    intro = _("Hand-overs that are still open can be cancelled one by one afterwards.")
    success_message = _("The member stays.")

    def applies(self, obj: ContactMember) -> Decision:
        return rules.may_stay(obj)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.stay(obj, actor=self.request.user)


class Vacancy(_OfMember):
    title = _("Suddenly gone")
    submit_label = _("Let the backup contacts stand in")
    style = "danger"
    intro = _(
        "When the member can suddenly serve no longer. All his contacts end now, the backup contacts stand in at once, "
        "and you have three working days to find successors."
    )
    success_message = _("The backup contacts stand in; please find successors within three working days.")

    def applies(self, obj: ContactMember) -> Decision:
        if not obj.is_serving or not obj.load + obj.backup_load:  # type: ignore[attr-defined]
            return Denied(_("The member contacts no household now."))
        return rules.may_vacate(obj)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.vacate_member(obj, actor=self.request.user)


class Phone(_OfMember):
    form_class = PhoneForm
    title = _("Phone number for the households")
    submit_label = _("Save")
    intro = _("A household is told the name of its contact and, if he agrees, his phone number; nothing else.")
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"since": self.object.phone_shown_since}

    def applies(self, obj: ContactMember) -> Decision:
        return rules.may_vacate(obj)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.show_phone(obj, actor=self.request.user, since=form.cleaned_data["since"])
