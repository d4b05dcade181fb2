"""The checklist that ships, and the tables of the rental files that are never changed again."""

from django.db import migrations

from grids.common.triggers import AppendOnly
from residents.rentals.checklist import install


def add_checklist(apps, schema_editor):
    install(apps.get_model("residents", "RentalChecklist"), apps.get_model("residents", "ChecklistItem"))


class Migration(migrations.Migration):
    dependencies = [("residents", "0008_rentals")]

    operations = [
        migrations.RunPython(add_checklist, migrations.RunPython.noop),
        AppendOnly("residents_rentalchecklist"),
        AppendOnly("residents_checklistitem"),
        AppendOnly("residents_checkfinding"),
        AppendOnly("residents_colourchange"),
        # A planned check is filled in once; what was found stays as it was found.
        AppendOnly("residents_rentalcheck", once="checked_at IS NOT NULL"),
    ]
