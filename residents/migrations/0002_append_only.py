"""Visits and the needs raised on them are append-only in the database itself."""

from django.db import migrations

from grids.common.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("residents", "0001_initial")]

    operations = [AppendOnly("residents_encounter"), AppendOnly("residents_householdneed")]
