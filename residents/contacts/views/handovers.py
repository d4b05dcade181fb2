"""The pages about hand-overs, their sheet, the wish for another contact, and who contacted a household when."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.views import Action, ActionPage, Crumb, DetailPage, ListPage
from residents.contacts import rules, services
from residents.contacts.choices import AssignmentStatus, ContactRole, HandoverState, WishState
from residents.contacts.filters import HandoverFilter
from residents.contacts.forms import HandoverForm
from residents.contacts.models import ContactAssignment, ContactHandover, ContactWish
from residents.contacts.services.telling import door_of
from residents.contacts.tables import HandoverTable
from residents.contacts.views.assignments import household_crumb
from residents.contacts.views.members import members_crumb
from residents.roster.models import Household
from residents.roster.rules import shown_household


class HandoverList(ListPage):
    """What waits for a successor, and what was handed over."""

    permission = Permission.ASSIGN_CONTACTS
    model = ContactHandover
    table_class = HandoverTable
    filterset_class = HandoverFilter
    title = _("Hand-overs")
    intro = _("Households that need another primary contact; the old one goes on until the new one accepts.")
    help_text = _(
        "Ten working days to find a successor, three when the contact is gone suddenly. "
        "Until then the backup contact stands in where there is one."
    )
    unit = npgettext_lazy("number of", "hand-over", "hand-overs")
    empty_title = _("Nothing is being handed over")
    empty_text = _("When a contact moves, stops or falls out, the household appears here.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place().with_members().order_by("state", "due_at", "pk")

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb()]

    def get_actions(self) -> list[Action]:
        return [Action(_("Proposals to members"), reverse("residents:contact-proposals"), icon="handshake")]


class HandoverSheet(DetailPage):
    """The hand-over as a sheet of paper (交接单): while it is open as things stand now, afterwards as it was."""

    template_name = "residents/contacts/handover_sheet.html"

    def get_queryset(self) -> QuerySet:
        return ContactHandover.objects.seen_by(self.request.user).with_place().with_members()

    def get_title(self) -> Any:
        return _("Hand-over sheet")

    def get_breadcrumb(self) -> list[Crumb]:
        if rules.may_assign(self.request.user, self.object.household.grid):
            return [Crumb(_("Hand-overs"), reverse("residents:contacthandover-list"))]
        return [Crumb(_("My households"), reverse("residents:contact-mine"))]

    def get_actions(self) -> list[Action]:
        row = self.object
        if not row.is_open or not rules.may_assign(self.request.user, row.household.grid):
            return []
        choose = reverse("residents:contact-assign", args=[row.household_id])
        cancel = reverse("residents:contacthandover-cancel", args=[row.pk])
        return [
            Action(_("Choose the successor"), choose, style="primary", icon="user-plus"),
            Action(_("Leave it as it is"), cancel, may_cancel(row), style="quiet", icon="undo-2"),
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        row = self.object
        old, new = row.from_assignment, row.to_assignment
        return super().get_context_data(
            community=row.from_assignment.member.grid.name,
            door=door_of(row.household),
            old=old.member.person.name,
            old_since=old.starts_on,
            new=new.member.person.name if new else "",
            new_since=new.starts_on if new else None,
            reason=row.get_reason_display(),
            state=chip_of(HandoverState, row.state),
            sheet=services.sheet_of(row),
            **context,
        )


def may_cancel(handover: ContactHandover) -> Decision:
    if not handover.is_open:
        return Denied(_("This hand-over is closed already."))
    if handover.from_assignment.status != AssignmentStatus.HANDOVER:
        return Denied(_("The contact no longer serves here, so somebody has to follow. Choose a successor."))
    if handover.from_assignment.member.leaving_since is not None:
        return Denied(_("The member hands over all households."))
    return Allowed()


class HandoverCancel(ActionPage):
    """The household stays with its contact."""

    permission = Permission.ASSIGN_CONTACTS
    model = ContactHandover
    title = _("Leave the contact as it is")
    submit_label = _("Leave it as it is")
    intro = _("The household stays with its contact; a proposal that waits is withdrawn.")
    success_message = _("The household stays with its contact.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place().with_members()

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Hand-overs"), reverse("residents:contacthandover-list"))]

    def decide(self, obj: ContactHandover) -> Decision:
        return may_cancel(obj)

    def perform(self, obj: ContactHandover, form: Any) -> ContactHandover:
        return services.cancel_handover(obj, actor=self.request.user)


class _OfHousehold(ActionPage):
    def household(self) -> Household:
        return self.object.household

    def get_breadcrumb(self) -> list[Crumb]:
        return [household_crumb(self.request.user, self.household())]

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.household().pk])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()


class HandoverOpen(_OfHousehold):
    """Somebody else is to take over; the present contact goes on until then."""

    permission = Permission.VIEW_CONTACTS
    model = ContactAssignment
    form_class = HandoverForm
    title = _("Hand over to a successor")
    submit_label = _("Start the hand-over")
    success_message = _("The hand-over is open. The present contact goes on until a successor accepts.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().ever_served().with_place().select_related("member__person", "member__grid")

    def get_intro(self) -> Any:
        return _("%(name)s goes on until the successor accepts; then the sheet lists what was handed over.") % {
            "name": rules.member_name(self.request.user, self.object.member)
        }

    def decide(self, obj: ContactAssignment) -> Decision:
        decision = rules.may_assign(self.request.user, obj.household.grid)
        if not decision:
            return decision
        if obj.role != ContactRole.PRIMARY or obj.acting or obj.status != AssignmentStatus.ACTIVE:
            return Denied(_("Only a primary contact who serves now is handed over."))
        return Allowed()

    def perform(self, obj: ContactAssignment, form: Any) -> ContactHandover:
        return services.open_handover(obj, actor=self.request.user, **form.cleaned_data)


class WishCreate(_OfHousehold):
    """C8: no reason is asked."""

    permission = Permission.VIEW_CONTACTS
    model = Household
    title = _("The household would like another contact")
    submit_label = _("Record the wish")
    intro = _(
        "A household may ask once in a quarter, and gives no reason. Its contact goes on until another one accepts; "
        "the secretary looks for one."
    )
    success_message = _("The wish is recorded; the secretary looks for another contact.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def household(self) -> Household:
        return self.object

    def decide(self, obj: Household) -> Decision:
        is_handed_over = obj.contact_handovers.open().exists()
        return rules.may_record_wish(self.request.user, obj.grid, is_handed_over=is_handed_over)

    def perform(self, obj: Household, form: Any) -> ContactWish:
        return services.record_wish(obj, actor=self.request.user)


class WishClose(_OfHousehold):
    permission = Permission.ASSIGN_CONTACTS
    model = ContactWish
    title = _("The household keeps its contact")
    submit_label = _("Close the wish")
    intro = _("Only when the household itself says so.")
    success_message = _("The wish is closed.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def decide(self, obj: ContactWish) -> Decision:
        return Allowed() if obj.state == WishState.OPEN else Denied(_("This wish is settled already."))

    def perform(self, obj: ContactWish, form: Any) -> ContactWish:
        return services.close_wish(obj, actor=self.request.user)


class ContactHistory(DetailPage):
    """C16: who contacted this household on a day, and everybody before and after."""

    permission = Permission.VIEW_CONTACTS
    model = Household
    template_name = "residents/contacts/contact_history.html"
    title = _("Who contacted this household")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def get_breadcrumb(self) -> list[Crumb]:
        return [household_crumb(self.request.user, self.object)]

    def day(self) -> date:
        """The day asked for; what is no date is today."""
        try:
            return parse_date(self.request.GET.get("on", "")) or today()
        except ValueError:
            return today()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, household, day = self.request.user, self.object, self.day()
        rows = household.contact_assignments.ever_served().select_related("member__person", "member__grid")
        on_day = set(rows.on(day).values_list("pk", flat=True))
        drawn = [
            {
                "name": rules.member_name(user, row.member),
                "role": _("Primary contact, standing in") if row.acting else row.get_role_display(),
                "starts_on": row.starts_on,
                "ends_on": row.ends_on or row.suspended_on,
                "reason": row.get_end_reason_display(),
                "then": row.pk in on_day,
            }
            for row in rows.order_by("-starts_on", "-pk")
        ]
        return super().get_context_data(
            door=shown_household(user, household),
            day=day,
            on_day=[row for row in drawn if row["then"]],
            rows=drawn,
            **context,
        )
