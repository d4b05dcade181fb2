"""Two records of one person become one, with everything that points at them; for 30 days this can be undone."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.common.clock import now, today
from grids.common.errors import Refused, StaleVersion
from grids.common.models import Versioned, advance
from grids.trail.services import changes_between, record
from residents.roster import merge_rules as law
from residents.roster.choices import ArrivalReason, CrewRole, EndReason, HouseholdStatus
from residents.roster.merge_parts import Pair, merge_parts
from residents.roster.models import Household, NoDuplicate, Person, PersonMerge, Residency
from residents.roster.rules import clean_person
from residents.roster.services import periods, snapshots
from residents.roster.services.leaving import leave
from residents.roster.services.rows import changed_meanwhile, indexes_of, lock_households, recorded, rewrite
from residents.roster.services.telling import tell_homes_changed
from residents.roster.timeline import Span


@transaction.atomic
def merge_persons(
    kept: Person,
    absorbed: Person,
    *,
    actor: Any,
    version: int,
    absorbed_version: int,
    choices: Mapping[str, str] | None = None,
    home: str = "kept",
    new_head: Residency | None = None,
    reason: str = "",
) -> PersonMerge:
    """``absorbed`` becomes part of ``kept``; see ``merge_rules`` for what happens to what both have.

    ``choices`` names, for each key of ``merge_rules.CHOICES`` and each of ``merge_parts`` that both records have, the
    record whose value goes on ("kept" or "absorbed"),
    ``home`` the record whose present home does; ``new_head`` follows in the other home if he is the head there and
    others stay. Raises ``StaleVersion`` when either record changed since its page was opened, ``Refused`` and
    ``ValidationError`` with what has to be put right first.
    """
    kept, absorbed, households = _locked(kept, absorbed)
    choices = choices or {}
    grids = _grids_of(kept, absorbed)
    for grid in grids:
        law.may_merge(actor, grid).or_raise()
    if (kept.version, absorbed.version) != (version, absorbed_version):
        raise StaleVersion(changed_meanwhile())
    persons = [kept.pk, absorbed.pk]
    further = merge_parts.around(persons, households)
    before = snapshots.take(persons, households, further=further)
    values = clean_chosen(kept, absorbed, choices)
    grid = grids[0]

    finishes = merge_parts.settle(Pair.of(kept, absorbed), choices, home=home, actor=actor)
    _choose_home(kept, absorbed, home=home, new_head=new_head, actor=actor)
    touched = _part_past_days(kept, absorbed)
    for field in snapshots.pointing_at(Person):
        _move(field, kept, absorbed)
    for finish in finishes:
        finish()
    tell_homes_changed([kept.pk], on=today(), actor=actor)
    _check_days(kept, touched)
    if values["deceased_on"] and kept.residencies.active().exists():
        raise ValidationError({"deceased_on": str(law.STILL_LIVES)})

    Person.objects.filter(merged_into=absorbed).update(merged_into=kept, version=F("version") + 1, changed_at=now())
    advance(absorbed, expected=absorbed_version, reason=changed_meanwhile(), merged_into=kept)
    old = {name: getattr(kept, name) for name in recorded(values)}
    kept.refresh_from_db(fields=["version"])
    advance(kept, expected=kept.version, reason=changed_meanwhile(), **values, **indexes_of(values))

    changes = snapshots.differences(before, snapshots.take(persons, households, further=further))
    merge = PersonMerge.objects.create(
        kept=kept,
        absorbed=absorbed,
        snapshot=json.dumps(changes, ensure_ascii=False),
        reason=reason.strip(),
        merged_by=actor,
    )
    told = changes_between(old, recorded(values), Person)
    told |= {"absorbed": ["", absorbed.pk], "rows": [0, len(changes)]}
    record("person.merge", kept, actor=actor, grid=grid, changes=told, reason=merge.reason)
    record("person.absorb", absorbed, actor=actor, grid=grid, changes={"merged_into": ["", kept.pk]})
    return merge


@transaction.atomic
def undo_merge(merge: PersonMerge, *, actor: Any) -> PersonMerge:
    """Every row as it was before; refused by name of what was changed since, and after ``UNDO_DAYS`` days."""
    merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    changes = json.loads(merge.snapshot) if merge.snapshot else []
    persons = [merge.kept_id, merge.absorbed_id]
    homes = {int(change["pk"]) for change in changes if change["table"] == Household._meta.label}
    homes |= set(_homes_of(persons))
    locked = lock_households(*Household.objects.filter(pk__in=homes | set(_concerned(persons))))
    kept, absorbed = _lock(merge.kept_id, merge.absorbed_id)
    grid, _none = _grids_of(kept, absorbed)
    for place in (grid, *(household.grid for household in locked if household.pk in homes)):
        may_undo(merge, place, actor=actor).or_raise()
    if not changes:
        raise Refused(law.TOO_LATE % {"days": law.UNDO_DAYS})
    if names := snapshots.changed_since(changes):
        raise Refused(law.CHANGED_SINCE % {"what": _(", ").join(names)})
    snapshots.restore(changes, refusal=_("Another record took the place of one that would come back."))
    merge.undone_by, merge.undone_at, merge.snapshot = actor, now(), ""
    merge.save(update_fields=["undone_by", "undone_at", "snapshot"])
    merge_parts.restored(changes, actor=actor)
    for person, place in zip((kept, absorbed), _grids_of(kept, absorbed), strict=True):
        record("person.unmerge", person, actor=actor, grid=place, changes={"merge": [merge.pk, ""]})
    return merge


def may_undo(merge: PersonMerge, grid: Any, *, actor: Any) -> Any:
    """``merge_rules.may_undo`` for a merge of which a record lives in ``grid``."""
    merged_on = timezone.localtime(merge.merged_at).date()
    return law.may_undo(actor, grid, merged_on=merged_on, undone=merge.undone_at is not None, on=today())


@transaction.atomic
def judge_two_persons(one: Person, other: Person, *, actor: Any) -> NoDuplicate:
    """Somebody compared two records and found two persons: they are not proposed again."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    if first.pk == second.pk:
        raise Refused(law.NOT_YOURSELF)
    grids = _grids_of(first, second)
    for grid in grids:
        law.may_merge(actor, grid).or_raise()
    verdict, made = NoDuplicate.objects.get_or_create(first=first, second=second, defaults={"decided_by": actor})
    if made:
        for person, different, grid in ((first, second, grids[0]), (second, first, grids[1])):
            record("person.distinguish", person, actor=actor, grid=grid, changes={"other": ["", different.pk]})
    return verdict


