"""The pages about who contacts a household: assign, hand over, end, and households without a contact."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common.decisions import Decision
from grids.common.views import Action, ActionPage, Crumb, FormPage, ListPage
from residents.contacts import rules, services
from residents.contacts.candidates import candidates_for
from residents.contacts.choices import AssignmentStatus, ContactRole
from residents.contacts.filters import UncoveredFilter
from residents.contacts.forms import AssignForm, ChangeForm, EndForm
from residents.contacts.models import ContactAssignment
from residents.contacts.querysets import uncovered, with_contact, with_contact_due
from residents.contacts.tables import UncoveredTable
from residents.contacts.views.members import members_crumb
from residents.roster.models import Household
from residents.roster.rules import shown_door, shown_household, shown_name


def household_crumb(user: Any, household: Household) -> Crumb:
    return Crumb(shown_household(user, household), reverse("residents:household-detail", args=[household.pk]))


class Uncovered(ListPage):
    """Households that nobody is the primary contact of (C11)."""

    permission = Permission.VIEW_CONTACTS
    model = Household
    table_class = UncoveredTable
    filterset_class = UncoveredFilter
    title = _("Households without contact")
    intro = _("Every household needs one primary contact, a new household within ten working days.")
    help_text = _(
        "Open a household and press “Assign”: the members who live nearest and have room come first. "
        "The band of the community says how many households a member contacts; beyond it a reason and a last day are "
        "needed, which stay on record."
    )
    unit = npgettext_lazy("number of", "household", "households")
    empty_title = _("Every household has its contact")
    empty_text = _("New households appear here until somebody contacts them.")

    def get_queryset(self) -> QuerySet:
        households = super().get_queryset().covered_by_duty()
        return (
            with_contact_due(with_contact(uncovered(households)))
            .with_place()
            .with_head()
            .with_size()
            .in_reading_order()
        )

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb()]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm(Permission.ASSIGN_CONTACTS):
            return []
        return [Action(_("Balancing board"), reverse("residents:contact-boards"), icon="scale")]


class _ChoosePage(FormPage):
    """What assigning and handing over share: the candidates, nearest first."""

    template_name = "residents/contacts/contactassignment_form.html"
    household: Household

    def get_breadcrumb(self) -> list[Crumb]:
        return [household_crumb(self.request.user, self.household)]

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.household.pk])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def check(self) -> Decision:
        return rules.may_assign(self.request.user, self.household.grid)

    def role(self) -> str:
        return ContactRole.PRIMARY

    def replacing(self) -> ContactAssignment | None:
        return None

    def ask_url(self) -> str:
        """Where the same form is sent to ask the member first; empty where it is sent there anyway."""
        return ""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, household = self.request.user, self.household
        form = context["form"]
        head = Household.objects.with_head().filter(pk=household.pk).values_list("head_name", flat=True).get()
        return super().get_context_data(
            household=household,
            door=shown_door(user, household.dwelling),
            head=shown_name(user, household.grid, head),
            role_label=ContactRole(self.role()).label,
            ask_url=self.ask_url(),
            candidates=candidates_for(household, self.role(), replacing=self.replacing()),
            chosen=str(form["member"].value() or ""),
            **context,
        )


class Assign(_ChoosePage):
    """Name the primary or backup contact of a household; ``?role=backup`` asks for the latter."""

    permission = Permission.VIEW_CONTACTS
    model = Household
    form_class = AssignForm
    submit_label = _("Assign")
    success_message = _("The household has its contact.")

    def load(self) -> None:
        self.object = self.household = self.get_object()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def role(self) -> str:
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        return ContactRole.BACKUP if source.get("role") == ContactRole.BACKUP else ContactRole.PRIMARY

    def get_title(self) -> Any:
        return _("Assign backup contact") if self.role() == ContactRole.BACKUP else _("Assign primary contact")

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.role()}

    def ask_url(self) -> str:
        return reverse("residents:contact-propose", args=[self.household.pk])

    def replacing(self) -> ContactAssignment | None:
        """Whoever only stands in, or is handing over, makes way."""
        rows = self.household.contact_assignments.serving().filter(role=self.role())
        return next((row for row in rows if row.acting or row.status == AssignmentStatus.HANDOVER), None)

    def act(self, form: Any) -> ContactAssignment:
        values = form.cleaned_data
        return services.assign(
            self.household,
            values["member"],
            values["role"],
            actor=self.request.user,
            exception_reason=values["exception_reason"],
            exception_until=values["exception_until"],
        )


class Propose(Assign):
    """Ask the member first: he answers within five working days (C8). The form is that of assigning."""

    submit_label = _("Ask the member first")
    success_message = _("The member has been asked, and answers within five working days.")

    def get_title(self) -> Any:
        return _("Ask a member")

    def ask_url(self) -> str:
        return ""

    def act(self, form: Any) -> ContactAssignment:
        values = form.cleaned_data
        role = values.pop("role")
        return services.propose(self.household, values.pop("member"), role, actor=self.request.user, **values)


class Change(_ChoosePage):
    """Hand the household over: the present contact ends and the new one starts on the same day."""

    permission = Permission.VIEW_CONTACTS
    model = ContactAssignment
    form_class = ChangeForm
    title = _("Change contact")
    submit_label = _("Hand over")
    success_message = _("The household was handed over today, without a gap.")

    def load(self) -> None:
        self.object = self.get_object()
        self.household = self.object.household

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place().select_related("member__person", "member__grid")

    def get_intro(self) -> str:
        return _("%(name)s is the %(role)s now. The new contact takes over today.") % {
            "name": rules.member_name(self.request.user, self.object.member),
            "role": self.object.get_role_display(),
        }

    def role(self) -> str:
        return self.object.role

    def ask_url(self) -> str:
        return reverse("residents:contact-ask", args=[self.object.pk]) if self.role() == ContactRole.PRIMARY else ""

    def replacing(self) -> ContactAssignment:
        return self.object

    def act(self, form: Any) -> ContactAssignment:
        values = form.cleaned_data
        return services.change_contact(
            self.object,
            values["member"],
            actor=self.request.user,
            reason=values["reason"],
            exception_reason=values["exception_reason"],
            exception_until=values["exception_until"],
        )


class AskSuccessor(Change):
    """The same, but the successor is asked first; the present contact goes on until he accepts."""

    title = _("Ask a successor")
    submit_label = _("Ask the member first")
    success_message = _("The member has been asked. The present contact goes on until he accepts.")

    def ask_url(self) -> str:
        return ""

    def act(self, form: Any) -> ContactAssignment:
        values = dict(form.cleaned_data)
        return services.ask_successor(self.object, values.pop("member"), actor=self.request.user, **values)


class End(ActionPage):
    permission = Permission.VIEW_CONTACTS
    model = ContactAssignment
    form_class = EndForm
    title = _("End contact")
    submit_label = _("End contact")
    style = "danger"
    success_message = _("The contact has ended.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place().select_related("member__person", "member__grid")

    def get_intro(self) -> str:
        name = rules.member_name(self.request.user, self.object.member)
        if self.object.role == ContactRole.BACKUP:
            return _("%(name)s will no longer be the backup contact of this household.") % {"name": name}
        return _(
            "%(name)s will no longer contact this household. It will be without a contact until a new one is named; "
            "to leave no gap, change the contact instead."
        ) % {"name": name}

    def get_breadcrumb(self) -> list[Crumb]:
        return [household_crumb(self.request.user, self.object.household)]

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.object.household_id])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def decide(self, obj: ContactAssignment) -> Decision:
        return rules.may_assign(self.request.user, obj.household.grid)

    def perform(self, obj: ContactAssignment, form: Any) -> ContactAssignment:
        return services.end_assignment(obj, actor=self.request.user, reason=form.cleaned_data["reason"])
