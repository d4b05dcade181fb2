"""The joint-family member's own briefing: when and where, what he brings, and whether he can come."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.meetings import rules, services
from governance.meetings.choices import AttendanceState, ItemDecision
from governance.meetings.forms import QuestionForm
from governance.meetings.models import AgendaItem, Meeting
from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.decisions import Decision
from grids.common.views import ActionPage, Page, ScopedMixin

PAST_SHOWN = 6


class Mine(Page, ScopedMixin, TemplateView):
    """The next briefing of the account's own member, and what became of his matters in those before."""

    permission = Permission.SERVE_HOUSEHOLDS
    template_name = "governance/meetings/mine.html"
    title = _("My briefings")
    intro = _("Once a month, on the 5th, you tell the community what your households ask for.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        own = Meeting.objects.of_member(user).select_related("grid", "series")
        coming = own.ahead().order_by("planned_on", "pk").first()
        past = list(own.over().order_by("-planned_on", "-pk")[:PAST_SHOWN])
        lines = self._own_lines([coming, *past] if coming else past)
        return super().get_context_data(
            coming=self._coming(coming, lines[coming.pk]) if coming else None,
            past=[{"meeting": meeting, "lines": lines[meeting.pk]} for meeting in past],
            **context,
        )

    def _own_lines(self, meetings: list[Meeting]) -> dict[int, list[dict[str, Any]]]:
        """His own matters by meeting: those he brought, and those of households that he contacted."""
        lines: dict[int, list[dict[str, Any]]] = {meeting.pk: [] for meeting in meetings}
        for item in AgendaItem.objects.filter(meeting__in=meetings).brought_by(self.request.user):
            lines[item.meeting_id].append(
                {
                    "text": item.text,
                    "chip": chip_of(ItemDecision, item.decision),
                    "answer": item.answer,
                    "carried": rules.carried_chip(item.times_carried),
                }
            )
        return lines

    def _coming(self, meeting: Meeting, lines: list[dict[str, Any]]) -> dict[str, Any]:
        row = meeting.attendances.get(member__user=self.request.user)
        excused = row.state == AttendanceState.EXCUSED
        may_speak = rules.may_speak_up(meeting)
        speak = reverse("governance:briefing-speak", args=[meeting.pk])
        actions = [Action(_("Bring up a question"), speak, may_speak, "primary", "message-square-plus")]
        if row.state != AttendanceState.PRESENT:
            label = _("I can come after all") if excused else _("I cannot come")
            actions.append(Action(label, reverse("governance:briefing-excuse", args=[meeting.pk]), may_speak, "quiet"))
        if rules.may_check_in(meeting) and row.state != AttendanceState.PRESENT:
            url = reverse("governance:meeting-checkin", args=[meeting.code])
            actions.insert(0, Action(_("I am here"), url, style="primary", icon="check"))
        return {
            "meeting": meeting,
            "chip": chip_of(AttendanceState, row.state),
            "actions": actions,
            "lines": lines,
        }


class OwnAct(ActionPage):
    """What a member does about a briefing that he is invited to; any other is 404."""

    object: Meeting

    def get_queryset(self) -> QuerySet:
        return Meeting.objects.of_member(self.request.user).select_related("grid", "series")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_speak_up(obj)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("My briefings"), self.get_back_url())]

    def get_back_url(self) -> str:
        return reverse("governance:briefing-mine")

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()


class Speak(OwnAct):
    form_class = QuestionForm
    title = _("Bring up a question")
    intro = _("It stands on the agenda of the next briefing, and you are told what was decided.")
    submit_label = _("Put on the agenda")
    success_message = _("Your question stands on the agenda.")

    def perform(self, obj: Meeting, form: Any) -> Any:
        return services.speak_up(obj, actor=self.request.user, **form.cleaned_data)


class Excuse(OwnAct):
    title = _("Can you come?")
    submit_label = _("Tell the community")
    success_message = _("The community knows.")

    def get_intro(self) -> Any:
        row = self.object.attendances.get(member__user=self.request.user)
        if row.state == AttendanceState.EXCUSED:
            return _("You said that you cannot come. Press the button if you can come after all.")
        return _("Press the button if you cannot come on this day. No reason is asked for.")

    def perform(self, obj: Meeting, form: Any) -> Any:
        return services.excuse(obj, actor=self.request.user)
