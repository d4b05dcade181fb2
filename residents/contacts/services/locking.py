"""What the services of contact share: who may, the locks in their one order, and what those hear who came too late.

Locks are taken in one order: the household first, then members by key, then assignments by key. What concerns all
households of a member (absence, vacancy, leaving) locks no household: members by key, then assignments by key.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from grids.common.errors import Conflict
from residents.contacts import rules
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.models import Household


def present(assignment: ContactAssignment) -> ContactAssignment:
    """The assignment as it is now, locked. Raises ``Conflict`` when it has ended."""
    present = (
        ContactAssignment.objects.select_for_update(of=("self",))
        .with_place()
        .select_related("member__person")
        .get(pk=assignment.pk)
    )
    if not present.is_serving:
        raise Conflict(already_ended())
    return present


def locked_rows(rows: Any) -> list[ContactAssignment]:
    """The rows of a queryset of assignments, locked by key, with place, member and person."""
    rows = rows.select_for_update(of=("self",)).with_place()
    return list(rows.select_related("member__person", "member__grid", "member__user").order_by("pk"))


def locked_household(household: Household) -> Household:
    """The household, locked against closing and against other assignments until the transaction ends."""
    return Household.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=household.pk)


def locked_member(member: ContactMember) -> ContactMember:
    """The member, locked: whoever else assigns to him waits here, so that the load read next is true."""
    return locked_members([member.pk])[member.pk]


def locked_members(keys: Iterable[int]) -> dict[int, ContactMember]:
    """The members, locked by key."""
    rows = ContactMember.objects.select_for_update(of=("self",)).select_related("person", "grid", "user")
    return {row.pk: row for row in rows.filter(pk__in=sorted(set(keys))).order_by("pk")}


def allow(actor: Any, grid: Any) -> None:
    """None is the system itself (demo data, jobs)."""
    if actor is not None:
        rules.may_assign(actor, grid).or_raise()


def already_ended() -> str:
    return _("This contact has already been ended by somebody else.")


def member_changed() -> str:
    return _("Somebody changed this member at the same moment. Look again, then decide.")


def changed_meanwhile() -> Conflict:
    return Conflict(_("Somebody changed this household's contact at the same moment. Look again, then decide."))
