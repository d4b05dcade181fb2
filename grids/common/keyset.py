"""Pages of a list by the row before them: as cheap at row 900,000 as at row one (performance.md section 2).

``OFFSET`` reads everything it leaves out. Here a page begins after a row that is named by its key; the database goes
straight there by the order of the list, which the primary key makes unique. The address holds that key and nothing of
the row, so it tells nothing to whoever reads over one's shoulder or in a log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import F, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import OrderBy


class NotOrderable(Exception):
    """The order of a list cannot be told in conditions (random, grouped, cut off): it has numbered pages only."""


@dataclass(frozen=True)
class Key:
    """One step of an order: by the field or annotation ``name``, with empty values before or after all others."""

    name: str
    descending: bool
    nullable: bool
    nulls_last: bool

    def behind(self, value: Any) -> Q | None:
        """What comes behind ``value``; None when nothing can."""
        if value is None:
            return None if self.nulls_last else Q((f"{self.name}__isnull", False))
        found = Q((f"{self.name}__{'lt' if self.descending else 'gt'}", value))
        return found | Q((f"{self.name}__isnull", True)) if self.nullable and self.nulls_last else found

    def same(self, value: Any) -> Q:
        return Q((f"{self.name}__isnull", True)) if value is None else Q((self.name, value))

    def not_before(self, value: Any) -> Q:
        """Behind or the same: the one range by which an index is entered."""
        if value is not None and not (self.nullable and self.nulls_last):
            return Q((f"{self.name}__{'lte' if self.descending else 'gte'}", value))
        behind = self.behind(value)
        return self.same(value) if behind is None else behind | self.same(value)

    def reversed(self) -> "Key":
        return Key(self.name, not self.descending, self.nullable, not self.nulls_last)


class Keyset:
    """The order of ``rows`` as keys, the primary key among them. Raises ``NotOrderable``."""

    def __init__(self, rows: QuerySet) -> None:
        query = rows.query
        if query.combinator or query.is_sliced or rows._fields is not None or not query.standard_ordering:
            raise NotOrderable
        self.keys: list[Key] = []
        self.rows = rows
        # What is ordered by without having a name, by the name it gets here.
        self._expressions: dict[str, Any] = {}
        self._nulls_first = connections[rows.db].features.order_by_nulls_first
        for term in query.order_by or query.get_meta().ordering or ():
            self.keys += self._keys_of(term)
            if self.keys[-1].name == "pk":
                return  # unique: what would follow decides nothing
        raise NotOrderable

    def after(self, anchors: QuerySet, pk: int) -> QuerySet | None:
        """The rows behind the one of ``anchors`` with this key, in order; None when there is none."""
        values = self._values(anchors, pk)
        return None if values is None else self.rows.filter(_behind(self.keys, values))

    def before(self, anchors: QuerySet, pk: int) -> QuerySet | None:
        """The rows before it, the nearest first."""
        values = self._values(anchors, pk)
        if values is None:
            return None
        return self.rows.filter(_behind([key.reversed() for key in self.keys], values)).reverse()

    def from_end(self) -> QuerySet:
        """All rows, the last first."""
        return self.rows.reverse()

    def _values(self, anchors: QuerySet, pk: int) -> Sequence[Any] | None:
        """Where the row stands; ``anchors`` may hold more than the list, for a row that has just left it."""
        names = [key.name for key in self.keys]
        worked_out = {name for name in names if name in self.rows.query.annotations} - set(self._expressions)
        if not worked_out <= set(anchors.query.annotations):
            anchors = self.rows
        hidden = {name: F(name) for name in worked_out - set(anchors.query.annotation_select)}
        asked = {} if anchors is self.rows else self._expressions
        return anchors.annotate(**hidden, **asked).filter(pk=pk).order_by().values_list(*names).first()

    # ------------------------------------------------------------------ from an order to keys
    def _keys_of(self, term: Any) -> Iterator[Key]:
        if isinstance(term, str):
            yield from self._by_name(self.rows.model, term.lstrip("-+"), descending=term.startswith("-"))
            return
        if not hasattr(term, "resolve_expression"):
            raise NotOrderable
        order = term if isinstance(term, OrderBy) else OrderBy(term)
        nulls_last = self._nulls_last(order.descending)
        if order.nulls_first or order.nulls_last:
            nulls_last = bool(order.nulls_last)
        if isinstance(order.expression, F):
            for key in self._by_name(self.rows.model, order.expression.name, descending=order.descending):
                yield Key(key.name, key.descending, key.nullable, nulls_last)
            return
        name = f"keyset_{len(self.keys)}"
        self._expressions[name] = order.expression
        self.rows = self.rows.annotate(**{name: order.expression})
        yield Key(name, order.descending, True, nulls_last)

    def _by_name(self, model: type[Model], name: str, *, descending: bool, before: str = "") -> Iterator[Key]:
        """The keys of a name; a relation is ordered by the order of its own model, as Django does it."""
        if not before and name in self.rows.query.annotations:
            yield Key(name, descending, True, self._nulls_last(descending))
            return
        nullable = bool(before) and self._may_be_null(before)
        field: Any = None
        here: Any = model
        for part in name.split(LOOKUP_SEP):
            try:
                field = here._meta.pk if part == "pk" else here._meta.get_field(part)
            except (FieldDoesNotExist, AttributeError) as problem:
                raise NotOrderable from problem
            if field.is_relation and (field.one_to_many or field.many_to_many):
                raise NotOrderable
            nullable = nullable or field.null
            here = field.related_model if field.is_relation else None
        path = f"{before}{LOOKUP_SEP}{name}" if before else name
        is_key = name.rpartition(LOOKUP_SEP)[2] in {"pk", field.attname}
        if field.is_relation and not is_key and field.related_model._meta.ordering:
            for inner in field.related_model._meta.ordering:
                if not isinstance(inner, str):
                    raise NotOrderable
                turned = inner.startswith("-") != descending
                yield from self._by_name(field.related_model, inner.lstrip("-+"), descending=turned, before=path)
            return
        if field.get_lookup("gt") is None and not field.is_relation:
            raise NotOrderable
        if path == model._meta.pk.name and not before:
            path = "pk"
        yield Key(path, descending, nullable, self._nulls_last(descending))

    def _may_be_null(self, path: str) -> bool:
        model: Any = self.rows.model
        for part in path.split(LOOKUP_SEP):
            field = model._meta.get_field(part)
            if field.null:
                return True
            model = field.related_model
        return False

    def _nulls_last(self, descending: bool) -> bool:
        """Where the database puts empty values by itself: as the smallest ones (SQLite) or as the largest."""
        return descending if self._nulls_first else not descending


def _behind(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """k1 not before v1, and (k1 behind v1, or k2 not before v2 and (...)); the first range is what makes it fast."""
    (key, *rest), (value, *others) = keys, values
    behind = key.behind(value)
    if not rest:  # the primary key, never empty
        return behind or Q()
    deeper = _behind(rest, others)
    return key.same(value) & deeper if behind is None else key.not_before(value) & (behind | deeper)
