"""A child is born: entered on the day or later, it lives with its mother from the day of its birth (domain.md M17)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.trail.services import record
from residents.roster.birth_rules import Home, check_late, homes_since, relation_of_child
from residents.roster.choices import ArrivalReason, Relation, ResidencyKind, Sex
from residents.roster.models import Household, Residency
from residents.roster.rules import may_edit_roster
from residents.roster.services import periods
from residents.roster.services.arriving import add_person
from residents.roster.services.rows import lock_households, require_present


@transaction.atomic
def record_birth(
    household: Household,
    *,
    actor: Any,
    name: str,
    on: date,
    sex: str = Sex.UNKNOWN,
    relation: str = "",
    kind: str = ResidencyKind.PERMANENT_LOCAL,
    mother: Residency | None = None,
    late_reason: str = "",
    **values: Any,
) -> Residency:
    """A child is born into the household on ``on``. Without ``relation`` it is the head's son or daughter by its sex.

    ``mother`` is her present residency in the household: the child has lived since its birth wherever she did. Without
    her it has lived in this household, and a child born before the household came is no birth here: it is added as a
    member. ``late_reason`` says why a birth of more than a month ago comes only now. Returns where the child lives now.
    """
    late = check_late(on, late_reason.strip(), on=today())
    relation = relation or {Sex.MALE: Relation.SON, Sex.FEMALE: Relation.DAUGHTER}.get(Sex(sex), "")
    if not relation:
        raise ValidationError({"relation": _("Choose how the child is related to the head, or enter its sex.")})
    before, since, came = _homes(household, mother, on=on)
    child = add_person(
        household,
        actor=actor,
        relation=relation,
        kind=kind,
        starts_on=since,
        start_reason=came,
        name=name,
        sex=sex,
        birth_date=on,
        **values,
    )
    for home in before:
        _lived(child, home, actor=actor)
    if late:
        days = (today() - on).days
        record(
            "person.late_birth",
            child.person,
            actor=actor,
            grid=household.grid,
            changes={"days_late": [0, days]},
            reason=late_reason.strip(),
        )
    return child


def _homes(household: Household, mother: Residency | None, *, on: date) -> tuple[list[Home], date, ArrivalReason]:
    """The homes before the present one, the day on which the child came to the present one, and by what."""
    if mother is None:
        if on < household.opened_on:
            message = _(
                "The household lives here since %(day)s. Choose the mother, or add the child as a member instead."
            )
            raise ValidationError({"on": message % {"day": f"{household.opened_on:%Y-%m-%d}"}})
        return [], on, ArrivalReason.BIRTH
    if mother.household_id != household.pk or mother.person.sex == Sex.MALE:
        raise ValidationError({"mother": _("The mother is a woman who lives in this household.")})
    if mother.person.birth_date and on <= mother.person.birth_date:
        raise ValidationError({"mother": _("By the roster the mother was not born yet.")})
    hers = Residency.objects.filter(person=mother.person_id)
    lock_households(*Household.objects.filter(pk__in=hers.order_by().values("household")))
    require_present(mother)
    *before, present = homes_since(on, hers.select_related("household__dwelling__grid"))
    return before, present.starts_on, present.start_reason


def _lived(child: Residency, home: Home, *, actor: Any) -> None:
    """The child lived in an earlier home of its mother, which the caller has locked."""
    household = home.residency.household
    may_edit_roster(actor, household.grid).or_raise()
    past = Residency.objects.create(
        person=child.person,
        household=household,
        relation=relation_of_child(home.residency.relation, child.person.sex),
        kind=child.kind,
        starts_on=home.starts_on,
        start_reason=home.start_reason,
        ends_on=home.ends_on,
        end_reason=home.end_reason,
    )
    periods.check_days(household, child.person, field="on")
    record(
        "residency.start",
        past,
        actor=actor,
        grid=household.grid,
        changes={
            "household": ["", household.pk],
            "person": ["", child.person_id],
            "relation": ["", past.relation],
            "start_reason": ["", past.start_reason],
            "ends_on": [None, home.ends_on],
            "end_reason": ["", past.end_reason],
        },
    )
