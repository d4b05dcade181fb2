"""The component page, in DEBUG only: every component in its states, to be looked at in all themes and sizes."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.models import User
from grids.common.actions import Action, Crumb
from grids.common.chips import Chip, Tone, overdue_chip, risk_chip, soon_chip
from grids.common.clock import now
from grids.common.decisions import Denied
from grids.common.filters import FilterSet, YesNoFilter
from grids.common.forms import Form
from grids.common.tables import CodeColumn, MomentColumn, NumberColumn, Table, TextColumn
from grids.common.views import ListPage


class SampleForm(Form):
    """Every kind of field once; it is shown with errors."""

    name = forms.CharField(label=_("Name"), max_length=20, help_text=_("As on the identity card."))
    phone = forms.CharField(label=_("Phone"), help_text=_("11 digits."))
    born_on = forms.DateField(label=_("Date of birth"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", _("Grid")), ("b", _("Micro-grid"))])
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("met", _("All well")), ("away", _("Nobody at home"))], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label=_("The resident agrees"), required=False)

    sections = ((_("Person"), ("name", "phone", "born_on")), (_("Visit"), ("kind", "outcome", "note", "agreed")))

    def clean_phone(self) -> str:
        digits = len(self.cleaned_data["phone"])
        if digits != 11:
            raise forms.ValidationError(
                _("A mobile number has 11 digits; this one has %(digits)s."), params={"digits": digits}
            )
        return self.cleaned_data["phone"]


class SampleTable(Table):
    display_name = TextColumn(verbose_name=_("Name"))
    username = CodeColumn(verbose_name=_("Login name"))
    id = NumberColumn(verbose_name=_("Number"))
    date_joined = MomentColumn(verbose_name=_("Added on"))
    card_columns = ("username", "date_joined")

    class Meta:
        model = User
        fields = ("display_name", "username", "id", "date_joined")
        order_by = ("username",)


class SampleFilter(FilterSet):
    search_fields = ("username", "display_name")
    search_hint = _("Name or login name")
    chip_fields = ("is_active",)
    is_active = YesNoFilter(field_name="is_active", label=_("Active"))
    must_change_password = YesNoFilter(field_name="must_change_password", label=_("Must change the password"))

    class Meta:
        model = User
        fields = ()


class Components(ListPage):
    """The page: a real list over the accounts, and samples of everything else."""

    template_name = "dev/components.html"
    title = _("Components")
    intro = _(
        "Every building block of the portal in its states. Look at it in light, dark and care view, and print it."
    )
    unit = npgettext_lazy("number of", "account", "accounts")
    table_class = SampleTable
    filterset_class = SampleFilter
    queryset: QuerySet = User.objects.all()

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("District"), "#"), Crumb(_("Street"), "#"), Crumb(_("Community"), "#"), Crumb(_("Grid"))]

    def get_actions(self) -> list[Action]:
        denied = Denied(_("Whoever handled an affair may not verify it."))
        return [
            Action(_("Log a visit"), "#a", style="primary", icon="pencil"),
            Action(_("Edit"), "#b", icon="square-pen"),
            Action(_("End"), "#c", style="danger", icon="user-minus"),
            Action(_("Verify"), "#d", denied, icon="search-check"),
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        wrong = SampleForm({"phone": "1380000123", "kind": "a", "outcome": "met"})
        return super().get_context_data(
            risk_chips=[risk_chip(level) for level in ("red", "yellow", "green", "")],
            tone_chips=[Chip(tone.value, tone) for tone in Tone],
            deadline_chips=[overdue_chip(_("2 days late")), soon_chip(_("5 hours left"))],
            wrong_form=wrong,
            sample_facts=[
                (_("Head of household"), "王**"),
                (_("Address"), "3-2-501"),
                (_("Status"), risk_chip("green")),
                (_("Last visit"), None),
            ],
            sample_timeline=[
                {"title": _("Being handled"), "at": now(), "who": "李**", "icon": "wrench", "current": True},
                {
                    "title": _("Dispatched"),
                    "at": now() - timedelta(hours=3),
                    "icon": "send",
                    "note": _("Please call first."),
                },
                {"title": _("Reported"), "at": now() - timedelta(days=1), "who": "张**", "icon": "inbox"},
            ],
            **context,
        )


urlpatterns: list[URLPattern] = [path("components/", Components.as_view(), name="components")]
