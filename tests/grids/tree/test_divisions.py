"""What a file of divisions comes to, and how every bad file is refused: whole, with line and reason, no traceback."""

from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.tree.choices import Level
from grids.tree.divisions import DivisionFault, read_divisions

HEADER = "code12,name,level,parent_code,ur_class,is_virtual,is_dummy"
GULOU = Path(__file__).resolve().parents[3] / "governance" / "demo" / "data" / "nanjing_gulou.csv"

# Invented codes in the shape of Jiangmen: a city with districts, a county-level city, a city that holds towns itself,
# a virtual county level with towns, a virtual heading without any.
JIANGMEN = [
    "990000000000,蓝江省,province,,,0,0",
    "990700000000,江门港市,city,990000000000,,0,0",
    "990701000000,市辖区,county,990700000000,,1,0",
    "990703000000,蓬江区,county,990700000000,,0,0",
    "990703006000,环市街道,town,990703000000,,0,0",
    "990703006001,东联社区,village,990703006000,111,0,0",
    "990703006498,虚拟社区,village,990703006000,111,0,1",
    "990781000000,台山市,county,990700000000,,0,0",
    "990781100000,台城镇,town,990781000000,,0,0",
    "990781100001,东联社区,village,990781100000,121,0,0",
    "991900000000,东莞港市,city,990000000000,,0,0",
    "991900003000,东城街道,town,991900000000,,0,0",
    "991900003001,岗贝社区,village,991900003000,111,0,0",
    "990200000000,嘉峪港市,city,990000000000,,0,0",
    "990201000000,市辖区,county,990200000000,,1,0",
    "990201001000,雄关街道,town,990201000000,,0,0",
]


def table(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def jiangmen(*, without: str = "", instead: str = "", more: tuple[str, ...] = ()) -> bytes:
    lines = [line for line in JIANGMEN if not without or not line.startswith(without)]
    return table(*lines, *([instead] if instead else []), *more)


def test_the_shape_of_jiangmen_is_understood():
    plan = read_divisions(jiangmen())
    assert [(d.code, d.name, d.level, d.parent_code) for d in plan.divisions if d.level < Level.COMMUNITY] == [
        ("990201000000", "嘉峪港市市辖区", Level.DISTRICT, ""),
        ("990201001000", "雄关街道", Level.STREET, "990201000000"),
        ("990703000000", "蓬江区", Level.DISTRICT, ""),
        ("990703006000", "环市街道", Level.STREET, "990703000000"),
        ("990781000000", "台山市", Level.DISTRICT, ""),
        ("990781100000", "台城镇", Level.STREET, "990781000000"),
        ("991900000000", "东莞港市", Level.DISTRICT, ""),
        ("991900003000", "东城街道", Level.STREET, "991900000000"),
    ]
    # The same village name under two towns stays two villages.
    assert [d.code for d in plan.divisions if d.name == "东联社区"] == ["990703006001", "990781100001"]
    assert (plan.dummies, plan.flattened) == (1, 1)


def test_one_district_can_be_taken_alone():
    plan = read_divisions(jiangmen()).of_district("990703")
    assert [d.name for d in plan.divisions] == ["蓬江区", "环市街道", "东联社区"]
    assert len(read_divisions(jiangmen()).of_district("991900000000").divisions) == 3
    with pytest.raises(DivisionFault, match="990799"):
        read_divisions(jiangmen()).of_district("990799")


def test_a_byte_order_mark_is_no_obstacle():
    assert len(read_divisions(b"\xef\xbb\xbf" + jiangmen()).divisions) == len(read_divisions(jiangmen()).divisions)


def test_what_hangs_on_a_dummy_is_left_out_with_it():
    more = ("990703007000,虚拟街道,town,990703000000,,0,1", "990703007001,其下社区,village,990703007000,,0,0")
    plan = read_divisions(jiangmen(more=more))
    assert plan.dummies == 3
    assert "其下社区" not in {d.name for d in plan.divisions}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", None, "empty"),
        (b"\n\n", None, "empty"),
        (HEADER.encode(), None, "empty"),
        (table("990000000000,蓝江省,province,,,0,0"), None, "no district"),
        (table("a", header="name,code,level"), 1, "code12, parent_code"),
        (table("99070300000,蓬江区,county,,,0,0"), 2, "12 digits"),
        (table("９90703000000,蓬江区,county,,,0,0"), 2, "12 digits"),
        (table("9907030000001,蓬江区,county,,,0,0"), 2, "12 digits"),
        (table("990703000000,蓬江区,county,,0,0"), 2, "6 columns instead of 7"),
        (table("990703000000,蓬江区,county,,,0,0,9"), 2, "8 columns instead of 7"),
        (table("990703000000,,county,,,0,0"), 2, "printable"),
        (table("990703000000,蓬\u0000江,county,,,0,0"), 2, "printable"),
        (table(f"990703000000,{'长' * 81},county,,,0,0"), 2, "printable"),
        (table("990703000000,蓬江区,region,,,0,0"), 2, "region"),
        (table("990703001000,蓬江区,county,,,0,0"), 2, "not one of the level"),
        (table("990703000000,蓬江区,county,,,yes,0"), 2, "is_virtual must be 0 or 1"),
        (table("990703000000,蓬江区,county,,city,0,0"), 2, "3 digits"),
        (table('990703000000,"蓬江区,county,,,0,0'), 2, "CSV"),
        (jiangmen(without="990703006000"), 6, "990703006000"),
        (jiangmen(without="990700000000"), 3, "990700000000"),
        (jiangmen(more=("990703006001,又一社区,village,990703006000,,0,0",)), 18, "line 7"),
        (jiangmen(more=("990703006002,东联社区,village,990703006000,,0,0",)), 18, "line 7"),
        (jiangmen(more=("990781006000,错号镇,town,990703000000,,0,0",)), 18, "990703"),
        (jiangmen(more=("990700001000,错挂镇,town,990200000000,,0,0",)), 18, "not of the level above"),
        (jiangmen(more=("990703006009,错挂村,village,990703000000,,0,0",)), 18, "not of the level above"),
        (jiangmen(more=("990703008000,自己镇,town,990703008000,,0,0",)), 18, "not of the level above"),
        (jiangmen().decode().encode("gbk"), 2, "UTF-8"),
        (jiangmen().decode().encode("utf-16"), 1, "UTF-8"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", None, "code12"),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason(content, line, words):
    with translation.override("en"), pytest.raises(DivisionFault) as fault:
        read_divisions(content)
    assert words in str(fault.value)
    if line is not None:
        assert fault.value.line == line
        assert str(fault.value).startswith(f"line {line}: ")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file after a few bytes were changed, cut out, doubled or swapped."""
    content = bytearray(draw(st.sampled_from([jiangmen(), GULOU.read_bytes()[:4000]])))
    for _blow in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        blow = draw(st.sampled_from(["put", "cut", "double", "noise"]))
        if blow == "put":
            content[start:end] = draw(
                st.sampled_from([b",", b'"', b"\n", b"\r", b"\x00", b"0", "市".encode(), b"\xff"])
            )
        elif blow == "cut":
            del content[start:end]
        elif blow == "double":
            content[start:start] = content[start:end]
        else:
            content[start:end] = draw(st.binary(max_size=40))
    return bytes(content)


@settings(max_examples=400, deadline=None)
@given(st.one_of(damaged(), st.binary(max_size=300)))
def test_no_bytes_whatever_end_in_a_traceback(content):
    try:
        codes = [division.code for division in read_divisions(content).divisions]
    except DivisionFault:
        return
    assert codes == sorted(set(codes))
