"""Every write about staff: enter, change, start and end posts; the account's rights follow in the same transaction."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant, User
from grids.access.passwords import starting_password
from grids.access.querysets import forget_scopes, roles_on
from grids.access.services import create_user, grant_role, renew_password, revoke_role
from grids.common.clock import today
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.team import rules
from grids.team.choices import Employment, PostState
from grids.team.models import Post, StaffProfile
from grids.trail.services import changes_between, record
from grids.tree.models import Grid
from grids.tree.services import lock_tree, register_closing_guard

STAFF_FIELDS = ("name", "employment", "work_phone", "hired_on", "birth_date", "education")


@register_closing_guard
def has_no_posts(grid: Grid) -> Decision:
    """A grid closes only when nobody serves on it any more and nobody is going to."""
    count = Post.objects.filter(grid=grid).not_ended().count()
    if count:
        return Denied(
            _("Posts on this grid that are still held or planned: %(count)s. End them first.") % {"count": count}
        )
    return Allowed()


# ------------------------------------------------------------------ staff
@transaction.atomic
def enter_staff(
    home: Grid, *, actor: Any, name: str, employment: Employment, user: User | None = None, **fields: Any
) -> StaffProfile:
    """Enter somebody who serves; ``home`` is the grid he is entered for.

    ``fields`` are of ``STAFF_FIELDS``. Raises ``Refused`` or ``ValidationError`` by field.
    """
    (home,) = lock_tree(home)
    rules.may_enter_staff(actor, home).or_raise()
    staff = StaffProfile(home=home, name=name.strip(), employment=employment, user=user, **fields)
    _check_staff(staff)
    staff.save(force_insert=True)
    changes = {"name": ["", staff.name], "employment": ["", str(staff.employment)]}
    record("staff.enter", staff, actor=actor, grid=home, changes=changes)
    return staff


@transaction.atomic
def change_staff(staff: StaffProfile, *, actor: Any, version: int, **fields: Any) -> StaffProfile:
    """Correct what is known about a member of staff. Raises ``StaleVersion``, ``Refused`` or ``ValidationError``."""
    rules.may_manage_team(actor, staff.home).or_raise()
    before = {name: getattr(staff, name) for name in STAFF_FIELDS}
    for name, value in fields.items():
        setattr(staff, name, value.strip() if isinstance(value, str) else value)
    _check_staff(staff)
    after = {name: getattr(staff, name) for name in STAFF_FIELDS}
    reason = _("%(name)s was changed by somebody else in the meantime. Open the page again.") % {"name": before["name"]}
    advance(staff, expected=version, reason=reason, **after)
    if changes := changes_between(before, after, StaffProfile):
        record("staff.change", staff, actor=actor, grid=staff.home, changes=changes)
    return staff


def _check_staff(staff: StaffProfile) -> None:
    staff.full_clean(exclude=["home", "user"], validate_unique=False)
    if not staff.name.isprintable():
        raise ValidationError({"name": _("The name holds a sign that cannot be printed; type it again.")})
    for name in ("hired_on", "birth_date"):
        day = getattr(staff, name)
        if day is not None and day > today():
            raise ValidationError({name: _("This day lies in the future.")})


# ------------------------------------------------------------------ posts
@transaction.atomic
def start_post(
    staff: StaffProfile,
    role: Role,
    grid: Grid,
    *,
    actor: Any,
    starts_on: date | None = None,
    primary: bool = True,
) -> Post:
    """Give ``staff`` the post ``role`` on ``grid`` from ``starts_on`` (default: today) on.

    From that day the account holds the role: at once when the day has come, else by ``apply_posts``. Raises
    ``Refused``, ``Conflict`` when somebody else filled the post, or ``ValidationError`` by field.
    """
    role, day = Role(role), starts_on or today()
    (grid,) = lock_tree(grid)
    staff = StaffProfile.objects.select_for_update(of=("self",)).get(pk=staff.pk)
    if fault := rules.level_fault(role, grid.level):
        raise ValidationError({"role": fault})
    _decide_start(actor, role, grid, staff)
    check_free(staff, role, grid, day, primary=primary)
    post = Post(grid=grid, role=role, staff=staff, primary=primary, starts_on=day)
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as problem:
        raise Conflict(_("Somebody else filled this post at the same moment. Look at the team again.")) from problem
    changes = {"role": ["", role.value], "staff": ["", staff.name], "starts_on": ["", day.isoformat()]}
    record("post.start", post, actor=actor, grid=grid, changes=changes)
    _follow(post, actor=actor)
    return post


def _decide_start(actor: Any, role: Role, grid: Grid, staff: StaffProfile) -> None:
    if actor is not None:
        forget_scopes(actor)
        if not StaffProfile.objects.restrict(actor, Permission.MANAGE_TEAM).filter(pk=staff.pk).exists():
            raise Refused(_("%(name)s was not entered for a grid of yours.") % {"name": staff.name})
    rules.may_start_post(actor, roles_on(actor, grid), role, grid, staff).or_raise()


def check_free(
    staff: StaffProfile, role: Role, grid: Grid, day: date, *, primary: bool, leaving: Post | None = None
) -> None:
    """Raise ``ValidationError`` by field when another post stands in the way; ``leaving`` ends by ``day``."""
    in_the_way = Post.objects.meeting(day)
    if leaving is not None:
        in_the_way = in_the_way.exclude(pk=leaving.pk)
    checking = Q(role=Role.SECURITY_ADMIN)
    if in_the_way.filter(~checking if role == Role.SECURITY_ADMIN else checking, staff=staff).exists():
        raise ValidationError({"role": _("The security administrator holds no other post.")})
    if in_the_way.filter(grid=grid, role=role, staff=staff).exists():
        raise ValidationError({"staff": _("%(name)s holds this post already.") % {"name": staff.name}})
    if role == Role.GRID_LEADER:
        leader = in_the_way.filter(grid=grid, role=role).select_related("staff").first()
        if leader is not None:
            message = _("%(name)s is the grid leader here; end that post first.")
            raise ValidationError({"role": message % {"name": leader.staff.name}})
    if role == Role.FULL_TIME and primary:
        main = in_the_way.filter(staff=staff, role=role, primary=True).select_related("grid").first()
        if main is not None:
            message = _("%(name)s is full-time on %(grid)s already; enter this one as a further post.")
            raise ValidationError({"primary": message % {"name": staff.name, "grid": main.grid.name}})


@transaction.atomic
def end_post(post: Post, *, actor: Any, reason: str, on: date | None = None) -> Post:
    """End ``post`` on ``on`` (default: today); with today or an earlier day the rights end in this transaction.

    A post that has not begun is called off: it ends on the day it was to start. Raises ``Refused``, ``Conflict`` or
    ``ValidationError`` by field.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("grid", "staff__user").get(pk=post.pk)
    if actor is not None:
        forget_scopes(actor)
    rules.may_end_post(actor, roles_on(actor, post.grid), post, today()).or_raise()
    day = on or max(today(), post.starts_on)
    if day < post.starts_on:
        raise ValidationError({"on": _("The post began on %(day)s; it cannot end before.") % {"day": post.starts_on}})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the post ends.")})
    before = post.ends_on.isoformat() if post.ends_on else None
    advance(
        post,
        expected=post.version,
        reason=_("Somebody else changed this post at the same moment. Open the page again."),
        ends_on=day,
        end_reason=reason.strip()[:200],
    )
    changes = {"ends_on": [before, day.isoformat()], "staff": [post.staff.name, post.staff.name]}
    record("post.end", post, actor=actor, grid=post.grid, changes=changes, reason=reason)
    _follow(post, actor=actor)
    return post


