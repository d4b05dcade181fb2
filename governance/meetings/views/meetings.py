"""The list of meetings, one meeting with everything about it, and the steps that take it on."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, npgettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

from governance.meetings import rules, services
from governance.meetings.choices import HolidayPolicy, MeetingState
from governance.meetings.filters import MeetingFilter
from governance.meetings.forms import CancelForm, MoveForm, SeriesForm
from governance.meetings.models import Meeting, MeetingSeries
from governance.meetings.reports import agenda_lines, share
from governance.meetings.tables import MeetingTable
from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.views import ActionPage, DetailPage, ListPage, UpdatePage

MEETINGS = _("Briefings")


def meetings_crumb() -> Crumb:
    return Crumb(MEETINGS, reverse("governance:meeting-list"))


def meeting_crumbs(meeting: Meeting) -> list[Crumb]:
    return [meetings_crumb(), Crumb(str(meeting), meeting.get_absolute_url())]


class MeetingList(ListPage):
    permission = Permission.VIEW_MEETINGS
    model = Meeting
    table_class = MeetingTable
    filterset_class = MeetingFilter
    title = MEETINGS
    intro = _(
        "Every month, on the 5th, joint-family members report to the community what their households ask for. "
        "The portal plans each briefing thirty days ahead and fills its agenda."
    )
    unit = npgettext_lazy("number of", "briefing", "briefings")
    empty_title = _("No briefing yet")
    empty_text = _("The first one is planned in the night after somebody has become the contact of a household.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_numbers().select_related("grid", "series")

    def get_actions(self) -> list[Action]:
        if not scope_of(self.request.user, Permission.HOLD_MEETINGS):
            return []
        series = MeetingSeries.objects.restrict(self.request.user, Permission.HOLD_MEETINGS).first()
        if series is None:
            return []
        url = reverse("governance:series-update", args=[series.pk])
        return [Action(_("Day, time and place"), url, icon="calendar-cog")]


class SeriesUpdate(UpdatePage):
    permission = Permission.HOLD_MEETINGS
    model = MeetingSeries
    form_class = SeriesForm
    title = _("Day, time and place of the briefings")
    intro = _("This holds for the briefings to come; those that are planned already are moved one by one.")
    success_message = _("The briefings to come are set.")
    object: MeetingSeries

    def decide(self, obj: MeetingSeries) -> Decision:
        return rules.may_hold(self.request.user, obj.grid)

    def perform(self, form: Any) -> MeetingSeries:
        return services.change_series(self.object, actor=self.request.user, **form.cleaned_data)

    def get_breadcrumb(self) -> list[Crumb]:
        return [meetings_crumb()]

    def get_back_url(self) -> str:
        return reverse("governance:meeting-list")

    def get_success_url(self, result: Any) -> str:
        return reverse("governance:meeting-list")


class MeetingPage(DetailPage):
    """One meeting: when and where, who is invited and came, the agenda with its decisions, the minutes."""

    permission = Permission.VIEW_MEETINGS
    model = Meeting
    template_name = "governance/meetings/meeting_detail.html"
    object: Meeting

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().with_numbers()
        return rows.select_related("grid", "series", "recorder", "confirmed_by")

    def get_breadcrumb(self) -> list[Crumb]:
        return [meetings_crumb()]

    def get_title(self) -> str:
        return f"{self.object.series} · {date_format(self.object.planned_on, 'DATE_FORMAT')}"

    def get_actions(self) -> list[Action]:
        meeting, user = self.object, self.request.user
        if not rules.may_hold(user, meeting.grid):
            return []

        def act(name: str, label: Any, decision: Decision, icon: str, style: str = "") -> Action:
            return Action(label, reverse(f"governance:{name}", args=[meeting.pk]), decision, style or "quiet", icon)

        undecided: int = meeting.undecided  # type: ignore[attr-defined]
        state = MeetingState(meeting.state)
        actions: list[Action] = []
        if state in MeetingState.ahead():
            may_open = rules.may_open(user, meeting, today=today())
            first = act("meeting-convene", _("Send invitations"), rules.may_convene(user, meeting), "send", "primary")
            begin = act("meeting-open", _("Begin the briefing"), may_open, "play", "primary")
            actions = [begin] if may_open else [first] if state == MeetingState.PLANNED else [begin]
            actions += [
                act("meeting-move", _("Change the day"), rules.may_change(user, meeting), "calendar-clock"),
                act("meeting-cancel", _("Call off"), rules.may_change(user, meeting), "calendar-x"),
            ]
        elif state == MeetingState.OPEN:
            may_close = rules.may_close(user, meeting, undecided=undecided)
            actions = [
                act("meeting-roll", _("Call the roll"), rules.may_call_roll(user, meeting), "list-checks", "primary"),
                act("meeting-code", _("Show the code"), rules.may_call_roll(user, meeting), "qr-code"),
                act("meeting-close", _("Close the briefing"), may_close, "square-check"),
            ]
        elif state == MeetingState.HELD:
            write = act("meeting-minutes", _("Write the minutes"), rules.may_write_minutes(user, meeting), "file-pen")
            confirm = act("meeting-confirm", _("Confirm the minutes"), rules.may_confirm(user, meeting), "stamp")
            roll = act("meeting-roll", _("Correct the roll"), rules.may_call_roll(user, meeting), "list-checks")
            actions = [confirm, write, roll] if meeting.minutes else [write, confirm, roll]
        elif state == MeetingState.CONFIRMED:
            publish = rules.may_publish(user, meeting)
            actions = [act("meeting-publish", _("Publish the minutes"), publish, "megaphone", "primary")]
        return actions

    def get_facts(self) -> list[tuple[Any, Any]]:
        meeting: Any = self.object
        facts = [
            (_("State"), chip_of(MeetingState, meeting.state)),
            (_("Day"), f"{meeting.planned_on:%Y-%m-%d} {meeting.starts_at:%H:%M}"),
            (pgettext("briefing", "Place"), meeting.place or "—"),
            (_("Community"), meeting.grid.name),
            (_("Invited"), meeting.invited),
        ]
        if meeting.state in {MeetingState.OPEN, *MeetingState.over()}:
            facts.append((_("Present"), f"{meeting.present} ({share(meeting.present, meeting.invited)})"))
        if meeting.change_reason:
            facts.append((_("Why moved or called off"), meeting.change_reason))
        if meeting.recorder:
            facts.append((_("Minutes written by"), meeting.recorder.get_full_name()))
        if meeting.confirmed_by:
            facts.append((_("Minutes confirmed by"), meeting.confirmed_by.get_full_name()))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        meeting, user = self.object, self.request.user
        reads = user.has_perm(Permission.VIEW_NAMES, meeting.grid)
        may_add = rules.may_add_item(user, meeting)
        add = reverse("governance:agenda-add", args=[meeting.pk])
        fill = reverse("governance:meeting-fill", args=[meeting.pk])
        return super().get_context_data(
            lines=agenda_lines(meeting, user, decides=bool(rules.may_decide(user, meeting))),
            agenda_actions=[
                Action(_("Add a question"), add, may_add, "quiet", "plus"),
                Action(_("Fill in anew"), fill, may_add, "quiet", "refresh-cw"),
            ]
            if may_add
            else [],
            minutes=meeting.minutes if reads else meeting.public_minutes,
            minutes_are_public=not reads,
            day_was_moved=self._moved(),
            sheet_url=reverse("governance:meeting-sheet", args=[meeting.pk]),
            **context,
        )

    def _moved(self) -> str:
        """Why the day is not the fixed one, when the calendar has moved it."""
        meeting = self.object
        if meeting.change_reason or meeting.planned_on.day == meeting.series.day:
            return ""
        policy = HolidayPolicy(meeting.series.holiday_policy).label
        return gettext("Day %(day)d of the month is no working day: %(policy)s.") % {
            "day": meeting.series.day,
            "policy": policy,
        }


class MeetingAct(ActionPage):
    """What the steps of a meeting share."""

    permission = Permission.VIEW_MEETINGS
    model = Meeting
    object: Meeting

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid", "series")

    def get_breadcrumb(self) -> list[Crumb]:
        return meeting_crumbs(self.object)


class Convene(MeetingAct):
    title = _("Send the invitations")
    intro = _("Everybody who contacts a household of the community is told day, place and agenda in the portal.")
    submit_label = _("Send invitations")
    success_message = _("The invitations are sent.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_convene(self.request.user, obj)

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.convene(obj, actor=self.request.user)


class Fill(MeetingAct):
    title = _("Fill in the agenda anew")
    intro = _("New needs come in, and what was settled meanwhile goes; questions that people added stay.")
    submit_label = _("Fill in anew")
    success_message = _("The agenda is up to date.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_add_item(self.request.user, obj)

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        services.refresh_agenda(obj, actor=self.request.user)
        return obj


class Move(MeetingAct):
    form_class = MoveForm
    title = _("Move the briefing")
    submit_label = _("Change the day")
    success_message = _("The briefing is moved, and everybody invited is told.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_change(self.request.user, obj)

    def get_initial(self) -> dict[str, Any]:
        return {"to": self.object.planned_on, "starts_at": self.object.starts_at, "place": self.object.place}

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.move(obj, actor=self.request.user, **form.cleaned_data)


class Cancel(MeetingAct):
    form_class = CancelForm
    title = _("Call the briefing off")
    intro = _("What it would have talked about stays for the next one.")
    submit_label = _("Call off")
    style = "danger"
    success_message = _("The briefing is called off.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_change(self.request.user, obj)

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.cancel(obj, actor=self.request.user, **form.cleaned_data)


class Open(MeetingAct):
    title = _("Begin the briefing")
    intro = _("The list of members and the agenda are brought up to date. Then call the roll, or show the code.")
    submit_label = _("Begin")
    success_message = _("The briefing is in session.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_open(self.request.user, obj, today=today())

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.open_meeting(obj, actor=self.request.user)


class Close(MeetingAct):
    title = _("Close the briefing")
    intro = _("Every item has its decision. Afterwards the minutes are written and confirmed by somebody else.")
    submit_label = _("Close the briefing")
    success_message = _("The briefing is closed.")

    def decide(self, obj: Meeting) -> Decision:
        return rules.may_close(self.request.user, obj, undecided=obj.agenda.undecided().count())

    def perform(self, obj: Meeting, form: Any) -> Meeting:
        return services.close_meeting(obj, actor=self.request.user)
