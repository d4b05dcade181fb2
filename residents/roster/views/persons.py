"""Pages of persons: the list, one person, adding and correcting."""

from datetime import UTC, datetime
from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action, Crumb
from grids.common.chips import Chip, Tone
from grids.common.clock import now, today
from grids.common.decisions import Decision
from grids.common.pages import grid_crumbs
from grids.common.panels import person_panels
from grids.common.views import ActionPage, CreatePage, DetailPage, ListPage, UpdatePage
from residents.roster import person_cards, rules, services
from residents.roster.filters import PersonFilter
from residents.roster.forms import PersonChangeForm, PersonForm
from residents.roster.members import away_chip, hidden_values
from residents.roster.models import Household, Person, Residency
from residents.roster.moving_forms import PersonMoveForm
from residents.roster.notice import NOTICE
from residents.roster.tables import PersonTable
from residents.roster.views.common import RosterForm
from residents.roster.views.following import FollowsMerge
from residents.roster.views.households import NoNumberInAddress, OneHousehold

REVEALED = "revealed"  # session key: whose value may be shown once, and until when; never the value itself


class PersonList(NoNumberInAddress, ListPage):
    permission = Permission.VIEW_ROSTER
    model = Residency
    table_class = PersonTable
    filterset_class = PersonFilter
    title = _("Persons")
    intro = _("Everybody who lives in your grids now, in the order of the doors.")
    unit = npgettext_lazy("number of", "person", "persons")
    empty_title = _("Nobody yet")
    empty_text = _("Persons are added together with their household.")

    @property
    def sensitive_export(self) -> bool:  # type: ignore[override]
        """A list narrowed to care groups says of all on it that they are in one; so are children under 14."""
        return self.tells_of_care or self.request.GET.get("age") == "child"

    @property
    def tells_of_care(self) -> bool:
        return bool(self.request.GET.get("care"))

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().active().with_place().in_reading_order()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)
        if self.tells_of_care:
            shown = {row.record.person: row.record.household.grid for row in context["table"].paginated_rows}
            services.note_care_seen(shown, actor=self.request.user, grid_of_person=shown.__getitem__)
        return context

    def get_actions(self) -> list[Action]:
        actions = []
        if scope_of(self.request.user, Permission.REVEAL_PERSONAL):
            actions.append(Action(_("Find by identity number"), reverse("residents:person-lookup"), icon="scan-search"))
        if scope_of(self.request.user, Permission.MERGE_PERSONS):
            actions.append(Action(_("Possible duplicates"), reverse("residents:duplicate-list"), icon="copy"))
        return actions


