"""The forms of the desk: why a record is put aside, and the file that a phone sealed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.common.forms import Form
from residents.offline.sealing import LARGEST_FILE


class DismissForm(Form):
    reason = forms.CharField(
        label=_("Why it is put aside"), max_length=200, help_text=_("Whoever recorded it reads this.")
    )


class SealedForm(Form):
    file = forms.FileField(label=_("Sealed file"), help_text=_("It was saved by the phone; its name ends in .sealed."))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than a phone makes them."))
        return upload
