"""The rows around some persons as they stand, so that what was done to them can be taken back exactly.

A snapshot is plain data: ``{table: {key: {column: value}}}``. Two of them, before and after, say which rows an act
changed, made or deleted; ``restore`` puts the first state back. Versions and times of change only go forward: a form
opened in between must not be saved over what was restored.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

from grids.common.clock import now
from grids.common.errors import Conflict
from grids.common.fields import BlindIndexField
from residents.roster.merge_rules import ABOUT_MERGING, WRITTEN_ONCE
from residents.roster.models import Household, Person, Residency

Values = dict[str, Any]
Rows = dict[str, dict[str, Values]]
Change = dict[str, Any]

BOOKKEEPING = {"version", "changed_at"}


def pointing_at(model: type[models.Model]) -> list[Any]:
    """Every foreign key to ``model`` whose rows may be changed, of all rooms, in a fixed order."""
    found = [
        relation.field
        for relation in model._meta.related_objects
        if relation.field.model._meta.label not in WRITTEN_ONCE | ABOUT_MERGING
    ]
    return sorted(found, key=lambda field: (field.model._meta.label, field.name))


def take(
    persons: Iterable[int], households: Iterable[int], *, further: Iterable[tuple[type[models.Model], Q]] = ()
) -> Rows:
    """The persons, what was merged into them, their rows in all rooms, and the same of the households.

    ``further``: (model, condition) of rows that no foreign key leads to.
    """
    persons, households = list(persons), list(households)
    rows: Rows = {}
    _note(rows, Person, Q(pk__in=persons) | Q(merged_into__in=persons))
    _note(rows, Household, Q(pk__in=households))
    for owner, keys in ((Person, persons), (Household, households)):
        for field in pointing_at(owner):
            _note(rows, field.model, Q(**{f"{field.name}__in": keys}))
    residencies = [int(key) for key in rows.get(Residency._meta.label, {})]
    for field in pointing_at(Residency):
        _note(rows, field.model, Q(**{f"{field.name}__in": residencies}))
    for model, condition in further:
        _note(rows, model, condition)
    return rows


def _note(rows: Rows, model: type[models.Model], condition: Q) -> None:
    table = rows.setdefault(model._meta.label, {})
    for row in model._base_manager.filter(condition):
        table[str(row.pk)] = values_of(row)


def values_of(row: models.Model) -> Values:
    """The columns of a row as plain data; blind indexes follow from their source, so they are left out."""
    return {
        field.attname: _plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if not isinstance(field, BlindIndexField) and not field.primary_key
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def differences(before: Rows, after: Rows) -> list[Change]:
    """``[{"table", "pk", "before", "after"}]``; a row that was made has no ``before``, a deleted one no ``after``."""
    found = []
    for table in sorted(before.keys() | after.keys()):
        old, new = before.get(table, {}), after.get(table, {})
        for pk in sorted(old.keys() | new.keys(), key=int):
            one, other = old.get(pk), new.get(pk)
            if _content(one) != _content(other):
                found.append({"table": table, "pk": pk, "before": one, "after": other})
    return found


def _content(values: Values | None) -> Values | None:
    return None if values is None else {name: value for name, value in values.items() if name not in BOOKKEEPING}


def changed_since(changes: list[Change]) -> list[str]:
    """What the rows that were changed then are called, as far as they look otherwise by now."""
    found = []
    for change in changes:
        model = apps.get_model(change["table"])
        row = model._base_manager.filter(pk=change["pk"]).first()
        present = None if row is None else values_of(row)
        if present is not None and change["after"] is not None:
            # A column that an upgrade has added since cannot have been changed then.
            present = {name: value for name, value in present.items() if name in change["after"]}
        if _content(present) != _content(change["after"]):
            found.append(str(model._meta.verbose_name))
    return list(dict.fromkeys(found))


def restore(changes: list[Change], *, refusal: Any) -> None:
    """Put every row back. Rows that make room for others come first: each is tried until all stand.

    Raises ``Conflict(refusal)`` when some cannot, because another row took their place.
    """
    waiting = changes
    while waiting:
        left = [change for change in waiting if not _restored(change)]
        if len(left) == len(waiting):
            raise Conflict(refusal)
        waiting = left


def _restored(change: Change) -> bool:
    model = apps.get_model(change["table"])
    rows = model._base_manager.filter(pk=change["pk"])
    try:
        with transaction.atomic():
            if change["before"] is None:
                rows.delete()
            elif change["after"] is None:
                model(pk=change["pk"], **_read(model, change["before"])).save_base(raw=True, force_insert=True)
            else:
                rows.update(**_rewritten(model, change))
    except (IntegrityError, models.ProtectedError):
        return False
    return True


def _read(model: type[models.Model], values: Values) -> Values:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in values.items()}


def _rewritten(model: type[models.Model], change: Change) -> Values:
    """The columns that an UPDATE writes: those that differ, and what follows from them."""
    old, new = _content(change["before"]) or {}, _content(change["after"]) or {}
    values = _read(model, {name: value for name, value in old.items() if value != new.get(name)})
    for field in model._meta.concrete_fields:
        if isinstance(field, BlindIndexField) and field.source in values:
            source = values[field.source]
            values[field.name] = field.candidates(source)[0] if source else ""
        elif field.name == "version":
            values["version"] = F("version") + 1
        elif field.name == "changed_at":
            values["changed_at"] = now()
    return values
