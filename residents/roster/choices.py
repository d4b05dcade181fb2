"""Code tables of the roster (GB/T 2261.1, GB/T 4761, residency types of domain.md 2.9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    """GB/T 2261.1-2003."""

    UNKNOWN = "0", _("Unknown")
    MALE = "1", _("Male")
    FEMALE = "2", _("Female")
    NOT_STATED = "9", _("Not stated")


class Relation(models.TextChoices):
    """Relation to the head of the household: the main groups of GB/T 4761-2008 and the values the doorstep needs."""

    HEAD = "02", _("Head of household")
    SPOUSE = "10", _("Spouse")
    SON = "20", _("Son")
    DAUGHTER = "30", _("Daughter")
    SON_IN_LAW = "28", _("Son-in-law")
    DAUGHTER_IN_LAW = "38", _("Daughter-in-law")
    GRANDCHILD = "40", _("Grandchild")
    PARENT = "50", _("Parent")
    GRANDPARENT = "60", _("Grandparent")
    SIBLING = "70", _("Brother or sister")
    OTHER_RELATIVE = "97", _("Other relative")
    NOT_RELATED = "99", _("Not related")


class ResidencyKind(models.TextChoices):
    """How a person belongs to the place where he lives."""

    PERMANENT_LOCAL = "permanent_local", _("Registered and living here")
    PERMANENT_NONLOCAL = "permanent_nonlocal", _("Resident registered elsewhere in the city")
    MIGRANT = "migrant", _("Migrant resident")
    HUKOU_ELSEWHERE = "hukou_elsewhere", _("Registered here, living elsewhere")
    LODGER = "lodger", _("Lodger")
    OVERSEAS = "overseas", _("Overseas resident")


class ArrivalReason(models.TextChoices):
    """Why a residency began; a move inside the district is no arrival from outside (domain.md M17)."""

    FIRST_RECORDED = "first_recorded", _("First recorded")
    MOVED_IN = "moved_in", _("Moved in from outside")
    MOVED_INSIDE = "moved_inside", _("Moved inside the district")
    BIRTH = "birth", _("Born")
    SPLIT = "split", _("Household split")
    MERGED = "merged", _("Households merged")

    @classmethod
    def from_outside(cls) -> list["ArrivalReason"]:
        """Those that add to the population of the district."""
        return [cls.FIRST_RECORDED, cls.MOVED_IN, cls.BIRTH]


class EndReason(models.TextChoices):
    """Why a residency ended."""

    MOVED_OUT = "moved_out", _("Moved out")
    MOVED_INSIDE = "moved_inside", _("Moved inside the district")
    DECEASED = "deceased", _("Deceased")
    SPLIT = "split", _("Household split")
    MERGED = "merged", _("Households merged")
    ENTERED_WRONGLY = "entered_wrongly", _("Entered by mistake")

    @classmethod
    def to_outside(cls) -> list["EndReason"]:
        """Those that take from the population of the district."""
        return [cls.MOVED_OUT, cls.DECEASED, cls.ENTERED_WRONGLY]


class AbsenceKind(models.TextChoices):
    """Where somebody is who lives here and is away for a while."""

    WORK = "work", _("Working elsewhere")
    AT_SEA = "at_sea", _("At sea")
    STUDY = "study", _("Studying elsewhere")
    CARE = "care", _("In hospital or a home")
    FAMILY = "family", _("With family")
    OTHER = "other", _("Away for another reason")


class InflowReason(models.TextChoices):
    """Why a migrant resident came."""

    WORK = "work", _("Work")
    BUSINESS = "business", _("Own business")
    STUDY = "study", _("Study")
    FAMILY = "family", _("Family")
    CARE = "care", _("Care or treatment")
    OTHER = "other", _("Other")


class Education(models.TextChoices):
    """GB/T 4658-2006, the main groups; optional."""

    POSTGRADUATE = "10", _("Postgraduate")
    BACHELOR = "20", _("University")
    COLLEGE = "30", _("College")
    VOCATIONAL = "40", _("Vocational school")
    HIGH_SCHOOL = "60", _("Senior high school")
    MIDDLE_SCHOOL = "70", _("Junior high school")
    PRIMARY = "80", _("Primary school")
    OTHER = "90", _("Other education")


class CareKind(models.TextChoices):
    """Care groups (domain.md 2.9): who is entitled to visits and help. Care, never control."""

    LIVING_ALONE = "living_alone", _("Living-alone elderly")
    EMPTY_NEST = "empty_nest", _("Empty-nest elderly")
    ADVANCED_AGE = "advanced_age", _("Advanced age (80 and over)")
    DISABLED_ELDERLY = "disabled_elderly", _("Disabled elderly")
    SEVERE_DISABILITY = "severe_disability", _("Severely disabled person")
    BEREAVED_FAMILY = "bereaved_family", _("Special family (one-child bereaved)")
    LOW_INCOME = "low_income", _("Low-income household")
    DESTITUTE = "destitute", _("Destitute person")
    LEFT_BEHIND_CHILD = "left_behind_child", _("Left-behind child")
    CHILD_IN_DIFFICULTY = "child_in_difficulty", _("Child in difficulty")
    NEW_MOTHER = "new_mother", _("Pregnant woman or new mother")
    SERIOUS_ILLNESS = "serious_illness", _("Seriously ill person")
    VETERAN = "veteran", _("Preferential-treatment person (veteran)")
    LANGUAGE_HELP = "language_help", _("Needs help with the language")
    AWAY_WORKING = "away_working", _("At sea or working away")

    @classmethod
    def needing_consent(cls) -> list["CareKind"]:
        """Optional tags: only with the person's own separate consent."""
        return [cls.NEW_MOTHER, cls.SERIOUS_ILLNESS, cls.LANGUAGE_HELP, cls.AWAY_WORKING]


