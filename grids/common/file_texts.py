"""The texts in a file, whatever office program wrote it: to find out whether somebody stands in it."""

import html
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

ENCODINGS = ("utf-8", "gb18030", "utf-16-le")
# Unpacked; a part beyond it is read up to here. Uploads are limited to 30 MB packed.
LARGEST_PART = 256 * 1024 * 1024
_TAG = re.compile(r"<[^>]*>")


def texts_in(content: bytes) -> Iterator[str]:
    """The texts of a workbook, part by part, or of another file in the usual encodings.

    Hidden sheets and left-out rows are among them. What is encrypted or broken says nothing.
    """
    if not content.startswith(b"PK\x03\x04"):
        for encoding in ENCODINGS:
            yield content.decode(encoding, errors="ignore")
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            for part in package.namelist():
                with package.open(part) as stream:
                    # A name may be split over several runs of one cell.
                    yield html.unescape(_TAG.sub("", stream.read(LARGEST_PART).decode("utf-8", errors="ignore")))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
        return