class PersonPage(FollowsMerge, DetailPage):
    """One person: masked facts, the one value that was just revealed, where he lived when."""

    permission = Permission.VIEW_ROSTER
    model = Person
    panels = person_panels
    template_name = "residents/roster/person_detail.html"
    object: Person

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        # A page about a person is not kept by the browser, least of all with a revealed value.
        response["Cache-Control"] = "no-store"
        if seconds := response.context_data["shown_for"]:
            # Where no script hides the value, the browser loads the page anew, and it is gone.
            response["Refresh"] = str(seconds)
        return response

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("verified_by")

    def get_object(self) -> Person:
        person = super().get_object()
        self.grid = services.grid_of(person)
        if self.grid is None:
            raise Http404
        return person

    @property
    def places(self) -> list[Residency]:
        """Where the person lived, newest first; only places whose roster the user may see."""
        if not hasattr(self, "_places"):
            residencies = self.object.residencies.restrict(self.request.user, Permission.VIEW_ROSTER).with_place()
            self._places = sorted(
                residencies, key=lambda one: (one.ends_on is None, one.starts_on, one.pk), reverse=True
            )
        return self._places

    def get_title(self) -> str:
        return rules.shown_name(self.request.user, self.grid, self.object.name)

    def get_breadcrumb(self) -> list[Crumb]:
        user, household = self.request.user, self.places[0].household
        address = reverse("residents:household-detail", args=[household.pk])
        return [
            *grid_crumbs(household.grid, user, Permission.VIEW_GRIDS),
            Crumb(rules.shown_household(user, household), address),
        ]

    def get_actions(self) -> list[Action]:
        user, person = self.request.user, self.object
        if not rules.may_edit_roster(user, self.grid):
            return []
        edit = reverse("residents:person-update", args=[person.pk])
        confirm = reverse("residents:person-confirm", args=[person.pk])
        move = reverse("residents:person-move", args=[person.pk])
        present = self.places[0]
        compared = Action(_("Compared today"), confirm, icon="badge-check")
        actions = [Action(_("Edit"), edit, icon="pencil"), compared]
        if person.deceased_on is None:
            actions.append(Action(_("Move to another household"), move, style="quiet", icon="truck"))
        if present.ends_on is None and not present.is_head:
            head = reverse("residents:residency-head", args=[present.pk])
            actions.append(Action(_("Make head of household"), head, style="quiet", icon="crown"))
        if present.ends_on is None:
            end = reverse("residents:residency-end", args=[present.pk])
            away = reverse("residents:household-away", args=[present.household_id]) + f"?member={present.pk}"
            death = reverse("residents:household-death", args=[present.household_id]) + f"?member={present.pk}"
            actions += [
                Action(_("Away for a while"), away, style="quiet", icon="luggage"),
                Action(_("No longer lives here"), end, style="quiet", icon="log-out"),
                Action(_("Death"), death, style="quiet", icon="flower"),
            ]
        return actions

    def get_facts(self) -> list[tuple[Any, Any]]:
        user, person, grid = self.request.user, self.object, self.grid
        if not rules.sees_details(user, grid):
            return []
        facts = [
            (_("Sex"), person.get_sex_display()),
            (_("Age"), rules.shown_birth(user, grid, person.birth_date, on=today())),
        ]
        if person.party_member:
            facts.append((_("Party member"), _("By own report")))
        if person.deceased_on:
            facts.append((_("Deceased on"), f"{person.deceased_on:%Y-%m-%d}"))
        checked = f"{person.verified_on:%Y-%m-%d} {person.verified_by or ''}".strip() if person.verified_on else None
        facts.append((_("Compared at the door"), checked))
        return [*facts, *person_cards.further_facts(person, self.places[0])]

    def _revealed_now(self) -> tuple[str, datetime | None]:
        """The field that was revealed a moment ago, and until when it may be seen; asking takes the grant away."""
        grant = self.request.session.get(REVEALED)
        if not grant or grant["person"] != self.object.pk:
            return "", None
        del self.request.session[REVEALED]
        until = datetime.fromtimestamp(grant["until"], UTC)
        return (grant["field"], until) if now() < until else ("", None)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, present = self.request.user, self.places[0]
        marks = []
        if self.object.deceased_on:
            marks.append(Chip(_("Deceased"), Tone.GREY))
        elif present.ends_on:
            marks.append(Chip(_("No longer lives here"), Tone.GREY))
        else:
            marks.append(Chip(present.get_relation_display(), Tone.BLUE, "house"))
        absences = person_cards.absences_of(self.object, user, self.grid)
        if absences is not None:
            marks.append(person_cards.state_chip(self.object))
            now_away = [one for one in absences if one.ended_on is None]
            if away := away_chip(now_away, user, self.grid):
                marks.append(away)
        field, until = self._revealed_now()
        hidden = hidden_values(self.object, self.grid, user, plain=field)
        shown_for = ceil((until - now()).total_seconds()) if until else 0
        caring = person_cards.care_card(self.object, user, self.grid)
        if caring and caring["tags"]:
            services.note_care_seen([self.object], actor=user, grid_of_person=lambda _person: self.grid)
        return super().get_context_data(
            marks=marks,
            hidden=hidden,
            shown_for=shown_for,
            shown_until=until,
            places=person_cards.lived_where(self.places, user),
            absences=absences,
            caring=caring,
            **context,
        )


