"""What the forms share: leads out of a refusal, warnings after saving, and nothing typed is lost to a conflict."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError

from grids.common.stale import KeepsTyped
from residents.roster import services
from residents.roster.models import Person
from residents.roster.notice import Notice


class RosterForm(KeepsTyped):
    """A form page of this room."""

    template_name = "residents/roster/form.html"
    # What people must be told where this page collects their data (promise P36).
    notice: Notice | None = None

    def act(self, form: Any) -> Any:
        try:
            result = super().act(form)
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

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(notice=self.notice, **context)
