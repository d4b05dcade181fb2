"""Photos: only pixels survive, and what is no photo is refused with a sentence."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from residents.rentals import pictures
from residents.rentals.pictures import read_picture
from tests.residents.rentals.inspecting import picture_bytes, upload


def code_of(content: bytes) -> str:
    with pytest.raises(ValidationError) as problem:
        read_picture(upload(content))
    assert str(problem.value.messages[0])
    return problem.value.code


def with_position() -> bytes:
    """A photo that knows where and by which camera it was taken, lying on its side."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretCam"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (32.0, 5.0, 12.0)
    return picture_bytes((60, 30), exif=exif.tobytes(), comment=b"at home of somebody") + b"appended secret"


def test_position_camera_and_everything_behind_the_picture_are_gone():
    content = with_position()
    assert Image.open(BytesIO(content)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    picture = read_picture(upload(content))
    kept = Image.open(BytesIO(picture.content))
    assert kept.format == "JPEG"
    assert not kept.getexif()
    for secret in (b"SecretCam", b"Exif", b"somebody", b"appended"):
        assert secret not in picture.content
    # Turned upright before the orientation is forgotten.
    assert (picture.width, picture.height) == kept.size == (30, 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_other_formats_become_jpeg(kind: str):
    assert Image.open(BytesIO(read_picture(upload(picture_bytes(kind=kind))).content)).format == "JPEG"


def test_a_large_picture_is_made_smaller():
    picture = read_picture(upload(picture_bytes((4000, 3000))))
    assert (picture.width, picture.height) == (1600, 1200)


def test_a_transparent_picture_gets_a_white_ground():
    target = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(target, "PNG")
    kept = Image.open(BytesIO(read_picture(upload(target.getvalue())).content))
    assert min(kept.getpixel((4, 4))) > 250


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 30,000 x 30,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.4 not a photo", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no_picture"),
        (picture_bytes((200, 200))[:300], "no_picture"),
        (bomb(), "too_many_pixels"),
    ],
    ids=["empty", "pdf", "svg", "cut off", "bomb"],
)
def test_what_is_no_photo_is_refused(content: bytes, code: str):
    read_picture(upload(picture_bytes((200, 200))))
    assert code_of(content) == code


def test_ten_megabytes_are_the_limit(monkeypatch):
    content = picture_bytes()
    monkeypatch.setattr(pictures, "LARGEST_FILE", len(content))
    read_picture(upload(content))
    monkeypatch.setattr(pictures, "LARGEST_FILE", len(content) - 1)
    assert code_of(content) == "too_large"


@given(st.binary(max_size=400), st.integers(0, 600))
def test_no_bytes_break_the_reader(noise: bytes, place: int):
    """Whatever is in the file: a picture, or a sentence."""
    content = picture_bytes()
    for broken in (noise, content[:place] + noise + content[place + len(noise) :]):
        with suppress(ValidationError):
            assert read_picture(upload(broken)).content.startswith(b"\xff\xd8")
