"""The four classes of data (domain.md 2.11): every field of our models says which one it belongs to.

A model declares ``data_classes = {C3: "name birth_date", C4: "id_number"}``; what its bases declare is inherited.
``manage.py check`` refuses a field without a class, so nobody adds a column without deciding who may see it.

Free text of class C4 is stored encrypted (grids/common/fields.py), or the model says why it is not:
``kept_plain = {"source_document": "names a file of the office, never a person"}``.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models
from django.utils.translation import gettext_lazy as _


class DataClass(models.TextChoices):
    """How far a value may go."""

    PUBLIC = "C1", _("Public")
    INTERNAL = "C2", _("Internal")
    PERSONAL = "C3", _("Personal")
    SENSITIVE = "C4", _("Sensitive")


C1, C2, C3, C4 = DataClass


def declared_classes(model: type[models.Model]) -> dict[str, DataClass]:
    """Field name to class, from the model and its bases; the nearest declaration wins."""
    found: dict[str, DataClass] = {}
    for base in reversed(model.__mro__):
        for data_class, names in vars(base).get("data_classes", {}).items():
            found.update(dict.fromkeys(names.split(), DataClass(data_class)))
    return found


STOREYS = ("grids", "residents", "governance")


def own_models() -> list[type[models.Model]]:
    """The models of the portal itself, by name; tables of other packages and plain many-to-many tables are not ours."""
    found = [model for model in apps.get_models() if model._meta.app_label in STOREYS and not model._meta.proxy]
    return sorted(found, key=lambda model: (STOREYS.index(model._meta.app_label), model._meta.object_name or ""))


def classified_fields(model: type[models.Model]) -> list[models.Field]:
    """The columns that need a class: all but the key that the database gives out."""
    return [field for field in model._meta.concrete_fields if not (field.primary_key and field.auto_created)]


def class_of(field: models.Field) -> DataClass:
    """The class of one column; a key that the database gives out names a row inside the portal (C2)."""
    return declared_classes(field.model).get(field.name, C2)


def is_encrypted(field: models.Field) -> bool:
    """Whether the database holds the field's values only as ciphertext, or as an index from which nothing is read."""
    return bool(getattr(field, "is_encrypted", False))


def is_open(field: models.Field) -> bool:
    """Whether anything may stand in the field, and stands there in clear; a choice among codes holds no free text."""
    free = isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)
    return free and not field.choices and not is_encrypted(field)


def tells_of_a_person(field: models.Field) -> bool:
    """Whether a value of the field by itself says something about somebody: what is sensitive, and personal text."""
    data_class = class_of(field)
    return not field.is_relation and (
        data_class == C4 or (data_class == C3 and (is_open(field) or is_encrypted(field)))
    )


def faults_of(model: type[models.Model]) -> Iterator[checks.Error]:
    """What is wrong with the model's declaration."""
    declared, fields = declared_classes(model), classified_fields(model)
    kept_plain: dict[str, str] = getattr(model, "kept_plain", {})
    for field in fields:
        if field.name not in declared:
            yield checks.Error(
                f"The field {field.name} has no data class.",
                hint="Add it to data_classes of the model: C1 public, C2 internal, C3 personal, C4 sensitive.",
                obj=model,
                id="lianhu.E001",
            )
        elif declared[field.name] == C4 and is_open(field) and not kept_plain.get(field.name):
            yield checks.Error(
                f"The sensitive text {field.name} is stored in clear.",
                hint="Make it an EncryptedField, or say in kept_plain of the model why it is not.",
                obj=model,
                id="lianhu.E003",
            )
    for name in sorted({*declared, *kept_plain} - {field.name for field in fields}):
        yield checks.Error(f"{name} has a data class and is no field.", obj=model, id="lianhu.E002")


def check_data_classes(app_configs: Any = None, **_options: Any) -> list[checks.CheckMessage]:
    """``manage.py check``: lianhu.E001 no class, E002 a class for nothing, E003 sensitive text in clear."""
    return [fault for model in own_models() for fault in faults_of(model)]
