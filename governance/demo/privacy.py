"""What the pages about personal data show in the demo: looks at hidden values, requests in each state, a hold."""

from datetime import timedelta
from random import Random
from typing import Any

from governance.affairs.models import Affair
from governance.demo.territory import DINGSHAN
from governance.privacy import services
from grids.access.choices import Role
from grids.access.models import RoleGrant
from grids.common.clock import now, stopped_at, today
from grids.common.retention import retention_rules
from residents.roster.choices import RevealPurpose
from residents.roster.models import Residency
from residents.roster.services import reveal

LOOKS = 24
REQUESTS = [
    # days ago, kind, channel, identity, words, answer
    (1, "copy", "counter", "document", "想要一份自己的登记信息", None),
    (12, "correct", "door", "known", "门牌号登记错了，应为现住门牌", None),
    (26, "erase", "letter", "proxy", "希望删除本人信息", None),
    (40, "correct", "counter", "document", "电话换了新号码", ("granted", "已当面核对并更正")),
    (55, "erase", "phone", "known", "不想再登记", ("refused", "现住本社区，依职责须保留底册；可向街道投诉")),
]


def load_privacy(random: Random, secretary: Any) -> dict[str, int]:
    """Looks of the last month, requests and a hold in Dingshan; returns what was made."""
    here = Residency.objects.active().filter(household__dwelling__grid__code__startswith=DINGSHAN)
    homes = list(here.exclude(person__phone="").select_related("person", "household__dwelling__grid")[:400])
    chosen = random.sample(homes, LOOKS)
    for number, residency in enumerate(chosen):
        with stopped_at(now() - timedelta(days=28 - number, minutes=random.randrange(400))):
            purpose = random.choice(RevealPurpose.values[:3])
            reveal(residency.person, "phone", actor=_keeper(residency, secretary), purpose=purpose)
    for (days, kind, channel, identity, words, told), residency in zip(REQUESTS, chosen, strict=False):
        with stopped_at(now() - timedelta(days=days)):
            asked = services.register_request(
                residency.person, actor=secretary, kind=kind, channel=channel, identity_check=identity, wish=words
            )
        if told:
            with stopped_at(now() - timedelta(days=days - 6)):
                services.answer(asked, actor=secretary, version=asked.version, state=told[0], reason=told[1])
    affair = Affair.objects.filter(grid__code__startswith=DINGSHAN).order_by("pk").first()
    if affair is not None:
        services.place_hold(affair, actor=secretary, reason="（2026）民初118号，诉讼期间保全", until=None)
    for rule in retention_rules:
        services.apply_rule(rule, on=today(), actor=secretary, dry=True)
    return {"privacy_requests": len(REQUESTS), "looks": LOOKS}


def _keeper(residency: Residency, secretary: Any) -> Any:
    """A grid member of the person's grid, or the secretary where there is none."""
    code = residency.household.dwelling.grid.code
    grants = RoleGrant.objects.filter(role=Role.FULL_TIME, grid__code__startswith=DINGSHAN).select_related(
        "user", "grid"
    )
    return next((grant.user for grant in grants if code.startswith(grant.grid.code)), secretary)
