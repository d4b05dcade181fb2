"""Every write of the liaison's room: publish and withdraw a notice, tick a door, ask for help."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.common import clock
from grids.common.errors import Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.liaison import rules
from residents.liaison.models import DoorNotice, DoorTick
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.visits import services as visits
from residents.visits.choices import Trigger, TriggerSource


@transaction.atomic
def publish_notice(grid: Any, *, actor: Any, title: str, text: str, until_on: date) -> DoorNotice:
    """Have something told at every door of ``grid``. Raises ``Refused``, or ``ValidationError`` by field."""
    rules.may_publish(actor, grid).or_raise()
    values = rules.clean_notice(title, text, until_on, today=clock.today())
    notice = DoorNotice.objects.create(grid=grid, made_by=actor, **values)
    record("door_notice.publish", notice, actor=actor, grid=grid, changes={"until_on": [None, until_on.isoformat()]})
    return notice


@transaction.atomic
def withdraw_notice(notice: DoorNotice, *, actor: Any) -> DoorNotice:
    """It is carried no further; what was reached stays. Raises ``Refused``, ``StaleVersion``."""
    rules.may_withdraw(actor, notice, on=clock.today()).or_raise()
    moment = clock.now()
    advance(
        notice, expected=notice.version, reason=_("Somebody else has just changed this notice."), withdrawn_at=moment
    )
    record("door_notice.withdraw", notice, actor=actor, grid=notice.grid)
    return notice


@transaction.atomic
def tick_door(notice: DoorNotice, household: Household, *, actor: Any) -> DoorTick:
    """The notice reached this door. Told twice, by whomever, the first time stands. Raises ``Refused``."""
    present = _allow(notice, household, actor)
    tick, made = DoorTick.objects.get_or_create(notice=notice, household=present, defaults={"by": actor})
    if made:
        record("door_notice.tick", notice, actor=actor, grid=present.grid, changes={"household": [None, present.pk]})
    return tick


@transaction.atomic
def untick_door(notice: DoorNotice, household: Household, *, actor: Any) -> None:
    """A slip of the finger taken back; a door that was not ticked stays as it is. Raises ``Refused``."""
    present = _allow(notice, household, actor)
    removed, _by_model = DoorTick.objects.filter(notice=notice, household=present).delete()
    if removed:
        record("door_notice.untick", notice, actor=actor, grid=present.grid, changes={"household": [present.pk, None]})


def ask_help(household: Household, *, actor: Any) -> Any:
    """The door needs help: somebody must go there at once. Nothing is said of why; asked again it is the same task.

    Raises ``Refused``.
    """
    rules.may_ask_help(actor, household.grid).or_raise()
    return visits.raise_task(household, Trigger.HARDSHIP, actor=actor, source=TriggerSource.LIAISON)


def _allow(notice: DoorNotice, household: Household, actor: Any) -> Household:
    """Checked on the locked row: a household cannot close while its door is being ticked."""
    present = Household.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=household.pk)
    rules.may_tick(actor, notice, present.grid, on=clock.today()).or_raise()
    if present.status != HouseholdStatus.ACTIVE:
        raise Refused(_("This household has moved away; its door needs no notice."))
    if not Household.objects.filter(pk=present.pk).under(notice.grid).exists():
        raise Refused(_("The notice is not for this door."))
    return present
