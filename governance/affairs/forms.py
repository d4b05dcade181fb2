"""The small forms of an affair: one to report it, one for each step."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairOutcome, Category, Rating, Tier, Urgency, VerifyMethod
from governance.affairs.guards import OUTCOMES, RESULT_MINIMUM, handling_roles, level_of
from governance.affairs.models import ClassificationRule
from grids.access.choices import Permission
from grids.access.models import User
from grids.access.querysets import scope_of
from grids.common.codes import covers
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from grids.moves.effects import colleagues
from grids.moves.forms import SuccessorField
from grids.team.models import StaffProfile
from grids.tree.choices import Level
from grids.tree.models import Grid


def _reports_widely(user: Any) -> bool:
    """Whether the user reports in a whole community or more; then grids are enough to choose from."""
    scope = scope_of(user, Permission.REPORT_AFFAIRS)
    return scope.everything or any(len(prefix) <= Level.COMMUNITY.digits for prefix in scope.prefixes)


def _reportable(grids: QuerySet, form: forms.BaseForm) -> QuerySet:
    wide = _reports_widely(form.user)
    levels = [Level.COMMUNITY, Level.GRID] if wide else [Level.GRID, Level.MICROGRID]
    return grids.living().filter(level__in=levels)


class PlaceField(ScopedChoiceField):
    """A grid to report in; smaller ones stand indented under the larger ones."""

    top = Level.COMMUNITY

    def open_to(self, user: Any, form: forms.BaseForm) -> None:
        super().open_to(user, form)
        self.top = Level.COMMUNITY if _reports_widely(user) else Level.GRID

    def label_from_instance(self, obj: Grid) -> str:
        return "　" * (obj.level - self.top) + obj.name


def _who_could_go_on(staff: QuerySet, form: forms.BaseForm) -> QuerySet:
    return colleagues(form.subject.lead_grid).filter(pk__in=staff.values("pk"))


class HandOnForm(VersionedForm):
    """About an affair whose handler serves there no more."""

    successor = SuccessorField(
        StaffProfile, permission=Permission.VIEW_TEAM, narrow=_who_could_go_on, label=_("Who goes on with it")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("successor", self.fields["successor"].queryset.first())


class ReportForm(Form):
    """What happened, where, whose, how urgent; a household that is given has its own place."""

    text = forms.CharField(
        label=_("What is the matter"),
        error_messages={"required": _("Say what happened.")},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What, where exactly, since when."),
    )
    household = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Which household"), empty_label=_("It concerns no single household")
    )
    grid = PlaceField(
        Grid,
        permission=Permission.REPORT_AFFAIRS,
        narrow=_reportable,
        label=_("Where"),
        error_messages={"required": _("Choose where it happened.")},
    )
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    urgent = forms.BooleanField(required=False, label=_("Urgent: it cannot wait until the next working day"))

    submit_label = _("Report")

    def __init__(self, *args: Any, households: QuerySet, household: Any = None, **kwargs: Any) -> None:
        """``households``: the few that may be chosen; ``household``: the one that the address names."""
        super().__init__(*args, **kwargs)
        self.fields["household"].queryset = households
        if household is not None:
            del self.fields["household"], self.fields["grid"]
            return
        places = list(self.fields["grid"].queryset[:2])
        if len(places) == 1:
            self.initial.setdefault("grid", places[0])
        if not households:
            del self.fields["household"]
        else:
            # A household says where it is; the grid is needed only without one.
            self.fields["grid"].required = False
            self.fields["grid"].help_text = _("Needed only when no household is chosen.")

    @property
    def urgency(self) -> Urgency:
        return Urgency.U2 if self.cleaned_data.get("urgent") else Urgency.U3


class StepForm(VersionedForm):
    """A step that may be explained; the other forms add what the step asks for."""

    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def payload(self) -> dict[str, Any]:
        """What the service is given, the version apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ClassifyForm(StepForm):
    category = forms.ChoiceField(
        label=_("Category"), choices=[(one.value, one.label) for one in Category.decided()], widget=forms.RadioSelect
    )
    tier = forms.TypedChoiceField(label=_("Who leads"), choices=Tier.choices, coerce=int)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, widget=forms.RadioSelect)
    rule = forms.ModelChoiceField(
        ClassificationRule.objects.filter(active=True), required=False, widget=forms.HiddenInput
    )

    field_order = ["category", "tier", "urgency", "note"]

    @property
    def payload(self) -> dict[str, Any]:
        """A suggested line is kept only when the desk followed it."""
        values = super().payload
        rule = values["rule"]
        if rule is not None and rule.category != values["category"]:
            values["rule"] = None
        return values


