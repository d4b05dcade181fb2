"""What is typed about a move: the new grid with its effect, the day, what is handed on and to whom."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission, Role
from grids.common.forms import Form, ScopedChoiceField
from grids.moves.effects import effects_of, held_items, reachable, successors
from grids.team.models import StaffProfile
from grids.tree.choices import Level
from grids.tree.models import Grid

# So many grids are offered as buttons, one tap each; more make a menu.
BUTTONS = 40


class GridField(ScopedChoiceField):
    """The grids that may be moved to, each with the number of households that are newly seen there."""

    with_community = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gains: dict[int, int] = {}

    def label_from_instance(self, obj: Any) -> str:
        name = f"{obj.parent.name} · {obj.name}" if self.with_community else obj.name
        return gettext("%(grid)s: households that will be seen: %(count)s") % {
            "grid": name,
            "count": self.gains.get(obj.pk, 0),
        }


def grids_to_reach(grids: QuerySet, form: Any) -> QuerySet:
    return reachable(grids, form.subject).select_related("parent")


class SuccessorField(ScopedChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {Role(obj.serving_as).label}"


def colleagues(staff: QuerySet, form: Any) -> QuerySet:
    return successors(form.subject).filter(pk__in=staff.values("pk"))


class MoveForm(Form):
    """About a post; what its holder has in hand is ticked already, and the nearest colleague is proposed."""

    to_grid = GridField(Grid, permission=Permission.MANAGE_TEAM, narrow=grids_to_reach, label=_("New grid"))
    starts_on = forms.DateField(label=_("In office from"), widget=forms.DateInput)
    items = forms.MultipleChoiceField(label=_("Handed on"), required=False, widget=forms.CheckboxSelectMultiple)
    successor = SuccessorField(
        StaffProfile,
        permission=Permission.VIEW_TEAM,
        narrow=colleagues,
        label=_("Who goes on with it"),
        required=False,
        empty_label=_("Nobody"),
    )
    submit_label = _("Submit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_grids()
        self._offer_items()

    def _offer_grids(self) -> None:
        field = self.fields["to_grid"]
        grids = list(field.queryset)
        self.effects = dict(zip((grid.pk for grid in grids), effects_of(self.subject, grids), strict=True))
        field.gains = {pk: effect.gains for pk, effect in self.effects.items()}
        field.with_community = len({grid.parent_id for grid in grids}) > 1 and self.subject.grid.level > Level.COMMUNITY
        if len(grids) <= BUTTONS:
            field.widget = forms.RadioSelect()
            field.empty_label = None
            field.widget.choices = field.choices

    def _offer_items(self) -> None:
        found = held_items(self.subject)
        if not found:
            del self.fields["items"], self.fields["successor"]
            return
        choices = [
            (f"{part.key}:{row.pk}", f"{part.title}{gettext(': ')}{part.shown(self.user, row)}")
            for part, rows in found
            for row in rows
        ]
        self.fields["items"].choices = choices
        self.fields["items"].help_text = gettext(
            "It passes on as soon as the move is agreed to. What is not ticked stays with him, and from the day of the "
            "move on stands among what the community has to hand over."
        )
        self.initial.setdefault("items", [value for value, _label in choices])
        nearest = self.fields["successor"].queryset.first()
        self.initial.setdefault("successor", nearest.pk if nearest else None)

    @property
    def wanted(self) -> list[tuple[str, int]]:
        """What was ticked, as the service takes it."""
        pairs = (value.rpartition(":") for value in self.cleaned_data.get("items", []))
        return [(key, int(row)) for key, _colon, row in pairs]


class RefusalForm(Form):
    remark = forms.CharField(label=_("Reason"), max_length=200)