class PersonCreate(OneHousehold, CreatePage):
    """A new member of the household that the address names."""

    form_class = PersonForm
    notice = NOTICE
    title = _("Add member")
    submit_label = _("Add member")
    success_message = _("The member was added.")

    def load(self) -> None:
        self.object = self.get_object()

    def check(self) -> Decision:
        return rules.may_change_household(self.request.user, self.object)

    def get_intro(self) -> str:
        return rules.shown_household(self.request.user, self.object)

    def perform(self, form: Any) -> Residency:
        return services.add_person(
            self.object,
            actor=self.request.user,
            relation=form.cleaned_data["relation"],
            kind=form.cleaned_data["kind"],
            starts_on=form.cleaned_data["starts_on"],
            start_reason=form.cleaned_data["start_reason"],
            **form.person_values(),
        )


class OnePerson(RosterForm):
    """What the forms about one person share."""

    permission = Permission.VIEW_ROSTER
    model = Person
    object: Person

    @property
    def grid(self) -> Any:
        return services.grid_of(self.object)

    def decide(self, obj: Person) -> Decision:
        return rules.may_edit_roster(self.request.user, self.grid)

    def get_breadcrumb(self) -> list[Crumb]:
        name = rules.shown_name(self.request.user, self.grid, self.object.name)
        return [Crumb(_("Persons"), reverse("residents:person-list")), Crumb(name, self.get_back_url())]

    def get_back_url(self) -> str:
        return reverse("residents:person-detail", args=[self.object.pk])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()


class PersonUpdate(OnePerson, UpdatePage):
    form_class = PersonChangeForm
    title = _("Edit person")
    success_message = _("The person was changed.")

    def get_initial(self) -> dict[str, Any]:
        """Hidden values stay hidden; the birth date too where the mask of the number would complete it."""
        person = self.object
        names = ("version", "name", "sex", "id_type", "party_member", "education", "country")
        initial = {name: getattr(person, name) for name in names}
        if not person.id_number:
            initial["birth_date"] = person.birth_date
        return initial

    def perform(self, form: Any) -> Person:
        values = form.person_values()
        return services.change_person(
            self.object, actor=self.request.user, version=form.cleaned_data["version"], **values
        )


class PersonMove(OnePerson, ActionPage):
    """To another door: into the household that lives there, or as the head of a new one."""

    form_class = PersonMoveForm
    title = _("Move to another household")
    submit_label = _("Move in")
    success_message = _("The move was noted; where the person lived before stays in the history.")

    def get_form_options(self) -> dict[str, Any]:
        present = self.object.residencies.active().first()
        return {"successors": Residency.objects.successors_of(present)}

    def perform(self, obj: Person, form: Any) -> Any:
        user, data = self.request.user, form.cleaned_data
        place = form.door_values()
        door = rules.clean_door(place["building"], place["unit"], place["room"], place["floor"])
        there = Household.objects.restrict(user, Permission.EDIT_ROSTER).under(place["grid"]).active().at_door(door)
        homes = list(there.with_head()[:5])
        new_head = data.get("new_head")
        if not homes:
            return services.add_household(
                actor=user, head=obj, kind=data["kind"], opened_on=data["starts_on"], new_head=new_head, **place
            )
        if len(homes) > 1:
            message = _("Several households live at this door: choose one.")
            raise ValidationError(
                {
                    "room": [
                        ValidationError(
                            message, code="door_taken", params={"household": home.pk, "name": home.head_name}
                        )
                        for home in homes
                    ]
                }
            )
        if not data["relation"]:
            raise ValidationError(
                {"relation": _("A household lives there. Choose how the person is related to its head.")}
            )
        return services.move_in(
            obj,
            homes[0],
            actor=user,
            relation=data["relation"],
            kind=data["kind"],
            starts_on=data["starts_on"],
            new_head=new_head,
        )


class PersonConfirm(OnePerson, ActionPage):
    title = _("Compared today")
    intro = _("The record was compared with the person today, and everything in it is right.")
    submit_label = _("Yes, everything is right")
    success_message = _("Noted.")

    def perform(self, obj: Person, form: Any) -> Person:
        return services.confirm_person(obj, actor=self.request.user, version=obj.version)
