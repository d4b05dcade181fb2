"""Who may open what: one row for every address of the portal. An address without a row fails the build.

A row names the accounts of ``tests/world.py`` for whom the page opens (``opens``), those who see the object but may
not do this (``refused``: 403), and everybody else gets ``otherwise`` (404 where an object is named, 403 for a list).
The table is written out by hand from domain.md 3.8 and never computed from the code that it checks.
"""

from tests.expected import (
    AFFAIRS,
    ALL_ELSEWHERE,
    ANONYMOUS,
    APPROVERS,
    CONTACTS,
    DESK,
    EDITORS,
    ELSEWHERE,
    EVERYBODY,
    EXPORTERS,
    FOREIGN,
    GOERS,
    GRIDS,
    INDICATORS,
    LOGGERS,
    RENTALS,
    ROSTER,
    TEAM,
    TEAM_KEEPERS,
    TRIAGE,
    VISITS,
    Row,
    about,
    less,
    page,
)
from tests.expected_meetings import MEETING_ROWS
from tests.expected_privacy import PRIVACY_ROWS
from tests.expected_volunteers import VOLUNTEER_ROWS

__all__ = ["ANONYMOUS", "EVERYBODY", "FOREIGN", "ROWS", "Row"]

PHONE_FILES = ("residents:service-worker", "residents:web-manifest", "residents:field-shell")
ROWS: dict[str, Row] = {
    "home": page(EVERYBODY),
    "governance:search": page(EVERYBODY),
    "governance:day": page("desk_worker leader east_worker west_worker liaison joint_member foreign_worker"),
    "governance:gaps": page("secretary foreign_secretary"),
    "governance:member-pass": page("joint_member"),
    "governance:member-news": page("joint_member"),
    "governance:member-sheet": page("joint_member"),
    "governance:member-paper": about("pk=member", CONTACTS),
    "login": Row(opens=EVERYBODY, public=True, redirects=True),
    "logout": Row(opens=EVERYBODY, post_only=True, redirects=True),
    "password_change": page(EVERYBODY),
    "preference-choose": Row(
        opens=EVERYBODY, own="name='theme' value='dark'", post_only=True, redirects=True, public=True, fixed=True
    ),
    # ---------------------------------------------------------------- grids
    "grids:grid-list": page(f"{GRIDS} liaison {ALL_ELSEWHERE}"),
    "grids:grid-detail": about("pk=east_grid", GRIDS),
    "grids:grid-create": about("pk=east_grid", "district_office", less(GRIDS, "district_office")),
    "grids:grid-rename": about("pk=east_grid", "district_office", less(GRIDS, "district_office")),
    "grids:grid-move": about("pk=east_grid", "district_office", less(GRIDS, "district_office")),
    "grids:grid-close": about("pk=east_grid", "", GRIDS),
    # ---------------------------------------------------------------- places
    **{
        f"grids:{kind}-list": page(f"{GRIDS} liaison {ALL_ELSEWHERE}")
        for kind in ("place", "organisation", "compound", "building", "vessel", "servicepoint")
    },
    **{
        f"grids:{kind}-create": page(f"{EDITORS} {ELSEWHERE}")
        for kind in ("place", "organisation", "compound", "vessel", "servicepoint")
    },
    **{
        f"grids:{kind}-detail": about(f"pk=east_{kind}", f"{GRIDS} liaison" if kind == "building" else GRIDS)
        for kind in ("place", "organisation", "compound", "building", "vessel", "servicepoint")
    },
    **{
        f"grids:{kind}-{act}": about(f"pk=east_{kind}", EDITORS, less(GRIDS, EDITORS))
        for kind in ("place", "organisation", "compound", "vessel", "servicepoint")
        for act in ("update", "move", "close")
    },
    "grids:building-update": about("pk=east_building", EDITORS, f"{less(GRIDS, EDITORS)} liaison"),
    **{
        f"grids:{kind}-reveal": about(f"pk=east_{kind}", EDITORS, less(GRIDS, EDITORS))
        for kind in ("place", "organisation", "vessel")
    },
    "grids:vessel-status": about("pk=east_vessel", EDITORS, less(GRIDS, EDITORS), post_only=True),
    # The east grid is none for vessels: its board is missing for everybody (tests/grids/places/test_vessels.py).
    "grids:vessel-board": about("pk=east_grid", ""),
    "grids:servicepoint-public": Row(opens=EVERYBODY, public=True),
    "grids:post-list": page(f"{TEAM} {ALL_ELSEWHERE}"),
    "grids:post-end": about("pk=east_post", TEAM_KEEPERS, less(TEAM, TEAM_KEEPERS)),
    "grids:post-start": about("pk=east_grid", TEAM_KEEPERS, less(TEAM, TEAM_KEEPERS)),
    "grids:staff-create": about("pk=east_grid", TEAM_KEEPERS, less(TEAM, TEAM_KEEPERS)),
    "grids:staff-list": page(f"{TEAM} {ALL_ELSEWHERE}"),
    "grids:staff-detail": about("pk=east_staff", TEAM),
    "grids:staff-update": about("pk=east_staff", TEAM_KEEPERS, less(TEAM, TEAM_KEEPERS)),
    "grids:staff-account": about("pk=east_staff", "", TEAM),
    "grids:staff-password": about("pk=east_staff", TEAM_KEEPERS, less(TEAM, TEAM_KEEPERS)),
    # ---------------------------------------------------------------- moves of staff: one asks, another decides
    "grids:staffmove-list": page(f"{TEAM} {ALL_ELSEWHERE}"),
    "grids:staffmove-left": page(f"{TEAM_KEEPERS} foreign_secretary"),
    "grids:staffmove-create": about("pk=east_post", TEAM_KEEPERS, less(TEAM, TEAM_KEEPERS)),
    "grids:staffmove-detail": about("pk=east_move", f"{TEAM_KEEPERS} security_admin"),
    "grids:staffmove-agree": about("pk=east_move", "security_admin", TEAM_KEEPERS),
    "grids:staffmove-refuse": about("pk=east_move", "security_admin", TEAM_KEEPERS),
    "grids:staffmove-withdraw": about("pk=east_move", "secretary", "street_desk district_office security_admin"),
    # ---------------------------------------------------------------- jobs: everybody has the own ones only
    "grids:job-list": page(EVERYBODY),
    "grids:job-detail": about("pk=east_job", "east_worker"),
    "grids:job-progress": about("pk=east_job", "east_worker"),
    "grids:job-cancel": about("pk=east_job", "", "east_worker"),
    "grids:notification-list": page(EVERYBODY),
    "grids:notification-read": page(EVERYBODY),
    "grids:notification-open": about("pk=east_message", "east_worker", post_only=True, redirects=True),
    # ---------------------------------------------------------------- exports: one's own, and those to decide
    "grids:export-list": page(EVERYBODY),
    "grids:export-queue": page(f"{APPROVERS} foreign_secretary"),
    "grids:export-ask": page(f"{EXPORTERS} foreign_secretary foreign_auditor", query="?list=/grids/&kind=csv"),
    "grids:export-detail": about("pk=east_export", f"east_worker {APPROVERS}"),
    "grids:export-approve": about("pk=east_export", APPROVERS, "east_worker"),
    "grids:export-refuse": about("pk=east_export", APPROVERS, "east_worker"),
    "grids:export-withdraw": about("pk=east_export", "east_worker"),
    # It waits: there is no file yet.
    "grids:export-download": about("pk=east_export", "", "east_worker", post_only=True),
    "grids:ledger-centre": page(f"{EXPORTERS} foreign_secretary foreign_auditor"),
    "grids:ledger-create": page(f"{EXPORTERS} foreign_secretary foreign_auditor", query="?list=/grids/"),
    "grids:ledger-filter": page(f"{EXPORTERS} foreign_secretary foreign_auditor", query="?list=/grids/"),
    "grids:ledger-new": about(
        "key='households'",
        "secretary desk_worker street_desk auditor foreign_secretary foreign_auditor",
        otherwise=403,
        fixed=True,
    ),
    "grids:ledger-detail": about("pk=east_ledger", "secretary"),
    "grids:ledger-update": about("pk=east_ledger", "secretary"),
    "grids:ledger-delete": about("pk=east_ledger", "secretary"),
    "grids:ledger-print": about("pk=east_ledger", "secretary"),
    # ---------------------------------------------------------------- maps
    "grids:grid-locate": page(f"{GRIDS} liaison {ALL_ELSEWHERE}"),
    "grids:boundary-update": about("pk=east_grid", "district_office", less(GRIDS, "district_office")),
    "grids:boundary-remove": about("pk=east_grid", "district_office", less(GRIDS, "district_office")),
    "grids:grid-public": Row(opens=EVERYBODY, own="code=east_grid.code", public=True, fixed=True),
    **MEETING_ROWS,
    **PRIVACY_ROWS,
    **VOLUNTEER_ROWS,
    # ---------------------------------------------------------------- roster
    "residents:household-list": page(f"{ROSTER} {ALL_ELSEWHERE}"),
    "residents:household-create": page(f"{EDITORS} {ELSEWHERE}"),
    "residents:household-detail": about("pk=east_household", ROSTER),
    "residents:household-update": about("pk=east_household", EDITORS, less(ROSTER, EDITORS)),
    "residents:household-move": about("pk=east_household", EDITORS, less(ROSTER, EDITORS)),
    "residents:household-close": about("pk=east_household", EDITORS, less(ROSTER, EDITORS)),
    **{
        f"residents:household-{event}": about("pk=east_household", EDITORS, less(ROSTER, EDITORS))
        for event in ("birth", "death", "away", "crown", "split", "merge")
    },
    "residents:absence-end": about("pk=east_absent", EDITORS, less(ROSTER, EDITORS)),
    # Care exists only for those with a care duty.
    "residents:consent-create": about("pk=east_person", EDITORS),
    "residents:consent-withdraw": about("pk=east_consent", EDITORS),
    "residents:caretag-create": about("pk=east_person", EDITORS),
    "residents:caretag-review": about("pk=east_caretag", EDITORS),
    "residents:caretag-end": about("pk=east_caretag", EDITORS),
    "residents:population-changes": page(f"{ROSTER} {ALL_ELSEWHERE}"),
    "residents:building-board": about("pk=east_household.dwelling.unit.building", ROSTER),
    "residents:person-create": about("pk=east_household", EDITORS, less(ROSTER, EDITORS)),
    "residents:household-movein": about("pk=east_household person=member_person", EDITORS, less(ROSTER, EDITORS)),
    "residents:residency-update": about("pk=east_residency", EDITORS, less(ROSTER, EDITORS)),
    "residents:residency-head": about("pk=east_residency", EDITORS, less(ROSTER, EDITORS)),
    "residents:residency-end": about("pk=east_residency", EDITORS, less(ROSTER, EDITORS)),
    "residents:person-list": page(f"{ROSTER} {ALL_ELSEWHERE}"),
    "residents:person-lookup": page(f"{EDITORS} {ELSEWHERE}"),
    "residents:person-detail": about("pk=east_person", ROSTER),
    "residents:person-update": about("pk=east_person", EDITORS, less(ROSTER, EDITORS)),
    "residents:person-move": about("pk=east_person", EDITORS, less(ROSTER, EDITORS)),
    "residents:person-confirm": about("pk=east_person", EDITORS, less(ROSTER, EDITORS)),
    "residents:person-reveal": about("pk=east_person field='phone'", EDITORS, less(ROSTER, EDITORS)),
    # ---------------------------------------------------------------- duplicates and merges
    "residents:duplicate-list": page(f"{DESK} foreign_secretary"),
    "residents:personmerge-create": about(
        "pk=east_person other=member_person", DESK, shut=less(EVERYBODY, f"{DESK} foreign_secretary")
    ),
    "residents:noduplicate-create": about(
        "pk=east_person other=member_person", DESK, shut=less(EVERYBODY, f"{DESK} foreign_secretary")
    ),
    "residents:personmerge-list": page(f"{DESK} foreign_secretary"),
    "residents:personmerge-undo": about("pk=east_merge", DESK, shut=less(EVERYBODY, f"{DESK} foreign_secretary")),
    # ---------------------------------------------------------------- rentals
    "residents:rentalfile-list": page(f"{RENTALS} {ALL_ELSEWHERE}"),
    "residents:rentalfile-missing": page(f"{RENTALS} {ALL_ELSEWHERE}"),
    "residents:rentalfile-create": about("pk=east_household.dwelling", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalfile-detail": about("pk=east_rental", RENTALS),
    "residents:rentalfile-update": about("pk=east_rental", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalfile-vacant": about("pk=east_rental", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalfile-relet": about("pk=east_rental", "", RENTALS),
    "residents:rentalfile-end": about("pk=east_rental", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalfile-reveal": about("pk=east_rental", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalfile-check": about("pk=east_rental", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalfile-recheck": about("pk=east_rental", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalcheck-detail": about("pk=east_rentalcheck", RENTALS),
    # The notice to this check has been issued.
    "residents:rectificationnotice-issue": about("pk=east_rentalcheck", "", RENTALS),
    "residents:rectificationnotice-print": about("pk=east_notice", RENTALS),
    "residents:rectificationnotice-serve": about("pk=east_notice", EDITORS, less(RENTALS, EDITORS)),
    "residents:rentalphoto-show": about("pk=east_photo", RENTALS),
    "residents:tenancy-create": about("pk=east_rental", EDITORS, less(RENTALS, EDITORS)),
    # Who may not see tenants finds none.
    "residents:tenancy-end": about("pk=east_tenancy", EDITORS),
    "residents:rentalchecklist-list": page(EVERYBODY),
    "residents:rentalchecklist-detail": about("pk=checklist", EVERYBODY, fixed=True),
    "residents:rentalchecklist-publish": page("district_office"),
    # ---------------------------------------------------------------- importing: the desk of the community
    "residents:import-list": page(f"{DESK} foreign_secretary"),
    "residents:import-create": page(f"{DESK} foreign_secretary"),
    "residents:import-template": page(f"{DESK} foreign_secretary"),
    "residents:import-detail": about("pk=east_import", DESK),
    # The world's import waits for the secretary, who uploaded it; nothing in it is wrong and its file is gone.
    "residents:import-mapping": about("pk=east_import", "", DESK),
    "residents:import-marked": about("pk=east_import", "", DESK),
    "residents:import-wrong": about("pk=east_import", "", DESK),
    "residents:import-take-in": about("pk=east_import", "", DESK, post_only=True),
    "residents:import-again": about("pk=east_import", "", DESK, post_only=True),
    "residents:import-confirm": about("pk=east_import", "secretary", "desk_worker", post_only=True),
    "residents:import-cancel": about("pk=east_import", "secretary", "desk_worker", post_only=True),
    "residents:import-undo": about("pk=east_import", "", DESK),
    # ---------------------------------------------------------------- crews
    "residents:vesselcrew-list": page(f"{ROSTER} {ALL_ELSEWHERE}"),
    "residents:vesselcrew-find": about("pk=east_vessel", EDITORS, less(GRIDS, EDITORS)),
    "residents:vesselcrew-join": about("pk=east_vessel person=east_person", EDITORS, less(GRIDS, EDITORS)),
    "residents:vesselcrew-leave": about("pk=east_crew", EDITORS, less(ROSTER, f"{EDITORS} liaison")),
    # ---------------------------------------------------------------- contacts
    "residents:contactmember-list": page(f"{CONTACTS} {ALL_ELSEWHERE}"),
    "residents:contactmember-find": page("secretary foreign_secretary"),
    "residents:contactmember-create": about("pk=east_person", "secretary", less(ROSTER, "secretary")),
    "residents:contactmember-detail": about("pk=member", CONTACTS),
    "residents:contactmember-end": about("pk=member", "secretary", less(CONTACTS, "secretary")),
    "residents:contactmember-link": about("pk=member", "secretary", less(CONTACTS, "secretary")),
    "residents:contactmember-exempt": about("pk=member", "secretary", less(CONTACTS, "secretary")),
    "residents:contactmember-exemptend": about("pk=member", "secretary", less(CONTACTS, "secretary")),
    "residents:contact-boards": page("secretary foreign_secretary"),
    "residents:contact-board": about("pk=community", "secretary"),
    "residents:contact-balance": about("pk=community", "secretary"),
    "residents:contact-band": about("pk=community", "secretary"),
    "residents:contact-prolong": about("pk=east_contact", "secretary", less(CONTACTS, "secretary")),
    "residents:contact-uncovered": page(f"{CONTACTS} {ALL_ELSEWHERE}"),
    "residents:contact-change": about("pk=east_contact", "secretary", less(CONTACTS, "secretary")),
    "residents:contact-end": about("pk=east_contact", "secretary", less(CONTACTS, "secretary")),
    "residents:contact-assign": about("pk=east_household", "secretary", less(CONTACTS, "secretary")),
    # The leader and the members of one grid keep a part of the community only.
    "residents:contactmember-enter": about("pk=member", "desk_worker", less(CONTACTS, "desk_worker")),
    "residents:contact-propose": about("pk=east_household", "secretary", less(CONTACTS, "secretary")),
    "residents:contact-ask": about("pk=east_contact", "secretary", less(CONTACTS, "secretary")),
    "residents:contact-handover": about("pk=east_contact", "secretary", less(CONTACTS, "secretary")),
    "residents:contact-history": about("pk=east_household", CONTACTS),
    "residents:contactwish-create": about(
        "pk=east_household", f"secretary {less(LOGGERS, 'joint_member')}", "mentor street_desk auditor"
    ),
    "residents:contact-paper": about(
        "pk=east_household", f"secretary {less(LOGGERS, 'joint_member')}", "mentor street_desk auditor"
    ),
    "residents:contact-proposals": page("secretary foreign_secretary"),
    "residents:contact-proposal": about("pk=east_proposal", "secretary joint_member"),
    "residents:contact-accept": about("pk=east_proposal", "secretary joint_member"),
    "residents:contact-decline": about("pk=east_proposal", "secretary joint_member"),
    "residents:contact-withdraw": about("pk=east_proposal", "secretary", "joint_member"),
    "residents:contacthandover-list": page("secretary foreign_secretary"),
    # The member reads the sheet of what he hands over himself.
    "residents:contacthandover-detail": about("pk=east_handover", "secretary joint_member"),
    # Both of the world are closed long since.
    "residents:contacthandover-cancel": about("pk=east_handover", "", "secretary"),
    "residents:contactwish-close": about("pk=east_wish", "", "secretary"),
    **{
        f"residents:contactmember-{act}": about("pk=member", "secretary", less(CONTACTS, "secretary"))
        for act in ("suspend", "leave", "vacancy", "phone")
    },
    # He is neither away nor handing over.
    **{f"residents:contactmember-{act}": about("pk=member", "", CONTACTS) for act in ("resume", "stay")},
    "residents:contact-mine": page("joint_member"),
    "residents:contact-card": about("pk=east_contact", "joint_member"),
    # ---------------------------------------------------------------- visits
    "residents:encounter-list": page(f"{VISITS} {ALL_ELSEWHERE}"),
    "residents:encounter-due": page("desk_worker leader east_worker liaison west_worker foreign_worker"),
    "residents:encounter-detail": about("pk=east_visit", VISITS),
    "residents:encounterphoto-show": about("pk=east_visitphoto", EDITORS),
    "residents:careplan-set": about("pk=east_household", EDITORS),
    "residents:careplan-end": about("pk=east_careplan", EDITORS),
    "residents:encounter-correct": about(
        "pk=east_visit", "east_worker secretary", less(VISITS, "east_worker secretary")
    ),
    "residents:encounter-log": about("pk=east_household", LOGGERS, less(ROSTER, LOGGERS)),
    "residents:door-note": about("pk=east_household", EDITORS, f"{less(ROSTER, EDITORS)} liaison joint_member"),
    "residents:visittask-list": page(f"{VISITS} liaison joint_member {ALL_ELSEWHERE}"),
    "residents:visittask-detail": about("pk=east_task", f"{VISITS} joint_member"),
    "residents:visittask-cancel": about(
        "pk=east_task", "secretary desk_worker leader", "east_worker mentor street_desk auditor joint_member"
    ),
    "residents:need-answer": about("pk=east_need", f"{EDITORS} joint_member", "mentor street_desk auditor"),
    "residents:visittask-raise": about(
        "pk=east_household", f"secretary {LOGGERS}", less(ROSTER, f"secretary {LOGGERS}")
    ),
    # ---------------------------------------------------------------- offline work
    **dict.fromkeys(PHONE_FILES, Row(opens=EVERYBODY, public=True)),
    # Whoever lost his post brings what he recorded while he held it; doors to take along has only who goes to doors.
    "residents:field-pack": Row(
        opens="desk_worker leader east_worker west_worker liaison joint_member foreign_worker",
        speaks_json=True,
        otherwise=403,
        fixed=True,
    ),
    "residents:field-sync": Row(opens=EVERYBODY, speaks_json=True, post_only=True),
    "residents:field-resolve": Row(opens=EVERYBODY, speaks_json=True, post_only=True),
    "residents:field-standing": Row(opens=EVERYBODY, speaks_json=True),
    "residents:field-photos": Row(opens=EVERYBODY, speaks_json=True, post_only=True),
    # Only pieces of a photo are put there.
    "residents:field-photo": Row(
        opens="",
        speaks_json=True,
        otherwise=405,
        own="client_id='" + "0" * 8 + "-0000-4000-8000-" + "0" * 12 + "'",
        fixed=True,
    ),
    **dict.fromkeys(("residents:field-outbox", "residents:field-sealed", "residents:field-conflicts"), page(EVERYBODY)),
    "residents:field-held": page("secretary foreign_secretary"),
    "residents:field-held-item": about("pk=east_held", "secretary"),
    "residents:field-held-accept": about("pk=east_held", "secretary"),
    "residents:field-held-dismiss": about("pk=east_held", "secretary"),
    # It is the sender's own; GET leads on to what is left.
    "residents:field-conflict": about("pk=east_conflict", "east_worker", redirects=True),
    # ---------------------------------------------------------------- doors and notices
    "residents:door-board": page(f"{GOERS} west_worker foreign_worker"),
    "residents:door-help": about("pk=east_household", GOERS),
    "residents:door-tick": about("pk=east_household notice=east_doornotice", GOERS, post_only=True, redirects=True),
    "residents:door-untick": about("pk=east_household notice=east_doornotice", GOERS, post_only=True, redirects=True),
    "residents:doornotice-list": page(f"{EDITORS} {ELSEWHERE}"),
    "residents:doornotice-create": page(f"{EDITORS} {ELSEWHERE}"),
    "residents:doornotice-detail": about("pk=east_doornotice", EDITORS),
    "residents:doornotice-withdraw": about("pk=east_doornotice", EDITORS),
    # ---------------------------------------------------------------- affairs
    "governance:affair-list": page(f"{AFFAIRS} liaison {ALL_ELSEWHERE}"),
    "governance:affair-mine": page(f"{AFFAIRS} liaison joint_member {ALL_ELSEWHERE}"),
    "governance:affair-report": page(f"{EDITORS} liaison street_desk joint_member {ELSEWHERE}"),
    "governance:affair-detail": about("pk=east_affair", AFFAIRS),
    "governance:affair-reported": about("pk=east_affair", "east_worker"),
    "governance:affair-accept": about("pk=east_affair", TRIAGE, less(AFFAIRS, TRIAGE)),
    # The world's affair is newly reported: every later step is refused to everybody who sees it.
    **{
        f"governance:affair-{step}": about("pk=east_affair", "", AFFAIRS)
        for step in ("classify", "dispatch", "take", "submit", "verify", "rework", "evaluate", "redo", "hand-on")
    },
    # ---------------------------------------------------------------- indicators
    "governance:report-index": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    "governance:report-affairs": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    "governance:report-contacts": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    "governance:report-rentals": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    "governance:report-trend": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    "governance:report-volunteers": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    "governance:report-service": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    "governance:report-visits": page(f"{INDICATORS} {ALL_ELSEWHERE}"),
    # The rows are households: the district office reads counts only.
    "governance:report-rows": about(
        "key='households' code=east_grid.code since='2026-01-01' until='2026-02-01'",
        less(INDICATORS, "district_office"),
        "district_office",
        shut="liaison security_admin joint_member stranger",
    ),
    "governance:indicator-detail": about("key='I26'", f"{INDICATORS} {ALL_ELSEWHERE}", otherwise=403, fixed=True),
    "governance:indicator-rows": about(
        "key='I26' code=east_grid.code since='2026-01-01' until='2026-02-01' part='numerator'",
        less(INDICATORS, "district_office"),
        "district_office",
        shut="liaison security_admin joint_member stranger",
    ),
}
