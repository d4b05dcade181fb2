"""Notices on their way from door to door in Dingshan, through the room's services."""

from datetime import timedelta

from governance.demo.team import Team
from governance.demo.territory import CommunityPlan
from grids.access.choices import Role
from grids.access.models import User
from grids.common.clock import today
from grids.tree.models import Grid
from residents.liaison.services import publish_notice, tick_door
from residents.roster.models import Household

# title, what is to be told, days from today, in how many micro-grids it has begun, doors of the first one reached
NOTICES = [
    ("周六上午停水", "周六上午8点到12点检修水泵，全小区停水。请提前储水，照看好老人和孩子。", 5, 3, 5),
    ("冬季用火用电安全", "电暖器、电热毯出门要断电；楼道里不给电动车充电。", 12, 0, 0),
]


def load_notices(plan: CommunityPlan, team: Team, secretary: User) -> int:
    """Publish them for the whole community; liaisons of the first staircases have begun. Returns how many."""
    community = Grid.objects.get(code=plan.code)
    staircases = [
        grid
        for grid in Grid.objects.filter(code__startswith=f"{plan.code}001").order_by("code")
        if team.of(Role.LIAISON, grid.code)
    ]
    for title, text, days, begun, reached in reversed(NOTICES):
        until = today() + timedelta(days=days)
        notice = publish_notice(community, actor=secretary, title=title, text=text, until_on=until)
        for place, grid in enumerate(staircases[:begun]):
            liaison = team.of(Role.LIAISON, grid.code)[0]
            doors = Household.objects.active().under(grid).with_place().in_reading_order()
            # The first staircase is half done; the others are done.
            for home in doors[:reached] if place == 0 else doors:
                tick_door(notice, home, actor=liaison)
    return len(NOTICES)
