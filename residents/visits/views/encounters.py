"""Log a visit, read visits, correct one."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy
from django.views.generic import View

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.clock import now, today
from grids.common.decisions import Decision
from grids.common.errors import Conflict
from grids.common.pages import key_of
from grids.common.views import Action, Crumb, DetailPage, FormPage, ListPage
from residents.contacts.rules import member_name
from residents.roster.care import sees_care
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.roster.rules import may_change_household, sees_names, shown_household, shown_name
from residents.visits import rules, services
from residents.visits.choices import Channel, EncounterKind, Outcome, RemoteReason
from residents.visits.doors import CALL_INSTEAD, DAILY_CALL, due_chip, for_cards, tried_words, waiting_chip, with_query
from residents.visits.filters import EncounterFilter
from residents.visits.forms import CorrectForm, DoorNoteForm, LogForm
from residents.visits.models import Encounter, EncounterPhoto, HouseholdNeed
from residents.visits.needs import need_lines
from residents.visits.panels import encounter_panels
from residents.visits.querysets import attempts_before, in_sight, is_away, is_contact_of, photo_consents
from residents.visits.tables import EncounterTable, delay_words


def visits_crumb() -> Crumb:
    return Crumb(_("Visits"), reverse("residents:encounter-list"))


class EncounterList(ListPage):
    permission = Permission.VIEW_VISITS
    model = Encounter
    table_class = EncounterTable
    filterset_class = EncounterFilter
    title = _("Visits")
    intro = _("Who went to which household and what came of it; corrected versions are left out.")
    unit = npgettext_lazy("number of", "visit", "visits")
    empty_title = _("No visit yet")
    empty_text = _("A visit is logged at the door: open a household and press the button.")

    def get_queryset(self) -> QuerySet:
        """``?household=`` narrows the list to one household, as the household page links to it."""
        visits = super().get_queryset().current().with_place()
        household = self.request.GET.get("household", "")
        return visits.filter(household_id=key_of(household)) if household else visits


class LogVisit(FormPage):
    """Tap one of two opened this page; tap two is the big button. Everything else is optional."""

    template_name = "residents/visits/encounter_log.html"
    form_class = LogForm
    submit_label = _("Save visit")
    object: Household

    def load(self) -> None:
        self.object = self.get_object()
        self.is_contact = is_contact_of(self.request.user, self.object)
        # His contact reads the names of his households; everybody else as the roster says.
        self.reader = None if self.is_contact else self.request.user
        self.call = self.request.GET.get("call", "")
        self.calls = self.call in (CALL_INSTEAD, DAILY_CALL)

    @cached_property
    def other(self) -> Encounter | None:
        """Who was here on a routine visit lately (V6)."""
        return services.other_routine(self.object, now())

    @cached_property
    def is_away(self) -> bool:
        return is_away(self.object, today())

    def get_queryset(self) -> QuerySet:
        return for_cards(in_sight(Household.objects.all(), self.request.user))

    def check(self) -> Decision:
        return rules.may_log(
            self.request.user,
            self.object.grid,
            is_contact=self.is_contact,
            is_active=self.object.status == HouseholdStatus.ACTIVE,
        )

    def get_title(self) -> Any:
        return _("Log a visit")

    def get_initial(self) -> dict[str, Any]:
        """A call instead of a visit comes with its reason; where a routine visit was lately, a care visit is meant."""
        initial = {"client_id": uuid.uuid4(), "outcome": Outcome.MET, "next": self._way_back()}
        if self.calls:
            instead = RemoteReason.NOT_HOME if self.call == CALL_INSTEAD else ""
            reason = RemoteReason.AWAY if self.is_away else instead
            return {**initial, "channel": Channel.PHONE, "kind": EncounterKind.CONTACT, "remote_reason": reason}
        if self.other and self.object.care_level and sees_care(self.request.user, self.object.grid):
            return {**initial, "kind": EncounterKind.CARE}
        return {**initial, "kind": services.owed_kind(self.object)}

    def get_form_options(self) -> dict[str, Any]:
        return {
            "household": self.object,
            "sees_names": sees_names(self.reader, self.object.grid),
            "calls": self.calls,
        }

    def act(self, form: Any) -> Encounter:
        return services.log_visit(self.object, actor=self.request.user, **form.visit())

    def get_success_message(self, result: Encounter) -> Any:
        door = shown_household(self.reader, self.object)
        return _("The visit to %(door)s is saved: %(outcome)s.") % {
            "door": door,
            "outcome": result.get_outcome_display(),
        }

    def get_success_url(self, result: Encounter) -> str:
        """Back to where he came from; to the visit itself when needs were noted, because they are reported there."""
        return result.get_absolute_url() if result.has_needs else self.get_back_url()

    def get_back_url(self) -> str:
        return self._way_back() or reverse("home")

    def _way_back(self) -> str:
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        url = source.get("next", "")
        own = {self.request.get_host()}
        return url if url_has_allowed_host_and_scheme(url, own, require_https=self.request.is_secure()) else ""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        household, other = self.object, self.other
        last = Encounter.objects.current().filter(household=household).select_related("visitor").first()
        words = rules.too_soon_words(other.visitor.get_full_name(), other.occurred_at) if other else ""
        return super().get_context_data(
            door=shown_household(self.reader, household),
            head=shown_name(self.reader, household.grid, household.head_name),
            waiting=waiting_chip(household.last_visited_at, household.next_due_at),
            due=due_chip(household),
            last=last,
            too_soon="" if self.calls else words,
            tried=tried_words(household) if household.attempts >= rules.ATTEMPTS_BEFORE_CALL else "",
            is_away=self.is_away,
            calls=self.calls,
            call_url=with_query(self.request.path, next=self._way_back(), call=CALL_INSTEAD),
            agreed=photo_consents(household),
            note_form=self._note_form(),
            **context,
        )

    def _note_form(self) -> DoorNoteForm | None:
        """The note on the door is kept by those who keep the roster there."""
        if not may_change_household(self.request.user, self.object):
            return None
        return DoorNoteForm(initial={"note": self.object.note, "version": self.object.version}, auto_id="door-%s")


class EncounterPage(DetailPage):
    """One visit, its needs, and every version that it had."""

    model = Encounter
    template_name = "residents/visits/encounter_detail.html"
    panels = encounter_panels

    def get_queryset(self) -> QuerySet:
        return (
            Encounter.objects.visible_to(self.request.user)
            .with_place()
            .select_related("replaced_by", "person", "on_behalf_of__person", "on_behalf_of__grid")
        )

    def get_title(self) -> str:
        return f"{self.object.get_kind_display()} · {self.door}"

    @property
    def reader(self) -> Any:
        """The contact reads the names of his households."""
        return None if is_contact_of(self.request.user, self.object.household) else self.request.user

    @property
    def door(self) -> str:
        return shown_household(self.reader, self.object.household)

    def get_breadcrumb(self) -> list[Crumb]:
        return [visits_crumb()] if self.request.user.has_perm(Permission.VIEW_VISITS) else []

    def get_actions(self) -> list[Action]:
        encounter, user = self.object, self.request.user
        actions = []
        if user.has_perm(Permission.VIEW_ROSTER, encounter.household.grid):
            url = reverse("residents:household-detail", args=[encounter.household_id])
            actions.append(Action(_("Open the household"), url, icon="house"))
        if hasattr(encounter, "replaced_by"):
            return actions
        decision = rules.may_correct(user, encounter, encounter.household.grid)
        url = reverse("residents:encounter-correct", args=[encounter.pk])
        return [*actions, Action(_("Correct"), url, decision, icon="pencil")]

    def get_facts(self) -> list[tuple[Any, Any]]:
        encounter, user = self.object, self.request.user
        grid = encounter.household.grid
        met = shown_name(self.reader, grid, encounter.person.name) if encounter.person else None
        return [
            (_("Outcome"), chip_of(Outcome, encounter.outcome)),
            (_("Visitor"), encounter.visitor.get_full_name()),
            (_("Entered on behalf of"), member_name(user, encounter.on_behalf_of) if encounter.on_behalf_of else None),
            (_("How"), encounter.get_channel_display()),
            (_("Kind"), encounter.get_kind_display()),
            (_("Counts as"), self.count_words()),
            (_("At the household's invitation"), _("Yes") if encounter.invited else None),
            (_("Why not at the door"), encounter.get_remote_reason_display() or None),
            (_("Entered after"), delay_words(encounter)),
            (_("Grid"), grid.name),
            (_("Met"), met),
        ]

    def count_words(self) -> Any:
        """What the visit is in the figures (V2, V3)."""
        encounter = self.object
        as_rule = rules.Visit(
            kind=encounter.kind,
            channel=encounter.channel,
            outcome=encounter.outcome,
            note="." * encounter.note_length,
            needs=("",) if encounter.has_needs else (),
            remote_reason=encounter.remote_reason,
        )
        if rules.is_effective(as_rule):
            return _("Effective visit")
        if rules.counts_from_afar(as_rule, household_away=encounter.household_away):
            return _("Visit from afar: everybody is away")
        if rules.is_attempt(as_rule):
            return _("Attempt: nobody was met")
        if encounter.channel == Channel.FACE:
            return _("Visit without a note")
        if rules.is_reached_remotely(as_rule, attempts=attempts_before(encounter)):
            return _("Reached remotely after three attempts")
        return _("Contact")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        encounter, user = self.object, self.request.user
        versions = services.versions_of(encounter)
        needs = HouseholdNeed.objects.filter(encounter__in=versions).order_by("pk")
        photos = list(EncounterPhoto.objects.without_content().filter(encounter=versions[0]))
        shows = bool(photos) and bool(rules.may_see_photos(user, versions[0], encounter.household.grid))
        return super().get_context_data(
            door=self.door,
            photos=photos if shows else [],
            photos_hidden=0 if shows else len(photos),
            needs=need_lines(user, encounter.household, needs),
            newest=versions[-1] if versions[-1].pk != encounter.pk else None,
            delay_reason=encounter.late_reason,
            versions=[
                {
                    "title": _("First entry") if version.replaces_id is None else _("Correction"),
                    "at": version.recorded_at,
                    "who": version.visitor.get_full_name() if version.replaces_id is None else "",
                    "note": version.correction_reason,
                    "icon": "file-pen" if version.replaces_id else "footprints",
                    "chip": chip_of(Outcome, version.outcome),
                    "current": version.pk == encounter.pk,
                }
                for version in reversed(versions)
            ]
            if len(versions) > 1
            else [],
            **context,
        )


class ShowPhoto(View):
    """One photo, to the visitor and to those who read names there; a file that nothing keeps a copy of."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        seen = Encounter.objects.visible_to(request.user)
        photos = EncounterPhoto.objects.filter(encounter__in=seen.order_by().values("pk"))
        photo = get_object_or_404(photos.select_related("encounter__household__dwelling__grid"), pk=pk)
        if not rules.may_see_photos(request.user, photo.encounter, photo.encounter.household.grid):
            raise Http404
        response = HttpResponse(photo.content, content_type="image/jpeg")
        response["Cache-Control"] = "no-store"
        response["Content-Disposition"] = f'inline; filename="visit-photo-{photo.pk}.jpg"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


