"""The Chinese catalogue: merged from the rooms' parts, and compared with what code and templates really say.

Each room keeps its translations in ``locale/parts/<app>_<room>.po``; Django reads one catalogue per language.
Babel reads, writes and compiles, so that no machine needs gettext.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser, write_po
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
PACKAGES = ("grids", "residents", "governance")
# Strings of other packages that ship no zh-Hans catalogue: they are not looked for in our own code.
FOREIGN_PARTS = {"thirdparty.po"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Babel forgives a missing quotation mark and loses a letter by it; we do not.
PART_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?) )?"([^"\\]|\\.)*")?')
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")

# (context, msgid); for a plural form the msgid is the singular.
Key = tuple[str | None, str]


@dataclass(frozen=True)
class Translation:
    part: str
    line: int
    plural: str | None
    strings: tuple[str, ...]


@dataclass
class Comparison:
    """Everything that keeps the catalogue from being complete, as sentences ready to print."""

    contradictions: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not (self.contradictions or self.missing or self.stale or self.faulty)


class PartCatalog(Catalog):
    """A catalogue that remembers each entry as it was read, where Babel's would quietly keep one of two equal ids."""

    def __init__(self, part: str) -> None:
        super().__init__(locale=LOCALE)
        self.part = part
        self.entries: list[tuple[Key, Translation, bool]] = []

    def __setitem__(self, msgid, message: Message) -> None:
        if message.id:
            singular, plural = message.id if isinstance(message.id, tuple) else (message.id, None)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            translation = Translation(self.part, message.lineno or 0, plural, tuple(strings))
            self.entries.append(((message.context, singular), translation, message.fuzzy))
        super().__setitem__(msgid, message)


def parts_folder(root: Path) -> Path:
    return root / "locale" / "parts"


def catalogue_path(root: Path) -> Path:
    """The compiled catalogue that Django reads; the ``.po`` beside it is for people."""
    return root / "locale" / LOCALE / "LC_MESSAGES" / "django.mo"


def read_parts(root: Path) -> tuple[dict[Key, Translation], Comparison]:
    """All translations by key, and what is wrong inside the parts: contradictions, empty or ill-formed strings."""
    translations: dict[Key, Translation] = {}
    comparison = Comparison()
    # Foreign parts come last: where a room translates the same words, the room is right.
    for path in sorted(parts_folder(root).glob("*.po"), key=lambda path: (path.name in FOREIGN_PARTS, path.name)):
        try:
            entries = read_part(path)
        except (ValueError, PoFileError) as problem:
            comparison.contradictions.append(f"{path.name} cannot be read: {problem}")
            continue
        for key, translation, fuzzy in entries:
            comparison.faulty.extend(faults_of(key, translation, fuzzy=fuzzy))
            known = translations.setdefault(key, translation)
            if path.name in FOREIGN_PARTS and known is not translation:
                continue
            if (known.strings, known.plural) != (translation.strings, translation.plural):
                comparison.contradictions.append(
                    f"{described(key)} is {known.strings} in {known.part} but {translation.strings} in {path.name}"
                )
    return translations, comparison


def read_part(path: Path) -> list[tuple[Key, Translation, bool]]:
    """The entries of one part in order: key, translation, fuzzy. Raises ``ValueError`` naming the ill-formed line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if not PART_LINE.fullmatch(line.strip()):
            raise ValueError(f"line {number} is neither a comment nor a keyword with a quoted string: {line}")
    part = PartCatalog(path.name)
    PoFileParser(part, abort_invalid=True).parse(lines)
    return part.entries


def faults_of(key: Key, translation: Translation, *, fuzzy: bool) -> Iterator[str]:
    """Sentences on one entry: empty, fuzzy, or with other placeholders than its English."""
    where = f"{translation.part}:{translation.line}: {described(key)}"
    if not all(translation.strings):
        yield f"{where} has an empty translation"
        return
    if fuzzy:
        yield f"{where} is marked fuzzy"
    expected = placeholders(translation.plural or key[1])
    for string in translation.strings:
        found = placeholders(string)
        # A Chinese sentence may leave out the number in "one household"; it may not invent a placeholder.
        if found != expected and found != placeholders(key[1]):
            yield f"{where} has the placeholders {sorted(found)} instead of {sorted(expected)}"


def placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def described(key: Key) -> str:
    context, msgid = key
    return f"{msgid!r} (context {context!r})" if context else repr(msgid)


def used_messages(root: Path) -> dict[Key, str]:
    """Every translatable string in code and templates, with the first place that uses it."""
    used: dict[Key, str] = {}
    for path, content in sources(root):
        where = str(path.relative_to(root))
        for line, messages, _comments, context in extract("python", BytesIO(content), KEYWORDS, options={}):
            singular = messages if isinstance(messages, str) else messages[0]
            used.setdefault((context, singular), f"{where}:{line}")
    return used


def sources(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Python files as they are, templates turned into Python calls; migrations and tests hold no messages."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_bytes()
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # The text between the tags is blanked out; its indentation would only confuse Python's tokeniser.
            yield path, "\n".join(line.strip() for line in calls.splitlines()).encode()


def compare(root: Path) -> tuple[dict[Key, Translation], Comparison]:
    """The translations and everything that is missing, stale, contradictory or faulty."""
    translations, comparison = read_parts(root)
    used = used_messages(root)
    for key, where in sorted(used.items(), key=lambda item: item[1]):
        if key not in translations:
            comparison.missing.append(f"{where}: {described(key)}")
    for key, translation in translations.items():
        if key not in used and translation.part not in FOREIGN_PARTS:
            comparison.stale.append(f"{translation.part}:{translation.line}: {described(key)}")
    return translations, comparison


def write(root: Path, translations: dict[Key, Translation]) -> Path:
    """Write the merged ``django.po`` and ``django.mo``, each in one step, so that a reader never sees half a file."""
    catalogue = Catalog(locale=LOCALE, project="Lianhu", charset="utf-8", fuzzy=False)
    for (context, singular), translation in translations.items():
        plural = translation.plural
        catalogue.add(
            (singular, plural) if plural else singular,
            translation.strings if plural else translation.strings[0],
            context=context,
            auto_comments=[translation.part],
        )
    compiled = catalogue_path(root)
    compiled.parent.mkdir(parents=True, exist_ok=True)
    for path, writer in ((compiled.with_suffix(".po"), write_po), (compiled, write_mo)):
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            writer(file, catalogue)
        Path(file.name).chmod(0o644)
        os.replace(file.name, path)
    return compiled


def compile_if_older(root: Path) -> bool:
    """Merge and compile the parts when one of them is newer than the catalogue; say whether that was needed."""
    compiled = catalogue_path(root)
    parts = list(parts_folder(root).glob("*.po"))
    newest = max((path.stat().st_mtime for path in [*parts, parts_folder(root)] if path.exists()), default=0)
    if compiled.exists() and compiled.stat().st_mtime >= newest:
        return False
    write(root, read_parts(root)[0])
    return True