class CareBasis(models.TextChoices):
    """What allows a care tag to be kept (PIPL arts. 13, 29)."""

    CONSENT = "consent", _("Separate consent of the person")
    STATUTORY = "statutory", _("Statutory duty, with its document")


class CareEnd(models.TextChoices):
    REVIEWED = "reviewed", _("No longer applies by review")
    EXPIRED = "expired", _("Review date passed")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")
    MOVED = "moved", _("Moved away or deceased")
    MISTAKE = "mistake", _("Entered by mistake")


class ConsentPurpose(models.TextChoices):
    """What a person agreed to, each by itself."""

    REGISTRATION = "registration", _("Keeping of voluntary details in the roster")
    CARE_TAG = "care_tag", _("Care tag and care visits")
    PHOTO = "photo", _("Photos taken on a visit")
    VOLUNTEERING = "volunteering", _("Volunteer registration")


class ConsentWay(models.TextChoices):
    WRITTEN = "written", _("Signed on paper")
    SPOKEN = "spoken", _("Spoken, with a witness")
    ONLINE = "online", _("Given online")


class CrewRole(models.TextChoices):
    CAPTAIN = "captain", _("Captain")
    CREW = "crew", _("Crew")
    FAMILY = "family", _("Family on board")


class RecordState(models.TextChoices):
    """How fresh a person's record is (domain.md M17); computed, never stored."""

    UNVERIFIED = "unverified", _("Never checked")
    VERIFIED = "verified", _("Checked")
    STALE = "stale", _("Check is out of date")

    @property
    def tone(self) -> str:
        return {"unverified": "grey", "verified": "green", "stale": "yellow"}[self.value]


class IdType(models.TextChoices):
    """Which document the identity number is of; only the first is checked by its check digit (domain.md 2.4)."""

    RESIDENT = "resident", _("Resident identity card")
    HMT_PERMIT = "hmt_permit", _("Residence permit for Hong Kong, Macao or Taiwan residents")
    FOREIGN_PERMANENT = "foreign_permanent", _("Foreign permanent resident card")
    PASSPORT = "passport", _("Passport")


class DwellingUse(models.TextChoices):
    """What a dwelling is used for."""

    OWN = "own", _("Lived in by the owner")
    LET = "let", _("Let")
    COLLECTIVE = "collective", _("Dormitory")
    VACANT = "vacant", _("Vacant")


class HouseholdStatus(models.TextChoices):
    ACTIVE = "active", _("Living here")
    CLOSED = "closed", _("Moved away or dissolved")

    @property
    def tone(self) -> str:
        return "green" if self is HouseholdStatus.ACTIVE else "grey"


class RevealPurpose(models.TextChoices):
    """Why a hidden value is looked at; written into the trail (domain.md M17)."""

    CONTACT = "contact", _("To contact the resident about a matter")
    VERIFY = "verify", _("To check the roster at the door")
    SERVICE = "service", _("To handle a service the resident asked for")
    EMERGENCY = "emergency", _("Emergency")
