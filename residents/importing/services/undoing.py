"""Taking a whole import back while nobody has touched its rows: afterwards the roster is what it was before.

What the import made is removed, not closed as "entered by mistake" (docs/decisions, undo of an import): within 24
hours, untouched and with nothing hanging on it, it was never anybody's record; the trail keeps import and undo.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from grids.common.clock import now, today
from grids.common.errors import Refused
from grids.common.locks import lock
from grids.places.models import Building, Unit
from grids.places.services import lock_doors
from grids.trail.models import AuditEntry
from grids.trail.services import record, record_many
from grids.tree.models import Grid
from residents.importing import rules
from residents.importing.choices import ImportState as S
from residents.importing.models import RosterImport
from residents.importing.packets import undo_rows
from residents.importing.register import in_parts
from residents.importing.services.steps import advance
from residents.roster.models import Dwelling, Headship, Household, Person, Residency, Stay
from residents.roster.rules import PERSON_FIELDS, clean_person, shown_door
from residents.roster.services.rows import indexes_of

MODELS: dict[str, type[models.Model]] = {
    model.__name__: model for model in (Residency, Person, Household, Dwelling, Unit, Building)
}
NAMED_AT_MOST = 20
# Written and removed together with their household.
_OWN = (Stay, Headship)


class Touched(Refused):
    """Somebody has worked on rows of the import since: ``rows`` says which, and nothing is undone."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        named = _(", ").join(rows[:NAMED_AT_MOST])
        super().__init__(
            _("These were changed or used after the import, so it cannot be undone as a whole: %(rows)s.")
            % {"rows": named}
        )


class _Record:
    """What an import made and what it changed, by model."""

    def __init__(self, roster_import: RosterImport) -> None:
        self.made: dict[str, list[int]] = defaultdict(list)
        self.changed: dict[str, dict[int, tuple[int, dict[str, Any]]]] = defaultdict(dict)
        for what, pk, version, before in undo_rows(roster_import):
            if before is None:
                self.made[what].append(pk)
            else:
                known = self.changed[what].get(pk)
                self.changed[what][pk] = (version, {**before, **(known[1] if known else {})})
        chunk = roster_import.chunks.undo().first()
        self.entry = chunk.counts.get("entry", 0) if chunk else 0


@transaction.atomic
def undo_import(roster_import: RosterImport, *, actor: Any) -> RosterImport:
    """Raises ``Touched`` naming the rows that somebody has worked on since."""
    lock(rules.WRITING)
    roster_import.refresh_from_db()
    rules.may_undo(actor, roster_import).or_raise()
    codes = Grid.objects.under(roster_import.grid).values_list("code", flat=True)
    lock_doors(roster_import.grid.code, *codes)
    undone = _Record(roster_import)
    _lock(undone)
    if touched := list(_touched(undone, actor)):
        raise Touched(touched)
    for part in in_parts(undone.made["Household"]):
        Headship.objects.filter(household__in=part).delete()
        Stay.objects.filter(household__in=part).delete()
    for name, model in MODELS.items():
        for part in in_parts(undone.made[name]):
            model._default_manager.filter(pk__in=part).delete()
    for name, changed in undone.changed.items():
        _give_back(MODELS[name], changed, actor, roster_import)
    record(
        "import.undo",
        roster_import,
        actor=actor,
        grid=roster_import.grid,
        changes={
            **{f"{name.lower()}_removed": [len(pks), 0] for name, pks in undone.made.items()},
            **{f"{name.lower()}_restored": [0, len(rows)] for name, rows in undone.changed.items()},
        },
    )
    advance(roster_import, S.UNDONE, undone_at=now())
    roster_import.chunks.undo().delete()
    return roster_import


def _lock(undone: _Record) -> None:
    for name in ("Household", "Person", "Residency", "Dwelling"):
        pks = sorted([*undone.made[name], *undone.changed[name]])
        for part in in_parts(pks):
            rows = MODELS[name]._default_manager.select_for_update().filter(pk__in=part).order_by("pk")
            list(rows.values_list("pk"))


