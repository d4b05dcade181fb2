"""What contact adds to the pages and acts of the rooms below it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.access.choices import Permission
from grids.access.services import account_changed
from grids.common.actions import Action
from grids.common.panels import Panel, grid_panels, household_panels, person_panels
from grids.tree.services import grid_moved
from residents.contacts.choices import AssignmentStatus, ContactRole, WishState
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.querysets import coverage
from residents.contacts.rules import may_assign, may_hand_out_card, may_record_wish, member_name
from residents.contacts.services import end_on_closing, end_on_moving, end_where_apart
from residents.contacts.services.at_once import follow_account, follow_departure
from residents.contacts.services.telling import day_of
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.roster.services import household_closed, household_moved, person_departed

PAST_SHOWN = 10


def on_household(request: HttpRequest, household: Household) -> dict[str, Any] | None:
    """Primary and backup contact with their buttons, and who it was before."""
    user = request.user
    if not user.has_perm(Permission.VIEW_CONTACTS, household.grid):
        return None
    rows = list(
        household.contact_assignments.select_related("member__person", "member__grid", "assigned_by").order_by(
            "-starts_on", "-pk"
        )
    )
    decision = may_assign(user, household.grid)
    is_open = household.status == HouseholdStatus.ACTIVE
    acts = bool(decision) and is_open
    slots = []
    for role in ContactRole:
        present = next((row for row in rows if row.role == role and row.is_serving), None)
        if present or is_open:
            slots.append(_slot(user, household, role, present, acts=acts))
    past = [row for row in rows if row.status == AssignmentStatus.ENDED][:PAST_SHOWN]
    return {
        "slots": slots,
        "notices": _notices(user, household, rows, acts=acts),
        "more": _more(user, household, is_open=is_open, has_contact=_has_primary(rows)),
        "refusal": "" if decision or not is_open else decision.reason,
        "past": [
            {
                "name": member_name(user, row.member),
                "role": _("Primary contact, standing in") if row.acting else row.get_role_display(),
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
                "reason": row.get_end_reason_display(),
            }
            for row in past
        ],
    }


def _notices(user: Any, household: Household, rows: list[ContactAssignment], *, acts: bool) -> list[dict[str, Any]]:
    """What is under way: somebody is being asked, the household is being handed over, it asked for another contact."""
    found = []
    if acts:
        for row in rows:
            if row.status == AssignmentStatus.PROPOSED:
                words = _("%(name)s is being asked (%(role)s).") % {
                    "name": member_name(user, row.member),
                    "role": row.get_role_display(),
                }
                url = reverse("residents:contact-proposal", args=[row.pk])
                found.append({"words": words, "url": url, "link": _("Proposal")})
        handover = household.contact_handovers.open().first()
        if handover is not None:
            words = _("A successor is to be found by %(day)s.") % {"day": day_of(handover.due_at)}
            found.append({"words": words, "url": handover.get_absolute_url(), "link": _("Hand-over sheet")})
        wish = household.contact_wishes.filter(state=WishState.OPEN).first()
        if wish is not None:
            url = reverse("residents:contactwish-close", args=[wish.pk])
            words = _("The household asked for another contact.")
            found.append({"words": words, "url": url, "link": _("Close the wish")})
    return found


def _has_primary(rows: list[ContactAssignment]) -> bool:
    return any(row.role == ContactRole.PRIMARY and row.is_serving for row in rows)


def _more(user: Any, household: Household, *, is_open: bool, has_contact: bool) -> list[Action]:
    history = reverse("residents:contact-history", args=[household.pk])
    actions = [Action(_("Who on which day"), history, style="quiet", icon="history")]
    if has_contact and may_hand_out_card(user, household.grid):
        card = reverse("residents:contact-paper", args=[household.pk])
        actions.append(Action(_("Card for the household"), card, style="quiet", icon="printer"))
    is_handed_over = household.contact_handovers.open().exists()
    if is_open and may_record_wish(user, household.grid, is_handed_over=is_handed_over):
        wish = reverse("residents:contactwish-create", args=[household.pk])
        actions.append(Action(_("Wishes another contact"), wish, style="quiet", icon="message-square"))
    return actions


def _slot(
    user: Any, household: Household, role: ContactRole, present: ContactAssignment | None, *, acts: bool
) -> dict[str, Any]:
    is_primary = role is ContactRole.PRIMARY
    if present is None:
        url = reverse("residents:contact-assign", args=[household.pk]) + ("" if is_primary else f"?role={role.value}")
        style = "primary" if is_primary else "quiet"
        assign = Action(_("Assign"), url, style=style, icon="user-plus")
        missing = _("No contact yet") if is_primary else _("No backup contact yet")
        return {"role": role.label, "name": "", "missing": missing, "actions": [assign] if acts else []}
    name = member_name(user, present.member)
    change = Action(_("Change"), reverse("residents:contact-change", args=[present.pk]), icon="repeat")
    hand_over = Action(
        _("Hand over"), reverse("residents:contact-handover", args=[present.pk]), style="quiet", icon="file-text"
    )
    between = [hand_over] if is_primary and present.status == AssignmentStatus.ACTIVE and not present.acting else []
    end = Action(_("End"), reverse("residents:contact-end", args=[present.pk]), style="quiet", icon="user-minus")
    return {
        "role": _("Primary contact, standing in") if present.acting else role.label,
        "name": name,
        "initial": name[:1],
        "url": present.member.get_absolute_url(),
        "since": present.starts_on,
        "by": present.assigned_by.get_full_name() if present.assigned_by else "",
        "actions": [change, *between, end] if acts else [],
    }


def on_person(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """That the person contacts households; to the secretary also the way to register him."""
    members = ContactMember.objects.restrict(request.user, Permission.VIEW_CONTACTS).serving().with_load()
    member = members.filter(person=person).select_related("grid").first()
    if member is not None:
        words = ngettext("Contacts %(count)d household", "Contacts %(count)d households", member.load) % {
            "count": member.load
        }
        return {"member": member, "url": member.get_absolute_url(), "load": words, "actions": []}
    if not request.user.has_perm(Permission.ASSIGN_CONTACTS) or person.deceased_on is not None:
        return None
    url = reverse("residents:contactmember-create", args=[person.pk])
    return {"member": None, "url": "", "load": "", "actions": [Action(_("Register member"), url, icon="user-plus")]}


def on_grid(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """Contact coverage of the subtree, leading to the households without contact."""
    if not request.user.has_perm(Permission.VIEW_CONTACTS, grid):
        return None
    numbers = coverage(Household.objects.under(grid))
    if not numbers["households"]:
        return None
    open_number = numbers["households"] - numbers["covered"]
    share = numbers["covered"] / numbers["households"]
    return {
        "label": _("Contact coverage"),
        "value": f"{share * 100:.1f}%",
        "unit": "",
        "note": ngettext("%(count)s household without contact", "%(count)s households without contact", open_number)
        % {"count": f"{open_number:,}"},
        "url": reverse("residents:contact-uncovered") + f"?grid={grid.code}",
        "tone": "warning" if open_number else "",
    }


household_panels.register(
    Panel("contacts", "residents/contacts/household_panel.html", on_household, order=20, area="side")
)
person_panels.register(Panel("contacts", "residents/contacts/person_panel.html", on_person, order=40, area="side"))
grid_panels.register(Panel("contacts", "residents/contacts/grid_counter.html", on_grid, order=30, area="counter"))

# C11: a household that moved away has no contact any more.
if end_on_closing not in household_closed:
    household_closed.append(end_on_closing)
if end_on_moving not in household_moved:
    household_moved.append(end_on_moving)
if end_where_apart not in grid_moved:
    grid_moved.append(end_where_apart)

# C10, C12: who has died, moved away or lost his account contacts nobody from that moment.
if follow_departure not in person_departed:
    person_departed.append(follow_departure)
if follow_account not in account_changed:
    account_changed.append(follow_account)
