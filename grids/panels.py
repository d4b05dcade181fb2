"""What the rooms of this storey add to its pages, and their work in the background; imported once at the start."""

from grids.exporting import jobs as exporting_jobs
from grids.exporting import panels as exporting
from grids.jobs import jobs
from grids.maps import panels as maps
from grids.moves import panels as moves
from grids.notifications import retention as notifications_retention
from grids.places import panels as places
from grids.places import search as places_search
from grids.team import jobs as team_jobs
from grids.team import panels as team
from grids.tree import jobs as tree_jobs
from grids.tree import panels as tree
from grids.tree import search as tree_search

__all__ = [
    "exporting",
    "exporting_jobs",
    "jobs",
    "maps",
    "moves",
    "notifications_retention",
    "places",
    "places_search",
    "team",
    "team_jobs",
    "tree",
    "tree_jobs",
    "tree_search",
]
