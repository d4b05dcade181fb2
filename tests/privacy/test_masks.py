"""Masked means masked on every way out (promises P04, P05; acceptance 5): the table says who sees what, and how far.

Each account opens every address of the portal (new rooms come along by themselves) and the administration; some turn
every list over by searches, sorts, filters and files, and read every refusal (one of each kind in the long run). What
an account read anywhere is compared with the table, cell by cell; nothing was revealed, so nothing may stand there in
full that is not declared.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from governance.privacy.choices import DisclosingAct
from grids.access.models import User
from grids.trail.models import AuditEntry
from residents.roster.models import CareTag
from tests.long import LONG
from tests.privacy.masked_world import LEVELS, Secret, everything_shown, plant
from tests.world import World, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.long]

ACCOUNTS = [
    *("secretary", "desk_worker", "leader", "east_worker", "mentor", "liaison", "street_desk", "auditor"),
    *("district_office", "joint_member", "west_worker", "foreign_secretary", "stranger"),
]
# Those whose roles differ most: their lists are turned over in every way.
DEEP = {"east_worker", "liaison", "auditor", *(("secretary", "joint_member") if LONG else ())}
F, M, H = "full", "masked", "hidden"
# By field, in the order of ACCOUNTS, written out from domain.md 3.8 and decision 0005.
TABLE = {
    "Person.name": [F, F, F, F, M, F, M, M, M, F, H, H, H],
    "Person.id_number": [M, M, M, M, M, H, M, M, H, H, H, H, H],
    "Person.phone": [M, M, M, M, M, H, M, M, H, H, H, H, H],
    "Person.birth_date": [H] * 13,
    "Person.birth_date (child)": [H] * 13,
    "Person.phone (child)": [M, M, M, M, M, H, M, M, H, H, H, H, H],
    "CareTag.source_document": [F, F, F, F, H, H, H, H, H, H, H, H, H],
    "CareLevelPlan.reason": [F, F, F, F, H, H, H, H, H, H, H, H, H],
    "PersonMerge.snapshot": [H] * 13,
    "User.phone": [H] * 13,
}
# What may be seen at most; whether a page shows the mask is the room's business.
AT_MOST_MASKED = ["Organisation.contact_phone", "Vessel.phone", "Affair.reporter_phone"]


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Secret]]]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        secrets = plant(world)
        # The administration opens to them too; whatever they reach there counts.
        User.objects.update(is_staff=True)
        for user in world.users.values():
            user.refresh_from_db()
        yield world, secrets
        transaction.set_rollback(True)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_nobody_reads_more_than_the_table_says(planted: tuple[World, dict[str, Secret]], account: str) -> None:
    world, secrets = planted
    seen = dict.fromkeys(secrets, (0, "nowhere"))
    count = 0
    for address, words in everything_shown(world, account, secrets, deep=account in DEEP):
        count += 1
        for field, secret in secrets.items():
            level = LEVELS.index(secret.level_in(words))
            if level > seen[field][0]:
                seen[field] = (level, address)
    assert count > 80
    place = ACCOUNTS.index(account)
    declared = {field: levels[place] for field, levels in TABLE.items()}
    problems = [
        f"{field}: {LEVELS[level]} at {address}, declared {declared[field]}"
        for field, (level, address) in seen.items()
        if field in declared and LEVELS[level] != declared[field]
    ]
    problems += [f"{field}: full at {seen[field][1]}" for field in AT_MOST_MASKED if LEVELS[seen[field][0]] == F]
    assert not problems, "\n".join(problems)
    seen_in_clear = [act for act in DisclosingAct.values if act != DisclosingAct.CARE]
    assert not AuditEntry.objects.filter(actor=world.users[account], act__in=seen_in_clear).exists()


def test_the_secrets_are_there_to_be_found(planted: tuple[World, dict[str, Secret]]) -> None:
    """Guards the test above: it would pass on an empty world."""
    world, secrets = planted
    assert set(TABLE) | set(AT_MOST_MASKED) == set(secrets)
    assert CareTag.objects.filter(person=world.east_person).exists()
    assert all(secret.full[0] for secret in secrets.values())
