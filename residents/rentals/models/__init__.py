"""The tables of the rental files."""

from residents.rentals.models.checklists import ChecklistItem, RentalChecklist
from residents.rentals.models.checks import CheckFinding, ColourChange, FindingPhoto, RectificationNotice, RentalCheck
from residents.rentals.models.files import RentalFile, Tenancy

__all__ = [
    "CheckFinding",
    "ChecklistItem",
    "ColourChange",
    "FindingPhoto",
    "RectificationNotice",
    "RentalCheck",
    "RentalChecklist",
    "RentalFile",
    "Tenancy",
]
