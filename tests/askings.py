"""What is asked and handed over in the world: rows for the tests that open every page; other tests make their own."""

from datetime import UTC, datetime

from residents.contacts.models import ContactAssignment, ContactHandover, ContactWish
from tests.world import SINCE, World

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def ask_members(world: World) -> None:
    """``east_proposal`` waits; ``east_handover`` and ``east_wish`` are of old."""
    for home, asked, role in [("east", "east_other", "primary"), ("foreign", "foreign", "backup")]:
        contact, household = world.events[f"{home}_contact"], world.households[home]
        world.events[f"{home}_proposal"] = ContactAssignment.objects.create(
            household=world.households[asked],
            member=contact.member,
            role=role,
            status="proposed",
            accepted_at=None,
            respond_by=datetime(2099, 1, 5, tzinfo=UTC),
            starts_on=SINCE,
        )
        world.events[f"{home}_handover"] = ContactHandover.objects.create(
            household=household,
            from_assignment=contact,
            reason="rebalanced",
            state="cancelled",
            opened_at=NOON,
            due_at=NOON,
            closed_at=NOON,
        )
        world.events[f"{home}_wish"] = ContactWish.objects.create(
            household=household, quarter=20251, state="closed", recorded_at=NOON, settled_at=NOON
        )
