"""What is asked before two records become one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.common.forms import Form
from residents.roster.comparing import Line
from residents.roster.models import Residency

PICK = "pick_"


class MergeForm(Form):
    """One choice for each value that differs, the home, and who follows as head in the other one."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    absorbed_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    home = forms.ChoiceField(label=_("Where does this person live?"), widget=forms.RadioSelect)
    new_head = forms.ModelChoiceField(
        Residency.objects.none(),
        label=_("Who is the head in the other household from then on?"),
        required=False,
        empty_label=_("Nobody: nobody else lives there, or somebody else is the head"),
    )
    reason = forms.CharField(
        label=_("How do you know that it is one person?"),
        max_length=200,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[Line] = (),
        homes: Sequence[tuple[str, str]] = (),
        successors: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            if line.differs:
                self.fields[PICK + line.field] = forms.ChoiceField(
                    label=line.label,
                    choices=[("kept", line.kept), ("absorbed", line.absorbed)],
                    initial=line.suggested,
                    widget=forms.RadioSelect,
                )
        if len(homes) > 1:
            self.fields["home"].choices = homes
            self.fields["home"].initial = homes[0][0]
        else:
            del self.fields["home"]
        if successors is not None and successors:
            self.fields["new_head"].queryset = successors
            self.fields["new_head"].label_from_instance = lambda row: f"{row.person.name} ({row.household})"
        else:
            del self.fields["new_head"]

    def take_errors(self, problem: forms.ValidationError) -> None:
        """What a service says of a value stands at its choice."""
        if hasattr(problem, "error_dict"):
            errors = problem.error_dict
            problem = forms.ValidationError(
                {PICK + key if PICK + key in self.fields else key: errors[key] for key in errors}
            )
        super().take_errors(problem)

    @property
    def picks(self) -> dict[str, str]:
        """Field to "kept" or "absorbed"."""
        return {name.removeprefix(PICK): value for name, value in self.cleaned_data.items() if name.startswith(PICK)}
