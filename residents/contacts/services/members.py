"""Joint-family members: registered, linked to an account, ended, each with its entry in the trail (domain.md 3.4)."""

from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.access.choices import Role
from grids.access.models import RoleGrant, User
from grids.access.services import grant_role
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from grids.tree.choices import Level
from residents.contacts import rules
from residents.contacts.choices import MemberKind, PartyStatus
from residents.contacts.facts import band_of
from residents.contacts.models import ContactMember
from residents.contacts.services.locking import allow, member_changed
from residents.roster.models import Person, Residency


@transaction.atomic
def register_member(
    person: Person,
    grid: Any,
    *,
    actor: Any,
    kind: str = MemberKind.PARTY,
    party_status: str = PartyStatus.FORMAL,
    branch: str = "",
    consented_on: date | None = None,
    starts_on: date | None = None,
    user: Any = None,
) -> ContactMember:
    """Let ``person`` contact households of the community ``grid`` (C1); with an account he gets the role there.

    Raises ``Refused`` when a rule says no, ``Conflict`` when he is registered already.
    """
    allow(actor, grid)
    if user is not None:
        check_account(user, grid)
    on = starts_on or today()
    check_registration(
        person, grid, kind=kind, party_status=party_status, branch=branch, consented_on=consented_on, on=on
    )
    try:
        with transaction.atomic():
            member = ContactMember.objects.create(
                grid=grid,
                person=person,
                kind=kind,
                party_status=party_status,
                branch=branch.strip(),
                consented_on=cast(date, consented_on),  # without consent the rules have refused
                starts_on=on,
            )
    except IntegrityError as problem:
        raise Conflict(_("%(name)s is a joint-family member already.") % {"name": person.name}) from problem
    record(
        "contactmember.register",
        member,
        actor=actor,
        grid=grid,
        changes={"person": [None, person.pk], "kind": ["", str(kind)], "branch": ["", member.branch]},
    )
    return link_account(member, user, actor=actor) if user is not None else member


def check_registration(
    person: Person, grid: Any, *, kind: str, party_status: str, branch: str, consented_on: date | None, on: date
) -> None:
    """C1 for one registration. Raises ``Refused`` with the reason."""
    if grid.level != Level.COMMUNITY:
        raise Refused(_("Joint-family members belong to a community; choose the community."))
    if person.deceased_on is not None:
        raise Refused(_("This person has died."))
    rules.may_serve(
        kind=kind,
        party_status=party_status,
        birth_date=person.birth_date,
        consented_on=consented_on,
        on=on,
        mass_allowed=band_of(grid).mass_allowed,
    ).or_raise()
    if not branch.strip() and not Residency.objects.active().under(grid).filter(person=person).exists():
        raise Refused(
            _("%(name)s does not live in %(grid)s. Name the party branch there through which the person serves.")
            % {"name": person.name, "grid": grid.name}
        )


@transaction.atomic
def link_account(member: ContactMember, user: Any, *, actor: Any) -> ContactMember:
    """Let the member log in as ``user``: the account gets the role on his community.

    Raises ``ValidationError`` for an account that serves in another district: it does not exist here.
    """
    allow(actor, member.grid)
    check_account(user, member.grid)
    member = ContactMember.objects.select_for_update(of=("self",)).select_related("grid", "person").get(pk=member.pk)
    if not member.is_serving:
        raise Refused(_("%(name)s no longer contacts households.") % {"name": member.person.name})
    if member.user_id == user.pk:
        return member
    if member.user_id is not None:
        raise Conflict(_("%(name)s already has an account.") % {"name": member.person.name})
    try:
        with transaction.atomic():
            advance(member, expected=member.version, reason=member_changed(), user=user)
    except IntegrityError as problem:
        raise Conflict(_("This account already belongs to another joint-family member.")) from problem
    record("contactmember.link", member, actor=actor, grid=member.grid, changes={"user": [None, user.pk]})
    grant_role(user, Role.JOINT_FAMILY, member.grid, actor=actor, source=member.source)
    return member


def check_account(user: User, community: Any) -> None:
    """An account that administers the portal or holds a role in another district does not exist for this community."""
    elsewhere = RoleGrant.objects.exclude(grid__code__startswith=community.code[: Level.DISTRICT.digits])
    if user.is_superuser or not user.is_active or elsewhere.filter(user=user).exists():
        raise ValidationError({"user": no_such_account()})


def no_such_account() -> str:
    return _("There is no account with this login name. Ask the administrator for one.")


@transaction.atomic
def show_phone(member: ContactMember, *, actor: Any, since: date | None) -> ContactMember:
    """C15: the member agreed on ``since`` that his households get his phone number; None takes it back."""
    allow(actor, member.grid)
    member = ContactMember.objects.select_for_update(of=("self",)).select_related("grid", "person").get(pk=member.pk)
    if not member.is_serving:
        raise Refused(_("%(name)s no longer contacts households.") % {"name": member.person.name})
    if since is not None and since > today():
        raise ValidationError({"since": _("This day is in the future.")})
    before = member.phone_shown_since
    advance(member, expected=member.version, reason=member_changed(), phone_shown_since=since)
    record("contactmember.phone", member, actor=actor, grid=member.grid, changes={"phone_shown_since": [before, since]})
    return member
