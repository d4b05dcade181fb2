"""The pages of rental files: who sees what, the check at the door, photos, the notice, the checklist."""

import re
from io import BytesIO
from typing import Any

from django.test import Client
from django.urls import reverse
from PIL import Image

from grids.common.clock import now, today
from grids.common.masks import mask_phone
from residents.rentals import services
from residents.rentals.choices import Colour
from residents.rentals.models import FindingPhoto, RectificationNotice, RentalCheck, RentalChecklist, RentalFile
from residents.roster.boards import board_of
from tests.lettings import LANDLORD_PHONE
from tests.residents.rentals.inspecting import check, open_one, photo_of, picture_bytes, planned, upload
from tests.world import World


def browser(world: World, account: str) -> Client:
    client = Client()
    client.force_login(world.users[account], backend="grids.access.backends.GridBackend")
    return client


def address(name: str, *args: int) -> str:
    return reverse(f"residents:{name}", args=args)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def answers_for(world: World, *, wrong: str = "", leave_out: str = "", **more: Any) -> dict[str, Any]:
    """What the form of a full check of the east rental dwelling is sent with."""
    row = planned(world.east_rental)
    data: dict[str, Any] = {"check": row.pk, "version": row.version}
    for item in world.checklist.items.all():
        if item.code not in leave_out.split():
            data[f"finding_{item.pk}"] = "open" if item.code in wrong.split() else "ok"
    return data | more


# ------------------------------------------------------------------ the list
def test_the_list_says_the_colour_by_word_and_shape_and_what_is_overdue(world: World):
    RentalFile.objects.filter(pk=world.east_rental.pk).update(next_check_on=today().replace(year=today().year - 1))
    page = words(browser(world, "east_worker").get(address("rentalfile-list")))
    assert re.search(r'chip chip-red"><svg[^>]*icon-octagon.*?<span>红</span>', page)
    assert "超期" in page
    assert address("rentalfile-check", world.east_rental.pk) in page


def test_the_list_is_narrowed_by_colour_due_and_grid(world: World):
    client = browser(world, "secretary")
    open_one(world, home="west", actor="west_worker")

    def doors(query: str) -> list[Any]:
        table = client.get(f"{address('rentalfile-list')}?{query}").context["table"]
        return [row.record.dwelling_id for row in table.paginated_rows]

    east, west = world.east_rental.dwelling_id, world.west_household.dwelling_id
    assert sorted(doors("")) == sorted([east, west])
    assert doors("colour=red") == [east]
    assert doors("colour=none") == [west]
    assert doors("colour=green") == []
    assert doors(f"grid={world.west_grid.code}") == [west]
    assert doors("due=overdue") == []
    RentalFile.objects.filter(pk=world.east_rental.pk).update(next_check_on=today())
    assert doors("due=soon") == [east]
    assert doors("q=孙房东") == [east]
    # Whoever reads no names finds nobody by his name.
    client = browser(world, "auditor")
    assert doors("q=孙房东") == []
    assert doors("colour=red") == [east]


def test_closed_files_are_listed_when_asked_for(world: World):
    services.end_file(world.east_rental, actor=world.east_worker, version=world.east_rental.version)
    client = browser(world, "east_worker")
    assert client.get(address("rentalfile-list")).context["page"].paginator.count == 0
    assert client.get(address("rentalfile-list") + "?status=ended").context["page"].paginator.count == 1


# ------------------------------------------------------------------ one file
def test_tenants_are_shown_to_those_who_keep_the_files_only(world: World):
    url = address("rentalfile-detail", world.east_rental.pk)
    keeper, auditor = words(browser(world, "east_worker").get(url)), words(browser(world, "auditor").get(url))
    assert "钱二" in keeper
    assert "承租人" in keeper
    assert "钱" not in auditor
    assert 'id="tenants"' not in auditor
    assert "孙房东" in keeper
    assert "孙**" in auditor
    assert "***" in auditor


