"""The workflow as it is drawn in docs/affairs.md: made from the table, so that the picture cannot go stale."""

from django.utils.translation import override

from governance.affairs.choices import AffairState
from governance.affairs.rules import RUNNING, TRANSITIONS, Transition
from governance.worktime.limits import limit_of

BEGIN, END = "<!-- drawn from TRANSITIONS: manage.py draw_affairs -->", "<!-- end of the drawing -->"


def _who(row: Transition) -> str:
    return row.permission.codename + (" or the reporter" if row.reporter_may else "")


def mermaid() -> str:
    """The state diagram, in English."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state.value}: {state.label}" for state in AffairState]
    lines.append("    [*] --> reported: report (T01)")
    for row in TRANSITIONS.values():
        lines += [f"    {source} --> {row.target.value}: {row.name} ({row.code})" for source in sorted(row.sources)]
    lines += ["    closed --> [*]", "```"]
    return "\n".join(lines)


def table() -> str:
    """The rows of the table with who may, what is asked for, and the clock that runs afterwards (ordinary affairs)."""
    lines = ["| step | from | to | who | on | asked for | clock then |", "|---|---|---|---|---|---|---|"]
    for row in TRANSITIONS.values():
        clock = RUNNING.get(row.target)
        limit = limit_of(clock, urgency="u3", tier=2) if clock else None
        asked = ", ".join([*row.required, *(["note"] if row.note_required else [])]) or "-"
        runs = f"{clock.label}: {limit.amount} {limit.unit.value}" if clock and limit else "-"
        where = "the place" if row.where == "grid" else "the lead unit"
        sources = ", ".join(sorted(row.sources))
        lines.append(
            f"| {row.name} ({row.code}) | {sources} | {row.target} | {_who(row)} | {where} | {asked} | {runs} |"
        )
    return "\n".join(lines)


def drawing() -> str:
    """What stands between the two marks of the page."""
    with override("en"):
        return f"{BEGIN}\n{mermaid()}\n\n{table()}\n{END}"


def redrawn(page: str) -> str:
    """``page`` with its drawing renewed. Raises ``ValueError`` when the marks are missing."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, behind = rest.partition(END)
    if not (begin and end):
        raise ValueError("The page has lost the marks of its drawing.")
    return before + drawing() + behind
