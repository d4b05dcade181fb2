"""Write the first letters of the names that were entered before they were kept."""

from django.db import migrations

from residents.roster.initials import initials_of

BATCH = 2000


def fill_initials(apps, schema_editor):
    persons = apps.get_model("residents", "Person").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(persons.filter(pk__gt=last).order_by("pk").only("pk", "name", "name_initials")[:BATCH]):
        last = rows[-1].pk
        changed = []
        for person in rows:
            letters = initials_of(person.name)
            if letters != person.name_initials:
                person.name_initials = letters
                changed.append(person)
        persons.bulk_update(changed, ["name_initials"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('residents', '0004_stays_and_headships'),
    ]

    operations = [migrations.RunPython(fill_initials, migrations.RunPython.noop, elidable=True)]
