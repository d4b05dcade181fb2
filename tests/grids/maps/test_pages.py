"""Boundaries drawn, shown and taken away; the page that names the grid of a point; the public page."""

import json
import re
from datetime import timedelta

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from shapely.geometry import mapping

from grids.access.choices import Role
from grids.common.clock import today
from grids.common.errors import Refused
from grids.maps.coordinates import to_gcj02
from grids.maps.drawing import lines_of
from grids.maps.features import read_collection
from grids.maps.geometry import MOST_CORNERS, read_shape
from grids.maps.models import GridBoundary
from grids.maps.services import import_boundaries, remove_boundary, set_boundary
from grids.places.services import add_service_point
from grids.team.choices import Employment
from grids.team.models import Post, StaffProfile
from grids.trail.models import AuditEntry
from grids.tree.services import create_grid

pytestmark = pytest.mark.django_db
SQUARE = mapping(shapely.box(118.7, 32.0, 118.8, 32.1))
LIMIT = 60_000


def page(name, grid) -> str:
    return reverse(f"grids:{name}", args=[grid.pk])


def test_a_long_name_stands_on_the_map_in_two_lines():
    assert lines_of("丁山第一网格") == ("丁山第一网格",)
    assert lines_of("江畔商务楼宇网格") == ("江畔商务楼宇网格",)
    assert lines_of("Dingshan Grid 1") == ("Dingshan", "Grid 1")
    assert lines_of("Riverside Business Grid") == ("Riverside", "Business Grid")
    assert lines_of("很长很长很长很长很长的网格") == ("很长很长很长很长很…",)


def drawn(html: str) -> str:
    found = re.search(r"<svg class=\"map\".*?</svg>", html, re.DOTALL)
    return found[0] if found else ""


# ------------------------------------------------------------------ shapes
@pytest.mark.parametrize(
    "shape",
    [
        None,
        "Polygon",
        {},
        {"type": "Point", "coordinates": [118.7, 32.0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[118, 32], [119, 33]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"], [1, 2], [3, 4], ["a", "b"]]]},
        {"type": "Polygon", "coordinates": [[[[[[118, 32]]]]]]},
        {"type": "Polygon", "coordinates": [[[118, 32], [118.5, 32], [118, 32], [118, 32]]]},
        {"type": "Polygon", "coordinates": [[[118, 32], [119, 33], [119, 31], [118, 33], [118, 32]]]},
        {"type": "Polygon", "coordinates": [[[32, 118], [33, 118], [33, 119], [32, 119], [32, 118]]]},
        {"type": "Polygon", "coordinates": [[[-74, 40], [-73, 40], [-73, 41], [-74, 41], [-74, 40]]]},
        {"type": "Polygon", "coordinates": [[[118, 32], [119, 32], [119, float("inf")], [118, 33], [118, 32]]]},
        {"type": "Polygon", "coordinates": [[[118 + n / 1e6, 32 + n % 2] for n in range(MOST_CORNERS + 5)]]},
        {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], SQUARE["coordinates"]]},
    ],
)
def test_what_is_no_boundary_is_refused(world, shape):
    with pytest.raises(ValidationError):
        read_shape(shape)
    with pytest.raises(ValidationError):
        set_boundary(world.east_grid, shape, actor=None, source="测试")
    assert not GridBoundary.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"\x1f\x8bxx",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": [1]}',
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {}}]}',
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "320106", "geometry": null}]}',
        b'{"type": "FeatureCollection", "features": [NaN]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_file_of_boundaries_is_refused(content):
    with pytest.raises(ValidationError):
        read_collection(content)


