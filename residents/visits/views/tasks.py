"""Five must arrive: tell that somebody must go to a household, see what is owed, call it off."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.clock import now
from grids.common.decisions import Decision
from grids.common.errors import Refused
from grids.common.views import Action, ActionPage, Crumb, DetailPage, FormPage, ListPage
from residents.contacts.rules import member_name
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.roster.rules import shown_household
from residents.visits import arriving, rules, services
from residents.visits.choices import Outcome, TaskState
from residents.visits.models import Encounter, VisitTask
from residents.visits.querysets import in_sight, is_contact_of
from residents.visits.taskfilters import TaskFilter
from residents.visits.taskforms import CancelForm, RaiseForm
from residents.visits.tasktables import TaskTable, shown_note

POWERS = (Permission.VIEW_VISITS, Permission.LOG_VISITS, Permission.SERVE_HOUSEHOLDS)


def tasks_crumb() -> Crumb:
    return Crumb(_("Five must arrive"), reverse("residents:visittask-list"))


class TaskList(ListPage):
    """Whoever sees visits sees those of his grids; liaisons and contacts see what they told or owe themselves."""

    model = VisitTask
    table_class = TaskTable
    filterset_class = TaskFilter
    title = _("Five must arrive")
    intro = _("Where somebody must go at once, who goes, and until when. Nights and holidays count.")
    unit = npgettext_lazy("number of", "visit owed", "visits owed")
    empty_title = _("Nothing is owed")
    empty_text = _("When a household needs somebody at once, open it and press the button there.")

    def require_power(self) -> None:
        if not any(self.request.user.has_perm(power) for power in POWERS):
            raise Refused(_("Your posts do not include this page. If you need it, ask your community secretary."))

    def get_queryset(self) -> QuerySet:
        tasks = VisitTask.objects.visible_to(self.request.user).with_place()
        return tasks.select_related("member__person", "member__grid").with_served(self.request.user)


class TaskPage(DetailPage):
    """One visit that is owed: what happened, who goes, the clock, and everything that was done."""

    model = VisitTask
    template_name = "residents/visits/visittask_detail.html"
    object: VisitTask

    def get_queryset(self) -> QuerySet:
        tasks = VisitTask.objects.visible_to(self.request.user).with_place()
        return tasks.select_related("member__person", "member__grid", "raised_by", "encounter__visitor")

    def get_object(self) -> Any:
        task = super().get_object()
        self.is_contact = is_contact_of(self.request.user, task.household)
        # The contact reads the names of his households; everybody else as the roster says.
        self.reader = None if self.is_contact else self.request.user
        return task

    def get_title(self) -> str:
        return f"{self.object.get_trigger_display()} · {shown_household(self.reader, self.object.household)}"

    def get_breadcrumb(self) -> list[Crumb]:
        return [tasks_crumb()]

    def get_actions(self) -> list[Action]:
        task, user = self.object, self.request.user
        household = task.household
        actions = []
        if task.state == TaskState.OPEN:
            may_log = rules.may_log(
                user,
                household.grid,
                is_contact=self.is_contact,
                is_active=household.status == HouseholdStatus.ACTIVE,
            )
            log = f"{reverse('residents:encounter-log', args=[household.pk])}?next={self.request.path}"
            if may_log:
                actions.append(Action(_("Log the visit"), log, style="primary", icon="footprints"))
            may_cancel = arriving.may_cancel(user, task, household.grid)
            if may_cancel:
                cancel = reverse("residents:visittask-cancel", args=[task.pk])
                actions.append(Action(_("Call it off"), cancel, style="quiet", icon="ban"))
        if user.has_perm(Permission.VIEW_ROSTER, household.grid):
            page = reverse("residents:household-detail", args=[household.pk])
            actions.append(Action(_("Open the household"), page, icon="house"))
        return actions

    def get_facts(self) -> list[tuple[Any, Any]]:
        task = self.object
        facts = [
            (_("Due"), arriving.moment_words(task.due_at)),
            (_("Who goes"), self.who_goes()),
            (_("Told"), arriving.moment_words(task.raised_at)),
            (_("Told by"), task.raised_by.get_full_name() if task.raised_by else None),
            (_("Came from"), task.get_source_display()),
            (_("How often told"), task.times if task.times > 1 else None),
            (_("Day of the event"), arriving.moment_words(task.event_at)[:10] if task.event_at else None),
            (_("Grid"), task.household.grid.name),
        ]
        return [(label, value) for label, value in facts if value is not None]

    def who_goes(self) -> str:
        task = self.object
        if task.member is None:
            return gettext("The grid's members")
        return member_name(self.reader, task.member) if self.reader else task.member.person.name

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        task = self.object
        return super().get_context_data(
            clock=arriving.clock_chip(task, now=now()),
            note=shown_note(self.reader, task),
            note_hidden=bool(task.note) and not shown_note(self.reader, task),
            story=list(reversed(self.story())),
            **context,
        )

    def story(self) -> list[dict[str, Any]]:
        """What happened since it was told, in order."""
        task = self.object
        lines = [
            _line(
                gettext("Told"), task.raised_at, "siren", who=task.raised_by.get_full_name() if task.raised_by else ""
            )
        ]
        if task.backup_alerted_at:
            lines.append(_line(gettext("The backup contact was told"), task.backup_alerted_at, "bell"))
        if task.grid_alerted_at:
            lines.append(_line(gettext("The grid's members were told"), task.grid_alerted_at, "bell-ring"))
        for visit in self.visits():
            line = _line(visit.get_kind_display(), visit.occurred_at, "footprints", who=visit.visitor.get_full_name())
            lines.append(line | {"chip": chip_of(Outcome, visit.outcome), "current": visit.pk == task.encounter_id})
        if task.cancelled_at:
            lines.append(_line(gettext("Called off"), task.cancelled_at, "ban", note=task.cancel_reason))
        return sorted(lines, key=lambda line: line["at"])

    def visits(self) -> QuerySet:
        """Attempts and the arrival; later visits are no longer this task's business."""
        task = self.object
        since = Encounter.objects.current().filter(household=task.household_id, occurred_at__gte=task.raised_at)
        if end := task.arrived_at or task.cancelled_at:
            since = since.filter(occurred_at__lte=end)
        return since.select_related("visitor").order_by("occurred_at", "pk")


