"""The vocabulary of powers and which role holds which (domain.md 3.8); a role on a grid covers its subtree."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """A power on a grid and everything below it; stored by guardian as codenames on Grid."""

    VIEW_GRIDS = "grids.view_grids", _("See grids")
    MANAGE_GRIDS = "grids.manage_grids", _("Create, rename, move and close grids")
    MANAGE_PLACES = "grids.manage_places", _("Keep compounds, buildings, places, organisations and vessels")
    VIEW_TEAM = "grids.view_team", _("See staff and posts")
    MANAGE_TEAM = "grids.manage_team", _("Start and end posts")
    APPROVE_MOVES = "grids.approve_moves", _("Approve moves of staff to another grid")
    VIEW_ROSTER = "grids.view_roster", _("See households and persons")
    VIEW_NAMES = "grids.view_names", _("See full names and doors")
    EDIT_ROSTER = "grids.edit_roster", _("Add and edit households and persons")
    REVEAL_PERSONAL = "grids.reveal_personal", _("Reveal a hidden value for a stated purpose")
    IMPORT_ROSTER = "grids.import_roster", _("Import rosters from Excel")
    MERGE_PERSONS = "grids.merge_persons", _("Merge duplicate persons")
    VIEW_CARE = "grids.view_care", _("See care tags")
    MANAGE_CARE = "grids.manage_care", _("Enter and review care tags and consents")
    VIEW_RENTALS = "grids.view_rentals", _("See rental files")
    INSPECT_RENTALS = "grids.inspect_rentals", _("Keep rental files and check rental dwellings")
    VIEW_DISCLOSURES = "grids.view_disclosures", _("See who looked at a person's hidden values")
    MANAGE_PRIVACY = "grids.manage_privacy", _("Answer requests about personal data and run the retention")
    APPROVE_EXPORTS = "grids.approve_exports", _("Approve exports of others")
    EXPORT_LISTS = "grids.export_lists", _("Export lists")
    VIEW_CONTACTS = "grids.view_contacts", _("See household contacts")
    ASSIGN_CONTACTS = "grids.assign_contacts", _("Assign household contacts")
    SERVE_HOUSEHOLDS = "grids.serve_households", _("Serve the households one is the contact of")
    VIEW_VISITS = "grids.view_visits", _("See visits")
    LOG_VISITS = "grids.log_visits", _("Log visits")
    VIEW_VOLUNTEERS = "grids.view_volunteers", _("See who reported to the community, and what is claimed")
    KEEP_VOLUNTEERS = "grids.keep_volunteers", _("Enter who reports to the community, publish wishes and posts")
    ACCEPT_VOLUNTEERS = "grids.accept_volunteers", _("Accept and end reports to the community")
    SERVE_COMMUNITY = "grids.serve_community", _("Claim wishes and posts of the community")
    VIEW_MEETINGS = "grids.view_meetings", _("See meetings and their minutes")
    HOLD_MEETINGS = "grids.hold_meetings", _("Call meetings and keep their minutes")
    VIEW_AFFAIRS = "grids.view_affairs", _("See affairs")
    VIEW_FAMILY_AFFAIRS = "grids.view_family_affairs", _("See family affairs")
    REPORT_AFFAIRS = "grids.report_affairs", _("Report affairs")
    TRIAGE_AFFAIRS = "grids.triage_affairs", _("Accept and classify affairs")
    DISPATCH_AFFAIRS = "grids.dispatch_affairs", _("Dispatch affairs")
    HANDLE_AFFAIRS = "grids.handle_affairs", _("Take and handle affairs")
    VERIFY_AFFAIRS = "grids.verify_affairs", _("Verify results")
    EVALUATE_AFFAIRS = "grids.evaluate_affairs", _("Record the reporter's evaluation")
    VIEW_INDICATORS = "grids.view_indicators", _("See indicators")

    @property
    def codename(self) -> str:
        return self.value.partition(".")[2]

    @classmethod
    def for_meta(cls) -> list[tuple[str, str]]:
        """``Grid.Meta.permissions``: codename and a name in English, the language of the database."""
        return [(permission.codename, permission.codename.replace("_", " ")) for permission in cls]


class Role(models.TextChoices):
    """What a person is on a grid. Posts (grids/team) give roles; registrations give the last two."""

    DISTRICT_OFFICE = "district_office", _("District grid office")
    AUDITOR = "auditor", _("District auditor")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    STREET_DESK = "street_desk", _("Street desk")
    SECRETARY = "secretary", _("Community secretary")
    COMMUNITY_WORKER = "community_worker", _("Community worker")
    GRID_LEADER = "grid_leader", _("Grid leader")
    FULL_TIME = "full_time", _("Full-time grid member")
    PART_TIME = "part_time", _("Part-time grid member")
    MENTOR = "mentor", _("Grid mentor")
    LIAISON = "liaison", _("Micro-grid liaison")
    JOINT_FAMILY = "joint_family", _("Joint-family member")
    IN_SERVICE = "in_service", _("In-service party member")

    @classmethod
    def grid_members(cls) -> list["Role"]:
        """The "one full, two part" of M09."""
        return [cls.FULL_TIME, cls.PART_TIME]

    @classmethod
    def by_registration(cls) -> list["Role"]:
        """Roles that no post gives."""
        return [cls.JOINT_FAMILY, cls.IN_SERVICE]


P = Permission
_LOOK = {P.VIEW_GRIDS, P.VIEW_TEAM}
_FIELD = _LOOK | {
    P.VIEW_ROSTER,
    P.VIEW_NAMES,
    P.EDIT_ROSTER,
    P.REVEAL_PERSONAL,
    P.VIEW_CONTACTS,
    P.VIEW_VISITS,
    P.LOG_VISITS,
    P.VIEW_AFFAIRS,
    P.VIEW_FAMILY_AFFAIRS,
    P.REPORT_AFFAIRS,
    P.HANDLE_AFFAIRS,
    P.VIEW_INDICATORS,
    P.VIEW_CARE,
    P.VIEW_RENTALS,
    P.INSPECT_RENTALS,
    P.VIEW_MEETINGS,
}
_KEEP = {P.MANAGE_PLACES, P.MANAGE_CARE}
_DESK = _KEEP | {
    P.IMPORT_ROSTER,
    P.MERGE_PERSONS,
    P.EXPORT_LISTS,
    P.APPROVE_EXPORTS,
    P.VIEW_VOLUNTEERS,
    P.KEEP_VOLUNTEERS,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DISTRICT_OFFICE: frozenset(
        _LOOK
        | {
            P.MANAGE_GRIDS,
            P.MANAGE_TEAM,
            P.VIEW_INDICATORS,
            P.VIEW_MEETINGS,
            P.VIEW_AFFAIRS,
            P.DISPATCH_AFFAIRS,
            P.HANDLE_AFFAIRS,
            P.EXPORT_LISTS,
            P.APPROVE_EXPORTS,
            P.MANAGE_PRIVACY,
        }
    ),
    # Reads everything, personal data masked; changes nothing.
    Role.AUDITOR: frozenset(
        _LOOK
        | {
            P.VIEW_ROSTER,
            P.VIEW_CONTACTS,
            P.VIEW_VISITS,
            P.VIEW_AFFAIRS,
            P.VIEW_MEETINGS,
            P.VIEW_INDICATORS,
            P.VIEW_RENTALS,
            P.VIEW_VOLUNTEERS,
            P.VIEW_DISCLOSURES,
            P.EXPORT_LISTS,
        }
    ),
    # Agrees to who gets which powers, and holds none over people, homes or affairs (domain.md 3.8).
    Role.SECURITY_ADMIN: frozenset(_LOOK | {P.APPROVE_MOVES}),
    Role.STREET_DESK: frozenset(
        _LOOK
        | {
            P.MANAGE_TEAM,
            P.VIEW_ROSTER,
            P.VIEW_CONTACTS,
            P.VIEW_VISITS,
            P.VIEW_AFFAIRS,
            P.REPORT_AFFAIRS,
            P.TRIAGE_AFFAIRS,
            P.DISPATCH_AFFAIRS,
            P.HANDLE_AFFAIRS,
            P.VERIFY_AFFAIRS,
            P.EVALUATE_AFFAIRS,
            P.VIEW_MEETINGS,
            P.VIEW_INDICATORS,
            P.VIEW_RENTALS,
            P.VIEW_VOLUNTEERS,
            P.EXPORT_LISTS,
            P.APPROVE_EXPORTS,
        }
    ),
    Role.SECRETARY: frozenset(
        _FIELD - {P.LOG_VISITS}
        | _DESK
        | {
            P.MANAGE_TEAM,
            P.ASSIGN_CONTACTS,
            P.ACCEPT_VOLUNTEERS,
            P.TRIAGE_AFFAIRS,
            P.DISPATCH_AFFAIRS,
            P.VERIFY_AFFAIRS,
            P.EVALUATE_AFFAIRS,
            P.VIEW_DISCLOSURES,
            P.MANAGE_PRIVACY,
            P.HOLD_MEETINGS,
        }
    ),
    Role.COMMUNITY_WORKER: frozenset(
        _FIELD | _DESK | {P.TRIAGE_AFFAIRS, P.DISPATCH_AFFAIRS, P.VERIFY_AFFAIRS, P.EVALUATE_AFFAIRS, P.HOLD_MEETINGS}
    ),
    Role.GRID_LEADER: frozenset(_FIELD | _KEEP | {P.VERIFY_AFFAIRS}),
    Role.FULL_TIME: frozenset(_FIELD | _KEEP),
    Role.PART_TIME: frozenset(_FIELD),
    Role.MENTOR: frozenset(
        _LOOK | {P.VIEW_ROSTER, P.VIEW_CONTACTS, P.VIEW_VISITS, P.VIEW_AFFAIRS, P.VIEW_MEETINGS, P.VIEW_INDICATORS}
    ),
    # Doors and names of the own micro-grid, nothing else about persons (M12).
    Role.LIAISON: frozenset(
        {P.VIEW_GRIDS, P.VIEW_ROSTER, P.VIEW_NAMES, P.VIEW_CONTACTS, P.LOG_VISITS, P.VIEW_AFFAIRS, P.REPORT_AFFAIRS}
    ),
    # Only the households he is the contact of; the grid grant alone opens no household (residents/contacts).
    Role.JOINT_FAMILY: frozenset({P.SERVE_HOUSEHOLDS, P.REPORT_AFFAIRS}),
    # The board of his community without names or doors; the door of what he has claimed (residents/volunteers).
    Role.IN_SERVICE: frozenset({P.SERVE_COMMUNITY}),
}
del P