# ------------------------------------------------------------------ locks
def _locked(kept: Person, absorbed: Person) -> tuple[Person, Person, list[int]]:
    """Both persons read anew and the keys of the households concerned: these locked first, as all services do."""
    if kept.pk == absorbed.pk:
        raise Refused(law.NOT_YOURSELF)
    persons = [kept.pk, absorbed.pk]
    homes = _concerned(persons)
    lock_households(*Household.objects.filter(pk__in=homes))
    kept, absorbed = _lock(kept.pk, absorbed.pk)
    if kept.merged_into_id or absorbed.merged_into_id:
        raise StaleVersion(_("Somebody else merged one of the two records meanwhile."))
    if homes != _concerned(persons):
        raise StaleVersion(changed_meanwhile())
    return kept, absorbed, homes


def _lock(*keys: int) -> list[Person]:
    """The persons read anew, locked in the order of their keys, so that two merges never wait for each other."""
    rows = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    return [rows[key] for key in keys]


def _grids_of(*persons: Person) -> list[Any]:
    """``rows.grid_of`` for several persons in one query."""
    homes: dict[int, Residency] = {}
    rows = Residency.objects.filter(person__in=persons).select_related("household__dwelling__grid")
    for row in sorted(rows, key=lambda row: (row.ends_on is None, row.ends_on or row.starts_on, row.pk)):
        homes[row.person_id] = row
    return [homes[one.pk].household.dwelling.grid if one.pk in homes else None for one in persons]


def _homes_of(persons: list[int]) -> list[int]:
    return list(Residency.objects.filter(person__in=persons).order_by().values_list("household", flat=True).distinct())


def _concerned(persons: list[int]) -> list[int]:
    """Their homes, and the households that a room above touches with them."""
    return sorted({*_homes_of(persons), *merge_parts.households(persons)})


