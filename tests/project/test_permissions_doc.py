"""docs/permissions.md says what the code does."""

from pathlib import Path

from django.utils import translation

from grids.access.choices import ROLE_PERMISSIONS, Permission, Role

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
BEGIN, END = "<!-- powers: begin -->", "<!-- powers: end -->"
SHORT = {
    Role.DISTRICT_OFFICE: "DO",
    Role.AUDITOR: "AU",
    Role.SECURITY_ADMIN: "SA",
    Role.STREET_DESK: "SD",
    Role.SECRETARY: "SE",
    Role.COMMUNITY_WORKER: "CW",
    Role.GRID_LEADER: "GL",
    Role.FULL_TIME: "FT",
    Role.PART_TIME: "PT",
    Role.MENTOR: "ME",
    Role.LIAISON: "LI",
    Role.JOINT_FAMILY: "JF",
    Role.IN_SERVICE: "IS",
}


def table() -> str:
    """The table of powers, a row a power, a column a role."""
    lines = [
        "| power | code | " + " | ".join(SHORT[role] for role in Role) + " |",
        "|---|---|" + ":-:|" * len(Role),
    ]
    with translation.override("en"):
        for power in Permission:
            marks = " | ".join("●" if power in ROLE_PERMISSIONS[role] else "" for role in Role)
            lines.append(f"| {power.label} | `{power.codename}` | {marks} |")
    return "\n".join(lines)


def test_the_table_of_powers_is_the_one_in_the_code():
    page = PAGE.read_text(encoding="utf-8")
    written = page.split(BEGIN)[1].split(END)[0].strip()
    assert written == table(), "docs/permissions.md is out of date; the table should read:\n" + table()


def test_every_role_is_explained():
    page = PAGE.read_text(encoding="utf-8")
    with translation.override("en"):
        missing = [role for role in Role if f"| {SHORT[role]} | {role.label}" not in page]
    assert missing == []
