"""What was noted on a rental check may also be hidden when its landlord, who is in no roster, was taken off the file."""

from django.db import migrations

from grids.common.triggers import Redactable

AN_ERASED_PERSON_LIVED_AROUND = (
    "EXISTS (SELECT 1 FROM residents_residency AS lived JOIN residents_person AS erased ON erased.id = lived.person_id "
    "JOIN residents_household AS home ON home.id = lived.household_id "
    "JOIN residents_dwelling AS door ON door.id = home.dwelling_id JOIN grids_grid AS area ON area.id = door.grid_id "
    "JOIN residents_rentalcheck AS looked ON looked.id = {check} "
    "JOIN residents_rentalfile AS file ON file.id = looked.file_id "
    "JOIN residents_dwelling AS let ON let.id = file.dwelling_id JOIN grids_grid AS around ON around.id = let.grid_id "
    "WHERE erased.erased_at IS NOT NULL AND substr(area.code, 1, 12) = substr(around.code, 1, 12))"
)
THE_LANDLORD_WAS_TAKEN_OFF = (
    "EXISTS (SELECT 1 FROM residents_rentalcheck AS looked JOIN residents_rentalfile AS file ON file.id = looked.file_id "
    "WHERE looked.id = {check} AND file.landlord_name = '•••')"
)
EITHER = f"{AN_ERASED_PERSON_LIVED_AROUND} OR {THE_LANDLORD_WAS_TAKEN_OFF}"


class Migration(migrations.Migration):

    dependencies = [
        ("residents", "0026_importing_rows_left_out"),
    ]

    operations = [
        Redactable(
            "residents_rentalcheck",
            "note",
            when=EITHER.replace("{check}", "OLD.id"),
            mark=True,
            once="checked_at IS NOT NULL",
        ),
        Redactable(
            "residents_checkfinding",
            "note",
            when=EITHER.replace("{check}", "OLD.rental_check_id"),
            mark=True,
        ),
    ]
