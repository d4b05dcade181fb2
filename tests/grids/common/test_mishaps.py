"""Error pages say what happened and what to do, in Chinese, and reveal nothing."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import Client
from django.urls import include, path

from grids.common.errors import Conflict, Refused, StaleVersion


def raising(problem: Exception):
    def view(request):
        raise problem

    return view


urlpatterns = [
    path("refused/", raising(Refused("这一步要由别人来做。"))),
    path("late/", raising(Conflict("已有人接单。"))),
    path("stale/", raising(StaleVersion("这条记录已被修改。"))),
    path("forbidden/", raising(PermissionDenied("internal detail"))),
    path("unreadable/", raising(BadRequest("internal detail"))),
    path("broken/", raising(ValueError("internal detail 990101199003075432"))),
    path("", include("tests.grids.common.frame")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/refused/", 403, "这一步要由别人来做。"),
        ("/late/", 409, "已有人接单。"),
        ("/stale/", 409, "这条记录已被修改。"),
        ("/forbidden/", 403, "你不能进行这项操作"),
        ("/unreadable/", 400, "没能读懂这次请求"),
        ("/nowhere/", 404, "没有找到"),
    ],
)
def test_every_mishap_has_its_page(client, world, address, status, words):
    client.force_login(world.secretary)
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert 'href="/"' in page
    assert "internal detail" not in page


def test_a_refusal_gives_one_piece_of_advice_and_no_vain_way_back(client, world):
    """The reason says what to do already; loading a page that one may not open refuses it again."""
    client.force_login(world.secretary)
    refused = client.get("/refused/").content.decode()
    assert "请联系社区书记" not in refused
    assert 'href="/refused/"' not in refused
    assert 'href="/refused/"' in client.post("/refused/").content.decode()
    assert "请联系社区书记" in client.get("/forbidden/").content.decode()


@pytest.mark.expected_errors("django.request")
def test_a_broken_page_tells_nothing_about_its_inside(client, world):
    client.force_login(world.secretary)
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "系统出了点问题" in answer.content.decode()
    assert "990101" not in answer.content.decode()


def test_an_old_form_is_told_to_load_again(world):
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "secretary", "password": world.PASSWORD})
    assert answer.status_code == 403
    assert "页面打开时间过长" in answer.content.decode()


def test_a_visitor_sees_the_not_found_page_too(client):
    assert "没有找到" in client.get("/nowhere/").content.decode()


@pytest.mark.parametrize("query", ["?q=%00", "?%00=x", "?grid=1%002"])
def test_a_nul_character_is_a_request_that_cannot_be_read(client, query):
    """PostgreSQL would answer with an error wherever the value is compared; a form says what is wrong with it."""
    assert client.get("/login/" + query).status_code == 400
    assert client.get("/login/?q=%20").status_code == 200
    assert client.post("/login/", {"username": "a\x00b", "password": "x"}).status_code == 200