def test_the_landlords_phone_is_masked_until_it_is_revealed_once(world: World):
    client, url = browser(world, "east_worker"), address("rentalfile-detail", world.east_rental.pk)
    page = words(client.get(url))
    assert mask_phone(LANDLORD_PHONE) in page
    assert LANDLORD_PHONE not in page
    client.post(address("rentalfile-reveal", world.east_rental.pk), {"purpose": "contact"})
    assert LANDLORD_PHONE in words(client.get(url))
    assert LANDLORD_PHONE not in words(client.get(url))
    form = words(client.get(address("rentalfile-update", world.east_rental.pk)))
    assert LANDLORD_PHONE not in form
    client.post(
        address("rentalfile-update", world.east_rental.pk),
        {"version": 1, "landlord_name": "新房东", "landlord_phone": "", "rooms_let": 3},
    )
    file = RentalFile.objects.get(pk=world.east_rental.pk)
    assert (file.landlord_name, file.landlord_phone, file.rooms_let) == ("新房东", LANDLORD_PHONE, 3)


def test_the_household_page_says_that_the_dwelling_is_let(world: World):
    client = browser(world, "east_worker")
    page = words(client.get(address("household-detail", world.east_other_household.pk)))
    assert world.east_rental.number in page
    assert address("rentalfile-check", world.east_rental.pk) in page
    other = words(client.get(address("household-detail", world.east_household.pk)))
    assert address("rentalfile-create", world.east_household.dwelling_id) in other
    # The liaison sees no rental files at all.
    liaison = words(browser(world, "liaison").get(address("household-detail", world.east_other_household.pk)))
    assert world.east_rental.number not in liaison


def test_the_grid_page_counts_rental_dwellings(world: World):
    page = words(browser(world, "secretary").get(reverse("grids:grid-detail", args=[world.east_grid.pk])))
    assert f"{address('rentalfile-list')}?grid={world.east_grid.code}" in page


# ------------------------------------------------------------------ the check
def test_a_check_is_made_at_the_door(world: World):
    client = browser(world, "east_worker")
    file = open_one(world)
    url = address("rentalfile-check", file.pk)
    form = client.get(url)
    assert form.status_code == 200
    assert words(form).count('type="radio"') == 18 * 3
    row = planned(file)
    data = {"check": row.pk, "version": row.version, "rest_ok": "on"}
    data |= {f"finding_{item.pk}": "ok" for item in world.checklist.items.filter(is_veto=True)}
    escape = world.veto_item
    photo = upload(picture_bytes((3000, 2000)))
    data |= {f"finding_{escape.pk}": "open", f"note_{escape.pk}": "防盗窗焊死", f"photo_{escape.pk}": photo}
    response = client.post(url, data)
    assert response.status_code == 302
    file.refresh_from_db()
    assert file.colour == Colour.RED
    page = words(client.get(address("rentalfile-detail", file.pk)))
    assert "防盗窗焊死" in page
    assert 'class="finding-photo"' in page
    kept = FindingPhoto.objects.get(rental_check=row)
    assert (kept.width, kept.height) == (1600, 1067)


def test_the_rest_may_be_in_order_but_red_points_are_answered_one_by_one(world: World):
    client, file = browser(world, "east_worker"), open_one(world)
    row = planned(file)
    response = client.post(
        address("rentalfile-check", file.pk), {"check": row.pk, "version": row.version, "rest_ok": "on"}
    )
    wrong = {name for name in response.context["form"].errors if name.startswith("finding_")}
    assert wrong == {f"finding_{item.pk}" for item in world.checklist.items.filter(is_veto=True)}


def test_nothing_is_lost_when_an_answer_is_missing(world: World):
    """The photo is kept too, and is not asked for again."""
    client, url = browser(world, "east_worker"), address("rentalfile-check", world.east_rental.pk)
    escape = world.veto_item
    electric = world.checklist.items.get(code="E2")
    data = answers_for(world, wrong="E2", leave_out="F1", **{f"note_{electric.pk}": "厨房电线裸露"})
    response = client.post(url, data | {f"photo_{escape.pk}": upload()})
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [f"finding_{world.checklist.items.get(code='F1').pk}"]
    page = words(response)
    assert "厨房电线裸露" in page
    draft = FindingPhoto.objects.get(finding__isnull=True)
    assert draft.get_absolute_url() in page
    assert RentalFile.objects.get(pk=world.east_rental.pk).colour == Colour.RED
    # Sent again without the photo: the kept one settles the red point.
    data = answers_for(world, wrong="E2", **{f"note_{electric.pk}": "厨房电线裸露"})
    assert client.post(url, data).status_code == 302
    assert RentalFile.objects.get(pk=world.east_rental.pk).colour == Colour.YELLOW
    draft.refresh_from_db()
    assert draft.finding.item == escape


