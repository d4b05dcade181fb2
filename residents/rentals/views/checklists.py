"""The published checklists: read by everybody who is logged in, published by the district's office."""

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action, Crumb
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.views import CreatePage, DetailPage, ListPage
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.rentals import rules, services
from residents.rentals.choices import Area
from residents.rentals.forms import PublishForm
from residents.rentals.lines import Line
from residents.rentals.models import RentalChecklist
from residents.rentals.tables import ChecklistTable


class ChecklistList(ListPage):
    """All versions, the newest first; every word of them is public."""

    model = RentalChecklist
    table_class = ChecklistTable
    title = _("Checklists for rental dwellings")
    intro = _("Old checks keep the version by which they were made.")
    unit = npgettext_lazy("number of", "checklist", "checklists")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("district").annotate(number=Count("items"))

    def get_actions(self) -> list[Action]:
        decision = rules.may_publish(self.request.user)
        url = reverse("residents:rentalchecklist-publish")
        return [Action(_("Publish a new version"), url, style="primary", icon="file-plus")] if decision else []


class ChecklistPage(DetailPage):
    model = RentalChecklist
    template_name = "residents/rentals/rentalchecklist_detail.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("district", "published_by")

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Checklists for rental dwellings"), reverse("residents:rentalchecklist-list"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        return [
            (_("Version"), one.version),
            (_("Holds in"), one.district.name if one.district else _("every district without its own")),
            (_("Valid from"), f"{one.valid_from:%Y-%m-%d}"),
            (_("Published by"), one.published_by.get_full_name() if one.published_by else _("shipped with Lianhu")),
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        areas: dict[str, list[Any]] = {}
        for item in self.object.items.all():
            areas.setdefault(item.area, []).append(item)
        return super().get_context_data(areas=[(Area(area).label, rows) for area, rows in areas.items()], **context)


class PublishChecklist(CreatePage):
    """Starts from the version in force; what was checked before keeps its own version."""

    form_class = PublishForm
    template_name = "residents/rentals/rentalchecklist_publish.html"
    title = _("Publish a new version")
    intro = _("It holds from its day on for every new full check; checks that were made keep their version.")
    submit_label = _("Publish")
    success_message = _("The new version is published.")

    def decide(self) -> Decision:
        return rules.may_publish(self.request.user)

    def load(self) -> None:
        districts = Grid.objects.in_scope(scope_of(self.request.user, Permission.MANAGE_GRIDS))
        self.district = districts.at_level(Level.DISTRICT).first()
        self.present = RentalChecklist.objects.in_force(self.district, on=today())

    def get_form_options(self) -> dict[str, Any]:
        items = self.present.items.all() if self.present else []
        lines = [Line(one.area, one.text_zh, one.points, one.is_veto, one.text_en, one.code) for one in items]
        return {"lines": lines}

    def get_initial(self) -> dict[str, Any]:
        if self.present is None:
            return {"district": self.district}
        return {"district": self.district, "title_zh": self.present.title_zh, "title_en": self.present.title_en}

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Checklists for rental dwellings"), reverse("residents:rentalchecklist-list"))]

    def get_back_url(self) -> str:
        return reverse("residents:rentalchecklist-list")

    def perform(self, form: Any) -> RentalChecklist:
        values = form.cleaned_data
        return services.publish_checklist(
            values["district"],
            actor=self.request.user,
            title_zh=values["title_zh"],
            title_en=values["title_en"],
            valid_from=values["valid_from"],
            lines=form.chosen(),
        )
