"""The made-up boundaries of the demo: they tile their community without gap or overlap, the same every time."""

from itertools import combinations
from random import Random

import pytest
import shapely
from shapely.geometry import Polygon
from stdnum.cn import uscc

from governance.demo.borders import AROUND, PATCHES, cut, outline
from governance.demo.places import Draft
from governance.demo.territory import DINGSHAN, GULOU, NANHU, QIXING, SANJIABANG, YIJIANGMEN
from grids.places.choices import OrganisationKind


@pytest.mark.parametrize(("code", "count"), [(DINGSHAN, 13), (SANJIABANG, 6)])
def test_the_cells_tile_their_community(code, count):
    patch = PATCHES[code]
    cells = [Polygon(ring) for ring in cut(patch, Random(1))]
    whole = Polygon(outline(patch, Random(1)))
    assert len(cells) == count
    assert all(cell.is_valid for cell in [*cells, whole])
    assert shapely.union_all(cells).symmetric_difference(whole).area < 1e-12
    assert max(one.intersection(other).area for one, other in combinations(cells, 2)) < 1e-12
    assert cut(patch, Random(1)) == cut(patch, Random(1))


@pytest.mark.parametrize(
    ("inner", "outer"), [(DINGSHAN, YIJIANGMEN), (YIJIANGMEN, GULOU), (SANJIABANG, QIXING), (QIXING, NANHU)]
)
def test_each_lies_in_what_it_belongs_to(inner, outer):
    ring = outline(PATCHES[inner], Random(1)) if inner in PATCHES else AROUND[inner]
    assert Polygon(AROUND[outer]).contains(Polygon(ring))


def test_credit_codes_are_of_nobody_and_right():
    draft = Draft(Random(1))
    codes = [draft.credit_code(kind) for kind in OrganisationKind for _again in range(3)]
    assert len(set(codes)) == len(codes)
    assert all(uscc.validate(code) == code and code[2:8] == "990101" for code in codes)
