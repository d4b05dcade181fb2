"""Answers to needs, written once; the keys of events that a visit task was told of."""

import django.db.models.deletion
import grids.common.clock
from django.conf import settings
from django.db import migrations, models

from grids.common.triggers import AppendOnly, Redactable

KEPT_YEARS = 3
AN_ERASED_PERSON_LIVED_THERE = (
    "EXISTS (SELECT 1 FROM residents_residency AS lived JOIN residents_person AS erased ON erased.id = lived.person_id "
    "JOIN residents_householdneed AS need ON need.household_id = lived.household_id "
    "WHERE erased.erased_at IS NOT NULL AND need.id = OLD.need_id)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('residents', '0018_offline'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='visittask',
            name='told_keys',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.CreateModel(
            name='NeedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='answer')),
                ('answered_at', models.DateTimeField(default=grids.common.clock.now, verbose_name='answered at')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='residents.householdneed', verbose_name='need')),
            ],
            options={
                'verbose_name': 'answer to a need',
                'verbose_name_plural': 'answers to needs',
                'ordering': ['-answered_at', '-pk'],
            },
        ),
        AppendOnly("residents_needanswer"),
        Redactable(
            "residents_needanswer",
            "text",
            years=KEPT_YEARS,
            when=f"OLD.answered_at < {{ago}} OR {AN_ERASED_PERSON_LIVED_THERE}",
        ),
    ]