def test_what_is_no_photo_says_so_at_its_item(world: World):
    client, url = browser(world, "east_worker"), address("rentalfile-check", world.east_rental.pk)
    escape = world.veto_item
    fake = upload(b"MZ this is a program", "photo.jpg")
    response = client.post(url, answers_for(world) | {f"photo_{escape.pk}": fake})
    assert list(response.context["form"].errors) == [f"photo_{escape.pk}"]
    assert not FindingPhoto.objects.filter(finding__isnull=True).exists()


def test_the_recheck_asks_for_what_was_open_and_for_a_photo_of_it(world: World):
    client, url = browser(world, "east_worker"), address("rentalfile-recheck", world.east_rental.pk)
    page = words(client.get(url))
    assert page.count('type="radio"') == 3
    escape, row = world.veto_item, planned(world.east_rental)
    data = {"check": row.pk, "version": row.version, f"finding_{escape.pk}": "ok"}
    response = client.post(url, data)
    assert list(response.context["form"].errors) == [f"photo_{escape.pk}"]
    assert client.post(url, data | {f"photo_{escape.pk}": upload()}).status_code == 302
    file = RentalFile.objects.get(pk=world.east_rental.pk)
    assert file.colour == Colour.GREEN
    assert RectificationNotice.objects.get(pk=world.east_notice.pk).settled_on == today()
    # Nothing is open any more: the page says so and leads to the full check.
    assert client.get(url).status_code == 403


def test_the_slower_inspector_gets_409_with_the_name_of_the_faster_one(world: World):
    client, url = browser(world, "east_worker"), address("rentalfile-check", world.east_rental.pk)
    data = answers_for(world, wrong="X1")
    check(world.east_rental, world.leader, open_codes="X1")
    response = client.post(url, data)
    assert response.status_code == 409
    assert "郑网格长" in words(response)
    assert world.east_rental.checks.done().count() == 2


def test_a_check_of_another_dwelling_cannot_be_smuggled_in(world: World):
    client, url = browser(world, "east_worker"), address("rentalfile-check", world.east_rental.pk)
    for foreign in (planned(world.foreign_rental).pk, 99_999_999):
        assert client.post(url, answers_for(world, wrong="X1") | {"check": foreign}).status_code == 409
    assert planned(world.foreign_rental).version == 1
    assert RentalCheck.objects.done().count() == 2


# ------------------------------------------------------------------ photos
def test_a_photo_is_served_to_those_who_see_the_file_and_never_stored_by_a_browser(world: World):
    url = address("rentalphoto-show", world.east_photo.pk)
    response = browser(world, "auditor").get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert "no-store" in response["Cache-Control"]
    for account in ("liaison", "west_worker", "foreign_worker", "stranger", "district_office"):
        assert browser(world, account).get(url).status_code == 404


def test_a_photo_that_was_not_sent_is_seen_by_its_photographer_only(world: World):
    draft = photo_of(planned(world.east_rental), "X1", world.east_worker)
    url = address("rentalphoto-show", draft.pk)
    assert browser(world, "east_worker").get(url).status_code == 200
    assert Image.open(BytesIO(browser(world, "east_worker").get(url).content)).size == (40, 30)
    assert browser(world, "leader").get(url).status_code == 404


def test_photos_are_encrypted_in_the_database(world: World):
    draft = photo_of(planned(world.east_rental), "X1", world.east_worker)
    plain = FindingPhoto.objects.get(pk=draft.pk).content
    raw = FindingPhoto.objects.filter(pk=draft.pk).extra(select={"raw": "content"}).values_list("raw", flat=True)[0]
    assert plain.startswith(b"\xff\xd8")
    assert plain[20:60] not in bytes(raw)


# ------------------------------------------------------------------ notices
def test_the_notice_is_a_sheet_of_paper(world: World):
    page = words(browser(world, "east_worker").get(world.east_notice.get_absolute_url()))
    for part in (
        world.east_notice.number,
        "孙房东",
        "1幢1单元102",
        world.veto_item.text_zh,
        "房东（签名）",
        "值班电话",
    ):
        assert part in page
    masked = words(browser(world, "auditor").get(world.east_notice.get_absolute_url()))
    assert "孙房东" not in masked
    assert "102" not in re.sub(r"RN-\S+", "", masked.partition("sheet-paper")[2].partition("</article>")[0])


