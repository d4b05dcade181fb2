"""Model fields that keep personal values encrypted, and the blind index beside them."""

from typing import Any

from django.db import models

from grids.common import crypto


class EncryptedField(models.TextField):
    """Text that is encrypted in the database and plain in Python; it cannot be searched (see ``BlindIndexField``).

    The plain value must never be put into a list, a log or a trail entry: show ``mask_*`` of grids/common/masks.py.
    """

    description = "encrypted text"
    is_encrypted = True

    @property
    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else crypto.decrypt(value, self._column)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None else crypto.encrypt(value, self._column)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in {"exact", "isnull"}:
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is encrypted: it cannot be searched by {lookup_name}.")


class EncryptedBytesField(models.BinaryField):
    """A whole file, encrypted in the database and plain in Python; load it only where it is needed (``defer``)."""

    description = "encrypted file"
    is_encrypted = True

    @property
    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else crypto.decrypt_bytes(bytes(value), self._column)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None else crypto.encrypt_bytes(bytes(value), self._column)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is an encrypted file: it cannot be searched.")


class BlindIndexField(models.CharField):
    """HMAC of another field of the same model, kept in step when the object is saved or bulk-created.

    Find rows with ``Model.objects.filter(**{f"{name}__in": field.candidates(value)})``.
    """

    description = "blind index of an encrypted field"
    is_encrypted = True

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        return name, path, args, kwargs

    @property
    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.source}"

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = crypto.blind_index(getattr(model_instance, self.source) or "", self._column)
        setattr(model_instance, self.attname, value)
        return value

    def candidates(self, value: str) -> list[str]:
        """Stored indexes that ``value`` (already normalised) may have while keys are being rotated."""
        return crypto.blind_candidates(value, self._column)


class CopiedKey(models.ForeignKey):
    """A foreign key that repeats one of a neighbouring row (``through="dwelling.grid_id"``), kept in step when saved.

    For a scope and an order that must be one index although the grid is one table away (performance.md section 2).
    Whoever writes ``through`` past ``save`` and ``bulk_create`` (an update, some columns only) writes this one too.
    """

    description = "foreign key of a neighbouring row"

    def __init__(self, *args: Any, through: str = "", **kwargs: Any) -> None:
        self.through = through
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["through"] = self.through
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        path, attribute = self.through.split(".")
        value = getattr(getattr(model_instance, path), attribute)
        setattr(model_instance, self.attname, value)
        return value


class CodeField(models.CharField):
    """Text compared byte by byte on both engines, so that a range of codes is a range of the index."""

    description = "code in byte order"

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
