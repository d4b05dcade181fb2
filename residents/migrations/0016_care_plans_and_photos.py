"""Invitations, reasons for a call and photos of visits; care plans. SQLite makes the visits' table anew for it."""

import django.db.models.deletion
import grids.common.clock
import grids.common.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from grids.common.triggers import Reguarded

# As in 0007.
AN_ERASED_PERSON_LIVED_THERE = (
    "EXISTS (SELECT 1 FROM residents_residency AS lived JOIN residents_person AS erased ON erased.id = lived.person_id "
    "WHERE erased.erased_at IS NOT NULL AND lived.household_id = OLD.household_id)"
)
NOTES = {"years": 3, "when": f"OLD.occurred_at < {{ago}} OR {AN_ERASED_PERSON_LIVED_THERE}"}


class Migration(migrations.Migration):

    dependencies = [
        ('residents', '0015_contact_life'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Reguarded("residents_encounter", "note", lifts=True, **NOTES),
        migrations.AddField(
            model_name='encounter',
            name='household_away',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='encounter',
            name='invited',
            field=models.BooleanField(default=False, verbose_name="at the household's invitation"),
        ),
        migrations.AddField(
            model_name='encounter',
            name='remote_reason',
            field=models.CharField(blank=True, choices=[('away', 'The whole household is away'), ('at_sea', 'The whole household is at sea'), ('not_home', 'Nobody at home three times'), ('wished', 'The household prefers it'), ('blocked', 'The door cannot be reached now')], max_length=10, verbose_name='why by phone'),
        ),
        migrations.AlterField(
            model_name='encounter',
            name='outcome',
            field=models.CharField(choices=[('met', 'Met, all is well'), ('met_relative', 'Met a relative'), ('not_home', 'Nobody at home'), ('changed', 'Met, something changed'), ('problem', 'Met, there is a problem'), ('refused', 'Did not wish to talk')], default='met', max_length=15, verbose_name='outcome'),
        ),
        Reguarded("residents_encounter", "note", lifts=False, **NOTES),
        migrations.CreateModel(
            name='CareLevelPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('level', models.CharField(choices=[('A', 'Level A: every week'), ('B', 'Level B: every month'), ('C', 'Level C: every quarter')], max_length=1, verbose_name='care level')),
                ('reason', grids.common.fields.EncryptedField(blank=True, verbose_name='why this level')),
                ('daily_phone', models.BooleanField(default=False, verbose_name='a call every day')),
                ('starts_on', models.DateField(default=grids.common.clock.today, verbose_name='since')),
                ('review_on', models.DateField(verbose_name='to be reviewed by')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('end_reason', models.CharField(blank=True, choices=[('changed', 'Replaced by a newer one'), ('ended', 'No longer needed'), ('expired', 'Review date passed'), ('moved', 'Moved away or dissolved'), ('erased', 'Personal data erased')], max_length=10, verbose_name='why it ended')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_plans', to='residents.household', verbose_name='household')),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
            ],
            options={
                'verbose_name': 'care plan',
                'verbose_name_plural': 'care plans',
                'ordering': ['-starts_on', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('household',), name='careplan_one_per_household'), models.CheckConstraint(condition=models.Q(('review_on__gt', models.F('starts_on'))), name='careplan_review_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_on__isnull', True)), models.Q(('ended_on__gte', models.F('starts_on')), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='careplan_end_has_reason'), models.CheckConstraint(condition=models.Q(('daily_phone', False), ('level', 'A'), _connector='OR'), name='careplan_daily_phone_is_a')],
            },
        ),
        migrations.CreateModel(
            name='EncounterPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.PositiveSmallIntegerField(editable=False)),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('content', grids.common.fields.EncryptedBytesField(verbose_name='picture')),
                ('width', models.PositiveSmallIntegerField(verbose_name='width')),
                ('height', models.PositiveSmallIntegerField(verbose_name='height')),
                ('added_at', models.DateTimeField(default=grids.common.clock.now, verbose_name='added at')),
                ('encounter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='residents.encounter', verbose_name='visit')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='photographed by')),
            ],
            options={
                'verbose_name': 'photo of a visit',
                'verbose_name_plural': 'photos of visits',
                'ordering': ['encounter', 'slot'],
                'constraints': [models.UniqueConstraint(fields=('encounter', 'slot'), name='encounterphoto_place'), models.UniqueConstraint(fields=('encounter', 'sha256'), name='encounterphoto_once'), models.CheckConstraint(condition=models.Q(('slot__range', (1, 3))), name='encounterphoto_at_most_three')],
            },
        ),
    ]
