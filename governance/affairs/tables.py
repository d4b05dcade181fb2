"""How affairs look in a list. A family affair shows what it is about only to its readers, and in no file at all."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairState, Category, Urgency
from governance.affairs.guards import may_read
from governance.affairs.models import Affair
from governance.worktime.chips import deadline_chip
from grids.common.chips import Chip, chip_of
from grids.common.clock import now
from grids.common.tables import ChipColumn, CodeColumn, MomentColumn, Table, TextColumn
from grids.tree.choices import Level
from residents.roster.forms import grid_label

TEXT_LENGTH = 34
HIDDEN_TEXT = _("Family affair (content not shown)")


def shortened(text: str, length: int = TEXT_LENGTH) -> str:
    """The first line of ``text``, cut at ``length`` characters."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= length else f"{line[: length - 1]}…"


def shown_text(user: Any, affair: Affair) -> str:
    """What the affair is about, in one line, as far as the reader may know."""
    return shortened(affair.text) if may_read(user, affair) else str(HIDDEN_TEXT)


class WordsColumn(TextColumn):
    """A sentence; it keeps its width beside many narrow columns."""

    css_class = "affair-words"


class AffairTable(Table):
    """Affairs, the newest first; who is in the address decides what is masked (``request.user``)."""

    text = WordsColumn(verbose_name=_("What happened"), orderable=False)
    state = ChipColumn(AffairState, verbose_name=_("State"), orderable=False)
    due_at = TextColumn(verbose_name=_("Deadline"))
    category = ChipColumn(Category, verbose_name=_("Category"))
    urgency = ChipColumn(Urgency, verbose_name=_("Urgency"))
    grid = TextColumn(verbose_name=_("Grid"), order_by=("grid__code",))
    lead = TextColumn(empty_values=(), verbose_name=_("Who leads"), orderable=False)
    reported_at = MomentColumn(verbose_name=_("Reported at"))
    number = CodeColumn(verbose_name=_("Number"))

    row_header = "text"
    card_columns = ("state", "due_at", "category", "grid")

    class Meta:
        model = Affair
        fields = ("text", "state", "due_at", "category", "urgency", "grid", "lead", "reported_at", "number")

    def render_text(self, record: Affair) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), shown_text(self.request.user, record))

    def value_text(self, record: Affair) -> str:
        """In a file a family affair stays closed to everybody."""
        return str(HIDDEN_TEXT) if record.category == Category.FAMILY else shortened(record.text, 200)

    def render_due_at(self, record: Affair) -> Chip | None:
        return deadline_chip(record.due_at, now=now())

    def value_due_at(self, record: Affair) -> str:
        return str(self.render_due_at(record) or "")

    def render_urgency(self, record: Affair) -> Any:
        """Only what is not ordinary catches the eye."""
        return record.get_urgency_display() if record.urgency == Urgency.U3 else chip_of(Urgency, record.urgency)

    def render_grid(self, record: Affair) -> SafeString:
        """The grid; which micro-grid of it stands in the whole name, on hover and in files."""
        grid = record.grid.parent if record.grid.level == Level.MICROGRID else record.grid
        return format_html('<span title="{}">{}</span>', grid_label(record.grid), grid.name)

    def value_grid(self, record: Affair) -> str:
        return grid_label(record.grid)

    def render_lead(self, record: Affair) -> str:
        """Whoever handles it; before that, the unit that leads."""
        return str(record.handler or record.lead_grid or "—")

    def value_lead(self, record: Affair) -> str:
        return " ".join(str(part) for part in (record.lead_grid, record.handler) if part)

    def render_reported_at(self, value: datetime) -> SafeString:
        """Day and hour; the year stands in the number beside it."""
        local = timezone.localtime(value)
        return format_html('<span title="{}">{}</span>', f"{local:%Y-%m-%d %H:%M}", f"{local:%m-%d %H:%M}")

    def value_reported_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def render_number(self, value: str) -> SafeString:
        """Day and running number; the whole of it on hover, on the affair's page and in files."""
        return format_html('<span title="{}">{}</span>', value, value.split("-", 2)[2])

    def value_number(self, value: str) -> str:
        return value
