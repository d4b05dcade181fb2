"""Notes of visits and words of needs may be emptied when their time is over or a person of the household was erased."""

from django.db import migrations

from grids.common.triggers import Redactable

KEPT_YEARS = 3
AN_ERASED_PERSON_LIVED_THERE = (
    "EXISTS (SELECT 1 FROM residents_residency AS lived JOIN residents_person AS erased ON erased.id = lived.person_id "
    "WHERE erased.erased_at IS NOT NULL AND lived.household_id = OLD.household_id)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('residents', '0006_importing'),
    ]

    operations = [
        Redactable(
            "residents_encounter",
            "note",
            years=KEPT_YEARS,
            when=f"OLD.occurred_at < {{ago}} OR {AN_ERASED_PERSON_LIVED_THERE}",
        ),
        Redactable(
            "residents_householdneed",
            "text",
            years=KEPT_YEARS,
            when=f"OLD.raised_at < {{ago}} OR {AN_ERASED_PERSON_LIVED_THERE}",
        ),
    ]
