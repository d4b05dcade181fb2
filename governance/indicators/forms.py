"""Which grid and which days a report is about; all of it stands in the address."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.indicators.choices import Preset
from governance.indicators.rules import Period, named_period
from grids.common.forms import Form

DEFAULT_PRESET = Preset.THIS_QUARTER


class FrameForm(Form):
    """The bar above every report: a grid of one's scope, and days. Days typed in go before the name of a period."""

    grid = forms.ChoiceField(label=_("Grid"), required=False)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    period = forms.ChoiceField(choices=Preset.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, grids: list[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["grid"].choices = grids

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        since, until = cleaned.get("since"), cleaned.get("until")
        if bool(since) != bool(until):
            raise ValidationError(_("Give both days, or choose one of the periods."))
        if since and until:
            cleaned["chosen"] = Period(since, until)
            cleaned["preset"] = Preset.CUSTOM
        else:
            preset = cleaned.get("period") or DEFAULT_PRESET
            preset = DEFAULT_PRESET if preset == Preset.CUSTOM else Preset(preset)
            cleaned["chosen"], cleaned["preset"] = named_period(preset, self.today), preset
        return cleaned
