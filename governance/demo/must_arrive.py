"""Households of Dingshan to which somebody had to go at once, and contacts that change, through the rooms' services."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from governance.demo.team import Team
from governance.demo.territory import CommunityPlan
from grids.access.choices import Role
from grids.common.clock import stopped_at
from grids.tree.models import Grid
from residents.contacts.choices import AssignmentEnd
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.querysets import uncovered
from residents.contacts.services import open_handover, propose
from residents.roster.models import Household
from residents.visits.choices import EncounterKind, Outcome, Trigger, TriggerSource
from residents.visits.services import cancel_task, log_visit, raise_task

# trigger, what happened, hours ago it was told, hours after which somebody arrived (None: nobody yet; 0: called off)
EVENTS = [
    (Trigger.DISPUTE, "楼上漏水，两家在楼道里争执", 90, 6),
    (Trigger.EMERGENCY, "老人在家门口摔倒，家人不在", 70, 1),
    (Trigger.FAMILY_EVENT, "家里办丧事，需要帮忙协调停车", 60, 20),
    (Trigger.DISCONTENT, "对楼道施工的噪音很有意见", 50, 30),
    (Trigger.HARDSHIP, "水管冻裂，家里停水", 40, 0),
    (Trigger.HARDSHIP, "独自照看孩子，一时买不了菜", 5, None),
    (Trigger.DISPUTE, "与邻居为晾晒场地争吵", 26, None),
]
GRID = "002"
PROPOSALS = 2


def load_must_arrive(plan: CommunityPlan, team: Team, *, now: datetime) -> int:
    """One task a household of the second grid, in every state; returns their number."""
    grid = Grid.objects.get(code=f"{plan.code}{GRID}")
    worker, leader = team.of(Role.FULL_TIME, grid.code)[0], team.of(Role.GRID_LEADER, grid.code)[0]
    served = ContactAssignment.objects.serving().primary().order_by().values("household")
    homes = Household.objects.active().under(grid).filter(pk__in=served).with_place().in_reading_order()
    # Their last routine visit is never asked: these are visits of their own kind (V6).
    for (trigger, words, ago, after), home in zip(EVENTS, homes[10:], strict=False):
        told = now - timedelta(hours=ago)
        with stopped_at(told):
            task = raise_task(home, trigger, actor=worker, source=TriggerSource.STAFF, note=words)
        if after:
            with stopped_at(told + timedelta(hours=after)):
                log_visit(
                    home,
                    actor=worker,
                    client_id=uuid.uuid5(uuid.NAMESPACE_OID, f"demo must arrive {task.pk}"),
                    kind=EncounterKind.FIVE_MUST,
                    outcome=Outcome.MET,
                    note="已当面了解情况并帮助处理",
                )
        elif after == 0:
            with stopped_at(told + timedelta(hours=2)):
                cancel_task(task, actor=leader, reason="物业已先到现场修好")
    return len(EVENTS)


def load_changes(plan: CommunityPlan, secretary: Any, *, now: datetime) -> int:
    """Two proposals that wait for an answer, and a household whose contact is to change; returns how many."""
    community = Grid.objects.get(code=plan.code)
    last = uncovered(Household.objects.active().under(community).covered_by_duty()).with_place().in_reading_order()
    members = list(ContactMember.objects.serving().filter(grid=community, user__isnull=True).with_load().order_by("pk"))
    free = [member for member in members if member.load < 12][-PROPOSALS:]
    with stopped_at(now - timedelta(days=1)):
        for home, member in zip(last.reverse()[:PROPOSALS], free, strict=False):
            propose(home, member, actor=secretary)
        serving = ContactAssignment.objects.serving().primary().filter(member__grid=community, member__user=None)
        changing = serving.with_place().order_by("-pk").first()
        if changing is not None:
            open_handover(
                changing, actor=secretary, reason=AssignmentEnd.HOUSEHOLD_WISH, note="住户希望由同楼的党员联系"
            )
    return len(free) + 1
