"""Pages over the tree: browse and search, one grid, and the four acts."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.chips import chip_of
from grids.common.codes import CODE_PATTERN, grouped
from grids.common.decisions import Decision
from grids.common.pages import grid_crumbs
from grids.common.panels import grid_panels
from grids.common.stale import KeepsTyped
from grids.common.views import Action, ActionPage, CreatePage, Crumb, DetailPage, ListPage, UpdatePage
from grids.tree import rules
from grids.tree.choices import GridStatus, Kind, Level
from grids.tree.filters import GridFilter
from grids.tree.forms import CloseForm, GridForm, MoveForm, RenameForm
from grids.tree.histories import history_of
from grids.tree.models import Grid
from grids.tree.services import close_grid, create_grid, may_close_now, move_grid, rename_grid
from grids.tree.tables import FoundTable, GridTable, table_below

CHILDREN_SHOWN = 15
STEPS_SHOWN = 8


class GridList(ListPage):
    """The forest, one level at a time (``?under=CODE``); with words or filters, what is found in it, with its path."""

    permission = Permission.VIEW_GRIDS
    model = Grid
    filterset_class = GridFilter
    template_name = "grids/tree/grid_list.html"
    unit = npgettext_lazy("number of", "part of the territory", "parts of the territory")
    empty_title = _("Nothing below")
    empty_text = _("The next level has not been created yet.")

    @cached_property
    def is_search(self) -> bool:
        return any(value.strip() for name in GridFilter.base_filters for value in self.request.GET.getlist(name))

    @cached_property
    def under(self) -> Grid | None:
        """The grid whose next level is shown; whoever has one top-most grid only starts below it."""
        grids = super().get_queryset()
        if code := self.request.GET.get("under", ""):
            if not CODE_PATTERN.fullmatch(code):
                raise Http404
            return get_object_or_404(grids, code=code)
        return self.top[0] if len(self.top) == 1 and self.top[0].level < Level.MICROGRID else None

    @cached_property
    def top(self) -> list[Grid]:
        """The first two of the user's top-most grids, highest level first: enough to know whether there are several."""
        scope = scope_of(self.request.user, Permission.VIEW_GRIDS)
        return list(super().get_queryset().top_of(scope).order_by("level", "code")[:2])

    @property
    def table_class(self) -> Any:  # type: ignore[override]
        if self.is_search:
            return FoundTable
        above = self.under.level if self.under else min((grid.level - 1 for grid in self.top), default=0)
        return table_below(Level(above) if above else None)

    def get_queryset(self) -> QuerySet:
        grids = super().get_queryset()
        if self.is_search:
            return (grids.under(self.under) if self.under else grids).with_path()
        if self.under:
            return grids.filter(parent=self.under).living().with_counts()
        return grids.living().top_of(scope_of(self.request.user, Permission.VIEW_GRIDS)).with_counts()

    def get_title(self) -> Any:
        return self.under.name if self.under else _("Grids")

    def get_breadcrumb(self) -> list[Crumb]:
        if self.under is None:
            return []
        url = reverse("grids:grid-list")
        user = self.request.user
        above = Grid.objects.ancestors_of(self.under)
        steps = [
            Crumb(grid.name, f"{url}?under={grid.code}" if user.has_perm(Permission.VIEW_GRIDS, grid) else "")
            for grid in above
        ]
        return [Crumb(gettext("Grids"), url), *steps]

    def get_actions(self) -> list[Action]:
        if self.under is None:
            return []
        user = self.request.user
        actions = [Action(_("Open this grid"), self.under.get_absolute_url(), icon="map")]
        if Level(self.under.level).child is not None and rules.may_manage(user, self.under):
            actions.append(create_action(user, self.under))
        return actions

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(levels=self._levels(), under=self.under, **context)

    def _levels(self) -> list[dict[str, Any]]:
        """How many living grids there are on each level, each number leading to them."""
        grids = super().get_queryset().living()
        if self.under:
            grids = grids.under(self.under).exclude(pk=self.under.pk)
        counts = dict(grids.order_by().values_list("level").annotate(number=Count("pk")))
        inside = f"&under={self.under.code}" if self.under else ""
        return [
            {"label": Level(level).label, "value": counts[level], "query": f"?level={level}{inside}"}
            for level in sorted(counts)
        ]


def create_action(user: Any, parent: Grid) -> Action:
    """The button that creates the next level below ``parent``."""
    child = Level(parent.level).child
    label = gettext("Add: %(level)s") % {"level": child.label if child else ""}
    url = reverse("grids:grid-create", args=[parent.pk])
    return Action(label, url, rules.may_create_under(user, parent), icon="plus")


