"""Moves of staff: asking for one, the list, one request with its effect, and the decision."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.access.querysets import roles_on
from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Decision, Denied
from grids.common.pages import Page, ScopedMixin
from grids.common.views import ActionPage, DetailPage, ListPage
from grids.moves import rules, services
from grids.moves.choices import MoveState
from grids.moves.effects import effects_of, left_numbers, staying
from grids.moves.filters import StaffMoveFilter
from grids.moves.forms import MoveForm, RefusalForm
from grids.moves.models import StaffMove
from grids.moves.parts import left_parts, move_parts
from grids.moves.tables import StaffMoveTable
from grids.team.models import Post
from grids.team.rules import may_move

# So many rows of each kind are shown; those that are handed over make room for the next.
LEFT_SHOWN = 60


class MoveList(ListPage):
    permission = Permission.VIEW_TEAM
    model = StaffMove
    table_class = StaffMoveTable
    filterset_class = StaffMoveFilter
    title = _("Moves of staff")
    intro = _("Who is to serve on another grid. The security administrator decides; then everything happens at once.")
    unit = npgettext_lazy("number of", "request to move", "requests to move")
    empty_title = _("No move yet")
    empty_text = _("Open the page of a member of staff and press “Move to another grid”.")

    def get_queryset(self) -> QuerySet:
        return StaffMove.objects.of(self.request.user).with_names()

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Staff and posts"), reverse("grids:post-list"))]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm(Permission.MANAGE_TEAM):
            return []
        return [Action(_("To be handed over"), reverse("grids:staffmove-left"), icon="hand")]


class MoveCreate(ActionPage):
    """Where somebody is to serve instead, and who goes on with what he has in hand."""

    permission = Permission.VIEW_TEAM
    model = Post
    form_class = MoveForm
    template_name = "grids/moves/staffmove_form.html"
    submit_label = _("Submit")
    success_message = _("Asked for. The security administrator decides.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid", "staff__user")

    def get_title(self) -> Any:
        return gettext("Move %(name)s to another grid") % {"name": self.object.staff.name}

    def get_intro(self) -> Any:
        return gettext(
            "%(role)s on %(grid)s. The same post begins on the new grid on the day on which this one ends."
        ) % {
            "role": self.object.get_role_display(),
            "grid": self.object.grid.name,
        }

    def get_breadcrumb(self) -> list[Crumb]:
        staff = self.object.staff
        return [Crumb(_("All staff"), reverse("grids:staff-list")), Crumb(staff.name, staff.get_absolute_url())]

    def decide(self, obj: Post) -> Decision:
        may = may_move(self.request.user, roles_on(self.request.user, obj.grid), obj, today())
        if may and StaffMove.objects.waiting().filter(staff=obj.staff_id).exists():
            return Denied(_("A request to move %(name)s waits already.") % {"name": obj.staff.name})
        return may

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": today() + timedelta(days=rules.LEAD_DAYS)}

    def perform(self, obj: Post, form: Any) -> StaffMove:
        given = form.cleaned_data
        return services.ask(
            obj,
            given["to_grid"],
            actor=self.request.user,
            starts_on=given["starts_on"],
            items=form.wanted,
            successor=given.get("successor"),
        )

    def get_back_url(self) -> str:
        return self.object.staff.get_absolute_url()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        effects = context["form"].effects
        loses = next(iter(effects.values())).loses if effects else 0
        return super().get_context_data(loses=loses, **context)


class LeftBehind(Page, ScopedMixin, TemplateView):
    """What is in the hands of people who serve there no longer, each row with the way to hand it on."""

    permission = Permission.MANAGE_TEAM
    template_name = "grids/moves/left_behind.html"
    title = _("To be handed over")
    intro = _(
        "Still in the hands of somebody whose post there has ended, by a move or otherwise. It leaves this list when "
        "it is handed over or settled."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Staff and posts"), reverse("grids:post-list"))]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        numbers = left_numbers(user)
        parts = [
            {
                "title": part.title,
                "count": numbers[part.key],
                "rows": [
                    {
                        "words": part.shown(user, row),
                        "place": part.place(row),
                        "holder": part.holder(row),
                        "url": part.url(row),
                    }
                    for row in part.left(user)[:LEFT_SHOWN]
                ],
            }
            for part in left_parts
            if part.key in numbers
        ]
        return super().get_context_data(parts=parts, shown=LEFT_SHOWN, **context)


class Visible:
    """The requests that somebody asked for, decides on or could have asked for; all others are 404."""

    model = StaffMove
    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        return StaffMove.objects.of(self.request.user).with_names()

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Moves of staff"), reverse("grids:staffmove-list"))]


class MovePage(Visible, DetailPage):
    """One request: what it would do, and for whoever decides the button that does it."""

    template_name = "grids/moves/staffmove_detail.html"

    def get_actions(self) -> list[Action]:
        move, user = self.object, self.request.user
        if not rules.is_waiting(move) or not rules.may_withdraw(user, move):
            return []
        return [Action(_("Withdraw"), reverse("grids:staffmove-withdraw", args=[move.pk]), icon="undo-2")]

    def get_facts(self) -> list[tuple[Any, Any]]:
        move = self.object
        facts = [
            (_("Status"), chip_of(MoveState, move.state)),
            (_("Name"), move.staff.name),
            (_("Post"), move.post.get_role_display()),
            (_("From grid"), move.post.grid.name),
            (_("New grid"), move.to_grid.name),
            (_("In office from"), date_format(move.starts_on, "DATE_FORMAT")),
            (_("Asked by"), move.asked_by),
        ]
        if move.decided_by:
            facts.append((_("Decided by"), f"{move.decided_by} {date_format(move.decided_at, 'DATE_FORMAT')}"))
        if move.remark:
            facts.append((_("Remark"), move.remark))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        move, waits = self.object, rules.is_waiting(self.object)
        effect = effects_of(move.post, [move.to_grid])[0] if waits else move
        numbers = move.numbers
        handed = [
            {"title": part.title, "count": number_format(numbers[part.key])} for part in move_parts if numbers[part.key]
        ]
        # What was refused or withdrawn changes nothing in anybody's hands.
        lasts = waits or move.state == MoveState.AGREED
        stays = [
            {"title": part.title, "count": number_format(number)} for part, number in (staying(move) if lasts else [])
        ]
        hands_on = self.request.user.has_perm(Permission.MANAGE_TEAM, move.post.grid)
        return super().get_context_data(
            effect=effect,
            handed=handed,
            lasts=lasts,
            stays=stays,
            left_url=reverse("grids:staffmove-left") if hands_on else "",
            waits=waits,
            may_decide=rules.may_decide(self.request.user, move),
            fault=services.fault_of(move) if waits else "",
            **context,
        )


class MoveAgree(Visible, ActionPage):
    title = _("Agree to the move")
    intro = _("The old post ends, the new one begins, the powers follow, and what was ticked is handed on: at once.")
    submit_label = _("Agree")
    success_message = _("Agreed. Everybody concerned has been told.")

    def decide(self, obj: StaffMove) -> Decision:
        return rules.may_decide(self.request.user, obj)

    def perform(self, obj: StaffMove, form: Any) -> StaffMove:
        return services.agree(obj, actor=self.request.user)


class MoveRefuse(MoveAgree):
    form_class = RefusalForm
    title = _("Do not agree to the move")
    intro = _("Nothing changes; whoever asked for it reads your reason.")
    submit_label = _("Do not agree")
    style = "danger"
    success_message = _("Not agreed. Whoever asked has been told.")

    def perform(self, obj: StaffMove, form: Any) -> StaffMove:
        return services.refuse(obj, actor=self.request.user, remark=form.cleaned_data["remark"])


class MoveWithdraw(Visible, ActionPage):
    title = _("Withdraw the request")
    intro = _("Nothing changes, and nobody has to decide any more.")
    submit_label = _("Withdraw")
    success_message = _("Withdrawn.")

    def decide(self, obj: StaffMove) -> Decision:
        return rules.may_withdraw(self.request.user, obj)

    def perform(self, obj: StaffMove, form: Any) -> StaffMove:
        return services.withdraw(obj, actor=self.request.user)
