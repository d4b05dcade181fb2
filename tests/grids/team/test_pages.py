"""The pages over staff and posts."""

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.access.choices import Permission, Role
from grids.access.models import User
from grids.common.chips import Tone
from grids.common.clock import today
from grids.team.models import Post, StaffProfile
from grids.team.rules import Strength
from grids.team.services import end_post, enter_staff, start_post

pytestmark = pytest.mark.django_db
OK, FOUND, REFUSED, MISSING = 200, 302, 403, 404


@pytest.fixture
def ask(client, world):
    """``ask(name, address, **data)``: GET without data, POST with it, as one of the cast."""

    def request(name, address, /, **data):
        client.force_login(world.fresh(name))
        return client.post(address, data) if data else client.get(address)

    return request


def newcomer(world, name="何新") -> StaffProfile:
    return enter_staff(world.community, actor=None, name=name, employment="part_time")


def chip_of_grid(response, grid):
    (row,) = [row for row in response.context["table"].rows if row.record == grid]
    return row.get_cell("strength")


@pytest.mark.parametrize(
    ("full", "part", "complete", "lacking"),
    [(1, 2, True, 0), (1, 1, False, 1), (0, 2, False, 1), (0, 0, False, 3), (2, 3, True, 0), (3, 0, False, 2)],
)
def test_one_full_two_part(full, part, complete, lacking):
    strength = Strength(full, part)
    assert (strength.is_complete, strength.lacking) == (complete, lacking)
    assert strength.chip.tone == (Tone.GREEN if complete else Tone.YELLOW)
    assert complete or f"{full}+{part}" in strength.chip


def test_the_badge_follows_the_posts(world, ask):
    board = reverse("grids:post-list")
    assert str(chip_of_grid(ask("secretary", board), world.east_grid)).startswith("1+0")
    posts = [start_post(newcomer(world, name), Role.PART_TIME, world.east_grid, actor=None) for name in ("甲", "乙")]
    assert chip_of_grid(ask("secretary", board), world.east_grid).tone == Tone.GREEN
    end_post(posts[0], actor=None, reason="调岗")
    chip = chip_of_grid(ask("secretary", board), world.east_grid)
    assert chip.startswith("1+1")
    assert chip.tone == Tone.YELLOW
    complete = [row.record for row in ask("secretary", board + "?complete=yes").context["table"].rows]
    assert complete == []
    found = [row.record for row in ask("secretary", board + "?q=乙").context["table"].rows]
    assert found == [world.east_grid]


def test_boards_and_lists_show_ones_own_part(world, ask):
    board, people = reverse("grids:post-list"), reverse("grids:staff-list")
    assert [row.record for row in ask("foreign_secretary", board).context["table"].rows] == [world.foreign_grid]
    names = {row.record.name for row in ask("foreign_secretary", people).context["table"].rows}
    assert names == {"杨书记", "朱网格员"}
    for address in (board, people):
        assert ask("liaison", address).status_code == REFUSED
    foreign = world.staff["foreign_worker"]
    assert ask("secretary", foreign.get_absolute_url()).status_code == MISSING
    assert ask("foreign_secretary", foreign.get_absolute_url()).status_code == OK


@pytest.mark.parametrize("name", ["grids:post-list", "grids:staff-list"])
def test_the_number_of_queries_does_not_grow_with_staff(world, ask, name):
    from django.db import connection

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ask("secretary", reverse(name)).status_code == OK
        return len(captured)

    queries()  # what is read once a process
    few = queries()
    for number in range(12):
        staff = newcomer(world, f"新人{number}")
        for grid in (world.east_grid, world.west_grid):
            start_post(staff, Role.PART_TIME, grid, actor=None)
    assert queries() == few


