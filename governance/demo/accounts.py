"""The demo's accounts: one published password, hashed once; the ten of the tour and those of their colleagues."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.utils.functional import cached_property

from grids.access.choices import Role
from grids.access.models import User
from grids.trail.services import record_many

PASSWORD = "Lianhu-demo-2026"  # noqa: S105 - published on purpose: it opens synthetic data only


@dataclass(frozen=True)
class TourAccount:
    """A line of the table that ``load_demo --accounts`` prints."""

    username: str
    role: Role
    what: str
    device: str


TOUR = [
    TourAccount("shuji", Role.SECRETARY, "社区书记 community secretary, 丁山社区", "desk"),
    TourAccount("shegong", Role.COMMUNITY_WORKER, "社区工作者 community worker, 丁山社区", "desk"),
    TourAccount("wanggezhang", Role.GRID_LEADER, "网格长 grid leader, 丁山第一网格", "desk or phone"),
    TourAccount("wangge", Role.FULL_TIME, "专职网格员 grid member, 丁山第一网格", "phone"),
    TourAccount("jianzhi", Role.PART_TIME, "兼职网格员 part-time grid member, 丁山第一网格", "phone"),
    TourAccount("lianluo", Role.LIAISON, "微网格联络员 micro-grid liaison, 丁山花园1号楼1单元", "phone"),
    TourAccount("lianhu", Role.JOINT_FAMILY, "联户党员 joint-family member, 12 households in 丁山", "phone"),
    TourAccount("zaizhi", Role.IN_SERVICE, "在职党员 in-service party member who reported to 丁山", "phone"),
    TourAccount("jiedao", Role.STREET_DESK, "街道值班 street desk, 挹江门街道", "desk"),
    TourAccount("ducha", Role.AUDITOR, "区级督查 district auditor, 鼓楼区", "desk"),
    TourAccount("anquan", Role.SECURITY_ADMIN, "安全管理员 security administrator, 鼓楼区", "desk or phone"),
    TourAccount("qu", Role.DISTRICT_OFFICE, "区网格办 district grid office, 鼓楼区", "desk"),
    TourAccount("sanjia", Role.SECRETARY, "社区书记 community secretary, 三家浜社区", "desk"),
]


class AccountMaker:
    """Makes accounts that log in with the demo's password; the slow hash is computed once for all of them."""

    @cached_property
    def password_hash(self) -> str:
        validate_password(PASSWORD)
        return make_password(PASSWORD)

    def make(self, people: Iterable[tuple[str, str]], *, actor: Any = None) -> dict[str, User]:
        """Accounts for ``(login name, display name)``, by login name; nobody has to change the password."""
        users = [
            User(username=username, display_name=display_name, password=self.password_hash, must_change_password=False)
            for username, display_name in people
        ]
        User.objects.bulk_create(users, batch_size=500)
        record_many("account.create", users, actor=actor, reason="demo data")
        return {user.username: user for user in users}


def print_table(write: Any) -> None:
    """Print who can log in, for ``make run`` and ``load_demo --accounts``."""
    width = max(len(account.username) for account in TOUR)
    write(f"Demo accounts, password of all of them: {PASSWORD}")
    for account in TOUR:
        write(f"  {account.username:<{width}}  {account.what}  ({account.device})")
