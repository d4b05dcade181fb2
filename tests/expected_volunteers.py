"""Who may open which page of the double report (domain.md M21): the desk keeps it, the street and the auditor read."""

from tests.expected import EVERYBODY, ROSTER, Row, about, less, page

READERS = "secretary desk_worker street_desk auditor"
KEEPERS = "secretary desk_worker"
OTHERS = less(READERS, KEEPERS)
# He reported himself and has claimed things; his own pages open to him.
OWN = f"{KEEPERS} joint_member"

VOLUNTEER_ROWS: dict[str, Row] = {
    # Whoever has an account may be a party member; communities are public.
    "residents:service-mine": page(EVERYBODY),
    "residents:service-report": Row(opens=EVERYBODY, own="code=community.code", fixed=True),
    "residents:service-confirm": Row(opens=EVERYBODY, public=True),
    "residents:servicecall-board": page("joint_member"),
    "residents:servicecall-list": page(f"{READERS} foreign_secretary foreign_auditor"),
    "residents:servicecall-create": page(f"{KEEPERS} foreign_secretary"),
    "residents:servicecall-detail": about("pk=east_wish_call", f"{READERS} joint_member"),
    "residents:servicecall-claim": about("pk=east_open_call", "joint_member"),
    **{
        f"residents:servicecall-{act}": about("pk=east_open_call", KEEPERS, OTHERS)
        for act in ("assign", "withdraw", "code", "slip")
    },
    "residents:servicecall-wish": about("pk=east_household", KEEPERS, less(ROSTER, KEEPERS)),
    "residents:serviceclaim-finish": about("pk=east_wish_claim", OWN),
    "residents:serviceclaim-return": about("pk=east_wish_claim", OWN),
    "residents:serviceclaim-confirm": about("pk=east_post_claim", KEEPERS),
    "residents:serviceclaim-refuse": about("pk=east_post_claim", KEEPERS),
    "residents:partymemberreport-list": page(f"{READERS} foreign_secretary foreign_auditor"),
    "residents:partymemberreport-find": page(f"{KEEPERS} foreign_secretary"),
    "residents:partymemberreport-detail": about("pk=east_service", READERS),
    "residents:partymemberreport-accept": about("pk=east_report", "secretary", less(READERS, "secretary")),
    "residents:partymemberreport-refuse": about("pk=east_report", "secretary", less(READERS, "secretary")),
    "residents:partymemberreport-end": about("pk=east_service", "secretary", less(READERS, "secretary")),
    "residents:partymemberreport-link": about("pk=east_report", KEEPERS, OTHERS),
    **{
        f"residents:partymemberreport-{act}": about("pk=east_service", OWN, OTHERS)
        for act in ("change", "withdraw", "certificate")
    },
    "residents:partymemberreport-create": about("pk=east_person", KEEPERS, less(ROSTER, KEEPERS)),
    "residents:partymemberreport-connect": about("pk=east_person report=east_unknown", KEEPERS, less(ROSTER, KEEPERS)),
}