def _follow(post: Post, *, actor: Any, day: date | None = None) -> None:
    """Let the account hold the role exactly when the post is in office."""
    user = post.staff.user
    if user is None:
        return
    act = grant_role if post.state_on(day or today()) == PostState.ACTIVE else revoke_role
    act(user, Role(post.role), post.grid, actor=actor, source=post.source)


@transaction.atomic
def apply_posts(*, day: date | None = None) -> tuple[int, int]:
    """Give the roles of posts that began by ``day`` (default: today), take those of posts that ended.

    Run every morning; returns how many were given and taken. Running it again changes nothing.
    """
    day = day or today()
    held = dict(RoleGrant.objects.filter(source__startswith="post:").values_list("source", "pk"))
    due = Post.objects.held_on(day).filter(staff__user__isnull=False).select_related("grid", "staff__user")
    in_office = {post.source: post for post in due}
    missing = [post for source, post in in_office.items() if source not in held]
    surplus = RoleGrant.objects.filter(pk__in=[pk for source, pk in held.items() if source not in in_office])
    for post in missing:
        _follow(post, actor=None, day=day)
    taken = 0
    for grant in surplus.select_related("user", "grid"):
        revoke_role(grant.user, Role(grant.role), grant.grid, actor=None, source=grant.source)
        taken += 1
    return len(missing), taken