# ------------------------------------------------------------------ writing
def test_who_draws_grids_draws_boundaries(world):
    for who in ("secretary", "east_worker", "auditor", "street_desk"):
        with pytest.raises(Refused):
            set_boundary(world.east_grid, SQUARE, actor=getattr(world, who), source="街道办")
    boundary = set_boundary(world.east_grid, SQUARE, actor=world.district_office, source="街道办")
    assert (boundary.west, boundary.north) == (118.7, 32.1)
    # The same again is no new version and no new entry.
    set_boundary(world.east_grid, SQUARE, actor=world.district_office, source="街道办")
    assert (GridBoundary.objects.get().version, AuditEntry.objects.filter(act="boundary.set").count()) == (1, 1)
    with pytest.raises(ValidationError):
        set_boundary(world.east_grid, SQUARE, actor=world.district_office, source=" ")
    with pytest.raises(Refused):
        remove_boundary(world.east_grid, actor=world.secretary, reason="重画")
    remove_boundary(world.east_grid, actor=world.district_office, reason="重画")
    assert not GridBoundary.objects.exists()
    assert AuditEntry.objects.get(act="boundary.remove").reason == "重画"


def test_an_import_by_somebody_is_bound_to_his_grids(world):
    features = [
        {"type": "Feature", "properties": {"code": grid.code}, "geometry": SQUARE}
        for grid in (world.community, world.foreign_community)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    with pytest.raises(Refused):
        import_boundaries(read_collection(content).features, actor=world.district_office, source="测试")
    assert not GridBoundary.objects.exists()


def test_chinese_coordinates_are_converted(world):
    shown = [list(to_gcj02(*point)) for point in SQUARE["coordinates"][0]]
    boundary = set_boundary(
        world.east_grid, {"type": "Polygon", "coordinates": [shown]}, actor=None, source="高德", gcj02=True
    )
    stored = boundary.shape["coordinates"][0]
    for (lon, lat), (true_lon, true_lat) in zip(stored, SQUARE["coordinates"][0], strict=True):
        assert (lon, lat) == (pytest.approx(true_lon, abs=2e-7), pytest.approx(true_lat, abs=2e-7))


def test_the_form_takes_a_file_or_text(world, client):
    client.force_login(world.district_office)
    url = page("boundary-update", world.east_grid)
    common = {"coordinates": "wgs84", "source": "街道办"}
    collection = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SQUARE}]}
    upload = SimpleUploadedFile("east.geojson", json.dumps(collection).encode())
    assert client.post(url, common | {"file": upload}).status_code == 302
    assert GridBoundary.objects.get().grid == world.east_grid
    for wrong in (
        {},
        {"text": "{"},
        {"text": json.dumps({"type": "Point"})},
        {"text": json.dumps(SQUARE), "file": SimpleUploadedFile("a", b"{}")},
        {"file": SimpleUploadedFile("a", b"\xff\xfe\x00")},
    ):
        response = client.post(url, common | wrong)
        assert response.status_code == 200
        assert set(response.context["form"].errors) <= {"file", "text"}
        assert response.context["form"].errors
    assert client.post(page("boundary-remove", world.east_grid), {"reason": "重画"}).status_code == 302
    assert not GridBoundary.objects.exists()
    # Somebody was faster.
    assert client.post(page("boundary-remove", world.east_grid), {"reason": "重画"}).status_code == 409


# ------------------------------------------------------------------ showing
def test_the_map_shows_the_grids_below_and_leads_to_them(world, client):
    set_boundary(world.community, SQUARE, actor=None, source="街道办", licence="CC BY 4.0")
    west, east = mapping(shapely.box(118.7, 32.0, 118.75, 32.1)), mapping(shapely.box(118.75, 32.0, 118.8, 32.1))
    set_boundary(world.west_grid, west, actor=None, source="街道办")
    set_boundary(world.east_grid, east, actor=None, source="街道办")
    client.force_login(world.secretary)
    html = client.get(page("grid-detail", world.community)).content.decode()
    svg = drawn(html)
    assert svg.count("<path") == 3
    assert f'href="{world.east_grid.get_absolute_url()}"' in svg
    assert "<title" in svg
    assert "<desc" in svg
    assert "style=" not in svg
    assert "街道办" in html
    assert "CC BY 4.0" in html
    # Without a boundary: nothing for those who cannot draw one, a hint for those who can.
    assert 'id="map"' not in client.get(page("grid-detail", world.east_micro)).content.decode()
    client.force_login(world.district_office)
    assert "还没有边界" in client.get(page("grid-detail", world.east_micro)).content.decode()


