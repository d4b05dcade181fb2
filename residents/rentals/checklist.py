"""The checklist that ships with the portal: eighteen items in six areas, three of them veto items (domain.md M42).

The sentences are our own, after common fire and tenancy rules. A district publishes its own version over it.
"""

from datetime import date
from typing import Any

TITLE = "出租房安全检查清单"
TITLE_EN = "Safety checklist for rental dwellings"
VALID_FROM = date(2026, 1, 1)

# code, area, points, veto, Chinese, English. The code says which item it is from version to version.
ITEMS: list[tuple[str, str, int, bool, str, str]] = [
    ("F1", "fire", 5, False, "每个居住房间装有独立式烟感报警器，按测试键能响",
     "Every room that is slept in has a smoke alarm that sounds when tested"),
    ("F2", "fire", 5, False, "灭火器放在拿得到的地方，压力指针在绿区",
     "A fire extinguisher is within reach, its gauge in the green"),
    ("F3", "fire", 10, False, "室内和门厅不停放电动自行车，不给电瓶充电",
     "No electric bicycle stands and no battery is charged indoors or in the hall"),
    ("F4", "fire", 5, False, "楼道和阳台不堆放纸箱、旧家具等易燃物",
     "No boxes, old furniture or other fuel on the landing and balcony"),
    ("E1", "electric", 10, False, "配电箱装有漏电保护器，试验按钮按下能跳闸",
     "The fuse box has an earth-leakage switch that trips when tested"),
    ("E2", "electric", 5, False, "电线穿管或走线槽，没有裸露、老化、私拉乱接",
     "Wires run in pipes or ducts; none is bare, brittle or improvised"),
    ("E3", "electric", 5, False, "插线板不串接，不压在床铺、衣物下面",
     "Power strips are not chained and not under bedding or clothes"),
    ("G1", "gas", 10, False, "燃气软管用不锈钢波纹管或在有效期内，接口用肥皂水试过不漏",
     "The gas hose is a steel one or in date, and tight when tested with soapy water"),
    ("G2", "gas", 10, False, "燃气热水器装有通到室外的排烟管，浴室里没有直排式热水器",
     "The gas heater has a flue to the open air; none without flue stands in a bathroom"),
    ("G3", "gas", 20, True, "液化气瓶不与卧室同在一间",
     "No bottle of liquefied gas stands in a room that is slept in"),
    ("P1", "partition", 20, True, "没有用可燃材料隔出的住人隔断间",
     "No partition of combustible material makes a room that is slept in"),
    ("P2", "partition", 5, False, "厨房、卫生间、阳台、储藏室不住人",
     "Nobody sleeps in a kitchen, bathroom, balcony or store room"),
    ("P3", "partition", 5, False, "居住人数与房间面积符合当地规定",
     "The number of people suits the floor area as the local rule says"),
    ("X1", "escape", 20, True, "逃生窗和疏散通道没有封堵，防盗窗留有能从里面打开的逃生口",
     "Escape windows and ways out are not blocked; window bars have a hatch that opens from inside"),
    ("X2", "escape", 5, False, "入户门从里面不用钥匙就能打开",
     "The front door opens from inside without a key"),
    ("X3", "escape", 5, False, "公共走道照明和应急灯能亮",
     "The lamps and emergency lights of the common corridor work"),
    ("R1", "registration", 5, False, "房东已申报出租，租赁合同在手",
     "The landlord has reported the letting; the contract is at hand"),
    ("R2", "registration", 5, False, "住在这里的承租人都已登记，人数与登记相符",
     "All tenants who live here are registered, and their number is right"),
]  # fmt: skip


def install(checklists: Any, items: Any) -> None:
    """Write version 1 with the model classes of a migration; it belongs to no district, so it holds for all."""
    checklist = checklists.objects.create(
        version=1, title_zh=TITLE, title_en=TITLE_EN, valid_from=VALID_FROM, district=None
    )
    items.objects.bulk_create(
        items(
            checklist=checklist,
            code=code,
            order=order,
            area=area,
            points=points,
            is_veto=is_veto,
            text_zh=text_zh,
            text_en=text_en,
        )
        for order, (code, area, points, is_veto, text_zh, text_en) in enumerate(ITEMS, start=1)
    )
