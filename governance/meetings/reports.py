"""How meetings are shown: the agenda in words, the roll, a first draft of the minutes."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.affairs.guards import may_read
from governance.meetings import rules
from governance.meetings.choices import AttendanceState, CheckInWay, ItemDecision, ItemKind
from governance.meetings.models import AgendaItem, Meeting
from grids.access.choices import Permission
from grids.common.chips import Chip, chip_of
from grids.common.clock import now
from residents.contacts.models import ContactMember
from residents.contacts.rules import member_name
from residents.roster.rules import shown_household

HIDDEN = "—"


def share(part: int, whole: int) -> str:
    """``94.7%``: one decimal, half up; a dash when there is nothing to divide by (domain.md 3.7)."""
    if not whole:
        return HIDDEN
    return f"{(Decimal(part * 100) / Decimal(whole)).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%"


@dataclass(frozen=True)
class ItemLine:
    """One item as the reader may see it; ``url`` is where it is decided, empty for those who may not."""

    number: int
    item: AgendaItem
    kind: str
    text: str
    who: str
    door: str
    chip: Chip | None
    carried: Chip | None
    late: Chip | None
    answer: str
    affair: str
    affair_url: str
    url: str
    more_url: str


def agenda_lines(meeting: Meeting, user: Any, *, decides: bool = False) -> list[ItemLine]:
    """The agenda in its order; the words of needs only to those who read names in the community.

    An affair is linked for those who may read it: a family affair's words stay with the two parties and their helpers.
    """
    items = list(meeting.agenda.with_links())
    reads = user.has_perm(Permission.VIEW_NAMES, meeting.grid)
    return [_line(number, item, user, reads=reads, decides=decides) for number, item in enumerate(items, start=1)]


def _line(number: int, item: AgendaItem, user: Any, *, reads: bool, decides: bool) -> ItemLine:
    open_words = reads or item.kind in ItemKind.counted()
    affair_url = item.affair.get_absolute_url() if item.affair and may_read(user, item.affair) else ""
    return ItemLine(
        number=number,
        item=item,
        kind=item.get_kind_display(),
        text=item.text if open_words else _("The words are not shown to you."),
        who=member_name(user, item.member) if item.member else "",
        door=shown_household(user, item.household) if item.household else "",
        chip=chip_of(ItemDecision, item.decision),
        carried=rules.carried_chip(item.times_carried),
        late=_late(item),
        answer=item.answer if open_words else "",
        affair=item.affair.number if item.affair else "",
        affair_url=affair_url,
        url=reverse("governance:agenda-decide", args=[item.pk]) if decides else "",
        more_url=_more(item, user),
    )


def _late(item: AgendaItem) -> Chip | None:
    """Whether the need behind an item waits too long, while nobody has settled it."""
    waits = item.decision in (ItemDecision.OPEN, ItemDecision.CARRIED)
    return rules.need_chip(item.need.raised_at, now=now()) if item.need is not None and waits else None


def _more(item: AgendaItem, user: Any) -> str:
    """The list behind a number that the agenda names, for those who may open it."""
    grid = item.meeting.grid
    if item.kind == ItemKind.VISITS and user.has_perm(Permission.ASSIGN_CONTACTS, grid):
        return reverse("governance:gaps")
    if item.kind == ItemKind.VISITS and user.has_perm(Permission.LOG_VISITS, grid):
        return f"{reverse('residents:encounter-due')}?grid={grid.code}"
    if item.kind == ItemKind.FIVE_MUST and user.has_perm(Permission.VIEW_VISITS, grid):
        return f"{reverse('residents:visittask-list')}?grid={grid.code}"
    return ""


@dataclass(frozen=True)
class RollLine:
    member: ContactMember
    name: str
    branch: str
    present: bool
    chip: Chip | None
    way: str


def roll_lines(meeting: Meeting, user: Any) -> list[RollLine]:
    """Everybody invited, by branch and name; those who came are marked."""
    rows = meeting.attendances.select_related("member__person", "member__grid")
    return [
        RollLine(
            member=row.member,
            name=member_name(user, row.member),
            branch=row.member.branch,
            present=row.state == AttendanceState.PRESENT,
            chip=chip_of(AttendanceState, row.state),
            way=str(CheckInWay(row.way).label) if row.way else "",
        )
        for row in rows.order_by("member__branch", "member__person__name_initials", "member__person__name", "pk")
    ]


def draft_of_minutes(meeting: Meeting) -> str:
    """What the portal knows already: who came, and how each item closed; the recorder writes on from there."""
    invited = meeting.attendances.count()
    present = meeting.attendances.filter(state=AttendanceState.PRESENT).count()
    lines = [
        _("%(kind)s of %(grid)s, %(day)s")
        % {
            "kind": meeting.series.get_kind_display(),
            "grid": meeting.grid.name,
            "day": f"{meeting.planned_on:%Y-%m-%d}",
        },
        _("Members present: %(present)d of %(invited)d who were invited (%(share)s).")
        % {"present": present, "invited": invited, "share": share(present, invited)},
        "",
    ]
    for number, item in enumerate(meeting.agenda.with_links(), start=1):
        lines.append(f"{number}. {item.text}")
        closed = item.get_decision_display()
        words = [closed, item.answer, item.affair.number if item.affair else ""]
        lines.append("   " + _(": ").join(word for word in words if word))
    return "\n".join(lines)
