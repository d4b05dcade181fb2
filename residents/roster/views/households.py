"""Pages of households: the list, one household, and what is done with it as a whole."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.numbers import normalise_id
from grids.common.pages import grid_crumbs
from grids.common.panels import household_panels
from grids.common.search import is_personal
from grids.common.views import ActionPage, CreatePage, DetailPage, ListPage, UpdatePage
from grids.tree.models import Grid
from residents.roster import rules, services
from residents.roster.choices import HouseholdStatus
from residents.roster.filters import HouseholdFilter
from residents.roster.forms import HouseholdForm, grid_label
from residents.roster.history import household_history
from residents.roster.members import absences_now, member_card
from residents.roster.models import Household, Person, Residency
from residents.roster.moving_forms import CloseForm, HouseholdChangeForm, MoveForm, MoveInForm
from residents.roster.notice import NOTICE
from residents.roster.numbers import ID_LENGTH
from residents.roster.tables import HouseholdTable
from residents.roster.views.common import RosterForm


class NoNumberInAddress:
    """Mixin of the lists: an identity number typed into the search box is looked up where no address holds it.

    Of a whole phone only the last four digits are searched.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        typed = request.GET.get("q", "")
        number = normalise_id(typed)
        if len(number) == ID_LENGTH and number[:-1].isdecimal():
            messages.info(request, _("Identity numbers are looked up here, so that they stand in no address."))
            return HttpResponseRedirect(reverse("residents:person-lookup"))
        if is_personal(typed):
            messages.info(request, _("A phone is searched by its last four digits; the others stand in no address."))
            return HttpResponseRedirect(request.path)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]


class HouseholdList(NoNumberInAddress, ListPage):
    permission = Permission.VIEW_ROSTER
    model = Household
    table_class = HouseholdTable
    filterset_class = HouseholdFilter
    title = _("Households")
    intro = _("Everybody who lives in your grids, door by door.")
    unit = npgettext_lazy("number of", "household", "households")
    empty_title = _("No household yet")
    empty_text = _("Add the first one at the doorstep.")

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().with_head().with_size().in_reading_order()
        return rows.select_related(*HouseholdTable.joined).only(*HouseholdTable.columns_read)

    def get_actions(self) -> list[Action]:
        user = self.request.user
        actions = []
        if scope_of(user, Permission.EDIT_ROSTER):
            add = reverse("residents:household-create")
            actions.append(Action(_("Add household"), add, style="primary", icon="house-plus"))
        if scope_of(user, Permission.IMPORT_ROSTER):
            actions.append(Action(_("Import a roster"), reverse("residents:import-create"), icon="file-up"))
        if scope_of(user, Permission.REVEAL_PERSONAL):
            actions.append(Action(_("Find by identity number"), reverse("residents:person-lookup"), icon="scan-search"))
        return actions


EVENTS = [
    (_("Birth"), "household-birth", "baby"),
    (_("Death"), "household-death", "flower"),
    (_("Away for a while"), "household-away", "luggage"),
    (_("Change of head"), "household-crown", "crown"),
    (_("Another door"), "household-move", "truck"),
    (_("Split the household"), "household-split", "split"),
    (_("Merge with another household"), "household-merge", "merge"),
    (_("Everybody left"), "household-close", "log-out"),
]


class HouseholdPage(DetailPage):
    """One household: who lives there, the door, what happened; upper rooms add contacts, visits and affairs."""

    permission = Permission.VIEW_ROSTER
    model = Household
    panels = household_panels
    template_name = "residents/roster/household_detail.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def get_title(self) -> str:
        return rules.shown_household(self.request.user, self.object)

    def get_breadcrumb(self) -> list[Crumb]:
        return grid_crumbs(self.object.grid, self.request.user, Permission.VIEW_GRIDS)

    def get_actions(self) -> list[Action]:
        user, household = self.request.user, self.object
        if not rules.may_edit_roster(user, household.grid):
            return [self._board()]
        may = rules.may_change_household(user, household)

        def action(label: Any, name: str, icon: str, style: str = "secondary") -> Action:
            return Action(label, reverse(f"residents:{name}", args=[household.pk]), may, style=style, icon=icon)

        return [
            action(_("Add member"), "person-create", "user-plus"),
            action(_("Edit"), "household-update", "pencil"),
            self._board(),
        ]

    def _board(self) -> Action:
        building = self.object.dwelling.unit.building_id
        address = reverse("residents:building-board", args=[building])
        return Action(_("Building board"), address, style="quiet", icon="layout-grid")

    def get_events(self) -> list[Action]:
        """What can happen in a household, each a form of its own; nothing for those who do not keep it."""
        household, user = self.object, self.request.user
        if not rules.may_change_household(user, household):
            return []
        return [
            Action(label, reverse(f"residents:{name}", args=[household.pk]), icon=icon) for label, name, icon in EVENTS
        ]

    def get_facts(self) -> list[tuple[Any, Any]]:
        household, dwelling = self.object, self.object.dwelling
        facts = [
            (_("Grid"), grid_label(dwelling.grid)),
            (_("Use"), dwelling.get_use_display()),
            (_("Living here since"), f"{household.opened_on:%Y-%m-%d}"),
        ]
        if household.closed_on:
            facts.append((_("Until"), f"{household.closed_on:%Y-%m-%d}"))
        if rules.sees_names(self.request.user, dwelling.grid):
            facts.insert(2, (_("Floor"), dwelling.floor))
            facts.append((_("Note for those who visit"), household.note))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, household = self.request.user, self.object
        members = []
        present = household.residencies.active().select_related("person").prefetch_related(absences_now())
        for residency in present:
            residency.household = household
            members.append(member_card(residency, user))
        return super().get_context_data(
            marks=[chip_of(HouseholdStatus, household.status)],
            members=members,
            events=self.get_events(),
            history=household_history(household, user),
            **context,
        )


