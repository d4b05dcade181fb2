"""Write the trail, seal it, verify it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.http import HttpRequest

from grids.common.bulk import write_new
from grids.common.clock import now
from grids.common.fields import BlindIndexField, EncryptedField
from grids.common.locks import CHAIN, lock
from grids.common.privacy import tells_of_a_person
from grids.trail.models import AuditEntry, TrailHead, TrailSeal, UnsealedEntry
from grids.trail.requests import current
from grids.trail.rules import digest

HIDDEN = "•••"
SEAL_BATCH = 2000


def record(
    act: str,
    obj: models.Model,
    *,
    actor: Any,
    grid: Any = None,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    role: str = "",
) -> AuditEntry:
    """Write one entry in the caller's transaction: without the entry the act does not happen.

    ``actor`` is the account or None for the system; ``changes`` is ``{field: [before, after]}``.
    Raises ``RuntimeError`` outside a transaction.
    """
    entry = AuditEntry(**_entry_values(act, obj, actor=actor, grid=grid, changes=changes, reason=reason, role=role))
    _require_transaction()
    entry.save(force_insert=True)
    UnsealedEntry.objects.create(entry=entry)
    _seal_after_commit()
    return entry


def record_many(
    act: str,
    objects: Iterable[models.Model],
    *,
    actor: Any,
    grid_of: Any = None,
    changes_of: Any = None,
    reason: str = "",
) -> int:
    """One entry for each object of a bulk act; ``grid_of(obj)`` names its grid, ``changes_of(obj)`` what changed.

    Returns their number.
    """
    _require_transaction()
    entries = [
        AuditEntry(
            **_entry_values(
                act,
                obj,
                actor=actor,
                grid=grid_of(obj) if grid_of else None,
                changes=changes_of(obj) if changes_of else None,
                reason=reason,
            )
        )
        for obj in objects
    ]
    written = write_new(AuditEntry, entries)
    write_new(UnsealedEntry, [UnsealedEntry(entry=entry) for entry in written])
    _seal_after_commit()
    return len(entries)


def record_export(request: HttpRequest, title: str, rows: int) -> None:
    """A list left the portal as a file: who took which list, with how many rows."""
    user: Any = request.user
    with transaction.atomic():
        record("list.export", user, actor=user, changes={"rows": [0, rows]}, reason=title)


def changes_between(before: dict[str, Any], after: dict[str, Any], model: type[models.Model]) -> dict[str, list[Any]]:
    """``{field: [before, after]}`` for the fields of ``model`` that differ; encrypted ones are hidden."""
    changes: dict[str, list[Any]] = {}
    for name, new in after.items():
        old = before.get(name)
        if old == new:
            continue
        field = model._meta.get_field(name)
        if isinstance(field, EncryptedField | BlindIndexField):
            changes[name] = [HIDDEN if old else "", HIDDEN if new else ""]
        else:
            changes[name] = [_plain(old), _plain(new)]
    return changes


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _seal_after_commit() -> None:
    """Seal once when the transaction is over, however many entries it wrote."""
    connection = transaction.get_connection()
    present = set(connection.savepoint_ids)
    if not any(act is seal and set(points) <= present for points, act, _robust in connection.run_on_commit):
        transaction.on_commit(seal, robust=True)


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The trail is written in the same transaction as the act.")


def _entry_values(
    act: str,
    obj: models.Model,
    *,
    actor: Any,
    grid: Any = None,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    role: str = "",
) -> dict[str, Any]:
    facts = current.get()
    return {
        "at": now(),
        "act": act,
        "actor": actor,
        "actor_name": actor.get_full_name() if actor else "",
        "role": role or (actor.roles_on(grid) if actor else ""),
        "grid": grid,
        "object_type": obj._meta.label,
        "object_id": str(obj.pk or ""),
        "changes": _without_personal(obj, changes or {}),
        "reason": reason,
        "request_id": facts.request_id,
        "address": facts.address,
    }


def _without_personal(obj: models.Model, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a person is called, and what is sensitive about him, stays out of the trail: it can never be erased there.

    That such a value was entered, changed or taken away is kept.
    """
    telling = {field.name for field in obj._meta.concrete_fields if tells_of_a_person(field)}
    return {
        name: [HIDDEN if value else "" for value in values] if name in telling else values
        for name, values in changes.items()
    }


