"""Photos as they may be kept: read with care, turned upright, made smaller, without position or camera data."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_SIDE = 1600  # pixels of what is kept (ux.md 9.6)
MOST_PIXELS = 50_000_000  # of what is sent: more than the cameras of phones, less than a picture made to choke us
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")  # what phones call MPO is opened as JPEG
QUALITY = 82


@dataclass(frozen=True)
class Picture:
    """A JPEG of at most 1600 pixels a side, without any metadata."""

    content: bytes
    width: int
    height: int


def read_picture(upload: Any) -> Picture:
    """The picture in an uploaded file (anything with ``size`` and ``read``), encoded anew.

    Only pixels survive: EXIF with its position, thumbnails, comments, colour profiles and whatever is appended to the
    file are left behind. Raises ``ValidationError`` with what to do for anything that is no picture, too large, or a
    decompression bomb.
    """
    if upload.size > LARGEST_FILE:
        raise ValidationError(
            _("This photo has %(size)s MB; at most %(limit)s MB can be sent. Choose a smaller one."),
            code="too_large",
            params={"size": f"{upload.size / 1024 / 1024:.1f}", "limit": LARGEST_FILE // 1024 // 1024},
        )
    if not upload.size:
        raise ValidationError(_("This file is empty. Please take the photo again."), code="empty")
    try:
        return _encode_anew(upload)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise ValidationError(
            _("This photo has too many pixels. Take it at a lower resolution."), code="too_many_pixels"
        ) from problem
    except Exception as problem:  # a broken file may break the decoder in any way; whatever it is, it is no photo
        raise ValidationError(
            _("This is no photo that can be read. Choose a JPG, PNG or WebP file."), code="no_picture"
        ) from problem


def _encode_anew(stream: BinaryIO) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(stream, formats=FORMATS) as image:
            # Before anything is decoded: the header says how large the picture is.
            if image.width * image.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
    plain = _on_white(upright)
    plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    target = BytesIO()
    clean.save(target, "JPEG", quality=QUALITY, optimize=True)
    return Picture(target.getvalue(), *clean.size)


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency, which a JPEG does not know."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")
