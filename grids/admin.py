"""The administration pages of the storey, gathered from its rooms."""

from grids.access import admin as access
from grids.maps import admin as maps
from grids.moves import admin as moves
from grids.places import admin as places
from grids.team import admin as team
from grids.tree import admin as tree

__all__ = ["access", "maps", "moves", "places", "team", "tree"]
