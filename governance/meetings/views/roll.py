"""Who came: the roll, the code on the wall, and the page that the code opens."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.meetings import rules, services
from governance.meetings.forms import RollForm
from governance.meetings.models import Attendance, Meeting
from governance.meetings.reports import roll_lines
from governance.meetings.views.meetings import MeetingAct, meeting_crumbs
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.qr import qr_code
from grids.common.views import ActionPage, DetailPage


class Roll(MeetingAct):
    """Every member with one tick; whoever scanned the code is ticked already."""

    form_class = RollForm
    template_name = "governance/meetings/roll.html"
    title = _("Call the roll")
    intro = _("Tick who is here and save. Whoever scans the code meanwhile stays on the list.")
    submit_label = _("Save the roll")
    success_message = _("The roll is saved.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_call_roll(self.request.user, obj)

    def get_form_options(self) -> dict[str, Any]:
        return {"members": list(self.object.attendances.values_list("member_id", flat=True))}

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        services.call_roll(obj, actor=self.request.user, **form.marks())
        return obj

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        lines = roll_lines(self.object, self.request.user)
        form = context["form"]
        if form.is_bound:
            ticked = set(form.data.getlist("present"))
            checked = {line.member.pk for line in lines if str(line.member.pk) in ticked}
        else:
            checked = {line.member.pk for line in lines if line.present}
        return super().get_context_data(lines=lines, checked=checked, **context)


class CodePage(DetailPage):
    """The code in large, for a wall or a sheet at the door."""

    permission = Permission.VIEW_MEETINGS
    model = Meeting
    template_name = "governance/meetings/code.html"
    title = _("Sign in by scanning")
    object: Meeting

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid", "series")

    def get_breadcrumb(self) -> list[Crumb]:
        return meeting_crumbs(self.object)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        rules.may_call_roll(self.request.user, self.object).or_raise()
        address = self.request.build_absolute_uri(reverse("governance:meeting-checkin", args=[self.object.code]))
        return super().get_context_data(code=qr_code(address), **context)


class CheckIn(ActionPage):
    """What the code opens: one large button. Only members who were invited find anything here."""

    template_name = "governance/meetings/checkin.html"
    title = _("I am here")
    submit_label = _("Sign in")
    success_message = _("You are on the list. Welcome.")
    object: Meeting

    lookup_field = "code"

    def get_queryset(self) -> QuerySet:
        return Meeting.objects.of_member(self.request.user).select_related("grid", "series")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_check_in(obj)

    def perform(self, obj: Meeting, form: Any) -> Attendance:
        return services.check_in(obj, actor=self.request.user)

    def get_back_url(self) -> str:
        return ""

    def get_success_url(self, result: Attendance) -> str:
        return reverse("governance:briefing-mine")
