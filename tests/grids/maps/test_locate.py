"""The real boundaries of Nanjing: imported from GCJ-02, found by point, exact on shared borders."""

import gzip
import json
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext
from shapely.geometry import mapping, shape

from grids.maps.coordinates import to_wgs84
from grids.maps.features import read_collection
from grids.maps.finding import locate
from grids.maps.models import GridBoundary
from grids.maps.services import import_boundaries, remove_boundary, set_boundary
from grids.tree.choices import Level
from grids.tree.models import Grid, GridCode
from grids.tree.services import create_grid

pytestmark = pytest.mark.django_db
# Vonng/adcode, CC BY 4.0: see data/README.md.
NANJING = Path(__file__).parent / "data" / "nanjing_gcj02.geojson.gz"


def districts() -> list[dict]:
    """The county features of the file: what stands in the tree as districts."""
    features = json.loads(gzip.decompress(NANJING.read_bytes()))["features"]
    return [one for one in features if one["properties"]["level"] == "county"]


def found(features: list[dict]) -> None:
    """A district for each feature, written straight: hundreds of calls of the service are not what is tested here."""
    for feature in features:
        facts = feature["properties"]
        grid = Grid(level=Level.DISTRICT, code=facts["code12"], name_zh=f"{facts['name']}{facts['adcode']}")
        grid.insert_at(None, save=True)
        GridCode.objects.create(code=grid.code, grid=grid)


def test_each_district_is_located_in_itself_and_borders_offer_both(capsys):
    features = districts()
    found(features)
    call_command("import_boundaries", str(NANJING))
    # The city and the province themselves are no grids.
    said = capsys.readouterr().out
    assert f"{len(features)} new" in said
    assert GridBoundary.objects.count() == len(features) == 11
    shapes = {row.grid.code: shape(row.shape) for row in GridBoundary.objects.select_related("grid")}
    for code, area in shapes.items():
        spot = area.representative_point()
        assert [grid.code for grid in locate(spot.x, spot.y)] == [code]
    # What the file says about a centre, in its own datum.
    for feature in features:
        lon, lat = feature["properties"]["center_gcj02"]
        if shape(feature["geometry"]).contains(shapely.Point(lon, lat)):
            assert [grid.code for grid in locate(*to_wgs84(lon, lat))] == [feature["properties"]["code12"]]
    pairs = 0
    codes = sorted(shapes)
    for place, code in enumerate(codes):
        for other in codes[place + 1 :]:
            shared = shapely.intersection(shapes[code].boundary, shapes[other].boundary)
            lines = [one for one in shapely.get_parts(shared) if one.geom_type == "LineString" and one.length]
            for line in lines[:3]:
                spot = shapely.line_interpolate_point(line, 0.5, normalized=True)
                assert {code, other} <= {grid.code for grid in locate(spot.x, spot.y)}
                corner = line.coords[0]
                assert {code, other} <= {grid.code for grid in locate(*corner)}
                pairs += 1
    assert pairs >= len(codes) // 2
    for lon, lat in ((116.4, 39.9), (0.0, 0.0), (181.0, 95.0), (float("nan"), 30.0), (121.5, 31.2)):
        assert locate(lon, lat) == []


def test_a_second_import_changes_nothing_and_a_bad_one_is_refused_whole(capsys, tmp_path):
    features = districts()
    found(features)
    call_command("import_boundaries", str(NANJING))
    before = list(GridBoundary.objects.values_list("pk", "version", "changed_at"))
    capsys.readouterr()
    call_command("import_boundaries", str(NANJING), coordinates="gcj02")
    assert f"0 new, 0 changed, {len(features)} unchanged, 1 with codes" in capsys.readouterr().out
    assert list(GridBoundary.objects.values_list("pk", "version", "changed_at")) == before
    with pytest.raises(CommandError, match="another datum"):
        call_command("import_boundaries", str(NANJING), coordinates="wgs84")
    # The first feature moves, the last one crosses itself: neither is written.
    moved = json.loads(json.dumps(features))
    moved[0]["geometry"] = mapping(shapely.box(118.7, 32.0, 118.8, 32.1))
    bowtie = [[118, 32], [119, 33], [119, 31], [118, 33], [118, 32]]
    moved[-1]["geometry"] = {"type": "Polygon", "coordinates": [bowtie]}
    bad = tmp_path / "bad.geojson"
    bad.write_text(json.dumps({"type": "FeatureCollection", "features": moved}), encoding="utf-8")
    with pytest.raises(CommandError, match=rf"Feature {len(moved)} .*crosses itself.*Nothing was changed"):
        call_command("import_boundaries", str(bad), coordinates="wgs84")
    assert list(GridBoundary.objects.values_list("pk", "version", "changed_at")) == before


def test_the_deepest_grid_answers_and_queries_do_not_grow(world):
    from django.db import connection

    def box(west, south, east, north):
        return mapping(shapely.box(west, south, east, north))

    def asked(lon, lat) -> list[str]:
        return [grid.code for grid in locate(lon, lat)]

    def draw(grid, *frame):
        set_boundary(grid, box(*frame), actor=None, source="测试")

    draw(world.district, 118.0, 32.0, 119.0, 33.0)
    draw(world.community, 118.2, 32.2, 118.6, 32.6)
    draw(world.east_grid, 118.4, 32.2, 118.6, 32.6)
    draw(world.west_grid, 118.2, 32.2, 118.4, 32.6)
    assert asked(118.5, 32.4) == [world.east_grid.code]
    assert asked(118.4, 32.4) == [world.east_grid.code, world.west_grid.code]
    # A corner of the community lies on the border of two grids; the district goes on beyond it.
    assert asked(118.7, 32.7) == [world.district.code]
    assert asked(117.9, 32.4) == []
    # A centimetre beside the border is the border, a metre is not.
    assert len(asked(118.4 + 5e-8, 32.4)) == 2
    assert len(asked(118.4 + 1e-5, 32.4)) == 1
    for number in range(12):
        grid = create_grid(world.community, actor=None, name_zh=f"新{number}")
        draw(grid, 118.2, 32.2, 118.6, 32.6 - number / 100)
    with CaptureQueriesContext(connection) as captured:
        locate(118.5, 32.4)
    assert len(captured) <= 2
    with CaptureQueriesContext(connection) as captured:
        locate(118.5, 32.4)
    assert len(captured) == 1
    remove_boundary(world.east_grid, actor=world.district_office, reason="重画")
    assert world.east_grid.code not in asked(118.5, 32.4)


def test_a_retired_code_finds_the_grid_it_belonged_to(world):
    GridCode.objects.create(code="990106009000", grid=world.street, retired_on=world.street.valid_from)
    data = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code12": "990106009000", "name": "旧街道"},
                "geometry": mapping(shapely.box(118, 32, 119, 33)),
            }
        ],
    }
    outcome = import_boundaries(read_collection(json.dumps(data).encode()).features, actor=None, source="测试")
    assert (outcome.created, outcome.unknown) == (1, [])
    assert GridBoundary.objects.get().grid == world.street
