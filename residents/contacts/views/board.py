"""The balancing board of a community: how its members stand, the proposal, its preview and how it is applied."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.clock import now, today
from grids.common.errors import Conflict
from grids.common.views import Action, ActionPage, Crumb, DetailPage
from grids.common.workdays import after_working_days
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.contacts.balancing import Move, Plan, Why
from residents.contacts.band_forms import ApplyForm
from residents.contacts.choices import ANSWER_DAYS
from residents.contacts.models import ContactAssignment
from residents.contacts.querysets import coverage
from residents.contacts.rules import Nearness
from residents.contacts.services.balancing import apply_balance
from residents.contacts.services.telling import day_of
from residents.contacts.standing import Standing, gaps_of, group_of, lines_of, standing_of
from residents.contacts.views.members import members_crumb
from residents.roster.models import Household
from residents.roster.rules import shown_household

# The groups of members: key, title, whether the list is open at once.
GROUPS = (
    ("relieve", _("To be relieved"), True),
    ("below", _("Below the band"), True),
    ("exception", _("Exception"), True),
    ("exempt", _("Exempt"), True),
    ("away", _("Suspended"), True),
    ("within", _("Within the band"), False),
)
GAPS_SHOWN = 12


def board_url(community: Any) -> str:
    return reverse("residents:contact-board", args=[community.pk])


class OfCommunity:
    """What the pages about one community share: it is one that the user decides for."""

    permission = Permission.ASSIGN_CONTACTS
    model = Grid
    object: Grid
    request: HttpRequest

    def get_queryset(self) -> Any:
        communities: Any = super().get_queryset()  # type: ignore[misc]
        return communities.living().at_level(Level.COMMUNITY).order_by("code")

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb(), Crumb(_("Balancing board"), board_url(self.object))]

    def get_back_url(self) -> str:
        return board_url(self.object)

    def get_success_url(self, result: Any) -> str:
        return board_url(self.object)


class Board(OfCommunity, DetailPage):
    """Members by load, households without a contact, exceptions that are over; without a key the first community."""

    template_name = "residents/contacts/board.html"
    title = _("Balancing board")

    def get_object(self) -> Any:
        if "pk" in self.kwargs:
            return super().get_object()
        self.require_power()
        return self.get_queryset().first() or super().get_object()

    def get_intro(self) -> str:
        return _("%(community)s: who contacts how many households, and where somebody is missing.") % {
            "community": self.object.name
        }

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb()]

    def get_actions(self) -> list[Action]:
        pk = [self.object.pk]
        return [
            Action(
                _("Propose a balance"), reverse("residents:contact-balance", args=pk), style="primary", icon="scale"
            ),
            Action(_("Change the band"), reverse("residents:contact-band", args=pk), icon="settings"),
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        standing = standing_of(self.object)
        lines = lines_of(standing)
        grouped: dict[str, list[Any]] = {}
        for line in lines:
            grouped.setdefault(group_of(line, standing.band), []).append(line)
        gaps = gaps_of(standing)
        # The same question as the list that the number opens; what is being handed over is told apart below.
        numbers = coverage(Household.objects.under(self.object))
        expired = ContactAssignment.objects.expired_exceptions(today()).filter(member__grid=self.object).with_place()
        return super().get_context_data(
            band=standing.band,
            plan=standing.proposal(),
            uncovered_url=reverse("residents:contact-uncovered"),
            total=len(standing.households),
            open_number=numbers["households"] - numbers["covered"],
            gap_number=sum(gap.number for gap in gaps),
            covered=numbers["covered"],
            aside=len(standing.aside),
            member_number=len(lines),
            relieve_number=len(grouped.get("relieve", [])),
            groups=[
                (key, title, is_open or len(grouped) == 1, grouped[key])
                for key, title, is_open in GROUPS
                if key in grouped
            ],
            gaps=gaps[:GAPS_SHOWN],
            more_gaps=max(0, len(gaps) - GAPS_SHOWN),
            expired=[
                {
                    "row": row,
                    "door": shown_household(self.request.user, row.household),
                    "member": standing.members[row.member_id].person.name,
                }
                for row in expired
                if row.member_id in standing.members
            ],
            others=[one for one in self.get_queryset() if one.pk != self.object.pk],
            **context,
        )


class Balance(OfCommunity, ActionPage):
    """The proposal as a difference; nothing is saved before "Apply", and then all of it or nothing."""

    form_class = ApplyForm
    template_name = "residents/contacts/balance.html"
    title = _("Proposal for a balance")
    intro = _("Nothing is saved yet. Who has a contact keeps him where that is possible; gaps go to who lives nearest.")
    submit_label = _("Apply: ask the members")

    def load(self) -> None:
        super().load()
        self.standing = standing_of(self.object)
        self.moved_on = ""

    def get_initial(self) -> dict[str, Any]:
        return {"fingerprint": self.standing.fingerprint}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().post(request, *args, **kwargs)
        except Conflict as problem:
            self.standing = standing_of(self.object)
            self.moved_on = str(problem.reason)
            fresh = self.form_class(user=request.user, subject=self.object, initial=self.get_initial())
            response: HttpResponse = self.render_to_response(self.get_context_data(form=fresh), status=409)
            return response

    def perform(self, obj: Grid, form: Any) -> Any:
        return apply_balance(obj, form.cleaned_data["fingerprint"], actor=self.request.user)

    def get_success_message(self, result: Any) -> Any:
        return _(
            "The members are asked. Households without a contact: %(gaps)d; those that are to change theirs: "
            "%(changes)d. They answer by %(day)s."
        ) % {"gaps": result.gaps, "changes": result.changes, "day": day_of(result.respond_by)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        plan = self.standing.proposal()
        return super().get_context_data(
            plan=plan,
            band=self.standing.band,
            moved_on=self.moved_on,
            gap_number=sum(move.before is None for move in plan.moves),
            change_number=sum(move.before is not None for move in plan.moves),
            nearness=_counted(plan),
            changes=changes_of(self.standing, plan, self.request.user),
            left_over=[shown_household(self.request.user, self.standing.households[pk]) for pk in plan.left_over[:50]],
            left_number=len(plan.left_over),
            conflicts=conflicts_of(self.standing, self.request.user),
            respond_by=after_working_days(now(), ANSWER_DAYS),
            **context,
        )


def _counted(plan: Plan) -> list[tuple[str, int]]:
    numbers = Counter(move.near for move in plan.moves)
    return [(near.label, numbers[near]) for near in Nearness if numbers[near]]


def conflicts_of(standing: Standing, user: Any) -> list[dict[str, str]]:
    """C7: who may not contact which household and why, as far as it bears on the proposal; present pairs first."""
    pairs = standing.task.pairs
    found = sorted(standing.settled[2].items(), key=lambda one: (pairs.get(one[0][0]) != one[0][1], one[0]))
    return [
        {
            "door": shown_household(user, standing.households[household_id]),
            "name": standing.members[member_id].person.name,
            "why": why,
            "is_present": pairs.get(household_id) == member_id,
        }
        for (household_id, member_id), why in found
    ]


def changes_of(standing: Standing, plan: Plan, user: Any) -> list[dict[str, Any]]:
    """By member: households that come and that go, each with its reason."""
    coming: dict[int, list[Move]] = {}
    going: dict[int, list[Move]] = {}
    for move in plan.moves:
        coming.setdefault(move.member_id, []).append(move)
        if move.before is not None:
            going.setdefault(move.before, []).append(move)
    doors = {move.household_id: shown_household(user, standing.households[move.household_id]) for move in plan.moves}
    names = {pk: member.person.name for pk, member in standing.members.items()}

    def taken(move: Move) -> dict[str, Any]:
        why = move.why.label if move.why is not Why.GAP else ""
        return {"door": doors[move.household_id], "near": move.near.label, "why": why}

    return [
        {
            "name": member.person.name,
            "url": member.get_absolute_url(),
            "before": standing.servers[pk].load,
            "after": plan.loads_after.get(pk, standing.servers[pk].load - len(going.get(pk, []))),
            "taken": [taken(move) for move in coming.get(pk, [])],
            "given": [
                {"door": doors[move.household_id], "to": names[move.member_id], "why": move.why.label}
                for move in going.get(pk, [])
            ],
        }
        for pk, member in standing.members.items()
        if pk in coming or pk in going
    ]
