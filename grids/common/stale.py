"""A form that somebody else was faster with keeps what was typed in it (ux.md section 2: never lose typing)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from grids.common.errors import StaleVersion
from grids.common.views import FormPage


class KeepsTyped(FormPage):
    """Mixin of the pages that correct a record.

    A stale form comes back with status 409, what was typed still in it, the fields named that somebody else has
    changed, and the present version, so that saving again is a decision and not an accident.
    """

    status = 200

    def act(self, form: Any) -> Any:
        try:
            return super().act(form)
        except StaleVersion as problem:
            self.status = 409
            told = _("Somebody else changed this record meanwhile. Please compare and save again.")
            raise ValidationError(self._offer_present_version(form, told)) from problem

    def _offer_present_version(self, form: Any, reason: str) -> str:
        """Let the next save go through; ``reason`` and what the record says differently by now, as one line."""
        self.object.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = self.object.version
        differing = [
            str(form.fields[name].label)
            for name, value in self.get_initial().items()
            if name in form.fields
            and not form.fields[name].widget.is_hidden
            and form.cleaned_data.get(name) not in {value, str(value)}
        ]
        if not differing:
            return reason
        values = {"reason": reason, "fields": _(", ").join(differing)}
        return _("%(reason)s In the record this is different now: %(fields)s.") % values

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, *args, **kwargs)
        if self.status != 200:
            response.status_code = self.status
        return response
