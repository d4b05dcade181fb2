"""The roster's tables."""

from residents.roster.models.homes import Absence, Dwelling, Headship, Household, Residency, Stay
from residents.roster.models.merging import NoDuplicate, PersonMerge
from residents.roster.models.persons import CareTag, ConsentRecord, Person, VesselCrew

__all__ = [
    "Absence",
    "CareTag",
    "ConsentRecord",
    "Dwelling",
    "Headship",
    "Household",
    "NoDuplicate",
    "Person",
    "PersonMerge",
    "Residency",
    "Stay",
    "VesselCrew",
]