class GridPage(DetailPage):
    """One grid: its numbers, its team, what lies below, and its history (M05)."""

    permission = Permission.VIEW_GRIDS
    model = Grid
    panels = grid_panels
    template_name = "grids/tree/grid_detail.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("parent")

    def get_title(self) -> Any:
        return self.object.name

    def get_intro(self) -> Any:
        grid = self.object
        if grid.status == GridStatus.CLOSED:
            return gettext("This grid was closed on %(day)s. Its history is kept.") % {"day": grid.valid_to}
        return ""

    def get_breadcrumb(self) -> list[Crumb]:
        above = grid_crumbs(self.object, self.request.user, Permission.VIEW_GRIDS)[:-1]
        return [Crumb(_("Grids"), reverse("grids:grid-list")), *above]

    def get_actions(self) -> list[Action]:
        grid, user = self.object, self.request.user
        may_manage = rules.may_manage(user, grid)
        if not may_manage:
            # One grey button says why for all four acts; who keeps no posts here either is not told about them.
            told = user.has_perm(Permission.MANAGE_TEAM, grid)
            return [Action(_("Change this grid"), "", may_manage, icon="pencil")] if told else []

        def address(act: str) -> str:
            return reverse(f"grids:grid-{act}", args=[grid.pk])

        actions = [create_action(user, grid)] if Level(grid.level).child else []
        actions.append(Action(_("Rename"), address("rename"), rules.may_rename(user, grid), icon="pencil"))
        if grid.level > Level.DISTRICT:
            actions.append(Action(_("Move"), address("move"), rules.may_move(user, grid), icon="move"))
        closing = may_close_now(user, grid)
        actions.append(Action(_("Close"), address("close"), closing, style="danger", icon="archive"))
        return actions

    def get_facts(self) -> list[tuple[Any, Any]]:
        grid = self.object
        facts: list[tuple[Any, Any]] = [
            (_("Code"), grouped(grid.code)),
            (_("Level"), grid.get_level_display()),
            (_("Status"), chip_of(GridStatus, grid.status)),
        ]
        if grid.level >= Level.GRID:
            facts.append((_("Kind"), chip_of(Kind, grid.kind)))
        if grid.exclusive_type:
            facts.append((_("Exclusive type"), grid.get_exclusive_type_display()))
        if grid.name_en:
            facts.append((_("English name"), grid.name_en))
        facts.append((_("In use since"), grid.valid_from.isoformat()))
        if grid.urban_rural:
            facts.append((_("Urban-rural class"), grid.urban_rural))
        if grid.boundary_note:
            facts.append((_("Boundary in words"), grid.boundary_note))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        grid = self.object
        child = Level(grid.level).child
        history = history_of(grid)
        whole = self.request.GET.get("history") == "all"
        return super().get_context_data(
            children=self._children() if child else None,
            child_level=child.label if child else "",
            child_count=grid.get_children().living().count(),
            browse_url=f"{reverse('grids:grid-list')}?under={grid.code}",
            history=history if whole else history[:STEPS_SHOWN],
            more_history=not whole and len(history) > STEPS_SHOWN,
            **context,
        )

    def _children(self) -> GridTable:
        """The first living grids of the next level; the list has all of them."""
        rows = self.object.get_children().living().with_counts().order_by("code")[:CHILDREN_SHOWN]
        return table_below(Level(self.object.level))(list(rows), exclude=["status"], orderable=False)


class GridCreate(CreatePage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    form_class = GridForm

    def load(self) -> None:
        self.object = self.get_object()

    def decide(self) -> Decision:
        return rules.may_create_under(self.request.user, self.object)

    def get_title(self) -> Any:
        return gettext("Add below %(name)s: %(level)s") % {
            "name": self.object.name,
            "level": Level(self.object.level + 1).label,
        }

    def get_intro(self) -> Any:
        return _("It gets the next free code. A code is never used twice.")

    def perform(self, form: Any) -> Grid:
        return create_grid(self.object, actor=self.request.user, **form.cleaned_data)

    def get_success_message(self, result: Grid) -> Any:
        return gettext("%(name)s was created with the code %(code)s.") % {"name": result.name, "code": result.code}


class GridRename(KeepsTyped, UpdatePage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    form_class = RenameForm
    title = _("Rename")
    intro = _("The code stays. The old name stays in the history.")
    success_message = _("The name was changed.")

    def decide(self, obj: Grid) -> Decision:
        return rules.may_rename(self.request.user, obj)

    def perform(self, form: Any) -> Grid:
        return rename_grid(self.object, actor=self.request.user, **form.cleaned_data)


class GridMove(ActionPage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    form_class = MoveForm
    template_name = "grids/tree/grid_move.html"
    submit_label = _("Move")

    def decide(self, obj: Grid) -> Decision:
        return rules.may_move(self.request.user, obj)

    def get_title(self) -> Any:
        return gettext("Move %(name)s") % {"name": self.object.name}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(below=self.object.get_descendant_count(), parent=self.object.parent, **context)

    def perform(self, obj: Grid, form: Any) -> Grid:
        given = form.cleaned_data
        return move_grid(
            obj, given["new_parent"], actor=self.request.user, version=given["version"], reason=given["reason"]
        )

    def get_success_message(self, result: Grid) -> Any:
        return gettext("%(name)s now belongs to %(parent)s and has the code %(code)s.") % {
            "name": result.name,
            "parent": result.parent.name,
            "code": result.code,
        }


class GridClose(ActionPage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    form_class = CloseForm
    submit_label = _("Close for good")
    style = "danger"
    intro = _(
        "A closed grid takes nothing new. Its code is retired, its history is kept, and it cannot be opened again."
    )
    success_message = _("The grid was closed.")

    def decide(self, obj: Grid) -> Decision:
        return may_close_now(self.request.user, obj)

    def get_title(self) -> Any:
        return gettext("Close %(name)s") % {"name": self.object.name}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def perform(self, obj: Grid, form: Any) -> Grid:
        return close_grid(obj, actor=self.request.user, **form.cleaned_data)