def test_a_map_of_many_ragged_grids_stays_small(world, client):
    ring = shapely.Point(118.75, 32.05).buffer(0.05, quad_segs=4000)
    set_boundary(world.community, mapping(ring), actor=None, source="测试")
    for number in range(60):
        child = create_grid(world.community, actor=None, name_zh=f"第{number}个很长名字的网格")
        spot = shapely.Point(118.71 + number % 8 * 0.01, 32.01 + number // 8 * 0.01).buffer(0.005, quad_segs=500)
        set_boundary(child, mapping(spot), actor=None, source="测试")
    client.force_login(world.secretary)
    svg = drawn(client.get(page("grid-detail", world.community)).content.decode())
    assert svg.count("<path") == 61
    assert len(svg.encode()) < LIMIT


def test_the_page_names_the_grid_of_a_point(world, client):
    set_boundary(world.east_grid, SQUARE, actor=None, source="测试")
    set_boundary(world.foreign_grid, mapping(shapely.box(118.8, 32.0, 118.9, 32.1)), actor=None, source="测试")
    client.force_login(world.secretary)
    url = reverse("grids:grid-locate")

    def answers(**query):
        found = client.get(url, query).context["answers"]
        return None if found is None else [(one["grid"], one["within"]) for one in found]

    assert answers() is None
    assert answers(lon="118.75", lat="32.05") == [(world.east_grid, True)]
    assert answers(lon="118.8", lat="32.05") == [(world.east_grid, True), (world.foreign_grid, False)]
    assert answers(lon="10", lat="50") == []
    assert answers(lon="x", lat="32.05") is None
    assert answers(lon="nan", lat="inf") is None
    lon, lat = to_gcj02(118.7999, 32.05)
    assert answers(lon=lon, lat=lat, coordinates="gcj02") == [(world.east_grid, True)]
    # Beyond one's reach the answer leads to the public page.
    html = client.get(url, {"lon": "118.85", "lat": "32.05"}).content.decode()
    assert reverse("grids:grid-public", args=[world.foreign_grid.code]) in html
    assert world.foreign_grid.get_absolute_url() not in html


def test_the_public_page_shows_what_is_posted_and_nothing_else(world, client):
    set_boundary(world.east_grid, SQUARE, actor=None, source="街道办")
    StaffProfile.objects.filter(user=world.east_worker).update(work_phone="025-1234567")
    StaffProfile.objects.filter(user=world.liaison).update(work_phone="13800001234")
    left = StaffProfile.objects.create(home=world.east_grid, name="已离任", employment=Employment.PART_TIME)
    Post.objects.create(
        grid=world.east_grid,
        role=Role.PART_TIME,
        staff=left,
        starts_on=today() - timedelta(days=60),
        ends_on=today() - timedelta(days=1),
    )
    add_service_point(world.east_micro, actor=None, name="一幢服务站", kind="station", address="一幢架空层")
    html = client.get(reverse("grids:grid-public", args=[world.east_grid.code])).content.decode()
    for shown in ("第一网格", "王东", "025-1234567", "郑网格长", "一幢服务站", "东明区"):
        assert shown in html, shown
    for hidden in ("已离任", "卫联络", "13800001234", "赵一", "东联系人", "沈督查"):
        assert hidden not in html, hidden
    micro = client.get(reverse("grids:grid-public", args=[world.east_micro.code])).content.decode()
    assert "王东" in micro
    assert "卫联络" not in micro
    for code in ("999999999999", "abc", world.east_grid.code + "1"):
        assert client.get(f"/public/grids/{code}/").status_code == 404
