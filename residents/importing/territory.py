"""The grids and buildings an import may speak of, and how its words for them are read. Pure: facts in, answers out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.common.codes import covers
from grids.places.rules import tidy
from grids.places.services import standing_building
from grids.tree.choices import Level
from residents.importing.drafting import Draft
from residents.roster.rules import NO_DWELLINGS

_BETWEEN = "·•・-—–/\\,，、:：>›"


@dataclass(frozen=True, slots=True)
class GridFact:
    """A grid in use, with what the rules about buildings ask of one."""

    pk: int
    code: str
    level: int
    name: str
    parent_id: int | None
    parent_name: str


@dataclass(frozen=True, slots=True)
class BuildingFact:
    pk: int
    name: str
    grid: GridFact
    compound: str = ""

    @property
    def grid_id(self) -> int:
        return self.grid.pk


class Unplaced(Exception):
    """A row whose grid cannot be told: ``field`` and a sentence what to do."""

    def __init__(self, field_name: str, message: str) -> None:
        super().__init__(message)
        self.field = field_name
        self.message = message


def spot(name: str) -> str:
    """A name of a grid as it is compared: without spaces and the signs that join it to its parent's."""
    return "".join(letter for letter in tidy(name) if letter not in _BETWEEN)


@dataclass
class Territory:
    """What the importing user may speak of: ``grids`` lie in his scope and under the grid of the import.

    A grid outside is simply not there: whether it exists elsewhere is nobody's business here.
    """

    grids: list[GridFact]
    communities: list[GridFact]
    buildings: Iterable[BuildingFact]
    default: GridFact | None = None
    exclusive: Iterable[GridFact] = ()
    by_pk: dict[int, GridFact] = field(init=False)
    _words: dict[str, list[GridFact]] = field(init=False)
    _namesakes: dict[str, list[BuildingFact]] = field(init=False)
    _known: dict[tuple[str | None, ...], GridFact] = field(init=False)

    def __post_init__(self) -> None:
        self.by_pk = {grid.pk: grid for grid in self.grids}
        self._words, self._namesakes, self._known = {}, {}, {}
        for grid in self.grids:
            for word in _words_of(grid):
                self._words.setdefault(word, []).append(grid)
        for building in self.buildings:
            self._namesakes.setdefault(building.name, []).append(building)

    def has_building(self, name: str, compound: str = "", *, besides: str = "") -> bool:
        """Whether a building of this name stands here: in any compound, in ``compound``, or in one ``besides``."""
        standing = self._namesakes.get(name, ())
        if compound:
            return any(one.compound == compound for one in standing)
        if besides:
            return any(one.compound not in {"", besides} for one in standing)
        return bool(standing)

    def place(self, draft: Draft) -> tuple[GridFact, BuildingFact | None]:
        """The grid of a row and the building, if it stands already. Raises ``Unplaced``."""
        key = (draft.community, draft.grid, draft.micro_grid, draft.building)
        grid = self._known.get(key)
        if grid is None:
            grid = self._known[key] = self._grid_of(draft)
        try:
            return grid, standing_building(grid, self._namesakes.get(draft.building or "", ()))
        except ValidationError as problem:
            name, [message] = next(iter(problem.message_dict.items()))
            raise Unplaced(name, message) from problem

    def _grid_of(self, draft: Draft) -> GridFact:
        within = self._community(draft.community) if draft.community else ()
        found = [grid for grid in self.grids if not within or any(covers(one.code, grid.code) for one in within)]
        named = [(name, text) for name in ("grid", "micro_grid") if (text := getattr(draft, name))]
        above: list[GridFact] = []
        for name, text in named:
            allowed = {grid.pk for grid in found}
            matches = [
                grid
                for grid in self._words.get(spot(text), ())
                if grid.pk in allowed and (not above or any(covers(one.code, grid.code) for one in above))
            ]
            if name == "micro_grid":
                matches = [grid for grid in matches if grid.level == Level.MICROGRID] or matches
            if not matches:
                if any(spot(text) in _words_of(grid) for grid in self.exclusive):
                    raise Unplaced(name, str(NO_DWELLINGS))
                raise Unplaced(
                    name, _("No grid of your roster has this name or code. Write it as in the list of grids.")
                )
            above = matches
        if above:
            return self._only(above, named[-1][0], draft)
        standing = [
            one.grid
            for one in self._namesakes.get(draft.building or "", ())
            if not within or any(covers(two.code, one.grid.code) for two in within)
        ]
        if len({grid.pk for grid in standing}) == 1:
            return standing[0]
        if standing:
            message = _("Several grids here have this building. Add a column with the grid.")
            raise Unplaced("building", message)
        if self.default is not None:
            return self.default
        if len(self.grids) == 1:
            return self.grids[0]
        message = _("Nothing says in which grid this is: add a column with the grid, or choose one for such rows.")
        raise Unplaced("grid", message)

    def _only(self, matches: list[GridFact], name: str, draft: Draft) -> GridFact:
        """The one grid that is meant: among several of a name, the one in which the building stands."""
        if len(matches) > 1:
            standing = {one.grid.pk for one in self._namesakes.get(draft.building or "", ())}
            matches = [grid for grid in matches if grid.pk in standing] or matches
        if len(matches) > 1:
            raise Unplaced(name, _("Several grids here have this name. Write the code, or the grid above it as well."))
        return matches[0]

    def _community(self, text: str) -> list[GridFact]:
        found = [one for one in self.communities if _is_named(one, text)]
        if not found:
            message = _("This row belongs to another community than the roster you are importing into.")
            raise Unplaced("community", message)
        return found


def _words_of(grid: GridFact) -> set[str]:
    """What a grid may be called in a file."""
    return {spot(grid.code), spot(grid.name), spot(grid.parent_name + grid.name)}


def _is_named(grid: GridFact, text: str) -> bool:
    word = spot(text)
    short = _short(spot(grid.name))
    return word in {spot(grid.code), spot(grid.name), short} or _short(word) == short or word.endswith(spot(grid.name))


def _short(name: str) -> str:
    for ending in ("社区居委会", "村委会", "居委会", "社区", "村"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name