# ------------------------------------------------------------------ the chain
def seal() -> int:
    """Append every unsealed entry to the chain, under one lock; returns how many were sealed."""
    sealed = 0
    while True:
        with transaction.atomic():
            lock(CHAIN)
            head, _created = TrailHead.objects.get_or_create(pk=1)
            entries = list(AuditEntry.objects.filter(unsealed__isnull=False).order_by("pk")[:SEAL_BATCH])
            if not entries:
                return sealed
            key_id, key = next(iter(settings.TRAIL_KEYS.items()))
            seals = []
            for entry in entries:
                head.sequence += 1
                head.digest = digest(key=key, sequence=head.sequence, previous=head.digest, content=_content(entry))
                seals.append(TrailSeal(entry=entry, sequence=head.sequence, key_id=key_id, digest=head.digest))
            write_new(TrailSeal, seals)
            head.save()
            UnsealedEntry.objects.filter(entry__in=[entry.pk for entry in entries]).delete()
            sealed += len(seals)
        if len(entries) < SEAL_BATCH:
            return sealed


def _content(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "role": entry.role,
        "grid": entry.grid_id,
        "act": entry.act,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        # Through JSON once, so that a fresh entry and the same one read back from the database agree.
        "changes": json.loads(json.dumps(entry.changes, cls=DjangoJSONEncoder)),
        "reason": entry.reason,
        "request_id": entry.request_id,
        "address": entry.address,
    }


@dataclass(frozen=True)
class Verdict:
    """What ``verify`` found: ``broken`` is the first broken place in the chain, or None when all is well."""

    entries: int
    unsealed: int
    broken: int | None = None
    problem: str = ""
    head: str = ""


def verify() -> Verdict:
    """Recompute the whole chain and name the first broken entry.

    Finds a changed, deleted, swapped, inserted or re-sealed entry, and a chain cut off at its end. It may run while the
    portal is in use: it goes as far as the chain reached when it began.
    """
    count, previous = 0, ""
    head = TrailHead.objects.filter(pk=1).first() or TrailHead()
    entries_behind = AuditEntry.objects.unsealed().count()
    smuggled = AuditEntry.objects.unsealed().filter(unsealed__isnull=True).first()

    def broken(sequence: int, problem: str) -> Verdict:
        return Verdict(entries=count, unsealed=entries_behind, broken=sequence, problem=problem, head=previous)

    for link in _links(head.sequence):
        expected = count + 1
        if link.sequence != expected:
            return broken(expected, f"the seal of place {expected} is missing")
        key = settings.TRAIL_KEYS.get(link.key_id)
        if key is None:
            return broken(expected, f"no key {link.key_id!r} in TRAIL_KEYS")
        if link.entry is None:
            return broken(expected, f"the entry of place {expected} is missing")
        computed = digest(key=key, sequence=expected, previous=previous, content=_content(link.entry))
        if computed != link.digest:
            return broken(expected, f"entry {link.entry.pk} was changed after it was sealed")
        count, previous = expected, link.digest
    if (head.sequence, head.digest) != (count, previous):
        return broken(count + 1, f"the chain ends at place {count}, its head stands at {head.sequence}")
    if smuggled is not None:
        return broken(count + 1, f"entry {smuggled.pk} was not written by the portal")
    return Verdict(entries=count, unsealed=entries_behind, head=previous)


@dataclass(frozen=True)
class _Link:
    sequence: int
    key_id: str
    digest: str
    entry: AuditEntry | None


def _links(until: int) -> Iterator[_Link]:
    last = 0
    while True:
        seals = list(TrailSeal.objects.filter(sequence__gt=last, sequence__lte=until).order_by("sequence")[:SEAL_BATCH])
        if not seals:
            return
        entries = AuditEntry.objects.in_bulk([item.entry_id for item in seals])
        for item in seals:
            yield _Link(item.sequence, item.key_id, item.digest, entries.get(item.entry_id))
        last = seals[-1].sequence
