"""The dirty workbooks: one file a trap (promise P26), with what reading it must give; for reading and end to end."""

from tests.residents.importing.dirty import days, doors, files, headings, numbers, structure, words
from tests.residents.importing.dirty.making import ON, PEOPLE, Dirty

BOOKS: list[Dirty] = [
    *files.REFUSED,
    *files.TEXTS,
    *structure.BOOKS,
    *headings.BOOKS,
    *numbers.BOOKS,
    *days.BOOKS,
    *doors.BOOKS,
    *words.BOOKS,
]

__all__ = ["BOOKS", "ON", "PEOPLE", "Dirty"]
