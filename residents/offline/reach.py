"""Whether a household is, or once was, within an account's reach: what decides between applied, held and refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from grids.access.choices import ROLE_PERMISSIONS, Permission
from grids.common.codes import covers
from grids.team.models import Post
from grids.trail.models import AuditEntry
from grids.tree.models import GridCode
from residents.contacts.models import ContactAssignment, ContactMember
from residents.offline.choices import HeldReason
from residents.roster.models import Household, Stay
from residents.visits.querysets import in_sight

_FIELD_ROLES = [role.value for role, powers in ROLE_PERMISSIONS.items() if Permission.LOG_VISITS in powers]
_MEMBERSHIP = "contact_member:"


def household_in_reach(account: Any, key: int) -> Household | None:
    """The household if it exists for the account now."""
    return in_sight(Household.objects.with_place(), account).filter(pk=key).first() if key else None


def household_once_in_reach(account: Any, key: int) -> tuple[Household, HeldReason] | None:
    """A household that was in the account's reach at some time, and why it is no longer; None if it never was.

    The answer comes from dated posts, stays, issued codes and assignments: no list of what was shown to whom is kept.
    """
    household = Household.objects.with_place().filter(pk=key).first() if key else None
    if household is None:
        return None
    if _was_contact(account, household):
        return household, HeldReason.RIGHT_ENDED
    post = _post_that_covered(account, household)
    if post is None:
        return None
    still_serves = post.ends_on is None and account.is_active
    return household, HeldReason.OUT_OF_REACH if still_serves else HeldReason.RIGHT_ENDED


def memberships_of(account: Any) -> set[int]:
    """Keys of the memberships that the account serves or served; an ended one is named by the trail only."""
    told = AuditEntry.objects.filter(
        object_type="grids.User",
        object_id=str(account.pk),
        act__in=["role.grant", "role.revoke"],
        reason__startswith=_MEMBERSHIP,
    ).values_list("reason", flat=True)
    keys = {text.removeprefix(_MEMBERSHIP) for text in told}
    present = ContactMember.objects.filter(user=account).values_list("pk", flat=True)
    return {int(key) for key in keys if key.isdecimal()} | set(present)


def home_grid(account: Any) -> Any:
    """Whose secretary looks at an item that names no household: the grid of the account's newest post or membership."""
    post = Post.objects.filter(staff__user=account).select_related("grid").order_by("-starts_on", "-pk").first()
    if post is not None:
        return post.grid
    members = ContactMember.objects.filter(pk__in=memberships_of(account)).select_related("grid")
    member = members.order_by("-starts_on", "-pk").first()
    return member.grid if member is not None else None


def _was_contact(account: Any, household: Household) -> bool:
    served = ContactAssignment.objects.filter(household=household, member__in=memberships_of(account))
    return served.ever_served().exists()


# ------------------------------------------------------------------ posts, stays and codes through time
@dataclass(frozen=True)
class _Span:
    """A code from one day to another; both days count, because things change in the middle of a day."""

    code: str
    start: date
    end: date | None

    def meets(self, other: "_Span") -> bool:
        return (other.end is None or self.start <= other.end) and (self.end is None or other.start <= self.end)

    def narrowed(self, start: date, end: date | None) -> "_Span":
        ends = [day for day in (self.end, end) if day is not None]
        return _Span(self.code, max(self.start, start), min(ends, default=None))


def _post_that_covered(account: Any, household: Household) -> Post | None:
    """A post that let the account visit a door where the household lived, at a time when it lived there."""
    posts = list(Post.objects.filter(staff__user=account, role__in=_FIELD_ROLES).order_by("-starts_on", "-pk"))
    if not posts:
        return None
    stays = list(Stay.objects.filter(household=household).select_related("dwelling"))
    grids = {stay.dwelling.grid_id for stay in stays} | {household.dwelling.grid_id}
    codes = _codes_of(grids | {post.grid_id for post in posts})
    lived = [
        span.narrowed(stay.starts_on, stay.ends_on) for stay in stays for span in codes.get(stay.dwelling.grid_id, ())
    ] or list(codes.get(household.dwelling.grid_id, ()))
    for post in posts:
        held = [span.narrowed(post.starts_on, post.ends_on) for span in codes.get(post.grid_id, ())]
        if any(covers(mine.code, theirs.code) and mine.meets(theirs) for mine in held for theirs in lived):
            return post
    return None


def _codes_of(grids: Iterable[int]) -> dict[int, list[_Span]]:
    spans: dict[int, list[_Span]] = {}
    for grid, code, issued, retired in GridCode.objects.filter(grid__in=grids).values_list(
        "grid", "code", "issued_on", "retired_on"
    ):
        spans.setdefault(grid, []).append(_Span(code, issued, retired))
    return spans
