"""Add an item, close an item."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.meetings import rules, services
from governance.meetings.choices import ItemDecision
from governance.meetings.forms import DecisionForm, ItemForm
from governance.meetings.models import AgendaItem, Meeting
from governance.meetings.reports import agenda_lines
from governance.meetings.views.meetings import MeetingAct, meeting_crumbs
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage


class ItemAdd(MeetingAct):
    form_class = ItemForm
    title = _("Put a question on the agenda")
    submit_label = _("Put on the agenda")
    success_message = _("It stands on the agenda.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_add_item(self.request.user, obj)

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        services.add_item(obj, actor=self.request.user, **form.cleaned_data)
        return obj


class ItemDecide(ActionPage):
    """One item; after its decision the next open one comes by itself."""

    permission = Permission.VIEW_MEETINGS
    form_class = DecisionForm
    template_name = "governance/meetings/item_decide.html"
    title = _("Decide on this item")
    submit_label = _("Save the decision")
    object: AgendaItem

    def get_queryset(self) -> QuerySet:
        meetings = Meeting.objects.restrict(self.request.user, Permission.VIEW_MEETINGS)
        rows = AgendaItem.objects.filter(meeting__in=meetings)
        return rows.select_related("meeting__grid", "meeting__series", "household__dwelling__grid", "affair")

    def decide(self, obj: AgendaItem) -> Decision:
        return rules.may_decide(self.request.user, obj.meeting)

    def perform(self, obj: AgendaItem, form: Any) -> AgendaItem:
        return services.decide(obj, actor=self.request.user, **form.cleaned_data)

    def get_initial(self) -> dict[str, Any]:
        item = self.object
        decided = item.decision if item.decision != ItemDecision.OPEN else ""
        return {"decision": decided, "answer": item.answer, "version": item.version}

    def get_breadcrumb(self) -> list[Crumb]:
        return meeting_crumbs(self.object.meeting)

    def get_back_url(self) -> str:
        return self.object.meeting.get_absolute_url()

    def get_success_message(self, result: AgendaItem) -> Any:
        return _("Decided: %(decision)s.") % {"decision": result.get_decision_display()}

    def get_success_url(self, result: AgendaItem) -> str:
        following = result.meeting.agenda.undecided().order_by("order", "pk").first()
        if following is not None:
            return reverse("governance:agenda-decide", args=[following.pk])
        return result.meeting.get_absolute_url()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        lines = agenda_lines(self.object.meeting, self.request.user)
        line = next(line for line in lines if line.item.pk == self.object.pk)
        return super().get_context_data(line=line, altogether=len(lines), **context)
