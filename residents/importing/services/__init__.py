"""Every step of an import: upload, naming columns, confirming, putting aside, undoing; and what the jobs do."""

from residents.importing.services.applying import apply_import
from residents.importing.services.correcting import correct_rows, note_opened, take_rows_in
from residents.importing.services.reading import read_import
from residents.importing.services.steps import (
    cancel_import,
    confirm_import,
    name_columns,
    open_marked,
    read_again,
    start_import,
)
from residents.importing.services.undoing import undo_import

__all__ = [
    "apply_import",
    "cancel_import",
    "confirm_import",
    "correct_rows",
    "name_columns",
    "note_opened",
    "open_marked",
    "read_again",
    "read_import",
    "start_import",
    "take_rows_in",
    "undo_import",
]
