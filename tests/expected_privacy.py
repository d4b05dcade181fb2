"""The rows of tests/policy.py for personal data: requests, legal holds, disclosures and the retention."""

from tests.expected import PRIVACY, Row, about, page

PRIVACY_ROWS: dict[str, Row] = {
    "governance:subjectrequest-list": page(f"{PRIVACY} foreign_secretary"),
    "governance:subjectrequest-create": about("pk=east_person", PRIVACY),
    "governance:subjectrequest-landlord": about("pk=east_rental", PRIVACY),
    # The world's request asks for a copy, and is none of a landlord.
    "governance:subjectrequest-correct": about("pk=east_copy_request", "", PRIVACY),
    "governance:subjectrequest-detail": about("pk=east_copy_request", PRIVACY),
    "governance:subjectrequest-answer": about("pk=east_copy_request", PRIVACY),
    "governance:subjectrequest-copy": about("pk=east_copy_request", PRIVACY),
    # Whoever lives here is not erased.
    "governance:subjectrequest-erase": about("pk=east_erase_request", "", PRIVACY),
    "governance:legalhold-list": page(f"{PRIVACY} foreign_secretary"),
    "governance:legalhold-person": about("pk=east_person", PRIVACY),
    "governance:legalhold-landlord": about("pk=east_rental", PRIVACY),
    "governance:legalhold-affair": about("pk=east_affair", PRIVACY),
    "governance:legalhold-lift": about("pk=east_hold", PRIVACY),
    "governance:disclosure-list": page("secretary auditor foreign_secretary foreign_auditor"),
    "governance:disclosure-person": about(
        "pk=east_person",
        f"{PRIVACY} auditor",
        shut="desk_worker leader east_worker west_worker mentor liaison street_desk security_admin joint_member "
        "stranger foreign_worker",
    ),
    "governance:retention-report": page(f"{PRIVACY} foreign_secretary"),
    "governance:retention-try": Row(
        opens=f"{PRIVACY} foreign_secretary", otherwise=403, post_only=True, redirects=True, fixed=True
    ),
    "governance:data-dictionary": page("secretary auditor foreign_secretary foreign_auditor"),
}
