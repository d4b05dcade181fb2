"""Ledgers and an export in the demo, so that their pages are not empty."""

from grids.exporting.choices import Purpose
from grids.exporting.ledgers import save_ledger
from grids.exporting.models import Export, SavedLedger
from grids.exporting.services import ask, measure
from grids.exporting.sources import open_list
from grids.tree.models import Grid

HOUSEHOLDS, PERSONS = "/households/", "/persons/"


def load_ledgers(secretary: object, community: Grid) -> int:
    """Two pinned ledgers of the secretary, one of them shared, and one export that waits for a second person."""
    lines = {"unit": community.name_zh, "preparer": "社工站", "reviewer": "社区书记", "pinned": True}
    columns = "columns=door&columns=head_name&columns=size&columns=use&columns=grid"
    save_ledger(
        actor=secretary,
        title="住户底册（月报）",
        address=f"{HOUSEHOLDS}?{columns}",
        period="2026年11月",
        shared=True,
        grid=community,
        **lines,
    )
    save_ledger(actor=secretary, title="流动人口台账", address=f"{PERSONS}?kind=migrant", **lines)
    reason = f"{Purpose.REPORT.label}：11月"
    ask(measure(open_list(PERSONS, secretary)), owner=secretary, kind="xlsx", reason=reason)
    return SavedLedger.objects.count() + Export.objects.count()
