"""What was typed as a reason on a visit, or noted on a rental check, may be hidden when it names an erased person."""

from django.db import migrations

from grids.common.triggers import Redactable

KEPT_YEARS = 3
AN_ERASED_PERSON_LIVED_THERE = (
    "EXISTS (SELECT 1 FROM residents_residency AS lived JOIN residents_person AS erased ON erased.id = lived.person_id "
    "WHERE erased.erased_at IS NOT NULL AND lived.household_id = OLD.household_id)"
)
# In the dwelling's community: who rented without being registered there is named in the notes, too.
AN_ERASED_PERSON_LIVED_AROUND = (
    "EXISTS (SELECT 1 FROM residents_residency AS lived JOIN residents_person AS erased ON erased.id = lived.person_id "
    "JOIN residents_household AS home ON home.id = lived.household_id "
    "JOIN residents_dwelling AS door ON door.id = home.dwelling_id JOIN grids_grid AS area ON area.id = door.grid_id "
    "JOIN residents_rentalcheck AS looked ON looked.id = {check} "
    "JOIN residents_rentalfile AS file ON file.id = looked.file_id "
    "JOIN residents_dwelling AS let ON let.id = file.dwelling_id JOIN grids_grid AS around ON around.id = let.grid_id "
    "WHERE erased.erased_at IS NOT NULL AND substr(area.code, 1, 12) = substr(around.code, 1, 12))"
)


class Migration(migrations.Migration):

    dependencies = [
        ('residents', '0023_merged_records'),
    ]

    operations = [
        Redactable(
            "residents_encounter",
            "note late_reason correction_reason",
            years=KEPT_YEARS,
            when=f"OLD.occurred_at < {{ago}} OR {AN_ERASED_PERSON_LIVED_THERE}",
            mark=True,
        ),
        Redactable(
            "residents_rentalcheck",
            "note",
            when=AN_ERASED_PERSON_LIVED_AROUND.replace("{check}", "OLD.id"),
            mark=True,
            once="checked_at IS NOT NULL",
        ),
        Redactable(
            "residents_checkfinding",
            "note",
            when=AN_ERASED_PERSON_LIVED_AROUND.replace("{check}", "OLD.rental_check_id"),
            mark=True,
        ),
    ]
