"""What the room of visits keeps."""

from residents.visits.models.encounters import Encounter, HouseholdNeed, NeedAnswer
from residents.visits.models.photos import EncounterPhoto
from residents.visits.models.plans import CareLevelPlan
from residents.visits.models.tasks import VisitTask

__all__ = ["CareLevelPlan", "Encounter", "EncounterPhoto", "HouseholdNeed", "NeedAnswer", "VisitTask"]
