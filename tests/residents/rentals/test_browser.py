"""The check in the stairwell, on a phone: large tiles, a photo made smaller before it travels, the colour."""

from io import BytesIO
from random import Random

import pytest
from PIL import Image

from residents.rentals.choices import Colour
from residents.rentals.models import FindingPhoto, RentalFile
from tests.residents.rentals.inspecting import picture_bytes
from tests.world import build_world

pytestmark = pytest.mark.django_db(transaction=True)
# Pictures of noise do not compress: as large as a photo.
LARGE = 2600, 1900


def noisy_photo() -> bytes:
    noise = Image.frombytes("RGB", (650, 475), Random(1).randbytes(650 * 475 * 3)).resize(LARGE)
    target = BytesIO()
    noise.save(target, "JPEG", quality=95)
    return target.getvalue()


def test_a_recheck_on_a_phone_turns_the_dwelling_green(phone):
    world = build_world()
    file = world.east_rental
    page = phone(world.east_worker)
    page.goto(file.get_absolute_url())
    page.get_by_role("link", name="复查", exact=True).click()
    item = page.locator(".check-item")
    assert item.count() == 1
    for tile in item.locator(".check-tile").all():
        box = tile.bounding_box()
        assert box["height"] >= 60
        assert box["width"] >= 90
    item.get_by_text("合格", exact=True).click()
    content = noisy_photo()
    assert len(content) > 400 * 1024 > len(picture_bytes())
    camera = page.locator("input[type=file]")
    camera.set_input_files({"name": "window.jpg", "mimeType": "image/jpeg", "buffer": content})
    page.wait_for_function("size => document.querySelector('input[type=file]').files[0].size < size", arg=len(content))
    page.get_by_role("button", name="提交复查").click()
    page.wait_for_url(f"**{file.get_absolute_url()}")
    assert RentalFile.objects.get(pk=file.pk).colour == Colour.GREEN
    kept = FindingPhoto.objects.get(rental_check__kind="recheck")
    assert max(kept.width, kept.height) == 1600


def test_note_and_photo_come_up_where_something_is_not_in_order(phone):
    world = build_world()
    page = phone(world.east_worker)
    page.goto(f"{world.east_rental.get_absolute_url()}check/")
    first = page.locator(".check-item").first
    assert not first.locator("input[type=file]").is_visible()
    first.get_by_text("不合格", exact=True).click()
    assert first.locator("input[type=file]").is_visible()
    first.get_by_text("合格", exact=True).click()
    assert not first.locator("input[type=file]").is_visible()
