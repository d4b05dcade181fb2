"""The note of a step may be hidden when it names somebody of the community who was erased."""

from django.db import migrations

from grids.common.triggers import Redactable

AN_ERASED_PERSON_LIVED_AROUND = (
    "EXISTS (SELECT 1 FROM residents_residency AS lived JOIN residents_person AS erased ON erased.id = lived.person_id "
    "JOIN residents_household AS home ON home.id = lived.household_id "
    "JOIN residents_dwelling AS door ON door.id = home.dwelling_id JOIN grids_grid AS area ON area.id = door.grid_id "
    "JOIN governance_affair AS affair ON affair.id = OLD.affair_id "
    "JOIN grids_grid AS around ON around.id = affair.grid_id "
    "WHERE erased.erased_at IS NOT NULL AND (lived.household_id = affair.household_id "
    "OR substr(area.code, 1, 12) = substr(around.code, 1, 12)))"
)


class Migration(migrations.Migration):

    dependencies = [
        ("governance", "0007_meetings"),
        ("residents", "0024_reasons_may_be_hidden"),
    ]

    operations = [
        Redactable("governance_affairstep", "note", when=AN_ERASED_PERSON_LIVED_AROUND, mark=True),
    ]
