"""Rows are written as a template would write their cells."""

from django.utils.html import format_html

from grids.common.tables import NumberColumn, Table, TextColumn


class Signs(Table):
    name = TextColumn(verbose_name='"Name" & more')
    remark = TextColumn()
    count = NumberColumn()
    link = TextColumn(accessor="name")

    row_header = "name"
    card_columns = ("count",)

    def render_link(self, value, record, **others):
        assert {"column", "bound_column", "bound_row", "table"} == set(others)
        return format_html("<b>{}</b>", f"{value}/{record['count']}")


def test_cells_are_escaped_and_labelled():
    [row] = Signs([{"name": "<i>甲</i>", "remark": "a & b", "count": 1234}]).body
    assert row == (
        '<th scope="row">&lt;i&gt;甲&lt;/i&gt;</th>'
        '<td class="desk-only" data-label="Remark">a &amp; b</td>'
        '<td class="num" data-label="Count">1,234</td>'
        '<td class="desk-only" data-label="Link"><b>&lt;i&gt;甲&lt;/i&gt;/1234</b></td>'
    )
    [row] = Signs([{"name": "乙", "remark": None, "count": 0}], sequence=("remark", "name", "...")).body
    assert '<td class="desk-only" data-label="Remark">—</td><th scope="row">乙</th>' in row


def test_labels_cannot_leave_their_attribute():
    class Labels(Signs):
        row_header = "remark"

    [row] = Labels([{"name": "甲", "remark": "", "count": 1}]).body
    assert 'data-label="&quot;Name&quot; &amp; more">甲</td>' in row
