"""What a row of ``tests/policy.py`` is made of, and who holds which power over the east grid."""

from dataclasses import dataclass
from typing import Any

ANONYMOUS = "anonymous"
EVERYBODY = (
    "secretary desk_worker leader east_worker west_worker mentor liaison street_desk auditor district_office "
    "security_admin joint_member stranger foreign_secretary foreign_worker foreign_auditor"
)
FOREIGN = "foreign_secretary foreign_worker foreign_auditor"


@dataclass(frozen=True)
class Row:
    """The expected answers of one address.

    ``own`` and ``foreign``: what stands in the address, as ``name=world attribute`` pairs. ``foreign`` objects must be
    404 for everybody outside the other district.
    """

    opens: str
    refused: str = ""
    own: str = ""
    foreign: str = ""
    otherwise: int = 404
    query: str = ""
    # Accounts that hold the page's power nowhere: 403 whatever the object.
    shut: str = ""
    post_only: bool = False
    public: bool = False
    # The page leads on to another one instead of showing something.
    redirects: bool = False
    # It talks to a phone: without a login 401 and no page to log in, and a form is 415.
    speaks_json: bool = False
    # The address names no object: nothing foreign or missing to try.
    fixed: bool = False

    @property
    def opening(self) -> set[str]:
        return set(self.opens.split())

    @property
    def refusing(self) -> set[str]:
        return set(self.refused.split())


def page(opens: str, *, query: str = "") -> Row:
    """A list or form without an object in its address: 403 for those without the power."""
    return Row(opens=opens, otherwise=403, query=query)


def about(own: str, opens: str, refused: str = "", **more: Any) -> Row:
    """A page about one object; the foreign one has the same name in the other district."""
    foreign = (
        own.replace("=community", "=foreign_community")
        .replace("=east_", "=foreign_")
        .replace("=member", "=foreign_member")
    )
    return Row(opens=opens, refused=refused, own=own, foreign=foreign, **more)


def less(all_of: str, without: str) -> str:
    return " ".join(name for name in all_of.split() if name not in without.split())


# Who holds a power over the east grid (domain.md 3.8), written out by hand.
GRIDS = "secretary desk_worker leader east_worker mentor street_desk auditor district_office security_admin"
TEAM = GRIDS
TEAM_KEEPERS = "secretary street_desk district_office"
ROSTER = "secretary desk_worker leader east_worker mentor liaison street_desk auditor"
EDITORS = "secretary desk_worker leader east_worker"
CONTACTS = ROSTER
VISITS = "secretary desk_worker leader east_worker mentor street_desk auditor"
LOGGERS = "desk_worker leader east_worker liaison joint_member"
# Who goes to the doors of a grid by a post.
GOERS = "desk_worker leader east_worker liaison"
AFFAIRS = "secretary desk_worker leader east_worker mentor street_desk auditor district_office"
TRIAGE = "secretary desk_worker street_desk"
PRIVACY = "secretary district_office"
RENTALS = "secretary desk_worker leader east_worker street_desk auditor"
INDICATORS = "secretary desk_worker leader east_worker mentor street_desk auditor district_office"
APPROVERS = "secretary desk_worker street_desk district_office"
EXPORTERS = f"{APPROVERS} auditor"
DESK = "secretary desk_worker"
# The same powers held anywhere: who may open a list at all.
ELSEWHERE = "west_worker foreign_secretary foreign_worker"
ALL_ELSEWHERE = f"{ELSEWHERE} foreign_auditor"
