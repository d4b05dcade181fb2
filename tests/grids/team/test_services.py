"""Staff, posts and the rights that follow them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError

from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant
from grids.access.services import grant_role
from grids.common.clock import today
from grids.common.errors import Conflict, Refused, StaleVersion
from grids.team.choices import Employment, PostState
from grids.team.models import Post, StaffProfile
from grids.team.rules import ROLE_LEVEL
from grids.team.services import (
    apply_posts,
    change_staff,
    end_post,
    enter_staff,
    give_new_password,
    open_account,
    start_post,
)
from grids.trail.models import AuditEntry
from grids.tree.models import Grid
from grids.tree.services import close_grid, create_grid

pytestmark = pytest.mark.django_db
TOMORROW = today() + timedelta(days=1)
YESTERDAY = today() - timedelta(days=1)


def sees(user, grid) -> bool:
    """Both answers to "does he see the households here"; they must agree."""
    held = user.has_perm(Permission.VIEW_ROSTER, grid)
    assert Grid.objects.restrict(user, Permission.VIEW_ROSTER).filter(pk=grid.pk).exists() == held
    return held


def newcomer(world, home=None, user=None, name="何新") -> StaffProfile:
    return enter_staff(home or world.community, actor=None, name=name, employment=Employment.FULL_TIME, user=user)


def test_starting_gives_and_ending_takes_the_rights_in_the_same_act(world):
    secretary = world.fresh("secretary")
    staff = newcomer(world, user=world.stranger)
    assert not sees(world.fresh("stranger"), world.east_micro)

    post = start_post(staff, Role.PART_TIME, world.east_grid, actor=secretary)
    assert sees(world.fresh("stranger"), world.east_micro)
    assert not sees(world.fresh("stranger"), world.west_micro)

    post = end_post(post, actor=secretary, reason="调岗")
    assert (post.state, post.ends_on) == (PostState.ENDED, today())
    assert not sees(world.fresh("stranger"), world.east_micro)
    acts = set(AuditEntry.objects.filter(actor=secretary).values_list("act", flat=True))
    assert acts == {"post.start", "role.grant", "post.end", "role.revoke"}
    with pytest.raises(Refused):
        end_post(post, actor=secretary, reason="再来")


def test_two_posts_are_a_union_and_one_ending_leaves_the_other(world):
    staff = newcomer(world, user=world.stranger)
    east = start_post(staff, Role.FULL_TIME, world.east_grid, actor=None)
    start_post(staff, Role.FULL_TIME, world.west_grid, actor=None, primary=False)
    twin = start_post(staff, Role.PART_TIME, world.east_grid, actor=None)

    user = world.fresh("stranger")
    assert sees(user, world.east_grid)
    assert sees(user, world.west_grid)
    end_post(east, actor=None, reason="调岗")
    # The part-time post on the same grid gives the same powers: they stay.
    assert sees(world.fresh("stranger"), world.east_grid)
    end_post(twin, actor=None, reason="调岗")
    user = world.fresh("stranger")
    assert not sees(user, world.east_grid)
    assert sees(user, world.west_grid)


def test_planned_and_expiring_posts_follow_the_day(world):
    staff = newcomer(world, user=world.stranger)
    planned = start_post(staff, Role.PART_TIME, world.east_grid, actor=None, starts_on=TOMORROW)
    assert planned.state == PostState.PLANNED
    assert not sees(world.fresh("stranger"), world.east_grid)
    assert apply_posts() == (0, 0)
    assert apply_posts(day=TOMORROW) == (1, 0)
    assert sees(world.fresh("stranger"), world.east_grid)
    assert apply_posts(day=TOMORROW) == (0, 0)

    running = start_post(staff, Role.PART_TIME, world.west_grid, actor=None, starts_on=YESTERDAY)
    running = end_post(running, actor=None, reason="到期", on=TOMORROW)
    assert running.state == PostState.ACTIVE
    assert sees(world.fresh("stranger"), world.west_grid)
    assert apply_posts(day=TOMORROW) == (0, 1)
    assert not sees(world.fresh("stranger"), world.west_grid)


def test_calling_off_a_planned_post_never_gives_it(world):
    staff = newcomer(world, user=world.stranger)
    planned = start_post(staff, Role.PART_TIME, world.east_grid, actor=None, starts_on=TOMORROW)
    planned = end_post(planned, actor=None, reason="取消")
    assert (planned.ends_on, planned.state) == (TOMORROW, PostState.ENDED)
    assert apply_posts(day=TOMORROW) == (0, 0)


def test_the_command_applies_a_day_and_refuses_nonsense(world, capsys):
    start_post(newcomer(world, user=world.stranger), Role.PART_TIME, world.east_grid, actor=None, starts_on=TOMORROW)
    call_command("apply_posts", "--on", TOMORROW.isoformat())
    assert "1 roles given, 0 roles taken" in capsys.readouterr().out
    with pytest.raises(CommandError, match="2026-03-05"):
        call_command("apply_posts", "--on", "tomorrow")


@pytest.mark.parametrize(
    ("who", "role", "grid", "allowed"),
    [
        ("secretary", Role.FULL_TIME, "east_grid", True),
        ("secretary", Role.GRID_LEADER, "west_grid", True),
        ("secretary", Role.COMMUNITY_WORKER, "community", True),
        ("secretary", Role.LIAISON, "west_micro", True),
        ("secretary", Role.SECRETARY, "community", False),
        ("secretary", Role.FULL_TIME, "next_grid", False),
        ("street_desk", Role.SECRETARY, "community", True),
        ("street_desk", Role.FULL_TIME, "next_grid", True),
        ("street_desk", Role.STREET_DESK, "street", False),
        ("street_desk", Role.AUDITOR, "district", False),
        ("district_office", Role.STREET_DESK, "street", True),
        ("district_office", Role.AUDITOR, "district", True),
        ("district_office", Role.DISTRICT_OFFICE, "district", False),
        ("district_office", Role.SECRETARY, "foreign_community", False),
        ("auditor", Role.FULL_TIME, "east_grid", False),
        ("east_worker", Role.PART_TIME, "east_grid", False),
        ("leader", Role.LIAISON, "east_micro", False),
    ],
)
def test_who_appoints_whom(world, who, role, grid, allowed):
    actor, target = world.fresh(who), getattr(world, grid)
    staff = newcomer(world, home=target)
    if allowed:
        assert start_post(staff, role, target, actor=actor).state == PostState.ACTIVE
    else:
        with pytest.raises(Refused):
            start_post(staff, role, target, actor=actor)
        assert not Post.objects.filter(staff=staff).exists()


def test_nobody_appoints_himself_not_even_a_superuser(world):
    with pytest.raises(Refused):
        start_post(world.staff["secretary"], Role.FULL_TIME, world.east_grid, actor=world.fresh("secretary"))
    root = world.stranger
    root.is_superuser = True
    root.save()
    staff = newcomer(world, user=root)
    with pytest.raises(Refused):
        start_post(staff, Role.AUDITOR, world.district, actor=root)
    assert start_post(newcomer(world, name="另一人"), Role.AUDITOR, world.district, actor=root)


def test_foreign_staff_cannot_be_drawn_in(world):
    with pytest.raises(Refused):
        start_post(world.staff["foreign_worker"], Role.PART_TIME, world.east_grid, actor=world.fresh("secretary"))
    assert not sees(world.fresh("foreign_worker"), world.east_grid)


def test_a_role_is_held_on_its_own_level_only(world):
    for role, level in ROLE_LEVEL.items():
        for grid in (world.district, world.street, world.community, world.west_grid, world.west_micro):
            staff = newcomer(world, home=grid, name=f"{role}{grid.level}")
            if grid.level == level:
                assert start_post(staff, role, grid, actor=None).role == role
            else:
                with pytest.raises(ValidationError) as problem:
                    start_post(staff, role, grid, actor=None)
                assert "role" in problem.value.message_dict


def test_one_leader_one_main_post_and_no_post_twice(world):
    staff = newcomer(world)
    for role, grid, options, field in [
        (Role.GRID_LEADER, world.east_grid, {}, "role"),
        (Role.JOINT_FAMILY, world.east_grid, {}, "role"),
    ]:
        with pytest.raises(ValidationError) as problem:
            start_post(staff, role, grid, actor=None, **options)
        assert field in problem.value.message_dict
    start_post(staff, Role.FULL_TIME, world.east_grid, actor=None)
    with pytest.raises(ValidationError) as problem:
        start_post(staff, Role.FULL_TIME, world.west_grid, actor=None)
    assert "primary" in problem.value.message_dict
    assert start_post(staff, Role.FULL_TIME, world.west_grid, actor=None, primary=False)
    with pytest.raises(ValidationError) as problem:
        start_post(staff, Role.FULL_TIME, world.east_grid, actor=None, primary=False)
    assert "staff" in problem.value.message_dict


def test_the_successor_may_be_entered_once_the_leaders_last_day_is_known(world):
    leading = Post.objects.get(role=Role.GRID_LEADER, grid=world.east_grid)
    end_post(leading, actor=None, reason="退休", on=TOMORROW)
    staff = newcomer(world)
    with pytest.raises(ValidationError):
        start_post(staff, Role.GRID_LEADER, world.east_grid, actor=None)
    assert start_post(staff, Role.GRID_LEADER, world.east_grid, actor=None, starts_on=TOMORROW)


def test_a_closed_grid_takes_nobody_and_a_grid_with_posts_does_not_close(world):
    empty = create_grid(world.community, actor=None, name_zh="空网格")
    post = start_post(newcomer(world), Role.FULL_TIME, empty, actor=None)
    with pytest.raises(Refused):
        close_grid(empty, actor=None, version=1, reason="撤销")
    end_post(post, actor=None, reason="撤销")
    close_grid(empty, actor=None, version=1, reason="撤销")
    with pytest.raises(Refused):
        start_post(newcomer(world, name="后来"), Role.FULL_TIME, empty, actor=None)
    with pytest.raises(Refused):
        newcomer(world, home=Grid.objects.get(pk=empty.pk))


def test_entering_and_changing_staff(world):
    secretary = world.fresh("secretary")
    staff = enter_staff(
        world.community, actor=secretary, name=" 何新 ", employment="part_time", work_phone="02586660000"
    )
    assert staff.name == "何新"
    changed = change_staff(staff, actor=secretary, version=1, name="何欣", education="20")
    assert (changed.name, changed.education, changed.version) == ("何欣", "20", 2)
    assert AuditEntry.objects.about(staff).first().changes["name"] == ["何新", "何欣"]
    with pytest.raises(StaleVersion):
        change_staff(staff, actor=secretary, version=1, name="别名")
    for values in ({"name": ""}, {"name": "甲", "employment": "boss"}, {"name": "甲", "birth_date": TOMORROW}):
        with pytest.raises(ValidationError):
            enter_staff(world.community, actor=secretary, **{"employment": "mentor", **values})
    for name in ("east_worker", "auditor", "foreign_secretary"):
        with pytest.raises(Refused):
            enter_staff(world.community, actor=world.fresh(name), name="甲", employment="mentor")


def test_an_account_is_opened_once_with_a_password_shown_once(world):
    secretary = world.fresh("secretary")
    staff = newcomer(world)
    start_post(staff, Role.PART_TIME, world.west_grid, actor=secretary)
    user, password = open_account(staff, actor=secretary, username="hexin")

    assert user.check_password(password)
    assert user.must_change_password
    assert sees(user, world.west_micro)
    assert not sees(user, world.east_micro)
    with pytest.raises(Conflict):
        open_account(staff, actor=secretary, username="hexin2")
    again, renewed = give_new_password(staff, actor=secretary)
    assert renewed != password
    assert again.check_password(renewed)
    with pytest.raises(ValidationError):
        open_account(newcomer(world, name="重名"), actor=secretary, username="HEXIN")
    with pytest.raises(ValidationError):
        open_account(newcomer(world, name="空格"), actor=secretary, username="he xin")
    assert password not in str(list(AuditEntry.objects.values()))


def test_nobody_hands_out_a_password_to_powers_above_his_own(world):
    secretary, desk = world.fresh("secretary"), world.fresh("street_desk")
    staff = newcomer(world)
    start_post(staff, Role.SECRETARY, world.community, actor=desk)
    with pytest.raises(Refused):
        open_account(staff, actor=secretary, username="above")
    assert open_account(staff, actor=desk, username="above")[0].username == "above"
    with pytest.raises(Refused):
        give_new_password(staff, actor=secretary)
    with pytest.raises(Refused):
        give_new_password(world.staff["secretary"], actor=secretary)


def test_every_grant_of_the_world_has_its_post(world):
    sources = set(RoleGrant.objects.filter(source__startswith="post:").values_list("source", flat=True))
    assert sources == {post.source for post in Post.objects.all()}


def test_a_login_name_in_full_width_letters_is_the_same_name(world):
    newcomer = enter_staff(world.east_grid, actor=None, name="陈新", employment=Employment.FULL_TIME)
    with pytest.raises(ValidationError):
        open_account(newcomer, actor=world.fresh("secretary"), username="ｅａｓｔ_worker")
    user, _password = open_account(newcomer, actor=world.fresh("secretary"), username="ｃｈｅｎ")
    assert user.username == "chen"


@pytest.mark.parametrize("more", ["nothing", "administrator", "role elsewhere"])
def test_a_password_is_not_handed_out_for_powers_beyond_ones_area(world, more):
    """Whoever could log in with the account could use all of its powers, not only those of the posts."""
    account = world.fresh("east_worker")
    if more == "administrator":
        account.is_superuser = True
        account.save()
    elif more == "role elsewhere":
        grant_role(account, Role.JOINT_FAMILY, world.next_community, actor=None, source="contact_member:0")
    staff = StaffProfile.objects.get(user=account)
    if more == "nothing":
        assert give_new_password(staff, actor=world.fresh("secretary"))[0] == account
        return
    with pytest.raises(Refused):
        give_new_password(staff, actor=world.fresh("secretary"))
