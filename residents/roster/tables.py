"""Lists of households and persons: names, rooms and numbers as each reader may see them (decision 0005)."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_tables2.rows import BoundRow

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.clock import today
from grids.common.tables import CellText, CodeColumn, DayColumn, Head, NumberColumn, Table, TextColumn, plain
from grids.tree.models import Grid
from residents.roster import rules
from residents.roster.choices import DwellingUse
from residents.roster.forms import grid_label
from residents.roster.keys import person_key
from residents.roster.models import Household, Residency

SYSTEM_NUMBER = "system_number"


def link(text: str, name: str, pk: int) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(f"residents:{name}", args=[pk]), text)


class HouseholdTable(Table):
    """Households in reading order. What is written from several fields is reached by ``pk``: the record is there."""

    door = TextColumn(accessor="pk", order_by=("scope_grid__code", "dwelling__sort_key"), verbose_name=_("Door"))
    head_name = TextColumn(orderable=False, verbose_name=_("Head of household"))
    size = NumberColumn(verbose_name=_("Persons"))
    use = TextColumn(accessor="pk", orderable=False, verbose_name=_("Use"))
    grid = TextColumn(accessor="scope_grid", order_by=("scope_grid__code",), verbose_name=_("Grid"))
    opened_on = DayColumn(verbose_name=_("Living here since"))

    row_header = "door"
    card_columns = ("head_name", "size", "grid")
    # What is joined, and what the cells are written from: of the tables behind a door nothing else is fetched.
    joined = ("scope_grid__parent", "dwelling__unit__building")
    columns_read = (
        "opened_on",
        "dwelling__room",
        "dwelling__use",
        "dwelling__unit__name",
        "dwelling__unit__building__name",
        *(f"scope_grid__{name}" for name in ("code", "level", "name_zh", "name_en")),
        "scope_grid__parent__name_zh",
        "scope_grid__parent__name_en",
    )

    class Meta:
        model = Household
        fields = ("door", "head_name", "size", "use", "grid", "opened_on")

    def render_door(self, record: Household) -> SafeString:
        return link(self.value_door(record), "household-detail", record.pk)

    def value_door(self, record: Household) -> str:
        return rules.shown_household(self.request.user, record)

    def render_head_name(self, value: str, record: Household) -> str:
        return rules.shown_name(self.request.user, record.grid, value)

    def render_grid(self, value: Grid) -> str:
        return grid_label(value)

    def render_use(self, record: Household) -> str:
        return str(DwellingUse(record.dwelling.use).label)


class PersonTable(Table):
    """Persons by where they live; ages instead of birth dates, phones always masked."""

    name = TextColumn(accessor="person__name", orderable=False, verbose_name=_("Name"))
    sex = TextColumn(accessor="person__sex", orderable=False, verbose_name=_("Sex"))
    age = TextColumn(accessor="pk", orderable=False, verbose_name=_("Age"))
    relation = TextColumn(orderable=False, verbose_name=_("Relation"))
    door = TextColumn(
        accessor="pk",
        order_by=("household__dwelling__grid__code", "household__dwelling__sort_key", "-is_head"),
        verbose_name=_("Door"),
    )
    phone = CodeColumn(accessor="pk", orderable=False, verbose_name=_("Phone"))
    kind = TextColumn(verbose_name=_("Residency"))
    grid = TextColumn(
        accessor="household__dwelling__grid",
        order_by=("household__dwelling__grid__code",),
        verbose_name=_("Grid"),
    )
    starts_on = DayColumn(verbose_name=_("Living here since"))

    row_header = "name"
    card_columns = ("relation", "age", "door", "phone")

    class Meta:
        model = Residency
        fields = ("name", "sex", "age", "relation", "door", "phone", "kind", "grid", "starts_on")

    def render_name(self, value: str, record: Residency) -> SafeString:
        return link(self.value_name(value, record), "person-detail", record.person_id)

    def value_name(self, value: str, record: Residency) -> str:
        return rules.shown_name(self.request.user, record.household.grid, value)

    def render_sex(self, record: Residency) -> str:
        return rules.shown_sex(self.request.user, record.household.grid, record.person)

    def render_age(self, record: Residency) -> str:
        return rules.shown_birth(self.request.user, record.household.grid, record.person.birth_date, on=today())

    def render_door(self, record: Residency) -> SafeString:
        return link(self.value_door(record), "household-detail", record.household_id)

    def value_door(self, record: Residency) -> str:
        return rules.shown_household(self.request.user, record.household)

    def render_grid(self, value: Grid) -> str:
        return grid_label(value)

    def render_phone(self, record: Residency) -> str:
        return rules.shown_phone(self.request.user, record.household.grid, record.person.phone)

    def value_phone(self, record: Residency) -> str:
        return self.render_phone(record)

    @property
    def export_heads(self) -> list[Head]:
        """With the system number of each person for those who import: it finds the edited row again."""
        heads = super().export_heads
        if scope_of(self.request.user, Permission.IMPORT_ROSTER):
            heads = [*heads, Head(SYSTEM_NUMBER, pgettext("roster", "System number"), "", False, "", "")]
        return heads

    def export_texts(self, record: Residency) -> list[CellText]:
        row = BoundRow(record, table=self)
        return [
            person_key(record.person_id) if head.name == SYSTEM_NUMBER else plain(row.get_cell_value(head.name))
            for head in self.export_heads
        ]
