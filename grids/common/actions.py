"""What a page offers to do: buttons that say why when they are grey."""

import zlib
from dataclasses import dataclass, field

from grids.common.decisions import Allowed, Decision


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb; the last one has no address."""

    label: object
    url: str = ""


@dataclass(frozen=True)
class Action:
    """A button. ``style`` is "primary", "secondary", "danger" or "quiet"; ``icon`` a lucide name.

    ``decision`` is the answer of the room's ``may_*`` rule: a ``Denied`` greys the button and its reason stands beside
    it. ``post=True`` submits at once (only for acts that can be undone); otherwise the address opens a page. ::

        Action(_("End contact"), url, may_end(user, assignment), style="danger", icon="user-minus")
    """

    label: object
    url: str
    decision: Decision = field(default_factory=Allowed)
    style: str = "secondary"
    icon: str = ""
    post: bool = False

    @property
    def key(self) -> str:
        """An id within the page, to tie the reason to the button."""
        return f"act-{zlib.crc32(str(self.url).encode()):x}"