def test_a_notice_is_issued_and_served(world: World):
    client, file = browser(world, "east_worker"), open_one(world)
    done = check(file, world.east_worker, open_codes="E2")
    url = address("rectificationnotice-issue", done.pk)
    assert client.post(url, {"due_on": f"{today():%Y-%m-%d}"}).context["form"].errors
    form = client.get(url).context["form"]
    response = client.post(url, {"due_on": f"{form.initial['due_on']:%Y-%m-%d}"})
    notice = done.notice
    assert response["Location"] == notice.get_absolute_url()
    serve = address("rectificationnotice-serve", notice.pk)
    data = {"version": 1, "how": "hand", "on": f"{today():%Y-%m-%d}"}
    assert client.post(serve, data).status_code == 302
    assert client.post(serve, data).status_code == 403


# ------------------------------------------------------------------ tenants
def test_a_tenant_is_chosen_among_those_who_live_there(world: World):
    client, file = browser(world, "east_worker"), open_one(world)
    url = address("tenancy-create", file.pk)
    form = client.get(url).context["form"]
    assert [str(label) for _key, label in form.fields["person"].choices][1:] == ["赵一"]
    bad = client.post(url, {"person": world.foreign_person.pk, "starts_on": f"{today():%Y-%m-%d}"})
    assert "person" in bad.context["form"].errors
    client.post(url, {"person": world.east_person.pk, "starts_on": f"{today():%Y-%m-%d}"})
    tenancy = file.tenancies.get()
    end = address("tenancy-end", tenancy.pk)
    assert browser(world, "auditor").get(end).status_code == 404
    client.post(end, {"version": 1, "reason": "moved", "on": f"{today():%Y-%m-%d}"})
    assert file.tenancies.active().count() == 0


# ------------------------------------------------------------------ checklists
def test_everybody_reads_the_checklist_and_the_district_office_publishes(world: World):
    url = address("rentalchecklist-detail", world.checklist.pk)
    assert "逃生窗" in words(browser(world, "stranger").get(url))
    publish = address("rentalchecklist-publish")
    assert browser(world, "secretary").get(publish).status_code == 403
    client = browser(world, "district_office")
    form = client.get(publish).context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False, ""):
            data[name] = f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else getattr(value, "pk", value)
    data["text_zh_19"] = "楼梯扶手牢固"
    data["area_19"] = "escape"
    del data["keep_1"]
    response = client.post(publish, data)
    assert response.status_code == 302, response.context["form"].errors
    new = RentalChecklist.objects.get(version=2)
    codes = set(new.items.values_list("code", flat=True))
    assert "F1" not in codes
    assert "X4" in codes
    assert len(codes) == 18
    # Without any red point it is refused, and nothing typed is lost.
    for name in [name for name in data if name.startswith("is_veto_")]:
        del data[name]
    again = client.post(publish, data)
    assert again.context["form"].errors
    assert "楼梯扶手牢固" in words(again)


def test_the_moment_of_a_check_is_the_portals(world: World):
    """The form has no field for it: nobody dates a check back."""
    before = now()
    check(world.east_rental, world.east_worker, open_codes="X1")
    assert world.east_rental.checks.done().newest_first().first().checked_at >= before


def test_the_building_board_carries_the_colour_of_rental_dwellings(world: World):
    building = world.east_rental.dwelling.unit.building

    def marks(account: str) -> list[str]:
        cells = [
            cell
            for stairs in board_of(building, world.users[account])
            for floor in stairs.floors
            for cell in floor.cells
        ]
        return [mark.tone for cell in cells for mark in cell.marks]

    assert marks("east_worker") == ["red"]
    assert marks("liaison") == []


def test_a_correction_on_an_older_form_stays_typed(world: World):
    file, client = world.east_rental, browser(world, "east_worker")
    services.change_file(
        file, actor=world.leader, version=file.version, landlord_name="李房东", landlord_phone="", rooms_let=2
    )
    sent = {"version": file.version - 1, "landlord_name": "王房东", "landlord_phone": "", "rooms_let": 2}
    late = client.post(address("rentalfile-update", file.pk), sent)
    assert late.status_code == 409
    assert 'value="王房东"' in late.content.decode()
    assert RentalFile.objects.get(pk=file.pk).landlord_name == "李房东"
