"""Every form of the portal, opened by somebody who may and filled in so that it is accepted: for tests over all forms.

The forms are taken from the pages themselves, so a new form is tested without being named anywhere; only what a field
cannot say about itself (a door, a name without digits) stands in ``ANSWERS``.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django import forms
from django.db import transaction

from governance.affairs.choices import AffairState, Category, Tier, Urgency
from governance.affairs.models import Affair
from governance.affairs.rules import TRANSITIONS
from grids.access.models import User
from grids.common.clock import now, today
from grids.team.choices import Employment
from grids.team.models import StaffProfile
from grids.tree.models import Grid
from residents.contacts.choices import AssignmentEnd, AssignmentStatus
from residents.contacts.models import ContactAssignment, ContactExemption, ContactMember
from residents.roster.choices import Relation
from residents.roster.models import Dwelling, Headship, Household, Person, Residency, Stay
from residents.visits.models import HouseholdNeed
from tests.policy import FOREIGN, ROWS
from tests.visitor import Visitor, make_url, undrawn
from tests.world import HOMES, PASSWORD, SINCE, World, enlist, id_number

ANSWERS = {
    "name": "测试人",
    "building": "9",
    "unit": "1",
    "room": "901",
    "name_zh": "新的名字",
    "username": "newcomer",
    "user": "stranger",
    "branch": "第一支部",
    "old_password": PASSWORD,
    "new_password1": "Another-pass-2027",
    "new_password2": "Another-pass-2027",
}
# Choices that may be left open, and are made all the same.
CHOSEN = {"new_head", "person", "household", "new_parent"}
# Rows that open for nobody in the world as it is: who comes once the stage is set (see ``staged``).
ACTORS = {
    "grids:staff-account": "secretary",
    **{f"governance:affair-{step}": "secretary" for step in ("classify", "dispatch", "verify", "rework")},
    **{f"governance:affair-{step}": "secretary" for step in ("evaluate", "redo")},
    **{f"governance:affair-{step}": "east_worker" for step in ("take", "submit")},
}


def furnish(world: World) -> None:
    """What the forms need besides: a second person, a second member, a need at home and one abroad."""
    for home in ("east", "member", "foreign"):
        second = Person.objects.create(name="外区人之二" if home == "foreign" else "家人", birth_date=SINCE)
        world.events[f"{home}_second"] = Residency.objects.create(
            person=second, household=world.households[home], relation=Relation.SPOUSE, starts_on=SINCE
        )
    # A grid that moves needs a name of its own where it goes to.
    Grid.objects.filter(pk=world.next_grid.pk).update(name_zh="第九网格")
    world.events["second_member"] = enlist(world, "east_other", "community", None)
    for home in ("east", "foreign"):
        visit = world.events[f"{home}_visit"]
        world.events[f"{home}_need"] = HouseholdNeed.objects.create(
            encounter=visit, household_id=visit.household_id, text=f"{world.persons[home].name}要一部轮椅"
        )
    world.events["unmistakable_keys"] = abroad(world)


def abroad(world: World) -> list[int]:
    """One more household, person, need, member, staff and account of the other district; their keys name nothing else.

    Small keys would: what is person 5 there is household 5 here.
    """
    keys = [70_000_000 + number for number in range(1, 7)]
    dwelling = Dwelling.objects.create(
        grid=world.foreign_micro, unit=world.foreign_household.dwelling.unit, room="501", sort_key="501"
    )
    household = Household.objects.create(pk=keys[0], dwelling=dwelling, opened_on=SINCE)
    person = Person.objects.create(pk=keys[1], name="外区人之三", birth_date=SINCE)
    residency = Residency.objects.create(
        person=person, household=household, relation=Relation.HEAD, is_head=True, starts_on=SINCE
    )
    Stay.objects.create(household=household, dwelling=dwelling, starts_on=SINCE)
    Headship.objects.create(household=household, residency=residency, starts_on=SINCE)
    HouseholdNeed.objects.create(
        pk=keys[2], encounter=world.foreign_visit, household=household, text="外区人之三要一副眼镜"
    )
    ContactMember.objects.create(
        pk=keys[3], grid=world.foreign_community, person=person, consented_on=SINCE, starts_on=SINCE
    )
    user = User.objects.create(pk=keys[4], username="hidden_worker", display_name="外区人之四")
    StaffProfile.objects.create(
        pk=keys[5], user=user, home=world.foreign_grid, name="外区人之四", employment=Employment.FULL_TIME
    )
    return keys


def account_for(address: str) -> str:
    """Somebody of the first district for whom the page opens; empty where it opens for nobody."""
    opening = [name for name in ROWS[address].opens.split() if name not in FOREIGN.split()]
    return ACTORS.get(address) or next(iter(opening), "")


@contextmanager
def staged(world: World, address: str) -> Iterator[None]:
    """The world as it must be for the form at ``address`` to open and be accepted; undone afterwards."""
    with transaction.atomic():
        step = address.removeprefix("governance:affair-")
        if step in TRANSITIONS:
            source = next(iter(TRANSITIONS[step].sources))
            decided = source not in {AffairState.REPORTED, AffairState.ACCEPTED}
            Affair.objects.filter(pk=world.east_affair.pk).update(
                state=source,
                reporter=world.liaison,
                category=Category.OFFICIAL if decided else Category.UNCLASSIFIED,
                tier=Tier.GRID if decided else None,
                urgency=Urgency.U3,
                lead_grid=world.east_grid,
                handler=None if source == AffairState.ASSIGNED else world.east_worker,
                accepted_at=now(),
            )
        elif address in ("residents:contact-assign", "residents:contact-propose"):
            ContactAssignment.objects.filter(pk=world.east_contact.pk).update(
                status=AssignmentStatus.ENDED,
                ends_on=today() - timedelta(days=1),
                end_reason=AssignmentEnd.MISTAKE,
                slot=None,
            )
        elif address == "residents:contactmember-link":
            ContactMember.objects.filter(pk=world.member.pk).update(user=None)
        elif address == "residents:contactmember-exemptend":
            ContactExemption.objects.create(member=world.member, reason="age")
        elif address == "residents:contact-prolong":
            ContactAssignment.objects.filter(pk=world.east_contact.pk).update(
                exception_reason="例外", exception_until=today()
            )
        elif address == "grids:staff-account":
            StaffProfile.objects.filter(pk=world.east_staff.pk).update(user=None)
        yield
        transaction.set_rollback(True)


def open_form(visitor: Visitor, url: str) -> Any:
    """The form on the page, or None."""
    with undrawn():
        response = visitor.ask(url)
    context = getattr(response, "context_data", None) or response.context
    return context.get("form") if response.status_code == 200 and context else None


def fill(form: forms.BaseForm) -> dict[str, Any]:
    """Answers that the form accepts: what it proposes, else the first choice, else something that suits the field."""
    answers = {}
    for name, field in form.fields.items():
        value = answer(form, name, field)
        if value not in (None, "", []):
            answers[form.add_prefix(name)] = value
    return answers


def answer(form: forms.BaseForm, name: str, field: forms.Field) -> Any:
    proposed = form.get_initial_for_field(field, name)
    if isinstance(field, forms.ModelChoiceField):
        if proposed not in (None, ""):
            return field.prepare_value(proposed)
        wanted = field.required or name in CHOSEN
        chosen = field.queryset.order_by("pk").last() if name == "member" else field.queryset.first()
        return getattr(chosen, field.to_field_name or "pk", "") if wanted else ""
    if proposed not in (None, "", False) and name != "room":
        return f"{proposed:%Y-%m-%dT%H:%M}" if name == "occurred_at" else proposed
    if name == "id_number" and field.required:
        return id_number(HOMES[0][6])
    if name in ANSWERS:
        return ANSWERS[name]
    if isinstance(field, forms.ChoiceField):
        values = [value for value, _label in field.choices if value not in ("", None)]
        # The highest post of a grid is taken, the lowest is free.
        return values[-1 if name == "role" else 0] if values else ""
    if isinstance(field, forms.UUIDField):
        return uuid.uuid4()
    if not field.required or isinstance(field, forms.BooleanField):
        return ""
    return today() if isinstance(field, forms.DateField) else "写得足够长的一句说明文字"


def sendable() -> list[str]:
    """The addresses that may hold a form: those that open for somebody of the first district by GET."""
    return [address for address, row in sorted(ROWS.items()) if account_for(address) and not row.post_only]


def url_of(address: str, world: World) -> str:
    return make_url(address, ROWS[address], world)
