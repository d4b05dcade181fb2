"""Every write of the liaison's room: publish and withdraw a notice, tick a door, ask for help."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.common import clock
from grids.common.codes import covers
from grids.common.errors import Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.liaison import rules
from residents.liaison.models import DoorNotice, DoorTick
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.visits import services as visits
from residents.visits.choices import Trigger, TriggerSource
from residents.visits.services.reviewed import may_let_in


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
def tick_door(notice: DoorNotice, household: Household, *, actor: Any, at: datetime | None = None) -> DoorTick:
    """The notice reached this door, now or ``at``. Told twice, the first time stands. Raises ``Refused``."""
    moment = at or clock.now()
    present = _locked(household)
    rules.may_tick(actor, notice, present.grid, at=moment).or_raise()
    return _tick(notice, present, by=actor, at=moment, actor=actor)


@transaction.atomic
def untick_door(notice: DoorNotice, household: Household, *, actor: Any, at: datetime | None = None) -> None:
    """A slip of the finger taken back; a door that was not ticked stays as it is. Raises ``Refused``."""
    present = _locked(household)
    rules.may_tick(actor, notice, present.grid, at=at or clock.now()).or_raise()
    _untick(notice, present, actor=actor)


@transaction.atomic
def let_in_tick(
    notice: DoorNotice, household: Household, *, by: Any, actor: Any, at: datetime, reached: bool = True
) -> None:
    """What ``by`` ticked, or took back, ``at`` a time when he went there: the secretary lets it in under his name.

    Present rights do not count. Raises ``Refused`` for anybody but the secretary.
    """
    present = _locked(household)
    may_let_in(actor, present.grid, visitor=by).or_raise()
    if reached:
        _tick(notice, present, by=by, at=at, actor=actor)
    else:
        _untick(notice, present, actor=actor)


def ask_help(household: Household, *, actor: Any) -> Any:
    """The door needs help: somebody must go there at once. Nothing is said of why; asked again it is the same task.

    Raises ``Refused``.
    """
    rules.may_ask_help(actor, household.grid).or_raise()
    return visits.raise_task(household, Trigger.HARDSHIP, actor=actor, source=TriggerSource.LIAISON)


def _locked(household: Household) -> Household:
    """The locked row: a household cannot close or move while its door is being ticked."""
    return Household.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=household.pk)


def _tick(notice: DoorNotice, household: Household, *, by: Any, at: datetime, actor: Any) -> DoorTick:
    _require_its_door(notice, household)
    tick, made = DoorTick.objects.get_or_create(notice=notice, household=household, defaults={"by": by, "at": at})
    if made:
        changes = {"household": [None, household.pk]} | ({"by": [None, by.pk]} if by.pk != actor.pk else {})
        record("door_notice.tick", notice, actor=actor, grid=household.grid, changes=changes)
    return tick


def _untick(notice: DoorNotice, household: Household, *, actor: Any) -> None:
    _require_its_door(notice, household)
    removed, _by_model = DoorTick.objects.filter(notice=notice, household=household).delete()
    if removed:
        changes = {"household": [household.pk, None]}
        record("door_notice.untick", notice, actor=actor, grid=household.grid, changes=changes)


def _require_its_door(notice: DoorNotice, household: Household) -> None:
    if household.status != HouseholdStatus.ACTIVE:
        raise Refused(_("This household has moved away; its door needs no notice."))
    if not covers(notice.grid.code, household.dwelling.grid.code):
        raise Refused(not_for_this_door())


def not_for_this_door() -> str:
    return _("The notice is not for this door.")
