"""A household keeps the grid of its dwelling, filled from the dwellings; the next migration demands it."""

import django.db.models.deletion
from django.db import migrations
from django.db.models import OuterRef, Subquery

import grids.common.fields
from grids.common.triggers import RenameUnseen


def fill(apps, schema_editor):
    dwellings = apps.get_model("residents", "Dwelling").objects.filter(pk=OuterRef("dwelling"))
    apps.get_model("residents", "Household").objects.update(scope_grid=Subquery(dwellings.values("grid")))


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0013_staff_moves"),
        ("residents", "0027_notes_of_forgotten_landlords"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="household",
            options={
                "ordering": ["scope_grid__code", "dwelling__sort_key", "pk"],
                "verbose_name": "household",
                "verbose_name_plural": "households",
            },
        ),
        RenameUnseen(on=True),
        migrations.AddField(
            model_name="household",
            name="scope_grid",
            field=grids.common.fields.CopiedKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                through="dwelling.grid_id",
                to="grids.grid",
                verbose_name="grid",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        RenameUnseen(on=False),
    ]
