"""The items of a liaison's walk, a notice told at a door and a door that needs help; what his phone takes along."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.clock import today
from grids.common.codes import covers
from grids.common.decisions import Allowed, Decision, Denied, all_of
from grids.common.errors import Refused
from residents.liaison import services
from residents.liaison.models import DoorNotice, DoorTick
from residents.liaison.rules import may_ask_help, may_go
from residents.offline import rules
from residents.offline.kinds import Arrival, ItemKind, Outcome, hold_if_too_old, item_kinds
from residents.roster.choices import HouseholdStatus
from residents.visits import services as visits
from residents.visits.choices import Trigger, TriggerSource
from residents.visits.models import VisitTask


# ------------------------------------------------------------------ a notice told at a door
@dataclass(frozen=True)
class SentTick:
    """``reached`` False takes a slip of the finger back."""

    notice: int
    reached: bool


def read_tick(payload: dict[str, Any]) -> SentTick:
    return SentTick(notice=rules.key_in(payload, "notice"), reached=rules.flag_in(payload, "reached"))


def may_tick_there(account: Any, household: Any) -> Decision:
    return all_of(may_go(account, household.dwelling.grid), _is_here(household))


def apply_tick(arrival: Arrival) -> Outcome:
    """As the page does, at the time when it was ticked; older than the limit is held."""
    hold_if_too_old(arrival, arrival.made_at)
    notice = _notice(arrival)
    act = services.tick_door if arrival.values.reached else services.untick_door
    act(notice, arrival.household, actor=arrival.actor, at=arrival.made_at)
    return _ticked(arrival, notice)


def accept_tick(arrival: Arrival) -> Outcome:
    notice, values = _notice(arrival), arrival.values
    services.let_in_tick(
        notice,
        arrival.household,
        by=arrival.account,
        actor=arrival.actor,
        at=arrival.made_at,
        reached=values.reached,
    )
    return _ticked(arrival, notice)


def _ticked(arrival: Arrival, notice: DoorNotice) -> Outcome:
    board = f"{reverse('residents:door-board')}?grid={arrival.household.dwelling.grid.code}&notice={notice.pk}"
    return Outcome(_("The tick is at the office."), url=board)


def _notice(arrival: Arrival) -> DoorNotice:
    """The notice for this door. One that does not exist and one for other doors are refused with the same words."""
    reaching = DoorNotice.objects.reaching(arrival.household.dwelling.grid.code).select_related("grid")
    notice = reaching.filter(pk=arrival.values.notice).first()
    if notice is None:
        raise Refused(services.not_for_this_door())
    return notice


def describe_tick(values: SentTick) -> list[tuple[Any, Any]]:
    title = DoorNotice.objects.filter(pk=values.notice).values_list("title", flat=True).first() or ""
    return [(_("Notice"), title), (_("Door"), _("Reached") if values.reached else _("The tick is taken back"))]


# ------------------------------------------------------------------ a door that needs help
def may_ask_there(account: Any, household: Any) -> Decision:
    return all_of(may_ask_help(account, household.dwelling.grid), _is_here(household))


def apply_help(arrival: Arrival) -> Outcome:
    hold_if_too_old(arrival, arrival.made_at)
    services.ask_help(arrival.household, actor=arrival.actor)
    return _asked()


def accept_help(arrival: Arrival) -> Outcome:
    """The secretary, who goes to no doors, tells it as the office."""
    visits.raise_task(arrival.household, Trigger.HARDSHIP, actor=arrival.actor, source=TriggerSource.LIAISON)
    return _asked()


def _asked() -> Outcome:
    return Outcome(_("It is at the office; somebody is told to go there."))


def _is_here(household: Any) -> Decision:
    if household.status == HouseholdStatus.ACTIVE:
        return Allowed()
    return Denied(_("This household has moved away; its door needs no notice."))


item_kinds.register(
    ItemKind(
        name="door.tick",
        label=gettext_lazy("Notice told at a door"),
        read=read_tick,
        may=may_tick_there,
        apply=apply_tick,
        accept=accept_tick,
        describe=describe_tick,
    )
)
item_kinds.register(
    ItemKind(
        name="door.help",
        label=gettext_lazy("A door needs help"),
        read=lambda payload: None,
        may=may_ask_there,
        apply=apply_help,
        accept=accept_help,
    )
)


# ------------------------------------------------------------------ what the phone takes along
@dataclass(frozen=True)
class Notices:
    """The notices under way for the account's doors, and what is known of each door he goes to."""

    running: list[DoorNotice]
    reached: dict[int, list[int]]
    asked: set[int]
    goes: Any

    def as_sent(self) -> list[dict[str, Any]]:
        return [
            {"id": one.pk, "title": one.title, "text": one.text, "until": f"{one.until_on:%Y-%m-%d}"}
            for one in self.running
        ]

    def at(self, household: Any) -> dict[str, Any]:
        """``notices`` for this door, which ``reached`` it, whether ``help`` is asked for; {} where he does not go."""
        code = household.dwelling.grid.code
        if not self.goes.holds(code):
            return {}
        return {
            "notices": [one.pk for one in self.running if covers(one.grid.code, code)],
            "reached": self.reached.get(household.pk, []),
            "help": household.pk in self.asked,
        }


def notices_for(account: Any, households: set[int]) -> Notices:
    """Three queries, or none for who goes to no doors."""
    goes = scope_of(account, Permission.LOG_VISITS)
    if not goes:
        return Notices([], {}, set(), goes)
    running = list(DoorNotice.objects.running(on=today()).visible_to(account).select_related("grid"))
    reached: dict[int, list[int]] = {}
    ticks = DoorTick.objects.filter(notice__in=running, household__in=households).order_by("pk")
    for household, notice in ticks.values_list("household", "notice"):
        reached.setdefault(household, []).append(notice)
    asked = VisitTask.objects.open().filter(raised_by=account.pk, source=TriggerSource.LIAISON)
    return Notices(running, reached, set(asked.order_by().values_list("household", flat=True)), goes)


def is_home_of_doors(account: Any) -> bool:
    """Whether the account's home is the board of doors: who goes to doors and reads no visits, a liaison."""
    return bool(scope_of(account, Permission.LOG_VISITS)) and not scope_of(account, Permission.VIEW_VISITS)
