"""Where one is: every page of work lights one item of the menu."""

import pytest
from django.test import RequestFactory

from governance.project.navigation import menu_for
from tests.world import World


@pytest.mark.parametrize(
    ("account", "path", "lit"),
    [
        ("secretary", "/imports/", "导入"),
        ("secretary", "/imports/new/", "导入"),
        ("secretary", "/exports/queue/", "台账"),
        ("secretary", "/staff/7/", "人员岗位"),
        ("secretary", "/merges/", "疑似重复"),
        ("secretary", "/buildings/7/board/", "住户"),
        ("secretary", "/contacts/board/", "联户"),
        ("secretary", "/contacts/members/", "联户"),
        ("secretary", "/indicators/coverage/", "统计报表"),
        ("joint_member", "/contacts/mine/", "我的联户"),
        ("joint_member", "/member/news/", "我的联户"),
        ("secretary", "/", "工作台"),
        ("secretary", "/search/", None),
    ],
)
def test_a_page_lights_the_item_under_which_it_is_found(world: World, account: str, path: str, lit: str | None) -> None:
    request = RequestFactory().get(path)
    request.user = world.users[account]
    entries = [one for section in menu_for(request)["navigation"] for one in section["entries"]]
    assert [str(one["label"]) for one in entries if one["active"]] == [lit] * (lit is not None)