class HandlerField(forms.ModelChoiceField):
    """Somebody who handles affairs, with the unit that he belongs to."""

    def label_from_instance(self, obj: User) -> str:
        units = dict.fromkeys(grant.grid.name for grant in obj.role_grants.all() if grant.role in handling_roles())
        return f"{obj.get_full_name()}（{'、'.join(units)}）"


class DispatchForm(StepForm):
    """The unit of the tier that leads; the one whose area it is comes first."""

    lead_grid = ScopedChoiceField(
        Grid,
        permission=Permission.DISPATCH_AFFAIRS,
        narrow=lambda grids, form: _units_near(grids, form.subject),
        label=_("Lead unit"),
        empty_label=None,
    )
    handler = HandlerField(
        queryset=None, required=False, label=_("Handler"), empty_label=_("Anybody of the unit takes it")
    )

    field_order = ["lead_grid", "handler", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(self.fields["lead_grid"].queryset)
        own = next((unit for unit in units if covers(unit.code, self.subject.grid.code)), None)
        if own is not None:
            self.initial.setdefault("lead_grid", own)
        people = User.objects.filter(
            is_active=True, role_grants__grid__in=units, role_grants__role__in=handling_roles()
        ).distinct()
        self.fields["handler"].queryset = people.prefetch_related("role_grants__grid").order_by("display_name", "pk")


def _units_near(grids: QuerySet, affair: Any) -> QuerySet:
    """Units of the affair's lead tier that belong to the same unit above it."""
    level = level_of(affair.tier)
    around = affair.grid.code[: {Level.MICROGRID: 12, Level.GRID: 12, Level.COMMUNITY: 9}.get(level, 6)]
    return grids.living().filter(level=level, code__startswith=around)


class SubmitForm(StepForm):
    result = forms.CharField(
        label=_("What was done"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("At least %(number)s characters: what, when, with whom.") % {"number": RESULT_MINIMUM},
    )
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)

    field_order = ["result", "outcome", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = OUTCOMES.get(self.subject.category, frozenset())
        self.fields["outcome"].choices = [(one.value, one.label) for one in AffairOutcome if one in fitting]


class VerifyForm(StepForm):
    verify_method = forms.ChoiceField(
        label=_("How it was checked"), choices=VerifyMethod.choices, widget=forms.RadioSelect
    )

    field_order = ["verify_method", "note"]


class ReasonForm(StepForm):
    """A step back is explained."""

    note = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


def _rating(grades: list[Rating]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Evaluation"),
        choices=[(one.value, one.label) for one in grades],
        coerce=int,
        widget=forms.RadioSelect,
    )


class EvaluateForm(StepForm):
    rating = _rating(Rating.satisfied())

    field_order = ["rating", "note"]


class RedoForm(ReasonForm):
    rating = _rating([grade for grade in Rating if grade not in Rating.satisfied()])

    field_order = ["rating", "note"]


FORMS: dict[str, type[StepForm]] = {
    "classify": ClassifyForm,
    "dispatch": DispatchForm,
    "submit": SubmitForm,
    "verify": VerifyForm,
    "rework": ReasonForm,
    "evaluate": EvaluateForm,
    "redo": RedoForm,
}
