"""The real divisions of the demo: Gulou of Nanjing always, the whole of Chongqing on demand."""

import gzip

from governance.demo.names import DATA
from governance.demo.progress import Progress
from governance.demo.territory import DINGSHAN, GULOU, YIJIANGMEN
from grids.tree.division_import import Outcome, import_divisions
from grids.tree.divisions import read_divisions
from grids.tree.models import Grid
from grids.tree.services import rename_grid

GULOU_FILE = DATA / "nanjing_gulou.csv"
CHONGQING_FILE = DATA / "chongqing.csv.gz"
# The file names committees (丁山社区居委会); on the screen a community is called as people call it.
NAMES = {
    GULOU: ("鼓楼区", "Gulou District"),
    YIJIANGMEN: ("挹江门街道", "Yijiangmen Street"),
    DINGSHAN: ("丁山社区", "Dingshan Community"),
}


def import_gulou() -> Outcome:
    """The district of Gulou with its 13 streets and 122 communities."""
    outcome = import_divisions(read_divisions(GULOU_FILE.read_bytes()), actor=None, source=GULOU_FILE.name)
    for code, (name_zh, name_en) in NAMES.items():
        grid = Grid.objects.get(code=code)
        rename_grid(grid, actor=None, version=grid.version, name_zh=name_zh, name_en=name_en)
    return outcome


def add_chongqing(*, progress: Progress) -> Outcome:
    """The 38 districts of Chongqing with 1,029 towns and 11,131 villages and communities; again changes nothing."""
    with progress.stage("Divisions of Chongqing"):
        plan = read_divisions(gzip.decompress(CHONGQING_FILE.read_bytes()))
        total, done = len(plan.divisions), 0

        def show(number: int) -> None:
            nonlocal done
            done += number
            progress.show(done / total)

        return import_divisions(plan, actor=None, source=CHONGQING_FILE.name, progress=show)
