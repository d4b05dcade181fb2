"""The form of a check, for the phone in the stairwell: one answer an item, a note and a photo where they are needed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from grids.common.forms import Form
from residents.rentals.choices import Area, Finding
from residents.rentals.models import ChecklistItem, FindingPhoto
from residents.rentals.pictures import Picture, read_picture
from residents.rentals.rules import NOTE_MAXIMUM
from residents.rentals.services.checking import Given

CAMERA = {"accept": "image/*", "data-shrink": "1600"}


class CheckForm(Form):
    """``items`` are asked; ``open_before`` (item keys) were open at the check before: a veto one needs a photo.

    ``kept`` holds the photos that were sent with an earlier, incomplete form, by item key: they need not be taken
    again.
    """

    check = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    rest_ok = forms.BooleanField(label=_("Everything I did not tap is in order (red points excepted)"), required=False)
    note = forms.CharField(
        label=_("Note to the check"),
        required=False,
        max_length=NOTE_MAXIMUM,
        help_text=_("About the dwelling, not about the people."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        items: list[ChecklistItem],
        open_before: set[int],
        kept: Mapping[int, FindingPhoto],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.open_before, self.kept = items, open_before, dict(kept)
        for item in items:
            label = f"{item.code} {item.text}"
            self.fields[f"finding_{item.pk}"] = forms.ChoiceField(
                label=label, choices=Finding.choices, widget=forms.RadioSelect, required=False
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("Note"), required=False, max_length=NOTE_MAXIMUM, widget=forms.TextInput(attrs={"size": 20})
            )
            self.fields[f"photo_{item.pk}"] = forms.FileField(
                label=_("Photo"), required=False, widget=forms.FileInput(attrs=CAMERA)
            )

    @property
    def section_list(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """In the order of the page, for the error summary."""
        names = [f"{part}_{item.pk}" for item in self.items for part in ("finding", "note", "photo")]
        return [("", [self[name] for name in [*names, "rest_ok", "note"] if name in self.fields])]

    @property
    def areas(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """``[(area, [{"item", "finding", "note", "photo", "kept", "was_open", "needs_photo", "wanted"}])]``."""
        grouped: dict[str, list[dict[str, Any]]] = {}
        for item in self.items:
            was_open = item.pk in self.open_before
            finding, note, photo = (self[f"{part}_{item.pk}"] for part in ("finding", "note", "photo"))
            kept = self.kept.get(item.pk)
            grouped.setdefault(item.area, []).append(
                {
                    "item": item,
                    "finding": finding,
                    "tiles": [
                        {"tag": radio, "icon": Finding(radio.data["value"]).glyph, "value": radio.data["value"]}
                        for radio in finding
                    ],
                    "note": note,
                    "photo": photo,
                    "kept": kept,
                    "was_open": was_open,
                    "needs_photo": was_open and item.is_veto,
                    "wanted": bool(was_open or kept or note.errors or photo.errors or note.value()),
                }
            )
        return [(Area(area).label, rows) for area, rows in grouped.items()]

    def clean(self) -> dict[str, Any]:
        """Photos are read here, so that each one that is no photo says so at its item and costs nothing else."""
        values = super().clean() or self.cleaned_data
        for item in self.items:
            if values.get("rest_ok") and not values.get(f"finding_{item.pk}") and not item.is_veto:
                values[f"finding_{item.pk}"] = Finding.OK.value
            if upload := values.get(f"photo_{item.pk}"):
                try:
                    values[f"photo_{item.pk}"] = read_picture(upload)
                except ValidationError as problem:
                    self.add_error(f"photo_{item.pk}", problem)
        return values

    def pictures(self) -> list[tuple[ChecklistItem, Picture]]:
        """The photos of this sending that can be kept, whatever else is wrong with the form."""
        return [
            (item, picture)
            for item in self.items
            if isinstance(picture := self.cleaned_data.get(f"photo_{item.pk}"), Picture)
        ]

    def given(self) -> dict[int, Given]:
        """The answers as the services take them; items without one are left out, and the rules say so."""
        values = self.cleaned_data
        return {
            item.pk: Given(values[f"finding_{item.pk}"], values[f"note_{item.pk}"], self.kept.get(item.pk))
            for item in self.items
            if values.get(f"finding_{item.pk}")
        }
