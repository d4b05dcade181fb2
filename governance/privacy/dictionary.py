"""The data dictionary: every field of the portal with its class, purpose, ground and time, written from the models."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop

from governance.privacy.purposes import Purpose, purpose_of
from grids.common.privacy import DataClass, class_of, classified_fields, is_encrypted, own_models

PAGE = Path(settings.BASE_DIR) / "docs" / "data-dictionary.md"


@dataclass(frozen=True)
class FieldLine:
    """One field: its column name, what it is called, its class, and whether the database holds ciphertext."""

    name: str
    label: str
    data_class: DataClass
    encrypted: bool


@dataclass(frozen=True)
class TableLines:
    """One table with what it is kept for."""

    label: str
    title: str
    purpose: Purpose
    fields: list[FieldLine]

    @property
    def highest(self) -> DataClass:
        return max(line.data_class for line in self.fields)


# Tables of which only the program speaks; their names are made from those of the classes.
INNER_TABLES = [
    gettext_noop("affair counter"),
    gettext_noop("grid group object permission"),
    gettext_noop("grid user object permission"),
    gettext_noop("trail head"),
    gettext_noop("trail seal"),
    gettext_noop("unsealed entry"),
]


def label_of(field: models.Field) -> str:
    """What people call the field; empty where only the program speaks of it."""
    return str(field.verbose_name) if isinstance(field.verbose_name, Promise) else ""


def dictionary() -> list[TableLines]:
    """Every table of the portal in the language of the reader."""
    return [
        TableLines(
            label=model._meta.label,
            title=gettext(str(model._meta.verbose_name)),
            purpose=purpose_of(model),
            fields=[
                FieldLine(field.name, label_of(field), class_of(field), is_encrypted(field))
                for field in classified_fields(model)
            ],
        )
        for model in own_models()
    ]


def as_markdown() -> str:
    """``docs/data-dictionary.md``, whole; call it with the English language active."""
    lines = [
        "# Data dictionary",
        "",
        "Written by `manage.py write_dictionary` from the models; a test fails when it is out of date. Classes: "
        + ", ".join(f"**{one.value}** {str(one.label).lower()}" for one in DataClass)
        + ". 🔒 marks what the database holds only as ciphertext or as an index from which nothing is read.",
        "",
        "A mask covers a value of class C3 or C4 wherever a page shows it; whoever reveals one names a purpose and "
        "stands in the audit trail. Personal text never enters the trail.",
    ]
    for table in dictionary():
        purpose = table.purpose
        lines += [
            "",
            f"## {table.label}",
            "",
            f"{table.title[:1].upper()}{table.title[1:]}. Purpose: {purpose.title}. Ground: {purpose.basis}. "
            f"Kept: {purpose.keeps}. Seen by: {purpose.recipients}.",
            "",
            "| field | called | class |",
            "|---|---|---|",
        ]
        for one in table.fields:
            lines.append(f"| `{one.name}` | {one.label} | {one.data_class.value}{' 🔒' if one.encrypted else ''} |")
    return "\n".join(lines) + "\n"