LAST_DOOR = "last_door"  # session key: where the last household was added; no name and no room


class HouseholdCreate(RosterForm, CreatePage):
    form_class = HouseholdForm
    notice = NOTICE
    title = _("Add household")
    intro = _("First the door, then who is the head. Everything else can wait.")
    submit_label = _("Add household")
    success_message = _("The household was added. Add the other members now, if you know them.")

    def decide(self) -> Decision:
        if scope_of(self.request.user, Permission.EDIT_ROSTER):
            return Allowed()
        return Denied(rules.MAY_NOT_EDIT)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Households"), reverse("residents:household-list"))]

    def get_back_url(self) -> str:
        return reverse("residents:household-list")

    def get_initial(self) -> dict[str, Any]:
        """A grid's page leads here with its code, a board with a door; else it goes on where the last one was added.

        Whoever goes from door to door enters the building once (ux.md F2).
        """
        asked = {name: self.request.GET.get(name, "")[:60] for name in ("grid", "building", "unit", "room")}
        door = asked if asked["grid"] else self.request.session.get(LAST_DOOR, {})
        keeps = Grid.objects.restrict(self.request.user, Permission.EDIT_ROSTER).living()
        grid = keeps.filter(code=door.get("grid", "")).first()
        return {**{name: text for name, text in door.items() if text}, "grid": grid} if grid else {}

    def perform(self, form: Any) -> Household:
        data, door = form.cleaned_data, form.door_values()
        household = services.add_household(
            actor=self.request.user,
            head=form.person_values(),
            another_at_door=bool(data.get("another_at_door")),
            use=data["use"],
            kind=data["kind"],
            opened_on=data["opened_on"],
            note=data["note"],
            start_reason=data["start_reason"],
            **door,
        )
        self.request.session[LAST_DOOR] = {
            "grid": door["grid"].code,
            "building": household.dwelling.unit.building.name,
            "unit": household.dwelling.unit.name,
        }
        return household

    def get_success_url(self, result: Household) -> str:
        return reverse("residents:household-detail", args=[result.pk])


class OneHousehold(RosterForm):
    """What the forms about one household share."""

    permission = Permission.VIEW_ROSTER
    model = Household

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def decide(self, obj: Household) -> Decision:
        return rules.may_change_household(self.request.user, obj)

    def get_breadcrumb(self) -> list[Crumb]:
        return [
            Crumb(_("Households"), reverse("residents:household-list")),
            Crumb(rules.shown_household(self.request.user, self.object), self.get_back_url()),
        ]

    def get_back_url(self) -> str:
        return reverse("residents:household-detail", args=[self.object.pk])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()


class HouseholdUpdate(OneHousehold, UpdatePage):
    form_class = HouseholdChangeForm
    title = _("Edit household")
    success_message = _("The household was changed.")

    def get_initial(self) -> dict[str, Any]:
        use = self.object.dwelling.use
        return {**super().get_initial(), "use": use, "use_shown": use}

    def perform(self, form: Any) -> Household:
        return services.change_household(self.object, actor=self.request.user, **form.values())


class HouseholdMove(OneHousehold, UpdatePage):
    form_class = MoveForm
    title = _("The household is at another door")
    intro = _("Its members, contacts, visits and affairs stay with it.")
    submit_label = _("Move the household")
    success_message = _("The household is at its new door.")

    def get_initial(self) -> dict[str, Any]:
        dwelling = self.object.dwelling
        return {
            "version": self.object.version,
            "grid": dwelling.grid,
            "building": dwelling.unit.building.name,
            "unit": dwelling.unit.name,
            "room": dwelling.room,
            "on": today(),
        }

    def perform(self, form: Any) -> Household:
        return services.move_household(self.object, actor=self.request.user, **form.cleaned_data)


class HouseholdClose(OneHousehold, ActionPage):
    form_class = CloseForm
    title = _("Everybody left")
    intro = _("All members are noted as having left on this day, and the household closes. Its history stays.")
    submit_label = _("Close the household")
    style = "danger"
    success_message = _("The household is closed.")

    def perform(self, obj: Household, form: Any) -> Household:
        return services.close_household(obj, actor=self.request.user, **form.cleaned_data)


class HouseholdMoveIn(OneHousehold, ActionPage):
    """Somebody of the roster moves into this household."""

    form_class = MoveInForm
    title = _("Move in")
    submit_label = _("Move in")
    success_message = _("The move was noted; where the person lived before stays in the history.")
    person: Person

    def load(self) -> None:
        super().load()
        persons = Person.objects.restrict(self.request.user, Permission.VIEW_ROSTER)
        self.person = get_object_or_404(persons, pk=self.kwargs["person"])

    def get_intro(self) -> Any:
        user, grid = self.request.user, services.grid_of(self.person)
        return _("%(name)s moves to %(door)s. Where the person lives now ends on that day.") % {
            "name": rules.shown_name(user, grid, self.person.name),
            "door": rules.shown_household(user, self.object),
        }

    def get_form_options(self) -> dict[str, Any]:
        return {"successors": Residency.objects.successors_of(self.person.residencies.active().first())}

    def perform(self, obj: Household, form: Any) -> Any:
        return services.move_in(self.person, obj, actor=self.request.user, **form.cleaned_data)