def _give_back(
    model: type[models.Model], changed: dict[int, tuple[int, dict[str, Any]]], actor: Any, roster_import: RosterImport
) -> None:
    for part in in_parts(changed):
        objects: list[Any] = list(model._default_manager.filter(pk__in=part))
        names: set[str] = set()
        for one in objects:
            before = {name: _value(model, name, value) for name, value in changed[one.pk][1].items()}
            if isinstance(one, Person):
                before = {name: getattr(one, name) for name in PERSON_FIELDS} | before
                before = clean_person(before, on=today())
                # What the identity number would fill in stays as open as it was.
                before |= {
                    name: _value(model, name, value)
                    for name, value in changed[one.pk][1].items()
                    if name in {"birth_date", "sex"}
                }
                before |= indexes_of(before)
            for name, value in before.items():
                setattr(one, name, value)
            names |= set(before)
            one.version += 1
            one.changed_at = now()
        model._default_manager.bulk_update(objects, [*sorted(names), "version", "changed_at"], batch_size=100)
        act = f"{model._meta.model_name}.change"
        record_many(
            act, objects, actor=actor, grid_of=lambda _one: roster_import.grid, reason=_("Roster import undone")
        )


def _value(model: type[models.Model], name: str, stored: Any) -> Any:
    is_day = isinstance(model._meta.get_field(name), models.DateField)
    return date.fromisoformat(stored) if is_day and stored else stored


# ------------------------------------------------------------------ what was touched
def _touched(undone: _Record, actor: Any) -> Iterator[str]:
    """A few words for each row that is not as the import left it, or that something hangs on."""
    seen: set[tuple[str, int]] = set()
    for name, pk in _touched_rows(undone):
        if (name, pk) not in seen:
            seen.add((name, pk))
            yield _words(name, pk, actor)
        if len(seen) > NAMED_AT_MOST:
            return


def _touched_rows(undone: _Record) -> Iterator[tuple[str, int]]:
    for name, model in MODELS.items():
        made, changed = set(undone.made[name]), undone.changed[name]
        both = [*made, *changed]
        if hasattr(model, "version"):
            for part in in_parts(both):
                expected = {pk: changed[pk][0] if pk in changed else 1 for pk in part}
                now_there = dict(model._default_manager.filter(pk__in=part).values_list("pk", "version"))
                yield from ((name, pk) for pk in part if now_there.get(pk) != expected[pk])
        yield from ((name, pk) for pk in _spoken_of(model, both, undone.entry))
        yield from ((name, pk) for pk in _hanging_on(model, made, undone))


def _spoken_of(model: type[models.Model], pks: Iterable[int], since: int) -> Iterator[int]:
    """Rows that the trail speaks of after the import: shown to somebody, verified, moved."""
    for part in in_parts(pks):
        entries = AuditEntry.objects.filter(
            pk__gt=since, object_type=model._meta.label, object_id__in=[str(pk) for pk in part]
        )
        yield from (int(pk) for pk in entries.values_list("object_id", flat=True).distinct().order_by())


def _hanging_on(model: type[models.Model], made: set[int], undone: _Record) -> Iterator[int]:
    """Rows made by the import that something else refers to: a contact, a visit, a care tag, a later inhabitant."""
    for relation in model._meta.related_objects:
        other = relation.related_model
        if other in _OWN or relation.many_to_many:
            continue
        own = set(undone.made[other.__name__]) if MODELS.get(other.__name__) is other else set()
        path = relation.field.attname
        for part in in_parts(made):
            rows = other._base_manager.filter(**{f"{relation.field.name}__in": part}).values_list("pk", path)
            yield from (target for pk, target in rows if pk not in own)


def _words(name: str, pk: int, actor: Any) -> str:
    dwellings = Dwelling.objects.select_related("grid", "unit__building")
    path = {
        "Person": "households__residencies__person",
        "Residency": "households__residencies",
        "Household": "households",
        "Dwelling": "pk",
    }.get(name)
    found = dwellings.filter(**{path: pk}).first() if path else None
    if found is not None:
        return shown_door(actor, found)
    one = MODELS[name]._default_manager.filter(pk=pk).first()
    return str(one) if one is not None and name in {"Unit", "Building"} else _("a record that is gone")