# ------------------------------------------------------------------ what is chosen
def clean_chosen(kept: Person, absorbed: Person, choices: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the record that goes on, checked as if they had been typed."""
    values = law.chosen_values(kept, absorbed, choices)
    cleaned = clean_person(values, on=today())
    return {**cleaned, **{name: values[name] for name in ("deceased_on", "verified_on", "verified_by")}}


def _choose_home(kept: Person, absorbed: Person, *, home: str, new_head: Residency | None, actor: Any) -> None:
    """At most one present residency stays: in the other home he lived until he came to the chosen one."""
    present = {
        "kept": kept.residencies.active().select_related("household").first(),
        "absorbed": absorbed.residencies.active().select_related("household").first(),
    }
    stays, goes = present[home], present["absorbed" if home == "kept" else "kept"]
    if stays is None or goes is None:
        return
    if stays.household_id == goes.household_id and goes.is_head:
        stays, goes = goes, stays  # one home: the head of it stays
    on = max(goes.starts_on, stays.starts_on)
    (household,) = lock_households(goes.household)
    leave(goes, household, actor=actor, reason=EndReason.MOVED_INSIDE, on=on, new_head=new_head)
    if goes.starts_on < on and stays.start_reason in ArrivalReason.from_outside():
        rewrite(stays, start_reason=ArrivalReason.MOVED_INSIDE)


def _part_past_days(kept: Person, absorbed: Person) -> list[Household]:
    """No day in two homes: a past residency gives way to the present one, the later recorded to the earlier."""
    rows = list(Residency.objects.filter(person__in=[kept, absorbed]).select_related("household"))
    rows.sort(key=lambda row: (row.ends_on is not None, row.starts_on, row.pk))
    standing: list[Residency] = []
    touched = []
    for row in rows:
        period = (row.starts_on, row.ends_on)
        for other in standing:
            starts_on, ends_on = _without(Span(*period), Span(other.starts_on, other.ends_on))
            period = (starts_on, ends_on)
        if period != (row.starts_on, row.ends_on):
            _shorten(row, *period)
            touched.append(row.household)
        standing.append(row)
    return touched


def _shorten(row: Residency, starts_on: date, ends_on: date | None) -> None:
    """Fewer days in a home that is over. Who lived there alone takes the days of the household along."""
    household = row.household
    alone = not household.residencies.exclude(pk=row.pk).exclude(ends_on=F("starts_on")).exists()
    if alone and household.status == HouseholdStatus.CLOSED and ends_on is not None:
        rewrite(household, opened_on=starts_on, closed_on=ends_on)
        spans: list[Any] = [*household.stays.all(), *household.headships.all()]
        for dated in spans:
            dated.starts_on = min(max(dated.starts_on, starts_on), ends_on)
            dated.ends_on = max(dated.starts_on, min(dated.ends_on or ends_on, ends_on))
            dated.save(update_fields=["starts_on", "ends_on", "changed_at"])
    rewrite(row, starts_on=starts_on, ends_on=ends_on)


def _without(span: Span, taken: Span) -> tuple[date, date | None]:
    """The days of ``span`` before those of ``taken``; if there are none, those after; if neither, no day."""
    if span.is_empty or taken.is_empty or span.first_common_day(taken) is None:
        return span.starts_on, span.ends_on
    if span.starts_on < taken.starts_on:
        return span.starts_on, taken.starts_on
    if taken.ends_on is not None and taken.last < span.last:
        return taken.ends_on, span.ends_on
    return span.starts_on, span.starts_on


def _check_days(kept: Person, households: list[Household]) -> None:
    periods.check_homes(kept, field="home")
    for household in {one.pk: one for one in households}.values():
        household.refresh_from_db()
        periods.check_days(household, field="home")


# ------------------------------------------------------------------ what points at them
def _move(field: models.ForeignKey, kept: Person, absorbed: Person) -> None:
    """Every row of one table to the record that goes on; what it has already is settled by ``_settle``."""
    for row in field.model._base_manager.filter(**{field.name: absorbed}).order_by("pk"):
        try:
            with transaction.atomic():
                _point(row, field, kept)
        except IntegrityError:
            _settle(row, field, kept)


def _point(row: models.Model, field: models.ForeignKey, kept: Person, **more: Any) -> None:
    values: dict[str, Any] = {field.name: kept, **more}
    if isinstance(row, Versioned):
        values |= {"version": F("version") + 1, "changed_at": now()}
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def _settle(row: Any, field: models.ForeignKey, kept: Person) -> None:
    """The record that goes on has such a row already."""
    label = row._meta.label
    if label in {"residents.CareTag", "residents.ConsentRecord"}:
        return  # it stays with the absorbed record, as evidence
    if label == "residents.VesselCrew":
        _point(row, field, kept, ends_on=row.starts_on)
        if row.role == CrewRole.CAPTAIN:
            ours = kept.vessels.filter(vessel=row.vessel_id, ends_on__isnull=True)
            ours.update(role=CrewRole.CAPTAIN)
        return
    raise Refused(law.BOTH_HAVE % {"what": row._meta.verbose_name})