def _line(title: str, at: Any, icon: str, *, who: str = "", note: str = "") -> dict[str, Any]:
    return {"title": title, "at": at, "icon": icon, "who": who, "note": note, "chip": None, "current": False}


class RaiseTask(FormPage):
    """Tap two says what it is, tap three sends it."""

    template_name = "residents/visits/visittask_raise.html"
    form_class = RaiseForm
    title = _("Somebody must go there")
    intro = _("The household's contact is told at once; if he does not get there, the backup contact and the grid are.")
    submit_label = _("Tell them")
    object: Household

    def get_queryset(self) -> QuerySet:
        return in_sight(Household.objects.all(), self.request.user).with_place()

    def load(self) -> None:
        self.object = self.get_object()
        self.is_contact = is_contact_of(self.request.user, self.object)
        self.reader = None if self.is_contact else self.request.user

    def check(self) -> Decision:
        return arriving.may_raise(
            self.request.user,
            self.object.grid,
            is_contact=self.is_contact,
            is_active=self.object.status == HouseholdStatus.ACTIVE,
        )

    def sees_detail(self) -> bool:
        user, grid = self.request.user, self.object.grid
        return self.is_contact or user.has_perm(Permission.VIEW_VISITS, grid)

    def get_form_options(self) -> dict[str, Any]:
        return {"with_detail": self.sees_detail()}

    def act(self, form: Any) -> VisitTask:
        values = form.cleaned_data
        user, grid = self.request.user, self.object.grid
        return services.raise_task(
            self.object,
            values["trigger"],
            actor=user,
            source=arriving.source_of(
                user, grid, is_contact=self.is_contact, told_by_household=values["told_by_household"]
            ),
            note=values.get("note", ""),
            event_at=form.event_at(),
        )

    def get_success_message(self, result: VisitTask) -> Any:
        if result.times > 1:
            return _("This was told already; it is now told %(times)d times, and the first clock runs.") % {
                "times": result.times
            }
        return _("Told. Somebody must be there by %(due)s.") % {"due": arriving.moment_words(result.due_at)}

    def get_back_url(self) -> str:
        if self.request.user.has_perm(Permission.VIEW_ROSTER, self.object.grid):
            return reverse("residents:household-detail", args=[self.object.pk])
        return reverse("residents:visittask-list")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(door=shown_household(self.reader, self.object), **context)


class CancelTask(ActionPage):
    model = VisitTask
    form_class = CancelForm
    title = _("Call the visit off")
    intro = _("The task stays readable and is not counted. Whoever was told is not troubled again.")
    submit_label = _("Call it off")
    style = "danger"
    success_message = _("The visit is called off.")

    def get_queryset(self) -> QuerySet:
        return VisitTask.objects.visible_to(self.request.user).with_place()

    def get_breadcrumb(self) -> list[Crumb]:
        return [tasks_crumb(), Crumb(self.object.get_trigger_display(), self.object.get_absolute_url())]

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def decide(self, obj: VisitTask) -> Decision:
        return arriving.may_cancel(self.request.user, obj, obj.household.grid)

    def perform(self, obj: VisitTask, form: Any) -> VisitTask:
        values = form.cleaned_data
        return services.cancel_task(obj, actor=self.request.user, reason=values["reason"], version=values["version"])
