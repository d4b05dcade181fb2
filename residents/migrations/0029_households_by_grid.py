"""Households are scoped, listed and counted along one index; keys that begin an index need none of their own."""

import django.db.models.deletion
from django.db import migrations, models

import grids.common.fields
from grids.common.triggers import RenameUnseen


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0013_staff_moves"),
        ("residents", "0028_grid_of_households"),
    ]

    operations = [
        RenameUnseen(on=True),
        migrations.AlterField(
            model_name="household",
            name="scope_grid",
            field=grids.common.fields.CopiedKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                through="dwelling.grid_id",
                to="grids.grid",
                verbose_name="grid",
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["scope_grid", "status", "id"], name="household_by_grid"),
        ),
        migrations.AlterField(
            model_name="dwelling",
            name="grid",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dwellings",
                to="grids.grid",
                verbose_name="grid",
            ),
        ),
        migrations.AlterField(
            model_name="dwelling",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dwellings",
                to="grids.unit",
                verbose_name="unit",
            ),
        ),
        RenameUnseen(on=False),
    ]
