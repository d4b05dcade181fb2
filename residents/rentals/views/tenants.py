"""Who rents at a door: entered and ended, for the registration duty."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Allowed, Decision, Denied, all_of
from grids.common.views import ActionPage
from residents.rentals import rules, services
from residents.rentals.forms import TenancyEndForm, TenantForm
from residents.rentals.models import Tenancy
from residents.rentals.views.common import FileAction, file_crumbs
from residents.roster.rules import shown_name


class AddTenant(FileAction):
    form_class = TenantForm
    title = _("Enter a tenant")
    submit_label = _("Enter")
    success_message = _("The tenant is entered.")

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_intro(self) -> str:
        return self.door

    def get_form_options(self) -> dict[str, Any]:
        user, file = self.request.user, self.object
        renting = Tenancy.objects.active().filter(file=file).values("person")
        return {
            "persons": services.living_at(file).exclude(pk__in=renting),
            "show": lambda person: shown_name(user, file.grid, person.name),
        }

    def perform(self, obj: Any, form: Any) -> Tenancy:
        return services.add_tenant(obj, actor=self.request.user, **form.cleaned_data)


class EndTenant(ActionPage):
    """Only those who may see tenants find one: for everybody else there is none."""

    permission = Permission.INSPECT_RENTALS
    model = Tenancy
    form_class = TenancyEndForm
    title = _("The tenant moved out")
    intro = _("Six months after this day nothing tells any more that this person rented here.")
    submit_label = _("Save")
    success_message = _("The tenancy has ended.")

    def get_queryset(self) -> QuerySet:
        return (
            super()
            .get_queryset()
            .select_related("person", "file__dwelling__grid__parent", "file__dwelling__unit__building")
        )

    def decide(self, obj: Tenancy) -> Decision:
        running: Decision = Allowed() if obj.ends_on is None else Denied(_("This tenancy has ended already."))
        return all_of(rules.may_inspect(self.request.user, obj.file.grid), running)

    def get_title(self) -> Any:
        name = shown_name(self.request.user, self.object.file.grid, self.object.person.name)
        return _("%(name)s moved out") % {"name": name}

    def get_breadcrumb(self) -> list[Crumb]:
        return file_crumbs(self.request.user, self.object.file)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def get_back_url(self) -> str:
        return self.object.file.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return self.object.file.get_absolute_url()

    def perform(self, obj: Tenancy, form: Any) -> Tenancy:
        return services.end_tenant(obj, actor=self.request.user, **form.cleaned_data)
