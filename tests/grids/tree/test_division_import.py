"""Writing divisions into the forest: counts of the real files, the second run, renames, growth, refusals."""

import gzip
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from grids.trail.models import AuditEntry
from grids.tree.choices import ChangeKind, Level
from grids.tree.division_import import import_divisions
from grids.tree.divisions import DivisionFault, read_divisions
from grids.tree.integrity import differences
from grids.tree.models import Grid, GridChange, GridCode
from grids.tree.services import close_grid, create_grid, move_grid
from tests.grids.tree.test_divisions import JIANGMEN, jiangmen, table

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[3] / "governance" / "demo" / "data"


def levels() -> dict[int, int]:
    return dict(Counter(Grid.objects.values_list("level", flat=True)))


def bring(content: bytes, source: str = "divisions.csv"):
    return import_divisions(read_divisions(content), actor=None, source=source)


def test_all_of_chongqing(django_assert_max_num_queries):
    content = gzip.decompress((DATA / "chongqing.csv.gz").read_bytes())
    plan = read_divisions(content)
    # Bulk throughout: SQLite takes some fifty rows in one INSERT, PostgreSQL a thousand.
    with django_assert_max_num_queries(700):
        outcome = import_divisions(plan, actor=None, source="chongqing.csv")

    # The file has 11,134 villages and communities; three of them are dummies.
    assert levels() == {Level.DISTRICT: 38, Level.STREET: 1029, Level.COMMUNITY: 11134 - 3}
    assert (outcome.created, outcome.dummies, outcome.flattened) == (12198, 3, 2)
    assert Grid.objects.filter(parent__isnull=True).values("tree_id").distinct().count() == 38
    assert list(differences()) == []
    # Names repeat all over the city and stay apart.
    repeated = Counter(Grid.objects.at_level(Level.COMMUNITY).values_list("name_zh", flat=True))
    assert sum(count > 1 for count in repeated.values()) > 1000
    assert AuditEntry.objects.filter(act="grid.import").count() == 1

    again = import_divisions(plan, actor=None, source="chongqing.csv")
    assert (again.created, again.renamed, again.unchanged) == (0, 0, 12198)
    assert AuditEntry.objects.filter(act="grid.import").count() == 1


def test_the_command_on_gulou_twice(capsys):
    for expected in ("136 new, 0 unchanged", "0 new, 136 unchanged"):
        call_command("import_divisions", str(DATA / "nanjing_gulou.csv"))
        assert expected in capsys.readouterr().out
    assert levels() == {Level.DISTRICT: 1, Level.STREET: 13, Level.COMMUNITY: 122}
    call_command("check_tree")


def test_renames_are_applied_with_history_and_sisters_may_exchange_names():
    bring(table(*JIANGMEN, "990703006002,北街社区,village,990703006000,111,0,0"))
    swapped = [line.replace("990703006001,东联社区", "990703006001,北街社区") for line in JIANGMEN]
    outcome = bring(table(*swapped, "990703006002,东联社区,village,990703006000,112,0,0"), "2027.csv")

    assert (outcome.created, outcome.renamed, outcome.reclassified) == (0, 2, 0)
    first = Grid.objects.get(code="990703006001")
    assert (first.name_zh, first.version) == ("北街社区", 2)
    change = first.changes.get(kind=ChangeKind.RENAME)
    assert (change.before, change.after, change.reason) == (
        {"name_zh": "东联社区"},
        {"name_zh": "北街社区"},
        "2027.csv",
    )
    assert Grid.objects.get(code="990703006002").urban_rural == "112"
    assert list(differences()) == []


def test_a_file_that_has_grown_makes_room_among_living_grids():
    bring(jiangmen())
    community = Grid.objects.get(code="990703006001")
    grid = create_grid(community, actor=None, name_zh="第一网格")
    create_grid(grid, actor=None, name_zh="一幢")
    more = (
        "990703002000,白沙街道,town,990703000000,,0,0",
        "990703002001,江华社区,village,990703002000,,0,0",
        "990703006003,发展社区,village,990703006000,,0,0",
        "990705000000,新会区,county,990700000000,,0,0",
    )
    outcome = bring(jiangmen(more=more))
    assert (outcome.created, outcome.unchanged) == (4, 11)
    assert list(differences()) == []
    grid.refresh_from_db()
    ancestors = [one.name_zh for one in Grid.objects.ancestors_of(grid)]
    assert ancestors == ["蓬江区", "环市街道", "东联社区"]


@pytest.mark.parametrize("how", ["closed", "moved"])
def test_a_retired_code_is_refused_with_its_line(how):
    bring(jiangmen(more=("990703007000,潮连街道,town,990703000000,,0,0",)))
    community = Grid.objects.get(code="990703006001")
    if how == "closed":
        close_grid(community, actor=None, version=1, reason="撤销")
    else:
        move_grid(community, Grid.objects.get(code="990703007000"), actor=None, version=1, reason="划转")
    before = Grid.objects.count()
    with pytest.raises(DivisionFault) as fault:
        bring(jiangmen(more=("990705000000,新会区,county,990700000000,,0,0",)))
    assert fault.value.line == 7
    assert "990703006001" in str(fault.value)
    assert Grid.objects.count() == before


def test_a_name_that_another_grid_has_is_refused():
    bring(jiangmen())
    renumbered = [line.replace("990703006001", "990703006009") for line in JIANGMEN]
    with pytest.raises(DivisionFault, match="990703006001"):
        bring(table(*renumbered))
    with pytest.raises(DivisionFault, match="990703000000"):
        bring(table("980703000000,蓬江区,county,,,0,0"))
    assert not GridCode.objects.filter(code__startswith="98").exists()


def test_refused_files_leave_nothing_behind(tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(jiangmen())
    bad.write_bytes(jiangmen(more=("99079900000,少一位,county,990700000000,,0,0",)))
    with pytest.raises(CommandError, match=r"bad\.csv is refused.*line 18"):
        call_command("import_divisions", str(good), str(bad))
    assert not Grid.objects.exists()
    assert not GridChange.objects.exists()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_divisions", str(tmp_path / "absent.csv"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_divisions", str(tmp_path))


def test_one_district_of_a_file(tmp_path, capsys):
    path = tmp_path / "all.csv"
    path.write_bytes(jiangmen())
    call_command("import_divisions", str(path), "--district", "990781")
    assert "3 new" in capsys.readouterr().out
    assert set(Grid.objects.values_list("code", flat=True)) == {"990781000000", "990781100000", "990781100001"}
