"""Load the demo: everything in one transaction, from one seed (domain.md 6.7)."""

from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from governance.demo.accounts import AccountMaker
from governance.demo.affairs import load_affairs
from governance.demo.blueprint import SEED, draw_up
from governance.demo.borders import load_borders
from governance.demo.contacts import load_contacts
from governance.demo.divisions import import_gulou
from governance.demo.duplicates import load_duplicates
from governance.demo.grids import draw_grids, found_sanjiabang
from governance.demo.imports import load_imports
from governance.demo.ledgers import load_ledgers
from governance.demo.life import load_life
from governance.demo.meetings import load_meetings
from governance.demo.moves import load_moves
from governance.demo.must_arrive import load_changes, load_must_arrive
from governance.demo.notices import load_notices
from governance.demo.places import load_places
from governance.demo.privacy import load_privacy
from governance.demo.progress import Progress
from governance.demo.rentals import load_rentals
from governance.demo.residents import load_residents
from governance.demo.team import Team, appoint, plan_dingshan_team, plan_sanjiabang_team, plan_security
from governance.demo.territory import DINGSHAN, SANJIABANG
from governance.demo.visits import load_visits
from governance.demo.volunteers import load_volunteers
from grids.access.choices import Role
from grids.common.bulk import refresh_statistics
from grids.common.clock import now
from grids.trail.models import AuditEntry
from grids.trail.services import record
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.bulk import TABLES
from residents.visits.models import Encounter, HouseholdNeed

ACT = "demo.load"


def seed_loaded() -> int | None:
    """The seed of the demo that this database holds, or None."""
    entry = AuditEntry.objects.filter(act=ACT).order_by("pk").first()
    return int(entry.changes["seed"][1]) if entry else None


@transaction.atomic
def load(*, seed: int = SEED, progress: Progress) -> dict[str, int]:
    """Write the whole demo into a database without grids; returns what was made, by name."""
    made: dict[str, int] = {}
    team, accounts = Team(), AccountMaker()
    blueprint = draw_up(seed)
    plans = [blueprint.dingshan, blueprint.sanjiabang]
    moment = timezone.localtime(now())

    with progress.stage("Districts, streets, communities"):
        import_gulou()
        found_sanjiabang()
    with progress.stage("Grids, micro-grids, buildings"):
        made["grids"] = sum(draw_grids(plan, track=progress.track) for plan in plans)
    with progress.stage("Households and residents"):
        loaded = [load_residents(plan) for plan in plans]
        made["households"] = sum(len(one.households) for one in loaded)
        made["persons"] = sum(len(one.persons) for one in loaded)
        refresh_statistics(Grid, *TABLES)
    with progress.stage("Places, vessels, boundaries"):
        made |= load_places(seed=seed)
        made["boundaries"] = load_borders(seed=seed)
    with progress.stage("Staff, posts, accounts"):
        staff = [
            *plan_dingshan_team(blueprint.dingshan, blueprint.registry),
            *plan_sanjiabang_team(blueprint.sanjiabang, blueprint.registry),
            plan_security(),
        ]
        made["posts"] = appoint(staff, accounts=accounts, team=team)
    with progress.stage("Joint-family members and contacts"):
        secretaries = {code: team.of(Role.SECRETARY, code)[0] for code in (DINGSHAN, SANJIABANG)}
        team.users |= load_contacts(accounts=accounts, secretaries=secretaries)
        refresh_statistics(ContactMember, ContactAssignment)
    with progress.stage("Visits of the last 120 days"):
        made["visits"] = sum(
            load_visits(plan, team, Random(f"{seed}:visits {plan.code}"), now=moment) for plan in plans
        )
        refresh_statistics(Encounter, HouseholdNeed)
    with progress.stage("Births, deaths, moves, care"):
        made |= load_life(Random(f"{seed}:life"), secretaries[DINGSHAN], now=moment)
    with progress.stage("Records that may be one person"):
        made["possible_duplicates"] = load_duplicates(Random(f"{seed}:duplicates"), secretaries[DINGSHAN])
    with progress.stage("Rental files"):
        rentals = Random(f"{seed}:rentals")
        made["rental_files"] = load_rentals(blueprint.dingshan, team, blueprint.registry, rentals, now=moment)
    with progress.stage("Affairs"):
        made |= load_affairs(blueprint.dingshan, team, seed=seed, now=moment)
    with progress.stage("Moves of staff that wait"):
        made["staff_moves"] = load_moves(blueprint.dingshan, secretaries[DINGSHAN])
    with progress.stage("Notices to the doors"):
        made["notices"] = load_notices(blueprint.dingshan, team, secretaries[DINGSHAN])
    with progress.stage("Five must arrive, hand-overs"):
        made["must_arrive"] = load_must_arrive(blueprint.dingshan, team, now=moment)
        made["contact_changes"] = load_changes(blueprint.dingshan, secretaries[DINGSHAN], now=moment)
    with progress.stage("Briefings"):
        recorders = {code: team.of(Role.COMMUNITY_WORKER, code)[0] for code in (DINGSHAN, SANJIABANG)}
        made["briefings"] = load_meetings(Random(f"{seed}:briefings"), secretaries, recorders, now=moment)
    with progress.stage("Members who report, wishes, claims"):
        worker, drawn = recorders[DINGSHAN], Random(f"{seed}:volunteers")
        made["member_reports"], users = load_volunteers(
            blueprint.dingshan, accounts, secretaries[DINGSHAN], worker, drawn, now=moment
        )
        team.users |= users
    with progress.stage("Requests about personal data"):
        made |= load_privacy(Random(f"{seed}:privacy"), secretaries[DINGSHAN])
    made["accounts"] = len(team.users)
    community = Grid.objects.get(code=DINGSHAN)
    with progress.stage("Imports that wait"):
        made |= load_imports(blueprint.dingshan, secretaries[DINGSHAN])
    with progress.stage("Ledgers"):
        made["ledgers"] = load_ledgers(secretaries[DINGSHAN], community)
    record(ACT, community, actor=None, grid=community, changes={"seed": ["", seed], **_counted(made)})
    return made


def _counted(made: dict[str, int]) -> dict[str, list[Any]]:
    return {name: [0, number] for name, number in made.items()}
