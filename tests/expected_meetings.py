"""The rows of tests/policy.py for meetings."""

from tests.expected import ALL_ELSEWHERE, DESK, Row, about, less, page

# Whoever serves in a grid reads the briefings of its community.
MEETINGS = "secretary desk_worker leader east_worker west_worker mentor street_desk auditor district_office"

MEETING_ROWS: dict[str, Row] = {
    # The one of the world is in session.
    "governance:meeting-list": page(f"{MEETINGS} {ALL_ELSEWHERE}"),
    "governance:meeting-detail": about("pk=east_meeting", MEETINGS),
    "governance:meeting-sheet": about("pk=east_meeting", MEETINGS),
    "governance:series-update": about("pk=east_series", DESK),
    **{
        f"governance:{act}": about("pk=east_meeting", DESK, less(MEETINGS, DESK))
        for act in ("meeting-fill", "meeting-roll", "meeting-code", "agenda-add")
    },
    "governance:agenda-decide": about("pk=east_item", DESK, less(MEETINGS, DESK)),
    # Too late, or too early.
    **{
        f"governance:meeting-{act}": about("pk=east_meeting", "", MEETINGS)
        for act in ("convene", "move", "cancel", "open", "close", "minutes", "confirm", "publish")
    },
    "governance:briefing-mine": page("joint_member"),
    "governance:briefing-speak": about("pk=east_meeting", "joint_member"),
    "governance:briefing-excuse": about("pk=east_meeting", "joint_member"),
    "governance:meeting-checkin": about("code=east_meeting.code", "joint_member"),
}
