"""From the Chinese map datum GCJ-02 to WGS-84 and back. Pure.

Maps published in China (Amap, Tencent, and everything drawn on them) carry coordinates in GCJ-02, which lie 100 to 700
metres beside those of a satellite receiver (WGS-84). The shift is a fixed function of the place; its formula on the
Krasovsky ellipsoid has been public since 2009 (eviltransform, coordTransform and many others hold the same constants).
There is no closed inverse: ``to_wgs84`` searches for the point that the shift leads to the given one.
"""

from math import cos, pi, sin, sqrt

Point = tuple[float, float]

# Krasovsky 1940: half axis in metres and squared eccentricity, as the public formula has them.
AXIS = 6378245.0
ECCENTRICITY = 0.00669342162296594323
# Outside this frame the datum is not shifted.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
METRES_PER_DEGREE = 111_320.0
# A millionth of a millimetre: far below what seven decimals can say.
CLOSE_ENOUGH = 1e-12
MOST_STEPS = 30


def is_shifted(lon: float, lat: float) -> bool:
    """Whether the datum is shifted at this place: in the frame around China."""
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH


def shift(lon: float, lat: float) -> Point:
    """How far GCJ-02 lies beside WGS-84 at a WGS-84 point, in degrees east and north."""
    if not is_shifted(lon, lat):
        return 0.0, 0.0
    x, y = lon - 105.0, lat - 35.0
    ripple = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (ripple + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (ripple + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    angle = lat / 180.0 * pi
    magic = 1 - ECCENTRICITY * sin(angle) ** 2
    root = sqrt(magic)
    north = north * 180.0 / (AXIS * (1 - ECCENTRICITY) / (magic * root) * pi)
    east = east * 180.0 / (AXIS / root * cos(angle) * pi)
    return east, north


def to_gcj02(lon: float, lat: float) -> Point:
    """A WGS-84 point as a Chinese map shows it."""
    east, north = shift(lon, lat)
    return lon + east, lat + north


def to_wgs84(lon: float, lat: float) -> Point:
    """The WGS-84 point that a Chinese map shows at (``lon``, ``lat``); accurate to less than a millimetre."""
    if not is_shifted(lon, lat):
        return lon, lat
    # The shift hardly changes from place to place: each round makes the rest some thousand times smaller.
    found_lon, found_lat = lon, lat
    for _step in range(MOST_STEPS):
        shown_lon, shown_lat = to_gcj02(found_lon, found_lat)
        rest_lon, rest_lat = lon - shown_lon, lat - shown_lat
        found_lon, found_lat = found_lon + rest_lon, found_lat + rest_lat
        if abs(rest_lon) + abs(rest_lat) < CLOSE_ENOUGH:
            break
    return found_lon, found_lat


def metres_between(one: Point, other: Point) -> float:
    """Distance of two points that are near each other."""
    east = (one[0] - other[0]) * cos((one[1] + other[1]) / 360.0 * pi)
    return METRES_PER_DEGREE * sqrt(east * east + (one[1] - other[1]) ** 2)