class CorrectVisit(FormPage):
    """A new version that replaces the newest one; two at once: one wins."""

    template_name = "residents/visits/encounter_correct.html"
    form_class = CorrectForm
    title = _("Correct the visit")
    intro = _("The first version stays readable; the corrected one counts.")
    submit_label = _("Save correction")
    success_message = _("The visit is corrected.")
    object: Encounter

    def get_queryset(self) -> QuerySet:
        return Encounter.objects.visible_to(self.request.user).with_place().select_related("replaced_by", "person")

    def load(self) -> None:
        self.object = self.get_object()
        self.is_contact = is_contact_of(self.request.user, self.object.household)

    def check(self) -> Decision:
        decision = rules.may_correct(self.request.user, self.object, self.object.household.grid)
        if decision and hasattr(self.object, "replaced_by") and self.request.method != "POST":
            raise Conflict(services.already_corrected())
        return decision

    def get_breadcrumb(self) -> list[Crumb]:
        reader = None if self.is_contact else self.request.user
        return [Crumb(shown_household(reader, self.object.household), self.object.get_absolute_url())]

    def get_initial(self) -> dict[str, Any]:
        encounter = self.object
        names = (
            *("outcome", "channel", "remote_reason", "kind", "invited"),
            *("note", "occurred_at", "late_reason", "person"),
        )
        return {"client_id": uuid.uuid4(), **{name: getattr(encounter, name) for name in names}}

    def get_form_options(self) -> dict[str, Any]:
        reader = None if self.is_contact else self.request.user
        household = self.object.household
        return {"household": household, "sees_names": sees_names(reader, household.grid)}

    def act(self, form: Any) -> Encounter:
        values = form.visit()
        if values["occurred_at"] is None:
            del values["occurred_at"]
        if "person" not in form.fields:
            del values["person"]
        return services.correct_visit(self.object, actor=self.request.user, **values)
