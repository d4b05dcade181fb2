"""Everything held about one person, from every room, with what it is for: the copy that he may ask for (PIPL art. 45).

Rows are found by the relations of the models, so a new table that points at persons is in the copy from its first day.
"""

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.privacy.choices import DisclosingAct
from governance.privacy.dictionary import label_of
from governance.privacy.models import Disclosure, LegalHold, SubjectRequest
from governance.privacy.purposes import Purpose, purpose_of
from governance.privacy.services.holding import HOLD_REASONS
from grids.access.choices import Role
from grids.access.models import User
from grids.common.clock import now
from grids.common.fields import BlindIndexField
from grids.common.masks import mask_name
from grids.common.privacy import C3, C4, class_of, classified_fields, own_models
from grids.places.choices import ContactPurpose
from residents.contacts.models import ContactMember
from residents.rentals import landlords
from residents.rentals.landlords import landlord_of
from residents.rentals.models import RentalFile
from residents.roster.choices import RevealPurpose
from residents.roster.models import Dwelling, Household, Person
from residents.roster.subjects import subject_sources

SHEET_NAME = 31  # the longest that Excel takes
# What the program keeps for itself and says nothing about anybody.
_INTERNAL = {"version", "changed_at", "sort_key", "payload_digest", "client_id", "tracking_index", "code_index"}
# What follows from another field that is written out.
_DERIVED = {"name_initials", "phone_tail", "scope_grid"}


@dataclass(frozen=True)
class Value:
    """One field of one row, written out."""

    name: str
    label: str
    data_class: str
    text: str


@dataclass(frozen=True)
class Section:
    """The rows of one table; ``rows`` are lists of values in the order of the fields."""

    key: str
    title: str
    purpose: Purpose
    rows: list[list[Value]] = field(default_factory=list)


@dataclass(frozen=True)
class SeenBy:
    """Somebody looked at a hidden value: when, who, in which role, which field, what for."""

    at: str
    name: str
    role: str
    fields: str
    purpose: str


@dataclass(frozen=True)
class Copy:
    """The whole answer: made at a moment, sections of tables, and who saw hidden values."""

    made_at: str
    name: str
    sections: list[Section]
    seen_by: list[SeenBy]


def data_copy(person: Person) -> Copy:
    """Everything that is held about ``person`` and about his duplicates that were merged into him."""
    rows = [*rows_about(person), *rows_of_rooms(person)]
    return _copy(person.name, rows, person, seen_by(person))


def landlord_copy(file: RentalFile) -> Copy:
    """Everything that is held about the landlord whom ``file`` names and who is in no roster."""
    landlord = landlord_of(file)
    seen = [entry for one in landlord.files for entry in seen_by(one)]
    files = [file.pk for file in landlord.files]
    holds = complete(LegalHold.objects.filter(landlord_of__in=files).with_subject())
    rows = [*landlords.rows_about(landlord), *holds, *HOLD_REASONS.copied(landlord, words=landlord.words)]
    return _copy(landlord.name, _prefetched(rows), None, seen)


def copy_for(asked: SubjectRequest) -> Copy:
    """The copy that a request asks for."""
    return data_copy(asked.subject) if asked.landlord_of is None else landlord_copy(asked.landlord_of)


def _copy(name: str, rows: Iterable[models.Model], person: Person | None, seen_by: list[SeenBy]) -> Copy:
    found: dict[type[models.Model], dict[Any, models.Model]] = {}
    for row in rows:
        found.setdefault(type(row), {}).setdefault(row.pk, row)
    sections = [
        Section(
            key=model._meta.label,
            title=str(model._meta.verbose_name),
            purpose=purpose_of(model),
            rows=[row_values(row, person) for row in same.values()],
        )
        for model, same in found.items()
    ]
    return Copy(moment_text(now()), name, sections, seen_by)


def rows_about(person: Person) -> Iterator[models.Model]:
    """The person, every row that points at him, and every row that points at one of those."""
    persons = [person, *complete(person.absorbed.all())]
    yield from persons
    first: dict[type[models.Model], list[Any]] = {}
    for model, link in links_to({Person}):
        if model is not Person:
            rows = list(complete(model._base_manager.filter(**{f"{link.name}__in": persons})))
            yield from rows
            first.setdefault(model, []).extend(row.pk for row in rows)
    for model, link in links_to(set(first)):
        if model not in first and model is not Person and (keys := first[link.related_model]):
            yield from complete(model._base_manager.filter(**{f"{link.name}__in": keys}))


def rows_of_rooms(person: Person) -> Iterator[models.Model]:
    """What the rooms keep about the person beside that, with everything that it points at."""
    yield from _prefetched(row for source in subject_sources for row in source.rows_about(person))


def _prefetched(listed: Iterable[models.Model]) -> Iterator[models.Model]:
    """The rows with everything that they point at: it is named in the copy."""
    found: dict[type[models.Model], list[models.Model]] = {}
    for row in listed:
        found.setdefault(type(row), []).append(row)
    for model, rows in found.items():
        models.prefetch_related_objects(rows, *named_links(model))
        yield from rows


def named_links(model: type[models.Model]) -> list[str]:
    """What the rows of ``model`` point at and the copy names, as lookups."""
    to_door: dict[Any, str] = {
        Household: "__dwelling__unit__building",
        Dwelling: "__unit__building",
        ContactMember: "__person",
    }
    relations = [link for link in model._meta.concrete_fields if link.is_relation]
    return [f"{link.name}{to_door.get(link.related_model, '')}" for link in relations]


