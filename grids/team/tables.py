"""The board of teams, the list of staff, and the posts of one person."""

from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Role
from grids.common.chips import Chip, Tone
from grids.common.tables import ChipColumn, CodeColumn, DayColumn, Table, TextColumn
from grids.team.choices import Employment, PostState
from grids.team.models import Post, StaffProfile
from grids.team.rules import Strength
from grids.tree.models import Grid


class NamesColumn(TextColumn):
    """The names of those who hold one role on the grid (``record.serving``: its posts in office, with staff)."""

    def __init__(self, role: Role, **options: Any) -> None:
        options.setdefault("empty_values", ())
        options.setdefault("orderable", False)
        super().__init__(**options)
        self.role = role

    def holders(self, record: Grid) -> list[StaffProfile]:
        return [post.staff for post in record.serving if post.role == self.role]

    def render(self, record: Grid) -> SafeString | str:
        holders = self.holders(record)
        links = ((staff.get_absolute_url(), staff.name) for staff in holders)
        return format_html_join(_(", "), '<a href="{}">{}</a>', links) if holders else "—"

    def value(self, record: Grid) -> str:
        return _(", ").join(staff.name for staff in self.holders(record))


class ActionColumn(TextColumn):
    """A link that acts on the row; its words are not broken."""

    css_class = "date"


class TeamTable(Table):
    """One grid a row: who serves on it, and whether one full and two part are complete."""

    name = TextColumn(linkify=True, order_by=("name_zh",), verbose_name=_("Grid"))
    community = TextColumn(accessor="parent", order_by=("code",), verbose_name=_("Community"))
    strength = ChipColumn(empty_values=(), order_by=("full_count", "part_count"), verbose_name=_("1 full + 2 part"))
    leader = NamesColumn(Role.GRID_LEADER, verbose_name=_("Grid leader"))
    full = NamesColumn(Role.FULL_TIME, verbose_name=_("Full-time"))
    part = NamesColumn(Role.PART_TIME, verbose_name=_("Part-time"))
    mentor = NamesColumn(Role.MENTOR, verbose_name=_("Grid mentor"))

    row_header = "name"
    card_columns = ("community", "strength", "leader", "full", "part")

    class Meta:
        model = Grid
        fields = ("name", "community", "strength", "leader", "full", "part", "mentor")
        order_by = ("community",)

    def render_strength(self, record: Grid) -> Chip:
        return Strength(full=record.full_count, part=record.part_count).chip

    def value_strength(self, record: Grid) -> str:
        return f"{record.full_count}+{record.part_count}"


class StaffTable(Table):
    """Everybody once, with all his posts in office."""

    name = TextColumn(linkify=True, verbose_name=_("Name"))
    employment = ChipColumn(Employment, verbose_name=_("Employment"))
    posts = TextColumn(empty_values=(), orderable=False, verbose_name=_("Posts"))
    work_phone = CodeColumn(verbose_name=_("Duty phone"))
    hired_on = DayColumn(verbose_name=_("Serving since"))
    account = ChipColumn(empty_values=(), accessor="user_id", verbose_name=_("Account"))

    row_header = "name"
    card_columns = ("employment", "posts", "work_phone")

    class Meta:
        model = StaffProfile
        fields = ("name", "employment", "posts", "work_phone", "hired_on", "account")

    def render_posts(self, record: StaffProfile) -> SafeString | str:
        lines = ((post.get_role_display(), post.grid.name) for post in record.serving)
        return format_html_join(SafeString("<br>"), "{} · {}", lines) or "—"

    def value_posts(self, record: StaffProfile) -> str:
        return _("; ").join(f"{post.get_role_display()} {post.grid.name}" for post in record.serving)

    def order_account(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by("-user" if is_descending else "user"), True

    def render_account(self, value: Any) -> Chip:
        return Chip(_("Has an account"), Tone.PLAIN) if value else Chip(_("No account"), Tone.GREY)

    def value_account(self, value: Any) -> str:
        return str(self.render_account(value))


class PostTable(Table):
    """The posts of one person, past ones included."""

    role = TextColumn(verbose_name=_("Post"))
    grid = TextColumn(linkify=True, verbose_name=_("Grid"))
    path = TextColumn(empty_values=(), verbose_name=_("Belongs to"))
    state = ChipColumn(PostState, verbose_name=_("Status"))
    starts_on = DayColumn(verbose_name=_("In office from"))
    ends_on = DayColumn(verbose_name=_("Ended on"))
    end = ActionColumn(empty_values=(), verbose_name="")

    row_header = "role"
    card_columns = ("grid", "path", "state", "starts_on", "ends_on", "end")

    class Meta:
        model = Post
        fields = ("role", "grid", "path", "state", "starts_on", "ends_on", "end")

    def render_path(self, record: Post) -> str:
        return " / ".join(record.grid.path) or "—"

    def render_end(self, record: Post) -> SafeString | str:
        """The link to end the post, set by the page for those who may."""
        if not record.end_url:
            return ""
        return format_html(
            '<a class="button button-quiet button-small" href="{}">{}</a>', record.end_url, _("End post")
        )
