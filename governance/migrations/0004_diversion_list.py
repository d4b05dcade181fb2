"""The 24 lines of the diversion responsibility list (三事分流责任清单); they are edited in the administration pages."""

from django.db import migrations

from governance.affairs.diversion_list import install


def add_lines(apps, schema_editor):
    install(apps.get_model("governance", "ClassificationRule"))


class Migration(migrations.Migration):
    dependencies = [("governance", "0003_append_only")]

    operations = [migrations.RunPython(add_lines, migrations.RunPython.noop)]
