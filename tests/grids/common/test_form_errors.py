"""What a form says about its mistakes: in the order of the page, with a way to each field, and what to do."""

from django import forms
from django.utils.formats import number_format
from django.utils.translation import override

from grids.common.forms import Form


class Ordered(Form):
    note = forms.CharField(label="备注")
    purpose = forms.ChoiceField(label="为什么需要查看？", choices=[("a", "甲")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="已征得同意")
    own = forms.CharField(label="楼栋", error_messages={"required": "请填写楼栋。"})

    sections = (("", ("purpose", "own")), ("", ("note",)))


def test_the_summary_follows_the_page_and_leads_to_every_field():
    with override("zh-hans"):
        lines = Ordered({}).error_lines
    assert [(line.label, line.target, line.message) for line in lines] == [
        ("为什么需要查看", "id_purpose_0", "请选择一项。"),
        ("楼栋", "id_own", "请填写楼栋。"),
        ("备注", "id_note", "请填写。"),
        ("已征得同意", "id_agreed", "请勾选后再继续。"),
    ]


def test_what_a_rule_asks_for_is_marked_like_what_django_requires():
    class Asked(Form):
        room = forms.CharField(label="房号", required=False)
        floor = forms.IntegerField(label="楼层", required=False)

        asked_by_rule = ("room",)

    form = Asked()
    assert "required-mark" in form["room"].as_field_group()
    assert "required-mark" not in form["floor"].as_field_group()


def test_a_note_is_as_high_as_its_form_asks():
    class Notes(Form):
        short = forms.CharField(widget=forms.Textarea)
        minutes = forms.CharField(widget=forms.Textarea(attrs={"rows": 18}))

    form = Notes()
    assert 'rows="4"' in str(form["short"])
    assert 'rows="18"' in str(form["minutes"])


def test_numbers_read_the_same_in_both_languages():
    for language in ("zh-hans", "en"):
        with override(language):
            assert number_format(16155, force_grouping=True) == "16,155"
