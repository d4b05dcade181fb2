"""Minutes: written, confirmed by somebody else, published; and the sheet for paper."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.meetings import rules, services
from governance.meetings.forms import ConfirmForm, MinutesForm
from governance.meetings.models import Meeting
from governance.meetings.reports import agenda_lines, draft_of_minutes, share
from governance.meetings.views.meetings import MeetingAct, meeting_crumbs
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import DetailPage


class Minutes(MeetingAct):
    form_class = MinutesForm
    title = _("Write the minutes")
    intro = _("The portal has put down who came and how each item closed. Somebody else confirms them afterwards.")
    submit_label = _("Save the minutes")
    success_message = _("The minutes are saved; somebody else confirms them.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_write_minutes(self.request.user, obj)

    def get_initial(self) -> dict[str, Any]:
        meeting = self.object
        return {"minutes": meeting.minutes or draft_of_minutes(meeting), "version": meeting.version}

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.write_minutes(obj, actor=self.request.user, **form.cleaned_data)


class Confirm(MeetingAct):
    form_class = ConfirmForm
    template_name = "governance/meetings/confirm.html"
    title = _("Confirm the minutes")
    intro = _("Read the minutes, then the public version. Whoever wrote them cannot confirm them.")
    submit_label = _("Confirm the minutes")
    success_message = _("The minutes are confirmed.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_confirm(self.request.user, obj)

    def get_initial(self) -> dict[str, Any]:
        public = rules.for_the_public(self.object.minutes, services.names_in(self.object))
        return {"public_minutes": public, "version": self.object.version}

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.confirm_minutes(obj, actor=self.request.user, **form.cleaned_data)


class Publish(MeetingAct):
    title = _("Publish the minutes")
    intro = _("Everybody who may see the meetings of this community reads the public version.")
    submit_label = _("Publish")
    success_message = _("The minutes are published.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_publish(self.request.user, obj)

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.publish_minutes(obj, actor=self.request.user)


class Sheet(DetailPage):
    """Notice and agenda on A4, with room to write; after the meeting the decisions stand in it."""

    permission = Permission.VIEW_MEETINGS
    model = Meeting
    template_name = "governance/meetings/sheet.html"
    object: Meeting

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_numbers().select_related("grid", "series")

    def get_title(self) -> str:
        return f"{self.object.grid.name} · {self.object.series}"

    def get_breadcrumb(self) -> list[Crumb]:
        return meeting_crumbs(self.object)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        meeting: Any = self.object
        return super().get_context_data(
            lines=agenda_lines(meeting, self.request.user),
            rate=share(meeting.present, meeting.invited) if meeting.held_at else "",
            **context,
        )
