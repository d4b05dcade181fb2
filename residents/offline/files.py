"""The files that the phone keeps to work without network, and the version by which it knows that they changed."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import translation

from grids.common.styles import page_sheets
from residents.visits.rules import words_to_watch

# Where the sheets of the pages are not joined into one, the shell gets by with these.
STYLES = ("tokens", "base", "layout", "controls", "content", "todo", "forms", "figures", "doorstep", "doors", "field")
# Linked by the theme that was chosen.
THEMES = ("dark", "sunlight")
SCRIPTS = (
    "lianhu",
    "wording",
    "field/vault",
    "field/items",
    "field/pictures",
    "field/pack",
    "field/sealing",
    "field/courier",
    "field/frame",
    "field/visit",
    "field/note",
    "field/board",
    "field/raise",
    "field/outbox",
    "field/shell",
    "field/leaving",
    "field/start",
)
# Beside these, the worker's own file: it is loaded by the browser itself.
WORKER = "js/field/worker.js"
PICTURES = ("img/chevron.svg", "img/emblem.svg", "img/icon-192.png", "img/icon-512.png")


def kept_files() -> list[str]:
    """Names of the static files that the worker puts aside."""
    themes = [f"css/{name}.css" for name in THEMES]
    return [*shell_sheets(), *themes, *(f"js/{name}.js" for name in SCRIPTS), *PICTURES]


def shell_sheets() -> list[str]:
    """What the shell links: the file that the pages brought along already, or the few that it needs."""
    sheets = page_sheets()
    return ["css/tokens.css", *sheets] if len(sheets) == 1 else [f"css/{name}.css" for name in STYLES]


def kept_addresses() -> list[str]:
    return [static(name) for name in kept_files()]


def version() -> str:
    """Changes whenever a kept file, the shell or its words change."""
    return _version() if settings.DEBUG is False else _version.__wrapped__()


@lru_cache(maxsize=1)
def _version() -> str:
    digest = hashlib.sha256()
    for name in (*kept_files(), WORKER):
        digest.update(static(name).encode())
        # Hashed names say everything; only without them the contents must be read.
        if not names_are_hashed() and (path := finders.find(name)):
            digest.update(Path(path).read_bytes())
    with translation.override(None):
        digest.update(words_to_watch().encode())
    for source in [*sorted((settings.BASE_DIR / "templates" / "residents" / "offline").glob("*.html")), *_catalogues()]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _catalogues() -> list[Path]:
    return sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.mo"))


def names_are_hashed() -> bool:
    """Whether an address of a static file is a new one when the file changes."""
    return "Manifest" in settings.STORAGES["staticfiles"]["BACKEND"]
