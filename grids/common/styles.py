"""The style sheets of every page, and the one file into which ``collectstatic`` joins them.

On a slow line each file costs a journey to the server and back: a phone in a stairwell gets one file, a third smaller
than its pieces.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# In the order in which they build on each other; tokens and theme stand before them, the print style after them.
SHEETS = (
    "base",
    "layout",
    "controls",
    "content",
    "todo",
    "forms",
    "lists",
    "tables",
    "figures",
    "reports",
    "home",
    "search",
    "merging",
    "roster",
    "contacts",
    "doorstep",
    "doors",
    "field",
    "ledgers",
    "rentals",
    "importing",
    "entrance",
    "affairs",
    "places",
    "privacy",
    "meetings",
    "volunteers",
    "bell",
)
JOINED = "css/portal.css"


class JoinedManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compressed files under hashed names, and the pages' sheets joined."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            joined = b"\n".join(read(*paths[name]) for name in pieces())
            self.delete(JOINED)
            self.save(JOINED, ContentFile(joined))
            paths = {**paths, JOINED: (self, JOINED)}
        yield from super().post_process(paths, dry_run, **options)


def read(storage: Any, path: str) -> bytes:
    with storage.open(path) as file:
        return file.read()


def pieces() -> list[str]:
    return [f"css/{name}.css" for name in SHEETS]


def page_sheets() -> list[str]:
    """What a page links: the joined file where there is one, else its pieces."""
    return [JOINED] if hasattr(staticfiles_storage, "manifest_name") else pieces()
