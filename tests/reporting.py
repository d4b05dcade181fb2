"""Who reported to the community, and what is claimed, in the world: rows for the tests that open every page."""

from datetime import date

from grids.access.choices import Role
from grids.access.services import grant_role
from grids.common.clock import now
from residents.volunteers.models import PartyMemberReport, ReportSkill, ServiceCall, ServiceClaim
from tests.world import SINCE, World

FAR = date(2099, 1, 1)


def report_members(world: World) -> None:
    """``east_report`` waits, ``east_unknown`` has no person yet, ``east_service`` is accepted; likewise foreign.

    ``east_open_call`` can be claimed, ``east_wish_claim`` is under way, ``east_done_claim`` (a wish) and
    ``east_post_claim`` wait to be confirmed. The accepted report of the first district has the joint-family member's
    account.
    """
    sides = [
        ("east", "community", "east_other", "member", "joint_member", "desk_worker"),
        ("foreign", "foreign_community", "foreign", "foreign_member", None, "foreign_secretary"),
    ]
    for side, community, waiting, serving, account, keeper in sides:
        grid, desk = world.grids[community], world.users[keeper]
        common = {"grid": grid, "employer": "自来水公司", "hours_a_month": 4, "consented_on": SINCE, "entered_by": desk}
        world.events[f"{side}_report"] = PartyMemberReport.objects.create(person=world.persons[waiting], **common)
        # Who this is the desk does not know yet.
        unknown = world.users["stranger" if account else "foreign_worker"]
        world.events[f"{side}_unknown"] = PartyMemberReport.objects.create(user=unknown, **common)
        user = world.users[account] if account else None
        report = world.events[f"{side}_service"] = PartyMemberReport.objects.create(
            person=world.persons[serving], user=user, state="accepted", **common
        )
        if user is not None:
            grant_role(user, Role.IN_SERVICE, grid, actor=None, source=report.source)
        ReportSkill.objects.create(report=report, skill="convenience")
        home, micro = world.households[side], world.grids[f"{side}_micro"]
        for name, household, state in [
            ("open", home, None),
            ("wish", home, "claimed"),
            ("done", home, "done"),
            ("post", None, "done"),
        ]:
            call = ServiceCall.objects.create(
                grid=micro if household else grid,
                household=household,
                kind="wish" if household else "post",
                title="换灯泡",
                text="灯泡坏了",
                half_hours=2,
                until_on=FAR,
                state="taken" if state else "open",
                published_by=desk,
            )
            world.events[f"{side}_{name}_call"] = call
            if state:
                is_done = state == "done"
                world.events[f"{side}_{name}_claim"] = ServiceClaim.objects.create(
                    call=call,
                    report=report,
                    state=state,
                    done_on=SINCE if is_done else None,
                    half_hours=2 if is_done else None,
                    finished_at=now() if is_done else None,
                    finished_by=user if is_done else None,
                )
