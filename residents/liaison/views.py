"""The liaison's doors, and the notices that are carried to them."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy
from django.views import View
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.pages import Page, ScopedMixin, key_of
from grids.common.views import ActionPage, CreatePage, DetailPage, ListPage
from grids.tree.choices import Level
from residents.liaison import rules, services
from residents.liaison.boards import board_of, by_grid, grids_of, running_notices, with_numbers
from residents.liaison.forms import NoticeForm
from residents.liaison.models import DoorNotice
from residents.liaison.querysets import doors_of, reach_by_microgrid, with_tick
from residents.liaison.tables import NoticeTable, state_chip
from residents.roster.models import Household
from residents.roster.rules import shown_household, shown_name

MISSED_SHOWN = 60


class MyDoors(Page, ScopedMixin, TemplateView):
    """The doors of one grid; whoever goes to more than one chooses first."""

    permission = Permission.LOG_VISITS
    template_name = "residents/liaison/door_board.html"
    title = _("My doors")
    intro = _("Tick a door when the notice has reached it. Where help is needed, say so; nothing more is asked.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, asked = self.request.user, self.request.GET
        grids = grids_of(user)
        wanted = asked.get("grid", "")
        chosen = [grid for grid in grids if grid.code == wanted] if wanted else grids if len(grids) == 1 else []
        if wanted and not chosen:
            raise Http404
        board = None
        if chosen:
            grid = chosen[0]
            notices = running_notices(grid.code)
            key = key_of(asked.get("notice", ""))
            notice = next((one for one in notices if one.pk == key), notices[0] if notices else None)
            board = board_of(user, grid, notice=notice, notices=notices)
        return super().get_context_data(board=board, grids=grids if len(grids) > 1 else [], **context)


class _AtTheDoor(View):
    """POST only: one door, one notice, and back to the board where the finger was."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        household = get_object_or_404(doors_of(request.user).with_place(), pk=kwargs["pk"])
        reaching = DoorNotice.objects.reaching(household.grid.code).select_related("grid")
        notice = get_object_or_404(reaching, pk=kwargs["notice"])
        self.act(notice, household)
        if request.POST.get("from") == "home":
            return HttpResponseRedirect(f"{reverse('home')}#door-{household.pk}")
        address = f"{reverse('residents:door-board')}?grid={household.grid.code}&notice={notice.pk}"
        return HttpResponseRedirect(f"{address}#door-{household.pk}")

    def act(self, notice: DoorNotice, household: Household) -> None:
        raise NotImplementedError


class TickDoor(_AtTheDoor):
    def act(self, notice: DoorNotice, household: Household) -> None:
        services.tick_door(notice, household, actor=self.request.user)


class UntickDoor(_AtTheDoor):
    def act(self, notice: DoorNotice, household: Household) -> None:
        services.untick_door(notice, household, actor=self.request.user)


