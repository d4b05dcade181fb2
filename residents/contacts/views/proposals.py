"""The pages on which a member is asked and answers (C8): one tap each."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.views import Action, ActionPage, Crumb, DetailPage, ListPage
from residents.contacts import rules, services
from residents.contacts.choices import AssignmentStatus
from residents.contacts.filters import ProposalFilter
from residents.contacts.models import ContactAssignment
from residents.contacts.services.telling import day_of, door_of
from residents.contacts.tables import ProposalTable
from residents.contacts.views.members import members_crumb


def is_waiting(proposal: ContactAssignment) -> Decision:
    if proposal.status == AssignmentStatus.PROPOSED:
        return Allowed()
    return Denied(_("This proposal waits no longer: %(state)s.") % {"state": proposal.get_status_display()})


class ProposalList(ListPage):
    """What was proposed, and what became of it."""

    permission = Permission.ASSIGN_CONTACTS
    model = ContactAssignment
    table_class = ProposalTable
    filterset_class = ProposalFilter
    title = _("Proposals to members")
    intro = _("Who was asked to contact which household, and what the member answered within five working days.")
    unit = npgettext_lazy("number of", "proposal", "proposals")
    empty_title = _("Nobody has been asked")
    empty_text = _("On the page “Assign” choose a member and press “Ask the member first”.")

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().filter(respond_by__isnull=False).with_place()
        return rows.select_related("member__person", "member__grid", "proposed_by").order_by("-created_at", "-pk")

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb()]

    def get_actions(self) -> list[Action]:
        return [Action(_("Hand-overs"), reverse("residents:contacthandover-list"), icon="repeat")]


class _OfProposal:
    """What the page and its acts share: the member's own proposals, and those of the secretary."""

    request: Any
    object: ContactAssignment

    def get_queryset(self) -> QuerySet:
        rows = ContactAssignment.objects.asked_of(self.request.user).with_place()
        return rows.select_related("member__person", "member__grid", "proposed_by")

    def is_own(self) -> bool:
        return self.object.member.user_id == self.request.user.pk

    def get_breadcrumb(self) -> list[Crumb]:
        if self.is_own():
            return [Crumb(_("My households"), reverse("residents:contact-mine"))]
        return [Crumb(_("Proposals to members"), reverse("residents:contact-proposals"))]


class ProposalPage(_OfProposal, DetailPage):
    """The member reads which door it is, and answers; no name of the household before he has agreed."""

    template_name = "residents/contacts/proposal.html"

    def get_title(self) -> Any:
        return _("Will you contact this household?") if self.is_own() else _("Proposal to a member")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        row = self.object
        waiting = is_waiting(row)
        is_own = self.is_own()
        key = [row.pk]
        return super().get_context_data(
            door=door_of(row.household),
            place=row.household.grid.name,
            role=row.get_role_display(),
            member=rules.member_name(self.request.user, row.member) if not is_own else "",
            by=row.proposed_by.get_full_name() if row.proposed_by else "",
            respond_by=row.respond_by,
            state=chip_of(AssignmentStatus, row.status) if not waiting else None,
            is_own=is_own,
            accept_url=reverse("residents:contact-accept", args=key) if waiting else "",
            decline_url=reverse("residents:contact-decline", args=key) if waiting else "",
            withdraw_url=reverse("residents:contact-withdraw", args=key) if waiting and not is_own else "",
            **context,
        )


class _Answer(_OfProposal, ActionPage):
    def get_intro(self) -> Any:
        row = self.object
        return _("%(role)s of %(door)s; answer by %(day)s.") % {
            "role": row.get_role_display(),
            "door": door_of(row.household),
            "day": day_of(row.respond_by) if row.respond_by else "",
        }

    def get_back_url(self) -> str:
        return reverse("residents:contact-proposal", args=[self.object.pk])

    def get_success_url(self, result: Any) -> str:
        if self.is_own():
            return reverse("residents:contact-mine")
        return reverse("residents:household-detail", args=[self.object.household_id])

    def decide(self, obj: ContactAssignment) -> Decision:
        return is_waiting(obj) and rules.may_answer(self.request.user, obj)


class Accept(_Answer):
    title = _("Accept the proposal")
    submit_label = _("Yes, I will")
    success_message = _("Thank you. The household has its contact from today.")

    def perform(self, obj: ContactAssignment, form: Any) -> ContactAssignment:
        return services.accept(obj, actor=self.request.user)


class Decline(_Answer):
    title = _("Decline the proposal")
    submit_label = _("No, rather not")
    success_message = _("Thank you for the answer. Somebody else will be asked.")

    def perform(self, obj: ContactAssignment, form: Any) -> ContactAssignment:
        return services.refuse(obj, actor=self.request.user)


class Withdraw(_Answer):
    title = _("Withdraw the proposal")
    submit_label = _("Withdraw the proposal")
    success_message = _("The proposal is withdrawn; the member was told.")

    def decide(self, obj: ContactAssignment) -> Decision:
        return rules.may_assign(self.request.user, obj.household.grid) and is_waiting(obj)

    def perform(self, obj: ContactAssignment, form: Any) -> ContactAssignment:
        return services.withdraw(obj, actor=self.request.user)
