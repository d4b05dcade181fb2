"""How an affair of the test world comes to any state, and who takes which step of the straight path."""

from dataclasses import dataclass
from typing import Any

from governance.affairs import services
from governance.affairs.choices import AffairOutcome, Category, Tier, Urgency, VerifyMethod
from tests.world import World

RESULT = "已联系管养单位更换灯具，现场恢复照明。"
# The straight path: step and who takes it in the test world (six different people, and the reporter).
PATH = [
    ("accept", "desk_worker"),
    ("classify", "secretary"),
    ("dispatch", "street_desk"),
    ("take", "east_worker"),
    ("submit", "east_worker"),
    ("verify", "leader"),
    ("evaluate", "liaison"),
]
STATES = ["reported", "accepted", "classified", "assigned", "handling", "submitted", "verified", "closed"]


@dataclass
class Road:
    """Takes affairs along the straight path; ``category``, ``tier`` and ``lead`` say what kind of affair it is."""

    world: World
    category: str = Category.COLLABORATIVE
    tier: int = Tier.GRID
    urgency: str = Urgency.U3
    lead: str = "east_grid"
    reporter: str = "liaison"
    where: str = "east_micro"

    def report(self, **more: Any) -> Any:
        options = {"text": "楼道灯坏了三天，老人上下楼不方便", "grid": getattr(self.world, self.where)} | more
        return services.report(actor=self.world.fresh(self.reporter), **options)

    def payload(self, step: str) -> dict[str, Any]:
        outcome = {
            Category.OFFICIAL: AffairOutcome.SOLVED,
            Category.COLLABORATIVE: AffairOutcome.SOLVED,
            Category.FAMILY: AffairOutcome.MEDIATED,
        }
        return {
            "classify": {"category": self.category, "tier": self.tier, "urgency": self.urgency},
            "dispatch": {"lead_grid": getattr(self.world, self.lead)},
            "submit": {"result": RESULT, "outcome": outcome[self.category]},
            "verify": {"verify_method": VerifyMethod.ON_SITE},
            "rework": {"note": "现场复核仍不亮"},
            "evaluate": {"rating": 5},
            "redo": {"rating": 2, "note": "第二天又坏了"},
        }.get(step, {})

    def step(self, affair: Any, name: str, who: str, **more: Any) -> Any:
        options = self.payload(name) | {"version": affair.version} | more
        return services.transition(affair, name, actor=self.world.fresh(who), **options)

    def to(self, state: str, **more: Any) -> Any:
        """A fresh affair taken to ``state``."""
        affair = self.report(**more)
        for name, who in PATH[: STATES.index(state)]:
            # A family affair is closed to the street; the community dispatches it.
            private = name == "dispatch" and self.category == Category.FAMILY
            affair = self.step(affair, name, "secretary" if private else who)
        assert affair.state == state
        return affair
