"""Many members of staff with their posts at once, by the rules of one at a time: for first loading and demo data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.access.choices import Role
from grids.access.models import User
from grids.access.services import grant_roles_in_bulk
from grids.common.clock import today
from grids.team import rules
from grids.team.choices import Employment, PostState
from grids.team.models import Post, StaffProfile
from grids.trail.services import record_many
from grids.tree.models import Grid
from grids.tree.services import lock_tree


@dataclass(frozen=True)
class NewStaff:
    """Somebody to be entered, the posts he is given, and his login name if he is to have an account.

    The first full-time post is the main one, further ones are not.
    """

    home: Grid
    name: str
    employment: Employment
    posts: Sequence[tuple[Role, Grid]] = ()
    username: str = ""
    starts_on: date = field(default_factory=today)
    work_phone: str = ""
    hired_on: date | None = None
    birth_date: date | None = None
    education: str = ""


@transaction.atomic
def enter_many(
    people: Sequence[NewStaff], *, actor: Any, password_hash: str = "", must_change_password: bool = True
) -> list[StaffProfile]:
    """Enter all ``people`` or none. Accounts get ``password_hash`` (made once by Django's ``make_password``).

    ``actor`` is None or the superuser who loads: whom he may appoint is not asked. Raises ``ValidationError`` naming
    the first person whose post breaks a rule. One trail entry for each person and each post.
    """
    named = {grid.pk: grid for person in people for grid in (person.home, *(grid for _role, grid in person.posts))}
    grids = {grid.pk: grid for grid in lock_tree(*named.values())}
    _check(people, grids)
    users = _accounts(people, password_hash, actor=actor, must_change_password=must_change_password)
    staff = StaffProfile.objects.bulk_create(
        [
            StaffProfile(
                user=users.get(person.username),
                home=person.home,
                name=person.name,
                employment=person.employment,
                work_phone=person.work_phone,
                hired_on=person.hired_on,
                birth_date=person.birth_date,
                education=person.education,
            )
            for person in people
        ],
        batch_size=1000,
    )
    posts = Post.objects.bulk_create(list(_posts(people, staff)), batch_size=1000)
    in_office = [post for post in posts if post.staff.user and post.state == PostState.ACTIVE]
    grant_roles_in_bulk([(post.staff.user, Role(post.role), post.grid, post.source) for post in in_office])
    record_many("staff.enter", staff, actor=actor, grid_of=lambda one: one.home)
    record_many("post.start", posts, actor=actor, grid_of=lambda one: one.grid)
    return staff


def _posts(people: Sequence[NewStaff], staff: Sequence[StaffProfile]) -> Iterable[Post]:
    for person, profile in zip(people, staff, strict=True):
        has_main = False
        for role, grid in person.posts:
            primary = role != Role.FULL_TIME or not has_main
            has_main = has_main or role == Role.FULL_TIME
            yield Post(grid=grid, role=role, staff=profile, primary=primary, starts_on=person.starts_on)


def _accounts(
    people: Sequence[NewStaff], password_hash: str, *, actor: Any, must_change_password: bool
) -> dict[str, User]:
    users = User.objects.bulk_create(
        [
            User(
                username=person.username,
                display_name=person.name,
                password=password_hash,
                must_change_password=must_change_password,
            )
            for person in people
            if person.username
        ],
        batch_size=1000,
    )
    record_many("account.create", users, actor=actor)
    return {user.username: user for user in users}


def _check(people: Sequence[NewStaff], grids: dict[Any, Grid]) -> None:
    leaders = Counter(grid.pk for person in people for role, grid in person.posts if role == Role.GRID_LEADER)
    standing = Post.objects.filter(role=Role.GRID_LEADER, grid__in=grids).not_ended().values_list("grid", flat=True)
    leaders.update(standing)
    taken = Counter(person.username for person in people if person.username)
    taken.update(User.objects.filter(username__in=list(taken)).values_list("username", flat=True))
    for person in people:
        for problem in _faults(person, grids, leaders, taken):
            raise ValidationError(f"{person.name}: {problem}")


def _faults(person: NewStaff, grids: dict[Any, Grid], leaders: Counter[Any], taken: Counter[str]) -> Iterable[str]:
    if person.username and taken[person.username] > 1:
        yield _("This login name is taken; choose another one.")
    if len({(role, grid.pk) for role, grid in person.posts}) < len(person.posts):
        yield _("%(name)s holds this post already.") % {"name": person.name}
    for role, grid in person.posts:
        if fault := rules.level_fault(role, grid.level):
            yield fault
        if not (decision := rules.may_enter_staff(None, grids[grid.pk])):
            yield str(decision.reason)
        if role == Role.GRID_LEADER and leaders[grid.pk] > 1:
            yield _("%(grid)s has a grid leader already.") % {"grid": grid.name}
