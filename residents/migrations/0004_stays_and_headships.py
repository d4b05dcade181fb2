"""Give every household that is there already its dated stay, and its heads the days on which they were head."""

from django.db import migrations

BATCH = 1000


def add_periods(apps, schema_editor):
    Household = apps.get_model("residents", "Household")
    Residency = apps.get_model("residents", "Residency")
    Stay = apps.get_model("residents", "Stay")
    Headship = apps.get_model("residents", "Headship")
    opened = {}
    stays = []
    for pk, dwelling, starts_on, ends_on in Household.objects.values_list("pk", "dwelling", "opened_on", "closed_on"):
        opened[pk] = starts_on
        stays.append(Stay(household_id=pk, dwelling_id=dwelling, starts_on=starts_on, ends_on=ends_on))
    Stay.objects.bulk_create(stays, batch_size=BATCH)

    # One head follows the other: the first one from the first day, each until the next one begins.
    headships = []
    heads = Residency.objects.filter(is_head=True).order_by("household", "starts_on", "pk")
    previous = None
    for residency in heads:
        same = previous is not None and previous.household_id == residency.household_id
        start = residency.starts_on if same else min(residency.starts_on, opened[residency.household_id])
        if same:
            if previous.ends_on is None or previous.ends_on > start:
                previous.ends_on = max(start, previous.starts_on)
            start = previous.ends_on
        previous = Headship(
            household_id=residency.household_id,
            residency_id=residency.pk,
            starts_on=start,
            ends_on=residency.ends_on if residency.ends_on is None else max(residency.ends_on, start),
        )
        headships.append(previous)
    Headship.objects.bulk_create(headships, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("residents", "0003_life_events")]

    operations = [migrations.RunPython(add_periods, migrations.RunPython.noop)]
