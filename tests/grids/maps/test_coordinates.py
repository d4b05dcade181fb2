"""GCJ-02 and WGS-84: known points, and the way there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids.maps.coordinates import metres_between, to_gcj02, to_wgs84

IN_CHINA = st.tuples(st.floats(73.5, 135.0), st.floats(3.5, 53.5))
OUTSIDE = st.tuples(st.floats(-180, 70), st.floats(-90, 90))


# Published with the public implementations (eviltransform, test of Shanghai, Guangzhou, Beijing): WGS-84, then GCJ-02.
@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_published_points(wgs, gcj):
    assert to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-9)
    assert metres_between(to_wgs84(*gcj), wgs) < 0.001


@given(IN_CHINA)
def test_there_and_back_is_less_than_a_millimetre(point):
    assert metres_between(to_wgs84(*to_gcj02(*point)), point) < 0.001
    assert metres_between(to_gcj02(*to_wgs84(*point)), point) < 0.001


@given(IN_CHINA)
def test_the_shift_is_a_few_hundred_metres(point):
    assert 10 < metres_between(to_gcj02(*point), point) < 1500


@given(OUTSIDE)
def test_abroad_nothing_is_shifted(point):
    assert to_gcj02(*point) == point
    assert to_wgs84(*point) == point
