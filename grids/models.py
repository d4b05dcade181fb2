"""The rooms of the first storey, gathered for Django."""

from grids.access.models import GridGroupObjectPermission, GridUserObjectPermission, RoleGrant, User
from grids.exporting.models import Export, SavedLedger
from grids.jobs.models import Job, StoredFile
from grids.maps.models import GridBoundary
from grids.moves.models import StaffMove
from grids.notifications.models import Notification
from grids.places.models import Building, Compound, Organisation, Place, ServicePoint, Unit, Vessel
from grids.team.models import Post, StaffProfile
from grids.trail.models import AuditEntry, TrailHead, TrailSeal, UnsealedEntry
from grids.tree.models import Grid, GridChange, GridCode

__all__ = [
    "AuditEntry",
    "Building",
    "Compound",
    "Export",
    "Grid",
    "GridBoundary",
    "GridChange",
    "GridCode",
    "GridGroupObjectPermission",
    "GridUserObjectPermission",
    "Job",
    "Notification",
    "Organisation",
    "Place",
    "Post",
    "RoleGrant",
    "SavedLedger",
    "ServicePoint",
    "StaffMove",
    "StaffProfile",
    "StoredFile",
    "TrailHead",
    "TrailSeal",
    "Unit",
    "UnsealedEntry",
    "User",
    "Vessel",
]
