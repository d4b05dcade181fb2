"""What the forms share: leads out of a refusal, warnings after saving, and nothing typed is lost to a conflict."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from grids.common.errors import StaleVersion
from grids.common.views import FormPage
from residents.roster import services
from residents.roster.models import Person
from residents.roster.notice import Notice


class RosterForm(FormPage):
    """A form page of this room.

    ``shown`` keeps a stale form: the page comes back with status 409, what was typed still in it, the fields named
    that somebody else has changed, and the present version, so that saving again is a decision and not an accident.
    """

    template_name = "residents/roster/form.html"
    status = 200
    # What people must be told where this page collects their data (promise P36).
    notice: Notice | None = None

    def act(self, form: Any) -> Any:
        try:
            result = super().act(form)
        except StaleVersion as problem:
            self.status = 409
            raise ValidationError([str(problem.reason), *self._offer_present_version(form)]) from problem
        except ValidationError as problem:
            self._note_found(problem)
            raise
        for warning in getattr(form, "warnings", ()):
            messages.warning(self.request, warning)
        return result

    def _note_found(self, problem: ValidationError) -> None:
        """A number that somebody has already finds this person: digits cannot be tried out here without a trace."""
        for told in getattr(problem, "error_dict", {}).get("id_number", ()):
            if told.code == "duplicate":
                services.note_found(Person.objects.get(pk=told.params["person"]), actor=self.request.user)

    def _offer_present_version(self, form: Any) -> list[str]:
        """Let the next save go through; what the record says differently by now, as lines of the error summary."""
        self.object.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = self.object.version
        differing = [
            str(form.fields[name].label)
            for name, value in self.get_initial().items()
            if name in form.fields and name != "version" and form.cleaned_data.get(name) not in {value, str(value)}
        ]
        return [_("In the record this is different now: %s.") % _(", ").join(differing)] if differing else []

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(notice=self.notice, **context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, *args, **kwargs)
        if self.status != 200:
            response.status_code = self.status
        return response
