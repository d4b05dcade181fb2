"""The whole demo on paper, from one seed and without a database."""

from dataclasses import dataclass
from random import Random

from governance.demo.names import Registry
from governance.demo.territory import CommunityPlan, plan_dingshan, plan_sanjiabang

SEED = 2026


@dataclass(frozen=True)
class Blueprint:
    """Both communities. ``registry`` goes on giving out names and phones, to the staff."""

    dingshan: CommunityPlan
    sanjiabang: CommunityPlan
    registry: Registry


def draw_up(seed: int = SEED) -> Blueprint:
    """The same seed gives the same people behind the same doors."""
    registry = Registry(Random(f"{seed}:people"))
    return Blueprint(plan_dingshan(registry), plan_sanjiabang(registry), registry)