class AskHelp(ActionPage):
    """A door needs help. Why is not asked, and stands nowhere."""

    template_name = "residents/liaison/door_help.html"
    title = _("This household needs help")
    intro = _("The household's contact or the grid member goes there within 24 hours. You need not say why.")
    submit_label = _("Ask for help")
    success_message = _("Help is asked for. Somebody goes there within 24 hours.")

    def get_queryset(self) -> QuerySet:
        return doors_of(self.request.user).with_place()

    def decide(self, obj: Household) -> Decision:
        return rules.may_ask_help(self.request.user, obj.grid)

    def get_title(self) -> Any:
        return _("%(door)s needs help") % {"door": shown_household(self.request.user, self.object)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(door=shown_household(self.request.user, self.object), **context)

    def get_back_url(self) -> str:
        return f"{reverse('residents:door-board')}?grid={self.object.grid.code}"

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def perform(self, obj: Household, form: Any) -> Any:
        return services.ask_help(obj, actor=self.request.user)


class NoticeList(ListPage):
    permission = Permission.EDIT_ROSTER
    model = DoorNotice
    table_class = NoticeTable
    title = _("Notices to the doors")
    intro = _("Liaisons and grid members carry them from door to door and tick each door they have reached.")
    unit = npgettext_lazy("number of", "notice", "notices")
    empty_title = _("No notice yet")
    empty_text = _("Publish one: the liaisons see it at once on their page of doors.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid").annotate(reached=Count("ticks"))

    def get_actions(self) -> list[Action]:
        return [
            Action(_("Publish a notice"), reverse("residents:doornotice-create"), style="primary", icon="megaphone")
        ]


def notices_crumb() -> Crumb:
    return Crumb(_("Notices to the doors"), reverse("residents:doornotice-list"))


class PublishNotice(CreatePage):
    permission = Permission.EDIT_ROSTER
    form_class = NoticeForm
    title = _("Publish a notice")
    intro = _("It appears at once for everybody who goes to these doors.")
    submit_label = _("Publish")
    success_message = _("The notice is published.")

    def get_breadcrumb(self) -> list[Crumb]:
        return [notices_crumb()]

    def get_initial(self) -> dict[str, Any]:
        return {"until_on": today() + timedelta(days=7)}

    def get_back_url(self) -> str:
        return reverse("residents:doornotice-list")

    def perform(self, form: Any) -> DoorNotice:
        values = dict(form.cleaned_data)
        return services.publish_notice(values.pop("grid"), actor=self.request.user, **values)


class NoticePage(DetailPage):
    """How far the notice has come, by micro-grid, and the doors that are still open."""

    permission = Permission.EDIT_ROSTER
    model = DoorNotice
    template_name = "residents/liaison/doornotice_detail.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid", "made_by")

    def get_breadcrumb(self) -> list[Crumb]:
        return [notices_crumb()]

    def get_actions(self) -> list[Action]:
        decision = rules.may_withdraw(self.request.user, self.object, on=today())
        url = reverse("residents:doornotice-withdraw", args=[self.object.pk])
        return [Action(_("Withdraw"), url, decision, icon="undo-2")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        notice, user = self.object, self.request.user
        seen = Household.objects.active().restrict(user, Permission.EDIT_ROSTER)
        rows = with_numbers(reach_by_microgrid(notice, seen), "reach")
        doors, reached = sum(grid.reach[0] for grid in rows), sum(grid.reach[1] for grid in rows)
        code = self.request.GET.get("grid", "")
        missed = with_tick(seen.under(notice.grid), notice).filter(is_reached=False)
        if code in {part for grid in rows for part in (grid.code, grid.code[: Level.GRID.digits])}:
            rows = [grid for grid in rows if grid.code.startswith(code)]
            missed = missed.filter(scope_grid__code__startswith=code)
        elif notice.grid.level <= Level.COMMUNITY:
            rows = by_grid(rows)
        listed = list(missed.with_place().with_head().in_reading_order()[: MISSED_SHOWN + 1])
        return super().get_context_data(
            marks=[state_chip(notice)],
            rows=[(grid, *grid.reach, grid.reach[0] - grid.reach[1]) for grid in rows],
            doors=doors,
            reached=reached,
            missed=[
                {
                    "door": shown_household(user, home),
                    "head": shown_name(user, home.grid, home.head_name),
                    "place": home.grid.name,
                }
                for home in listed[:MISSED_SHOWN]
            ],
            more=len(listed) > MISSED_SHOWN,
            narrowed=code,
            **context,
        )


class WithdrawNotice(ActionPage):
    permission = Permission.EDIT_ROSTER
    model = DoorNotice
    title = _("Withdraw the notice")
    intro = _("It leaves the pages of those who carry it. Which doors it has reached stays to be read.")
    submit_label = _("Withdraw")
    style = "danger"
    success_message = _("The notice is withdrawn.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid")

    def decide(self, obj: DoorNotice) -> Decision:
        return rules.may_withdraw(self.request.user, obj, on=today())

    def get_breadcrumb(self) -> list[Crumb]:
        return [notices_crumb(), Crumb(self.object.title, self.object.get_absolute_url())]

    def perform(self, obj: DoorNotice, form: Any) -> DoorNotice:
        return services.withdraw_notice(obj, actor=self.request.user)