def test_from_entering_somebody_to_his_first_login_and_his_last_day(world, ask, client):
    create = reverse("grids:staff-create", args=[world.community.pk])
    response = ask("secretary", create, name="何新", employment="part_time", work_phone="02586660000")
    staff = StaffProfile.objects.get(name="何新")
    assert response.url == staff.get_absolute_url()

    start = reverse("grids:post-start", args=[world.community.pk])
    sent = {"staff": staff.pk, "role": "part_time", "grid": world.east_grid.pk, "starts_on": today().isoformat()}
    assert ask("secretary", start, **sent).status_code == FOUND
    post = Post.objects.get(staff=staff)

    shown = ask("secretary", reverse("grids:staff-account", args=[staff.pk]), username="hexin")
    password = shown.context["password"]
    assert password in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    user = User.objects.get(username="hexin")
    assert user.check_password(password)
    assert user.has_perm(Permission.LOG_VISITS, world.east_micro)
    # It is shown once: asking again is refused, and no other page knows it.
    assert ask("secretary", reverse("grids:staff-account", args=[staff.pk]), username="hexin").status_code == REFUSED
    assert password not in ask("secretary", staff.get_absolute_url()).content.decode()
    client.force_login(user)
    assert client.get(reverse("grids:grid-list")).url == reverse("password_change")

    end = reverse("grids:post-end", args=[post.pk])
    assert ask("secretary", end, on=today().isoformat(), reason="").status_code == OK
    assert ask("secretary", end, on=today().isoformat(), reason="调岗").status_code == FOUND
    assert not User.objects.get(pk=user.pk).has_perm(Permission.LOG_VISITS, world.east_micro)
    assert ask("secretary", end, on=today().isoformat(), reason="再来").status_code == REFUSED


def test_the_form_offers_only_what_this_user_may_give(world, ask):
    def roles(name, grid):
        form = ask(name, reverse("grids:post-start", args=[grid.pk])).context["form"]
        return {value for value, _label in form.fields["role"].choices if value}

    assert roles("secretary", world.community) == {
        "community_worker",
        "grid_leader",
        "full_time",
        "part_time",
        "mentor",
        "liaison",
    }
    assert roles("secretary", world.east_micro) == {"liaison"}
    assert "secretary" in roles("street_desk", world.street)
    assert {"street_desk", "auditor"} <= roles("district_office", world.district)
    assert "district_office" not in roles("district_office", world.district)


def test_a_wrong_pair_is_a_form_error_and_a_foreign_one_no_choice(world, ask):
    start = reverse("grids:post-start", args=[world.community.pk])
    staff = newcomer(world)
    good = {"staff": staff.pk, "role": "part_time", "grid": world.east_grid.pk, "starts_on": today().isoformat()}
    for wrong, field in [
        ({"grid": world.community.pk}, "role"),
        ({"grid": world.foreign_grid.pk}, "grid"),
        ({"staff": world.staff["foreign_worker"].pk}, "staff"),
        ({"role": "secretary"}, "role"),
        ({"starts_on": "31.12."}, "starts_on"),
    ]:
        response = ask("secretary", start, **good | wrong)
        assert response.status_code == OK
        assert set(response.context["form"].errors) == {field}
    myself = ask("secretary", start, **good | {"staff": world.staff["secretary"].pk})
    assert myself.context["form"].non_field_errors()
    assert not Post.objects.filter(staff=staff).exists()


def test_editing_staff_keeps_what_was_typed_and_refuses_a_stale_form(world, ask):
    staff = newcomer(world)
    edit = reverse("grids:staff-update", args=[staff.pk])
    sent = {"version": 1, "name": "何欣", "employment": "full_time", "birth_date": "1990-05-06", "education": "20"}
    assert ask("secretary", edit, **sent).status_code == FOUND
    staff.refresh_from_db()
    assert (staff.name, str(staff.birth_date), staff.education) == ("何欣", "1990-05-06", "20")
    assert ask("secretary", edit, **sent).status_code == 409
    own = reverse("grids:staff-update", args=[world.staff["east_worker"].pk])
    assert ask("east_worker", own, **sent).status_code == REFUSED
    assert ask("east_worker", edit, **sent).status_code == MISSING
    wrong = ask("secretary", edit, **sent | {"version": 2, "birth_date": "2199-01-01"})
    assert set(wrong.context["form"].errors) == {"birth_date"}


def test_birth_date_and_schooling_are_for_those_who_keep_the_posts(world, ask):
    staff = world.staff["east_worker"]
    StaffProfile.objects.filter(pk=staff.pk).update(birth_date="1985-04-03")
    assert "1985" in ask("secretary", staff.get_absolute_url()).content.decode()
    for name in ("west_worker", "auditor", "leader"):
        response = ask(name, staff.get_absolute_url())
        assert response.status_code in {OK, MISSING}
        assert "1985" not in response.content.decode()


def test_a_new_password_replaces_the_old_one(world, ask):
    staff = world.staff["east_worker"]
    renew = reverse("grids:staff-password", args=[staff.pk])
    assert ask("secretary", renew).status_code == OK
    shown = ask("secretary", renew, sure="yes")
    user = world.fresh("east_worker")
    assert user.check_password(shown.context["password"])
    assert user.must_change_password
    assert ask("auditor", renew).status_code == REFUSED
    assert ask("secretary", reverse("grids:staff-password", args=[newcomer(world).pk])).status_code == REFUSED
