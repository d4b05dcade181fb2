"""Rules of the grid tree: which code a grid may have, what hangs under what, who may change it. No database."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.codes import significant
from grids.common.decisions import Allowed, Decision, Denied, all_of
from grids.tree.choices import ExclusiveType, Kind, Level

Ranges = tuple[tuple[int, int], ...]

# Numbers of the last digits, in the order in which they are given out (domain.md 2.3): streets 001-099, towns 100-199,
# townships 200-399, enterprise administrations 400-599; residents' committees 001-199, villagers' committees from 200.
STREET_NUMBERS: Ranges = ((1, 99), (100, 199), (200, 399), (400, 999))
COMMUNITY_NUMBERS: Ranges = ((1, 199), (200, 399), (400, 999))
COMPREHENSIVE_NUMBERS: Ranges = ((1, 899),)
EXCLUSIVE_NUMBERS: Ranges = ((901, 999),)
MICROGRID_NUMBERS: Ranges = ((1, 99),)


def numbers_of(level: Level, kind: Kind) -> Ranges:
    """The numbers that the last digits of a code on this level may have; none for a district (GB/T 2260 says it)."""
    if level == Level.GRID:
        return EXCLUSIVE_NUMBERS if kind == Kind.EXCLUSIVE else COMPREHENSIVE_NUMBERS
    return {Level.STREET: STREET_NUMBERS, Level.COMMUNITY: COMMUNITY_NUMBERS, Level.MICROGRID: MICROGRID_NUMBERS}.get(
        level, ()
    )


def full_code(digits: str) -> str:
    """The written code for significant digits: territory down to the community is filled up to 12 digits."""
    return digits.ljust(12, "0")


def child_code(parent_code: str, level: Level, number: int) -> str:
    """The code of number ``number`` under the parent."""
    prefix = significant(parent_code)
    return full_code(f"{prefix}{number:0{level.digits - len(prefix)}d}")


def number_in(code: str, level: Level) -> int:
    """The number in the last significant digits of a code that is known to be of this level."""
    width = level.digits - Level(level - 1).digits
    return int(code[level.digits - width : level.digits])


def next_code(parent_code: str, level: Level, kind: Kind, issued: Collection[str]) -> str | None:
    """The next free code under the parent, or None when all numbers are used up.

    ``issued`` holds every code ever issued under the parent, retired ones included. The number after the highest one
    of a range comes first; gaps are filled only when the range has reached its end.
    """
    for first, last in numbers_of(level, kind):
        used = {number for number in range(first, last + 1) if child_code(parent_code, level, number) in issued}
        highest = max(used, default=first - 1)
        candidates = [highest + 1] if highest < last else sorted(set(range(first, last + 1)) - used)[:1]
        for number in candidates:
            return child_code(parent_code, level, number)
    return None


def moved_code(code: str, new_parent_code: str, level: Level, kind: Kind, issued: Collection[str]) -> str | None:
    """The code after a move: with its own last digits where they are free under the new parent, else the next free."""
    number = number_in(code, level)
    kept = child_code(new_parent_code, level, number)
    fits = any(first <= number <= last for first, last in numbers_of(level, kind))
    return kept if fits and kept not in issued else next_code(new_parent_code, level, kind, issued)


def code_fault(code: str, level: Level, kind: Kind, parent_code: str | None) -> str:
    """Why ``code`` cannot be the code of such a grid, as a sentence; empty when it can."""
    length = max(level.digits, 12)
    if not (code.isascii() and code.isdigit() and len(code) == length):
        return _("A code on this level has %(length)s digits.") % {"length": length}
    if len(significant(code)) != level.digits:
        return _("The zeros at the end of %(code)s belong to another level.") % {"code": code}
    if parent_code is None:
        return ""
    if not code.startswith(significant(parent_code)):
        return _("The code must begin with %(digits)s, the digits of the grid above.") % {
            "digits": significant(parent_code)
        }
    if not any(first <= number_in(code, level) <= last for first, last in numbers_of(level, kind)):
        ranges = ", ".join(f"{first:03d}-{last:03d}" for first, last in numbers_of(level, kind))
        return _("The last digits must be one of %(ranges)s.") % {"ranges": ranges}
    return ""


def kind_under(parent: Any, level: Level, kind: Kind, exclusive_type: str) -> tuple[Kind, str]:
    """Kind and exclusive type as they will be stored: a micro-grid is of its grid's kind."""
    if level == Level.MICROGRID and parent is not None:
        return Kind(parent.kind), parent.exclusive_type
    return kind, exclusive_type


