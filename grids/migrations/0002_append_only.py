"""The trail and the history of grids are append-only in the database itself; the cache has its table."""

from django.core.management import call_command
from django.db import migrations

from grids.common.triggers import AppendOnly


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_initial")]

    operations = [
        AppendOnly("grids_auditentry"),
        AppendOnly("grids_trailseal"),
        AppendOnly("grids_gridchange"),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
