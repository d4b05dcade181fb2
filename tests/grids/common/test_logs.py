"""No number of a person gets into the logs, whoever says it."""

import logging

import pytest
from django.conf import settings

from grids.common.logs import CarefulFormatter, without_numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Not Found: /persons/990101194904120010/", "Not Found: /persons/•••/"),
        ("q=13800000101&x=1", "q=•••&x=1"),
        ("99010119490412001X,", "•••,"),
        ("grid 990106001001 990106001001001 99010600100100101", "grid 990106001001 990106001001001 99010600100100101"),
        ("2026-11-22 16:42:21,413 done in 12345 ms", "2026-11-22 16:42:21,413 done in 12345 ms"),
    ],
)
def test_numbers_of_persons_are_hidden_and_others_stay(text, expected):
    assert without_numbers(text) == expected


def test_a_traceback_is_searched_too():
    try:
        raise ValueError("990101194904120010")
    except ValueError as problem:
        fault = (type(problem), problem, problem.__traceback__)
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "call %s", ("13800000101",), fault)
    line = CarefulFormatter("%(message)s").format(record)
    assert "•••" in line
    assert "990101194904120010" not in line
    assert "13800000101" not in line


def test_every_line_of_the_portal_is_written_so():
    lines = settings.LOGGING["formatters"]
    assert {one["()"] for one in lines.values()} == {"grids.common.logs.CarefulFormatter"}
    assert all(handler["formatter"] in lines for handler in settings.LOGGING["handlers"].values())