def kind_fault(level: Level, kind: Kind, exclusive_type: str) -> str:
    """Why kind and type do not go together; empty when they do (M02)."""
    if kind == Kind.EXCLUSIVE and level not in {Level.GRID, Level.MICROGRID}:
        return _("Only a grid can be exclusive; territory above it is shared by everybody.")
    if kind == Kind.EXCLUSIVE and exclusive_type not in ExclusiveType.values:
        return _("Say what the exclusive grid is for.")
    if kind == Kind.COMPREHENSIVE and exclusive_type:
        return _("A comprehensive grid has no exclusive type.")
    return ""


def numbering(root: Hashable, children: Mapping[Any, Sequence[Any]]) -> dict[Any, tuple[int, int, int]]:
    """Nested-set numbers of one tree: ``{node: (left, right, depth)}``; children are taken in the given order."""
    left: dict[Any, tuple[int, int]] = {root: (1, 0)}
    numbers: dict[Any, tuple[int, int, int]] = {}
    counter = 1
    path = [(root, iter(children.get(root, ())))]
    while path:
        node, rest = path[-1]
        child = next(rest, None)
        counter += 1
        if child is None:
            path.pop()
            numbers[node] = (left[node][0], counter, left[node][1])
        else:
            left[child] = (counter, len(path))
            path.append((child, iter(children.get(child, ()))))
    return numbers


def grid_label(grid: Any) -> str:
    """A grid by its name and the name of what it belongs to: names repeat inside a district."""
    return f"{grid.parent.name} · {grid.name}" if grid.level >= Level.GRID and grid.parent else grid.name


# ------------------------------------------------------------------ who may
def may_manage(user: Any, grid: Any) -> Decision:
    """Whether ``user`` (None: the system) holds the power to change grids here."""
    if user is None or user.has_perm(Permission.MANAGE_GRIDS, grid):
        return Allowed()
    return Denied(_("The district grid office draws the grids. Ask it to make this change."))


def may_create_under(user: Any, parent: Any) -> Decision:
    """Whether ``user`` may create the next level under ``parent``."""
    if not parent.is_living:
        return Denied(_("This grid is closed; nothing new can be created under it."))
    if Level(parent.level).child is None:
        return Denied(_("A micro-grid is the lowest level; nothing hangs under it."))
    return may_manage(user, parent)


def may_create_district(user: Any) -> Decision:
    """Districts come with the import of divisions; by hand only the system administrator adds one."""
    if user is None or (user.is_active and user.is_superuser):
        return Allowed()
    return Denied(_("Districts are added by the system administrator."))


def may_rename(user: Any, grid: Any) -> Decision:
    return all_of(must_live(grid), may_manage(user, grid))


def may_move(user: Any, grid: Any) -> Decision:
    if grid.level == Level.DISTRICT:
        return Denied(_("A district is the top of its tree and cannot be moved."))
    return all_of(must_live(grid), may_manage(user, grid))


def may_move_under(user: Any, grid: Any, new_parent: Any) -> Decision:
    """Whether ``user`` may hang ``grid`` under ``new_parent``: he needs the power at both ends."""
    if new_parent.level != grid.level - 1:
        return Denied(
            _("A grid of the level “%(level)s” must hang under one of the level “%(above)s”.")
            % {"level": Level(grid.level).label, "above": Level(grid.level - 1).label}
        )
    if new_parent.pk == grid.parent_id:
        return Denied(_("It already belongs to %(name)s.") % {"name": new_parent.name})
    if not new_parent.is_living:
        return Denied(_("%(name)s is closed; choose one that is in use.") % {"name": new_parent.name})
    return may_manage(user, new_parent)


def may_close(user: Any, grid: Any) -> Decision:
    """Whether ``user`` may close grids here; what still stands in the way is asked of ``closing_obstacles``."""
    return all_of(must_live(grid), may_manage(user, grid))


def must_live(grid: Any) -> Decision:
    if grid.is_living:
        return Allowed()
    return Denied(_("This grid is closed; its history is kept and nothing in it changes any more."))


def name_fault(name: str, taken: Iterable[str]) -> str:
    """Why a grid cannot have this name beside its living sisters; empty when it can."""
    if not name.strip():
        return _("A grid needs a name.")
    if not name.isprintable():
        return _("The name holds a sign that cannot be printed; type it again.")
    if name in set(taken):
        return _("There is already a grid named %(name)s here; choose another name.") % {"name": name}
    return ""
