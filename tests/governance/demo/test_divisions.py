"""The whole of Chongqing beside the demo."""

from collections import Counter

from governance.demo.divisions import add_chongqing, import_gulou
from governance.demo.progress import Progress
from grids.tree.choices import Level
from grids.tree.models import Grid


def test_chongqing_is_added_once(db):
    import_gulou()
    first = add_chongqing(progress=Progress(quiet=True))
    chongqing = Grid.objects.filter(code__startswith="50")
    levels = Counter(chongqing.values_list("level", flat=True))
    assert levels == {Level.DISTRICT: 38, Level.STREET: 1_029, Level.COMMUNITY: 11_134 - first.dummies}
    assert first.created == chongqing.count()
    again = add_chongqing(progress=Progress(quiet=True))
    assert (again.created, again.unchanged) == (0, first.created)
