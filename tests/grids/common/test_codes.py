"""A subtree is a range of codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids.common.codes import after, covers, ranges, significant, topmost

CODES = ["990106000000", "990106001000", "990106001001", "990106001001001", "99010600100100101"]


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("990106000000", "990106"),
        ("990106001000", "990106001"),
        ("990106001001", "990106001001"),
        ("990106001001001", "990106001001001"),
        ("99010600100100101", "99010600100100101"),
        # A community whose last digits are zeros is still told from a street by its third group.
        ("990106010010", "990106010010"),
        ("990106100000", "990106100"),
    ],
)
def test_significant_digits(code: str, prefix: str) -> None:
    assert significant(code) == prefix


def test_each_code_covers_itself_and_everything_below_and_nothing_above() -> None:
    for upper, ancestor in enumerate(CODES):
        for lower, code in enumerate(CODES):
            assert covers(ancestor, code) == (lower >= upper)


@given(st.from_regex(r"\A[0-9]{1,17}\Z"), st.from_regex(r"\A[0-9]{0,5}\Z"), st.from_regex(r"\A[0-9]{1,17}\Z"))
def test_after_bounds_exactly_the_texts_that_begin_with_the_prefix(prefix: str, rest: str, other: str) -> None:
    assert prefix <= prefix + rest < after(prefix)
    assert (prefix <= other < after(prefix)) == other.startswith(prefix)


@given(st.sets(st.sampled_from([*CODES, "990107000000", "990106002000", "990106001002"])))
def test_topmost_keeps_the_reach_and_nothing_more(codes: set[str]) -> None:
    kept = topmost(codes)
    for code in [*CODES, "990107000000", "990107001000", "990106002000", "990106002001", "990106001002"]:
        assert any(code.startswith(prefix) for prefix in kept) == any(covers(given_code, code) for given_code in codes)
    assert not any(one != other and one.startswith(other) for one in kept for other in kept)


GRIDS = st.sets(st.integers(1, 40), min_size=1).map(lambda numbers: {f"990106001001{number:03d}" for number in numbers})


@given(GRIDS, st.sets(st.integers(1, 40)), st.integers(1, 45), st.sampled_from(["", "01", "99"]))
def test_ranges_hold_exactly_the_subtrees_and_neighbours_share_one(
    grids: set[str], communities: set[int], number: int, micro: str
) -> None:
    prefixes = grids | {f"990106002{number:03d}" for number in communities}
    found = ranges(prefixes)
    for code in (f"990106001001{number:03d}{micro}", f"990106002{number:03d}", f"990106002{number:03d}001{micro}"):
        inside = any(first <= code < end for first, end in found)
        assert inside == any(code.startswith(prefix) for prefix in prefixes)
    assert not any(first <= CODES[2] < end for first, end in found)  # the community above them
    joined = sum(f"{int(grid) + 1}" in grids for grid in grids)
    assert sum(first.startswith(CODES[2]) for first, _end in found) == len(grids) - joined
