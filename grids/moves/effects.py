"""What a move would do: households that are no longer or newly seen, and who could go on with what is left behind."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When

from grids.access.choices import Role
from grids.access.querysets import Scope
from grids.common.codes import topmost
from grids.moves.models import StaffMove
from grids.moves.parts import LeftPart, MovePart, count_households, left_parts, move_parts
from grids.moves.rules import sees_households, succeeding_roles
from grids.team.models import Post, StaffProfile
from grids.tree.choices import Level
from grids.tree.models import Grid


@dataclass(frozen=True)
class Effect:
    """Households that somebody no longer sees, and those that he newly sees."""

    loses: int
    gains: int


def effects_of(post: Post, grids: list[Grid]) -> list[Effect]:
    """The effect of moving the holder of ``post`` to each of ``grids``; two queries however many there are."""
    if not sees_households(Role(post.role)):
        return [Effect(0, 0) for _grid in grids]
    others = Post.objects.held_on().filter(staff=post.staff_id).exclude(pk=post.pk)
    kept = {code for role, code in others.values_list("role", "grid__code") if sees_households(Role(role))}
    rest, before = _scope(kept), _scope(kept | {post.grid.code})
    pairs = [(_scope({post.grid.code}), rest), *((_scope({grid.code}), before) for grid in grids)]
    lost, *gained = count_households(pairs)
    return [Effect(lost, number) for number in gained]


def _scope(codes: set[str]) -> Scope:
    return Scope(topmost(codes))


def held_items(post: Post) -> list[tuple[MovePart, list[Any]]]:
    """What the holder of ``post`` answers for on its grid, part by part, empty ones left out."""
    found = [(part, list(part.held(post.staff, post.grid).order_by("pk"))) for part in move_parts]
    return [(part, rows) for part, rows in found if rows]


def staying(move: StaffMove) -> list[tuple[LeftPart, int]]:
    """How much of each part ``move`` leaves with whoever moves; parts without any left out."""
    counted = [(part, part.stays(move).count()) for part in left_parts]
    return [(part, number) for part, number in counted if number]


def left_numbers(user: Any) -> dict[str, int]:
    """How much of each part (by its key, empty ones left out) ``user`` has to hand on; one query for all parts."""
    counted = [
        part.left(user).order_by().annotate(part=Value(part.key)).values_list("part").annotate(number=Count("pk"))
        for part in left_parts
    ]
    if not counted:
        return {}
    first, *others = counted
    return {key: number for key, number in first.union(*others, all=True) if number}


def successors(post: Post) -> QuerySet:
    """Who could go on with what the holder of ``post`` leaves (see ``colleagues``)."""
    return colleagues(post.grid).exclude(pk=post.staff_id)


def colleagues(grid: Grid) -> QuerySet:
    """Who could go on with what somebody leaves on ``grid``: colleagues of the grid first, then its community's.

    With a post in office on the grid, below it, or above it up to the community, and an account in use. Annotates
    ``nearness`` (0 is nearest) and ``serving_as``, the role of the post that is nearest.
    """
    order = succeeding_roles()
    above = grid.get_ancestors().filter(level__gte=Level.COMMUNITY)
    held = Post.objects.held_on().filter(role__in=order)
    near = held.under(grid) | held.filter(grid__in=above)
    rank = Case(
        *(When(grid=grid, role=role, then=Value(place)) for place, role in enumerate(order)), default=Value(len(order))
    )
    nearest = near.filter(staff=OuterRef("pk")).annotate(rank=rank).order_by("rank", "pk")
    people = StaffProfile.objects.filter(user__is_active=True)
    people = people.annotate(
        nearness=Subquery(nearest.values("rank")[:1]), serving_as=Subquery(nearest.values("role")[:1])
    )
    return people.filter(nearness__isnull=False).order_by("nearness", "pk")


def reachable(grids: QuerySet, post: Post) -> QuerySet:
    """Those of ``grids`` that the holder of ``post`` could serve on instead: of its level and district, in use."""
    level = {"level": post.grid.level, "tree_id": post.grid.tree_id}
    return grids.living().filter(**level).exclude(pk=post.grid_id).order_by("code")
