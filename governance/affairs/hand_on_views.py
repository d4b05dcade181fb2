"""Giving an affair to a colleague when whoever had it in hand serves there no more."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.affairs.forms import HandOnForm
from governance.affairs.models import Affair
from governance.affairs.staff_moves import hand_over, may_hand_on
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage


class AffairHandOn(ActionPage):
    """Who goes on with it: the nearest colleague is proposed."""

    permission = Permission.VIEW_AFFAIRS
    model = Affair
    form_class = HandOnForm
    title = _("Hand over to a colleague")
    submit_label = _("Hand over")
    success_message = _("Handed over. The colleague has been told.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().for_steps()

    def get_intro(self) -> Any:
        affair = self.object
        return gettext(
            "%(number)s is still with %(name)s, who handles affairs of %(grid)s no more. The colleague goes on in the "
            "same state with the same deadline."
        ) % {"number": affair.number, "name": affair.handler, "grid": affair.lead_grid.name}

    def get_breadcrumb(self) -> list[Crumb]:
        affair = self.object
        return [Crumb(_("Affairs"), reverse("governance:affair-list")), Crumb(affair.number, affair.get_absolute_url())]

    def decide(self, obj: Affair) -> Decision:
        return may_hand_on(self.request.user, obj)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def perform(self, obj: Affair, form: Any) -> Affair:
        given = form.cleaned_data
        return hand_over(obj, given["successor"], actor=self.request.user, version=given["version"])
