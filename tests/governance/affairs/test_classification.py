"""The diversion list suggests and says why; tie-breaks outweigh the number of words."""

import pytest
from django.utils.translation import override

from governance.affairs.choices import Category, Urgency
from governance.affairs.classification import TieBreak, suggest
from governance.affairs.diversion_list import install, rows
from governance.affairs.models import ClassificationRule


@pytest.fixture
def lines(db):
    install(ClassificationRule)
    return list(ClassificationRule.objects.all())


def test_eight_and_eight_and_eight(lines):
    assert len(rows()) == 24
    for category in Category.decided():
        assert sorted(line.number for line in lines if line.category == category) == list(range(1, 9))
    assert sorted(line.place for line in lines) == list(range(1, 25))
    assert all(line.keywords and line.name_zh and line.name_en for line in lines)
    assert all(line.name_en.isascii() for line in lines)


@pytest.mark.parametrize(
    ("text", "category", "number", "urgency"),
    [
        ("小区自来水管爆裂，停水半天了", Category.OFFICIAL, 2, Urgency.U2),
        ("下班后没地方停车，车位被占", Category.COLLABORATIVE, 6, Urgency.U3),
        ("夫妻吵架闹离婚", Category.FAMILY, 3, Urgency.U3),
        ("路灯坏了，路面坑洼", Category.OFFICIAL, 6, Urgency.U2),
        ("垃圾分类桶满了没人清运", Category.COLLABORATIVE, 7, Urgency.U3),
        ("楼上漏水，邻居不肯修", Category.FAMILY, 5, Urgency.U3),
        ("父亲赡养费没人出", Category.FAMILY, 2, Urgency.U3),
        ("楼下燃气泄漏味道很大", Category.OFFICIAL, 5, Urgency.U1),
        ("夫妻吵架，丈夫家暴妻子", Category.OFFICIAL, 5, Urgency.U2),
        ("楼上漏水，整个楼道都湿了，邻居意见很大", Category.COLLABORATIVE, 1, Urgency.U3),
    ],
)
def test_what_the_words_suggest(lines, text, category, number, urgency):
    best = suggest(text, lines)[0]
    assert (best.category, best.rule.number, best.urgency) == (category, number, urgency)


def test_danger_comes_before_everything(lines):
    best = suggest("夫妻吵架，妻子要跳楼，停车场围满了人", lines)[0]
    assert (best.tie_break, best.words, best.urgency) == (TieBreak.DANGER, ("跳楼",), Urgency.U1)


def test_the_reason_names_words_and_line(lines):
    best = suggest("没地方停车", lines)[0]
    with override("zh-hans"):
        assert best.reason == "因为出现“停车”，第 14 条：停车管理"
    with override("en"):
        assert best.reason == "because of “停车”, line 14: Parking management"


def test_nothing_found_and_lines_out_of_use(lines):
    assert suggest("今天天气很好", lines) == []
    for line in lines:
        line.active = line.category != Category.COLLABORATIVE
    assert all(one.category != Category.COLLABORATIVE for one in suggest("没地方停车", lines))


def test_a_word_inside_a_longer_one_counts_once(lines):
    found = {one.rule.name_zh: one.words for one in suggest("电动车进楼", lines)}
    assert found["公共安全与执法"] == ("电动车进楼",)
