"""Who sails on a vessel: joining and leaving (domain.md M07). The home household stays on shore and is not touched."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.decisions import Decision, all_of
from grids.common.errors import Refused
from grids.places.checks import may_change, may_keep
from grids.places.models import Vessel
from grids.places.services import vessel_closed
from grids.trail.services import record
from residents.roster.choices import CrewRole
from residents.roster.models import Person, VesselCrew
from residents.roster.services.depending import end_voyage


def may_man(user: Any, vessel: Vessel) -> Decision:
    """Whether ``user`` (None: the system) may say who is on board of ``vessel``."""
    return may_change(user, vessel)


def may_end_service(user: Any, member: VesselCrew) -> Decision:
    """Whether ``user`` may say that ``member`` left the vessel."""
    return all_of(may_keep(user, member.vessel.grid))


@transaction.atomic
def join_crew(
    vessel: Vessel, person: Person, *, actor: Any, role: str = CrewRole.CREW, starts_on: date | None = None
) -> VesselCrew:
    """``person`` is on board from ``starts_on`` (today) on. Nobody sails on two vessels at once, none has two captains.

    The actor keeps the vessel's grid and sees the person in the roster. Raises ``Refused`` or ``ValidationError``.
    """
    # The vessel's row is the lock of its crew, the person's that of his voyages.
    ship = Vessel.objects.select_for_update(of=("self",)).select_related("grid").get(pk=vessel.pk)
    sailor = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    may_man(actor, ship).or_raise()
    if actor is not None and not Person.objects.restrict(actor, Permission.VIEW_NAMES).filter(pk=sailor.pk).exists():
        raise Refused(_("This person is not in the roster of your grids."))
    if role not in CrewRole.values:
        raise ValidationError({"role": _("Choose one of these.")})
    day = starts_on or today()
    if day > today():
        raise ValidationError({"starts_on": _("The day is not in the future.")})
    if sailor.deceased_on or sailor.merged_into_id or sailor.erased_at:
        raise Refused(_("This record is closed: nobody can go on board with it."))
    voyages = list(VesselCrew.objects.filter(person=sailor).select_related("vessel"))
    for voyage in voyages:
        if voyage.ends_on is None:
            message = _("The person is on board of %(vessel)s. Note there first that he left.")
            raise ValidationError({"starts_on": message % {"vessel": voyage.vessel}})
        if voyage.ends_on > day:
            message = _("Until %(day)s the person was on board of %(vessel)s.")
            raise ValidationError({"starts_on": message % {"day": voyage.ends_on, "vessel": voyage.vessel}})
    if role == CrewRole.CAPTAIN and VesselCrew.objects.active().filter(vessel=ship, role=role).exists():
        raise ValidationError({"role": _("The vessel has a captain. Note first that he left.")})
    member = VesselCrew.objects.create(vessel=ship, person=sailor, role=role, starts_on=day)
    changes = {"person": [None, sailor.pk], "role": ["", str(role)], "starts_on": [None, day]}
    record("crew.join", member, actor=actor, grid=ship.grid, changes=changes)
    return member


@transaction.atomic
def leave_crew(member: VesselCrew, *, actor: Any, on: date | None = None) -> VesselCrew:
    """Off board on ``on`` (today): that day is the first one ashore."""
    locked = (
        VesselCrew.objects.select_for_update(of=("self",)).select_related("vessel__grid", "person").get(pk=member.pk)
    )
    may_end_service(actor, locked).or_raise()
    if locked.ends_on is not None:
        raise Refused(_("It is noted already that the person left the vessel."))
    day = on or today()
    if not locked.starts_on <= day <= today():
        message = _("The day lies between %(first)s and today.")
        raise ValidationError({"on": message % {"first": locked.starts_on}})
    end_voyage(locked, on=day, actor=actor)
    return locked


def end_on_closing(vessel: Vessel, *, on: date, actor: Any) -> None:
    """Whoever is on board leaves when the vessel is closed; called inside the closing."""
    for member in VesselCrew.objects.active().filter(vessel=vessel).select_related("vessel__grid").order_by("pk"):
        end_voyage(member, on=max(on, member.starts_on), actor=actor)


if end_on_closing not in vessel_closed:
    vessel_closed.append(end_on_closing)