# ------------------------------------------------------------------ accounts
def may_open_account(actor: Any, staff: StaffProfile, posts: Iterable[Post]) -> Decision:
    """Whether ``actor`` may hand out a password for ``staff``: whoever could log in with it could use its powers.

    ``posts`` are the staff's posts that have not ended, with their grids. What else the account may do counts too: a
    joint-family member's households, the whole portal of an administrator.
    """
    if actor is not None and staff.user_id == actor.pk:
        return Denied(_("Change your own password under “Change password”."))
    if not (decision := rules.may_manage_team(actor, staff.home)):
        return decision
    for post in posts:
        if not (decision := rules.may_decide_on(actor, roles_on(actor, post.grid), Role(post.role), post.grid)):
            return decision
    if staff.user is None or actor is None or actor.is_superuser:
        return Allowed()
    if staff.user.is_superuser or staff.user.is_staff:
        return Denied(_("This account administers the portal; the administrator gives it a new password."))
    for grant in RoleGrant.objects.filter(user=staff.user).select_related("grid"):
        if not (decision := rules.may_manage_team(actor, grant.grid)):
            return decision
    return Allowed()


@transaction.atomic
def open_account(staff: StaffProfile, *, actor: Any, username: str) -> tuple[User, str]:
    """An account for ``staff`` with a starting password, which is returned once and must be changed at first login.

    The account holds the roles of the posts in office. Raises ``Refused``, ``Conflict`` or ``ValidationError``.
    """
    staff = StaffProfile.objects.select_for_update(of=("self",)).select_related("home", "user").get(pk=staff.pk)
    posts = list(Post.objects.filter(staff=staff).not_ended().select_related("grid"))
    if actor is not None:
        forget_scopes(actor)
    may_open_account(actor, staff, posts).or_raise()
    if staff.user_id:
        raise Conflict(_("%(name)s has an account already.") % {"name": staff.name})
    # Full-width letters are the same name: compared as it will be stored.
    username = User.normalize_username(username.strip())
    user = User(username=username, display_name=staff.name)
    user.clean_fields(exclude=["password", "phone"])
    taken = ValidationError({"username": _("This login name is taken; choose another one.")})
    if User.objects.filter(username__iexact=username).exists():
        raise taken
    password = starting_password()
    try:
        with transaction.atomic():
            user = create_user(username=username, display_name=staff.name, password=password, actor=actor)
    except IntegrityError as problem:
        raise taken from problem
    reason = _("%(name)s was changed by somebody else in the meantime. Open the page again.") % {"name": staff.name}
    advance(staff, expected=staff.version, reason=reason, user=user)
    for post in posts:
        post.staff = staff
        _follow(post, actor=actor)
    return user, password


@transaction.atomic
def give_new_password(staff: StaffProfile, *, actor: Any) -> tuple[User, str]:
    """A new starting password for the account of ``staff``, returned once. Raises ``Refused``."""
    staff = StaffProfile.objects.select_related("home", "user").get(pk=staff.pk)
    if actor is not None:
        forget_scopes(actor)
    posts = Post.objects.filter(staff=staff).not_ended().select_related("grid")
    may_open_account(actor, staff, posts).or_raise()
    if staff.user is None:
        raise Refused(_("%(name)s has no account yet.") % {"name": staff.name})
    return staff.user, renew_password(staff.user, actor=actor)
