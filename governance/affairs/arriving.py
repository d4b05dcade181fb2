"""Affairs that somebody must go to the household for at once (domain.md M20): which, and that it is told."""

from collections.abc import Iterable
from typing import Any

from governance.affairs.choices import Category, Urgency
from governance.affairs.classification import TieBreak, suggest
from governance.affairs.models import Affair, AffairStep, ClassificationRule
from governance.affairs.services import affair_stepped
from residents.roster.choices import HouseholdStatus
from residents.visits.choices import Trigger, TriggerSource
from residents.visits.services import raise_task

# Steps after which more is known about the affair than before.
TELLING = ("accept", "classify")
# Marriage and family discord: the line of the diversion list that is a dispute whatever else is said.
Line = tuple[str, int]
DISCORD: Line = (Category.FAMILY.value, 3)
# Any other family affair is one when people quarrel over it.
QUARREL = (
    "吵架",
    "争吵",
    "吵闹",
    "打架",
    "打起来",
    "动手",
    "纠纷",
    "矛盾",
    "冲突",
    "对骂",
    "辱骂",
    "威胁",
    "闹事",
    "堵门",
)


def trigger_of(affair: Any, rules: Iterable[Any]) -> Trigger | None:
    """Why somebody must go to the household of ``affair`` at once; None when the ordinary way is enough.

    An emergency comes first, then somebody who may need protection, then a dispute.
    """
    if affair.urgency == Urgency.U1:
        return Trigger.EMERGENCY
    best = next(iter(suggest(affair.text, rules)), None)
    if best is not None and best.tie_break is TieBreak.DANGER:
        return Trigger.EMERGENCY
    if best is not None and best.tie_break is TieBreak.PROTECTION:
        return Trigger.RISK_CHANGE
    return Trigger.DISPUTE if _is_dispute(affair, affair.rule or (best.rule if best else None), (DISCORD,)) else None


def is_dispute(affair: Any, rules: Iterable[Any], *, lines: Iterable[Line] = (DISCORD,)) -> bool:
    """Whether people are at odds: a family affair of one of ``lines``, or one in whose words they quarrel."""
    best = next(iter(suggest(affair.text, rules)), None)
    return _is_dispute(affair, affair.rule or (best.rule if best else None), lines)


def _is_dispute(affair: Any, rule: Any, lines: Iterable[Line]) -> bool:
    is_family = affair.category == Category.FAMILY or (
        affair.category == Category.UNCLASSIFIED and rule is not None and rule.category == Category.FAMILY
    )
    if not is_family:
        return False
    of_a_line = rule is not None and (rule.category, rule.number) in lines
    return of_a_line or any(word in affair.text for word in QUARREL)


def send_somebody(affair: Affair, step: AffairStep, *, actor: Any) -> None:
    """One affair makes one task of a kind, however often it is looked at again."""
    household = affair.household
    if step.transition not in TELLING or household is None or household.status != HouseholdStatus.ACTIVE:
        return
    trigger = trigger_of(affair, ClassificationRule.objects.filter(active=True))
    if trigger is not None:
        raise_task(
            household,
            trigger,
            actor=None,
            source=TriggerSource.AFFAIR,
            note=affair.number,
            source_key=f"affair:{affair.pk}",
        )


if send_somebody not in affair_stepped:
    affair_stepped.append(send_somebody)
