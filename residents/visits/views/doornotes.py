"""A note for those who come to a door: please knock, there is a dog."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.decisions import Decision
from grids.common.views import Crumb, UpdatePage
from residents.roster.models import Household
from residents.roster.rules import may_change_household, shown_household, shown_name
from residents.roster.services.correcting import change_household
from residents.visits.doors import with_query
from residents.visits.forms import DoorNoteForm
from residents.visits.querysets import in_sight


class NoteDoor(UpdatePage):
    """The small form of the visit's page sends here; a note that must be looked at once more is asked about here."""

    template_name = "residents/visits/door_note.html"
    form_class = DoorNoteForm
    title = _("Note for the door")
    intro = _("Everybody who is to visit this household reads it.")
    submit_label = _("Save the note")
    success_message = _("The note is saved.")
    object: Household

    def get_queryset(self) -> QuerySet:
        return in_sight(Household.objects.all(), self.request.user).with_place().with_head()

    def decide(self, obj: Household) -> Decision:
        return may_change_household(self.request.user, obj)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(shown_household(self.request.user, self.object), self.get_back_url())]

    def get_back_url(self) -> str:
        return with_query(reverse("residents:encounter-log", args=[self.object.pk]), next=self.way_back())

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def way_back(self) -> str:
        """Where the page of the visit leads afterwards; it checks the address itself."""
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        return source.get("next", "")

    def perform(self, form: Any) -> Household:
        values = form.cleaned_data
        return change_household(self.object, actor=self.request.user, version=values["version"], note=values["note"])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        household, user = self.object, self.request.user
        return super().get_context_data(
            door=shown_household(user, household),
            head=shown_name(user, household.grid, household.head_name),
            next=self.way_back(),
            **context,
        )
