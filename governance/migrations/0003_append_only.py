"""The timeline of affairs is append-only in the database itself."""

from django.db import migrations

from grids.common.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_initial")]

    operations = [AppendOnly("governance_affairstep")]