def complete(rows: models.QuerySet) -> models.QuerySet:
    """``rows`` in the order of their keys, with everything that they point at: it is named in the copy."""
    links = named_links(rows.model)
    return rows.select_related(*links).order_by("pk") if links else rows.order_by("pk")


def links_to(targets: set[Any]) -> Iterator[tuple[Any, Any]]:
    """Every foreign key of the portal that leads to one of ``targets``: ``(model, field)``."""
    for model in own_models():
        for link in model._meta.concrete_fields:
            if link.is_relation and link.related_model in targets:
                yield model, link


def row_values(row: models.Model, person: Person | None) -> list[Value]:
    """The fields of one row as the person may read them; other persons are masked."""
    return [
        Value(one.name, label_of(one) or one.name, str(class_of(one)), text_of(row, one, person))
        for one in classified_fields(type(row))
        if is_told(one)
    ]


def is_told(one: models.Field) -> bool:
    """Whether the copy writes the field out: all that is personal, and whatever else has a name for people."""
    if one.name in _INTERNAL | _DERIVED or isinstance(one, BlindIndexField | models.BinaryField):
        return False
    return bool(label_of(one)) or class_of(one) in (C3, C4)


def text_of(row: models.Model, one: models.Field, person: Person | None) -> str:
    if one.is_relation:
        return name_of(getattr(row, one.name), person)
    if one.choices:
        return str(getattr(row, f"get_{one.name}_display")())
    value = getattr(row, one.name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(one, models.DateTimeField) and value is not None:
        return moment_text(value)
    return "" if value is None else str(value)


def name_of(target: Any, person: Person | None) -> str:
    """What a row points at: staff by name, doors in full, other persons masked."""
    if target is None:
        return ""
    if isinstance(target, Person) and (person is None or target.pk != person.pk):
        return mask_name(target.name)
    if isinstance(target, User):
        return target.get_full_name()
    if isinstance(target, Household):
        return target.dwelling.door
    return str(target)


def moment_text(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def seen_by(person: Person | RentalFile) -> list[SeenBy]:
    """Who saw hidden values of the person, or of the landlord of a file, newest first."""
    return [seen(entry) for entry in Disclosure.objects.of_person(person)]


def seen(entry: Disclosure) -> SeenBy:
    """One entry of the trail in words."""
    return SeenBy(
        at=moment_text(entry.at),
        name=entry.actor_name,
        role=role_names(entry.role),
        fields=fields_shown(entry),
        purpose=purpose_words(entry),
    )


def role_names(codes: str) -> str:
    names = dict(Role.choices)
    return _(", ").join(str(names.get(code, code)) for code in codes.split(",") if code)


def fields_shown(entry: Disclosure) -> str:
    """What was shown: the fields of a reveal, else what the act is called."""
    if entry.act != DisclosingAct.REVEAL:
        return str(DisclosingAct(entry.act).label)
    return _(", ").join(str(getattr(Person, name).field.verbose_name) for name in entry.changes)


def purpose_words(entry: Disclosure) -> str:
    if entry.act in (DisclosingAct.REVEAL, DisclosingAct.LANDLORD):
        return str(dict(RevealPurpose.choices).get(entry.reason, ""))
    if entry.act in DisclosingAct.of_things():
        return str(dict(ContactPurpose.choices).get(entry.reason, ""))
    return ""


# ------------------------------------------------------------------ files
def as_json(copy: Copy) -> bytes:
    """The copy for other programs (PIPL art. 45, transfer): UTF-8 JSON."""
    content = {
        "made_at": copy.made_at,
        "name": copy.name,
        "tables": [
            {
                "table": section.key,
                "title": section.title,
                "purpose": str(section.purpose.title),
                "basis": str(section.purpose.basis),
                "kept": str(section.purpose.keeps),
                "recipients": str(section.purpose.recipients),
                "rows": [
                    {one.name: {"label": one.label, "class": one.data_class, "value": one.text} for one in row}
                    for row in section.rows
                ],
            }
            for section in copy.sections
        ],
        "seen_by": [vars(one) for one in copy.seen_by],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def as_workbook(copy: Copy) -> bytes:
    """The copy as a workbook: a sheet a table, a column a field, every cell text; made in memory, never on disk."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    bold = book.add_format({"bold": True})
    used: set[str] = set()
    for section in copy.sections:
        purpose = section.purpose
        lines = [
            [section.title],
            [f"{_('What for')}: {purpose.title}"],
            [f"{_('Kept')}: {purpose.keeps}"],
            [f"{_('Seen by')}: {purpose.recipients}"],
            [one.label for one in section.rows[0]],
            *([one.text for one in row] for row in section.rows),
        ]
        _sheet(book, used, section.title, lines, bold)
    head = [_("When"), _("Who"), _("Role"), _("What was shown"), _("Purpose")]
    rows = [[one.at, one.name, one.role, one.fields, one.purpose] for one in copy.seen_by]
    _sheet(book, used, _("Who saw it"), [head, *rows], bold)
    book.close()
    return buffer.getvalue()


def _sheet(book: Any, used: set[str], title: str, lines: Iterable[list[str]], bold: Any) -> None:
    name = "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[: SHEET_NAME - 3]
    if name in used:
        name = f"{name} {len(used)}"
    used.add(name)
    sheet = book.add_worksheet(name)
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text, bold if number == 0 else None)
    sheet.set_column(0, 30, 18)
