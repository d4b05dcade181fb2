"""What is typed to draw a boundary and to ask which grid is here."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.common.forms import Form
from grids.maps.geometry import EAST, NORTH, SOUTH, WEST

LARGEST_UPLOAD = 5 * 1024 * 1024


class BoundaryForm(Form):
    """One boundary as a GeoJSON file or as text; the datum has to be said, for a wrong one is 500 metres off."""

    file = forms.FileField(label=_("GeoJSON file"), required=False)
    text = forms.CharField(
        label=_("Or GeoJSON as text"),
        required=False,
        max_length=LARGEST_UPLOAD,
        widget=forms.Textarea(attrs={"spellcheck": "false", "autocomplete": "off"}),
        help_text=_("A Polygon or MultiPolygon, or a feature that holds one; longitude first."),
    )
    coordinates = forms.ChoiceField(
        label=_("Coordinates"),
        choices=[("wgs84", _("WGS-84 (satellite receivers, GPS)")), ("gcj02", _("GCJ-02 (Amap, Tencent maps)"))],
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Who drew it and when, such as: street office, 2026-03.")
    )
    licence = forms.CharField(label=_("Licence"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        upload, text = cleaned.get("file"), cleaned.get("text", "").strip()
        if self.errors:
            return cleaned
        if bool(upload) == bool(text):
            self.add_error("file", _("Give a file or text, one of the two."))
            return cleaned
        if upload and upload.size > LARGEST_UPLOAD:
            self.add_error("file", _("The file is larger than 5 MB. Simplify the boundary first."))
            return cleaned
        field = "file" if upload else "text"
        try:
            words = upload.read().decode("utf-8-sig") if upload else text
            data = json.loads(words)
        except (UnicodeDecodeError, ValueError, RecursionError):
            self.add_error(field, _("This is no GeoJSON: it cannot be read as JSON in UTF-8."))
            return cleaned
        cleaned["shape"] = only_feature(data)
        return cleaned


def only_feature(data: Any) -> Any:
    """A collection with one feature is that feature; map editors save nothing else."""
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        features = data.get("features")
        if isinstance(features, list) and len(features) == 1:
            return features[0]
    return data


class RemoveForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PointForm(Form):
    """A WGS-84 point in degrees."""

    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    coordinates = forms.ChoiceField(
        label=_("Coordinates"), choices=[("wgs84", "WGS-84"), ("gcj02", "GCJ-02")], required=False
    )

    @property
    def lies_in_china(self) -> bool:
        given = self.cleaned_data
        return WEST <= given["lon"] <= EAST and SOUTH <= given["lat"] <= NORTH
