"""Crews: the list, whom to take on board, joining and leaving."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.decisions import Decision
from grids.common.views import ActionPage, Crumb, ListPage
from grids.places.models import Vessel
from residents.roster import crew, crew_forms, rules
from residents.roster.models import Person, Residency, VesselCrew


def vessel_crumbs(vessel: Vessel) -> list[Crumb]:
    return [Crumb(gettext("Vessels"), reverse("grids:vessel-list")), Crumb(vessel.name, vessel.get_absolute_url())]


class CrewList(ListPage):
    """Everybody on board of the vessels of one's grids."""

    permission = Permission.VIEW_ROSTER
    model = VesselCrew
    table_class = crew_forms.CrewTable
    filterset_class = crew_forms.CrewFilter
    title = _("Crews")
    intro = _("Who sails on which vessel. Everybody keeps his household on shore.")
    unit = npgettext_lazy("number of", "person on board", "persons on board")
    empty_title = _("Nobody on board")
    empty_text = _("Crew is added on the page of a vessel.")
    sensitive_export = True

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().select_related("person", "vessel__grid")
        return rows.order_by("vessel__grid__code", "vessel__berth_key", "vessel", "role", "pk")

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Vessels"), reverse("grids:vessel-list"))]


class CrewFind(ListPage):
    """Residents whom the user may take on board of one vessel."""

    permission = Permission.VIEW_NAMES
    model = Person
    table_class = crew_forms.SailorTable
    filterset_class = crew_forms.SailorFilter
    intro = _("Find the person in the roster. Whoever is on board of another vessel is not listed.")
    unit = npgettext_lazy("number of", "person", "persons")
    empty_title = _("Nobody to take on board")
    empty_text = _("Only residents of your own grids can be chosen.")
    sensitive_export = True

    @cached_property
    def vessel(self) -> Vessel:
        vessels = Vessel.objects.restrict(self.request.user, Permission.VIEW_GRIDS).select_related("grid")
        return get_object_or_404(vessels, pk=self.kwargs["pk"])

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        crew.may_man(request.user, self.vessel).or_raise()
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return gettext("Crew for %(vessel)s") % {"vessel": self.vessel}

    def get_table_options(self) -> dict[str, Any]:
        return {"vessel": self.vessel.pk}

    def get_breadcrumb(self) -> list[Crumb]:
        return vessel_crumbs(self.vessel)

    def get_queryset(self) -> QuerySet:
        present = Residency.objects.active().filter(person=OuterRef("pk"))
        aboard = VesselCrew.objects.active().filter(person=OuterRef("pk"))
        homes = Residency.objects.active().select_related(
            "household__dwelling__grid", "household__dwelling__unit__building"
        )
        found = super().get_queryset().filter(Exists(present), ~Exists(aboard), deceased_on__isnull=True)
        return found.prefetch_related(Prefetch("residencies", homes, to_attr="present_residency")).order_by("pk")


class CrewJoin(ActionPage):
    """One resident goes on board of one vessel."""

    permission = Permission.VIEW_GRIDS
    model = Vessel
    form_class = crew_forms.JoinForm
    submit_label = _("Take on board")
    success_message = _("The person is on board now.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid")

    def load(self) -> None:
        super().load()
        persons = Person.objects.restrict(self.request.user, Permission.VIEW_NAMES)
        self.person = get_object_or_404(persons, pk=self.kwargs["person"]) if self.check() else None

    def decide(self, obj: Vessel) -> Decision:
        return crew.may_man(self.request.user, obj)

    def get_title(self) -> Any:
        return gettext("%(person)s goes on board of %(vessel)s") % {"person": self.person, "vessel": self.object}

    def get_breadcrumb(self) -> list[Crumb]:
        return vessel_crumbs(self.object)

    def perform(self, obj: Vessel, form: Any) -> Vessel:
        crew.join_crew(obj, self.person, actor=self.request.user, **form.cleaned_data)
        return obj


class CrewLeave(ActionPage):
    """Somebody left a vessel."""

    permission = Permission.VIEW_ROSTER
    model = VesselCrew
    form_class = crew_forms.LeaveForm
    submit_label = _("Left the vessel")
    success_message = _("Noted. The history keeps who was on board when.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("vessel__grid", "person")

    def decide(self, obj: VesselCrew) -> Decision:
        return crew.may_end_service(self.request.user, obj)

    def get_title(self) -> Any:
        name = rules.shown_name(self.request.user, self.object.vessel.grid, self.object.person.name)
        return gettext("%(person)s leaves %(vessel)s") % {"person": name, "vessel": self.object.vessel}

    def get_breadcrumb(self) -> list[Crumb]:
        return vessel_crumbs(self.object.vessel)

    def get_back_url(self) -> str:
        return self.object.vessel.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def perform(self, obj: VesselCrew, form: Any) -> VesselCrew:
        return crew.leave_crew(obj, actor=self.request.user, on=form.cleaned_data["on"])
