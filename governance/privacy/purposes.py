"""The register of processing (PIPL arts. 5 to 9, 13, 17): what each table is kept for, on which ground, how long, and
who may see it. The data dictionary and the copy for a person are written from it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.common.retention import told
from grids.notifications.retention import kept as messages_kept


@dataclass(frozen=True)
class Purpose:
    """Why data is kept; all four are sentences for the person it is about."""

    title: Any
    basis: Any
    keeps: Any
    recipients: Any


_FIELD = _("Staff of the own grid and the community; masked for the street and the auditor")
_ORGANIC_LAW = _("Statutory duty of the residents' committee and its grids (GB/T 34300-2017; PIPL art. 13)")

REGISTER = Purpose(
    _("Register of who lives where"),
    _ORGANIC_LAW,
    _("While the person lives here; then until erasure is asked for"),
    _FIELD,
)
CARE = Purpose(
    _("Care for those who are entitled to it"),
    _("Law on the care concerned, or the person's separate consent (PIPL arts. 28, 29)"),
    _("Until the review finds that it no longer applies"),
    _("Those with a care duty for the person; everybody else sees numbers"),
)
CONSENT = Purpose(
    _("Proof of what the person agreed to"),
    _("PIPL arts. 14 and 15"),
    _("As long as the data that it allows, and 3 years longer"),
    _("Community secretary and community workers"),
)
CONTACT = Purpose(
    _("A contact for every household (联户)"),
    _("The contact's own agreement; public duty of the community"),
    _("While the assignment runs; then as its history"),
    _FIELD,
)
VOLUNTEERING = Purpose(
    _("Party members who help in the community where they live (双报到)"),
    _("The member's own report and consent; a household's own wish (PIPL arts. 13, 14)"),
    _("While the report runs; words 3 years longer, confirmed hours for good"),
    _("Secretary and desk of the community; masked for the street and the auditor; a door to whoever claimed its wish"),
)
VISITS = Purpose(
    _("Visits and what households need"),
    _ORGANIC_LAW,
    _("Notes 3 years after the visit; the fact of the visit for good"),
    _FIELD,
)
OFFLINE = Purpose(
    _("Taking in what was recorded without network"),
    _ORGANIC_LAW,
    told(
        lambda: (
            _("What was sent until it was decided, %(held)s days at the longest; answers %(answers)s days")
            % {"held": settings.KEEP["held_records_days"], "answers": settings.KEEP["record_answers_days"]}
        )
    ),
    _("Whoever recorded it; the community secretary while it waits"),
)
AFFAIRS = Purpose(
    _("Handling of what residents report"),
    _("Statutory duty to answer; the reporter's own request (PIPL art. 13)"),
    _("Reporter's name and phone 5 years after closing"),
    _("Those who accept, handle and verify the affair"),
)
RENTALS = Purpose(
    _("Safety of rented dwellings"),
    _("Local rules on rented housing; public safety duty"),
    told(
        lambda: (
            _("Tenants 6 months after they left; landlords %(count)s months after the file was closed")
            % {"count": settings.KEEP["landlords_months"]}
        )
    ),
    _("Staff of the own grid and the community"),
)
IMPORTING = Purpose(
    _("Taking over rosters from Excel"),
    _ORGANIC_LAW,
    _("A few days, until the import can no longer be undone"),
    _("Whoever imported the file"),
)
EXPORTING = Purpose(
    _("Lists for the daily work outside the portal"),
    _ORGANIC_LAW,
    _("24 hours; who took what stays in the audit trail"),
    _("Whoever asked for the file, after approval"),
)
REQUESTS = Purpose(
    _("Answering requests about personal data"),
    _("PIPL arts. 44 to 50"),
    _("Words of the request 3 years after the answer"),
    _("Community secretary"),
)
STAFF = Purpose(
    _("Who serves where"),
    _("Employment, or public office"),
    _("While the person serves; posts for good"),
    _("Everybody who uses the portal; the duty phone is public"),
)
ACCOUNTS = Purpose(
    _("Logging in, with the powers of one's posts"),
    _("Security of the portal (GB/T 22239-2019)"),
    _("While the account is open; its name in the audit trail for good"),
    _("System administrator"),
)
NOTIFYING = Purpose(
    _("Telling people what waits for them"),
    _ORGANIC_LAW,
    told(messages_kept),
    _("Whom the message is for, nobody else"),
)
TRAIL = Purpose(
    _("Proof of who did and saw what"),
    _("Cybersecurity Law, art. 23; GB/T 22239-2019"),
    _("At least 3 years; never purged by the portal, and holds keys in place of names of residents"),
    _("Auditor; the secretary about persons of the own community"),
)
PLACES = Purpose(
    _("Organisations, places and vessels, and whom to call there"),
    _("Statutory duty of the grids (GB/T 34300-2017)"),
    _("While the place is open; then as its history"),
    _("Staff of the own grid; kinds and addresses are public"),
)
RUNNING = Purpose(
    _("Running of the portal"),
    _("Needed for the other purposes; holds nothing personal"),
    _("While it is needed"),
    _("Everybody who may see the page concerned"),
)

_PURPOSES: dict[Purpose, str] = {
    REGISTER: "residents.Person residents.Dwelling residents.Household residents.Residency residents.Stay "
    "residents.Headship residents.Absence residents.PersonMerge residents.NoDuplicate residents.VesselCrew",
    CARE: "residents.CareTag residents.CareLevelPlan",
    CONSENT: "residents.ConsentRecord",
    CONTACT: "residents.ContactMember residents.ContactAssignment residents.ContactHandover residents.ContactWish "
    "residents.ContactBand residents.ContactExemption",
    VOLUNTEERING: "residents.PartyMemberReport residents.ReportSkill residents.ServiceCall residents.ServiceClaim",
    VISITS: "residents.Encounter residents.EncounterPhoto residents.HouseholdNeed residents.NeedAnswer "
    "residents.VisitTask residents.DoorTick",
    OFFLINE: "residents.SyncItem residents.PhotoUpload residents.PhotoPart",
    AFFAIRS: "governance.Affair governance.AffairStep governance.AgendaItem governance.Attendance governance.Meeting",
    RENTALS: "residents.RentalFile residents.Tenancy residents.RentalCheck residents.CheckFinding "
    "residents.FindingPhoto residents.ColourChange residents.RectificationNotice",
    IMPORTING: "residents.RosterImport residents.ImportChunk residents.HeadingMemory",
    EXPORTING: "grids.StoredFile grids.SavedLedger grids.Export",
    REQUESTS: "governance.SubjectRequest governance.LegalHold",
    STAFF: "grids.StaffProfile grids.Post grids.StaffMove",
    ACCOUNTS: "grids.User grids.RoleGrant grids.GridUserObjectPermission grids.GridGroupObjectPermission",
    NOTIFYING: "grids.Notification",
    TRAIL: "grids.AuditEntry",
    PLACES: "grids.Organisation grids.Place grids.Vessel grids.ServicePoint",
}
OF_MODEL = {label: purpose for purpose, labels in _PURPOSES.items() for label in labels.split()}


def purpose_of(model: type[models.Model]) -> Purpose:
    """What the table is kept for; tables without anything personal need not be listed above."""
    return OF_MODEL.get(model._meta.label, RUNNING)
