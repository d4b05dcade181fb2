"""Pages of consents and care tags; who may not see care tags finds none of these addresses."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage
from residents.roster import care, care_forms, rules, services
from residents.roster.models import CareTag, ConsentRecord, Person
from residents.roster.notice import NOTICE
from residents.roster.views.common import RosterForm


class OnePersonsCare(RosterForm, ActionPage):
    """What the forms about care share; ``person`` is whose care it is."""

    permission = Permission.VIEW_CARE
    submit_label = ""  # the form's own

    @property
    def person(self) -> Person:
        return self.object if isinstance(self.object, Person) else self.object.person

    @cached_property
    def grid(self) -> Any:
        return services.grid_of(self.person)

    def decide(self, obj: Any) -> Decision:
        return care.may_manage_care(self.request.user, self.grid)

    def get_breadcrumb(self) -> list[Crumb]:
        name = rules.shown_name(self.request.user, self.grid, self.person.name)
        return [Crumb(_("Persons"), reverse("residents:person-list")), Crumb(name, self.get_back_url())]

    def get_back_url(self) -> str:
        return reverse("residents:person-detail", args=[self.person.pk])

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class ConsentGive(OnePersonsCare):
    model = Person
    form_class = care_forms.ConsentForm
    title = _("Note a consent")
    intro = _("Read the notice to the person first. Each purpose is agreed to by itself and can be taken back.")
    success_message = _("The consent was noted.")
    notice = NOTICE

    def perform(self, obj: Person, form: Any) -> ConsentRecord:
        return services.give_consent(obj, actor=self.request.user, **form.cleaned_data)


class ConsentWithdraw(OnePersonsCare):
    model = ConsentRecord
    form_class = care_forms.WithdrawForm
    title = _("The consent is taken back")
    intro = _("Care tags that rest on it end the same day.")
    style = "danger"
    success_message = _("The consent was taken back.")

    def get_queryset(self) -> QuerySet:
        persons = Person.objects.restrict(self.request.user, Permission.VIEW_CARE)
        return ConsentRecord.objects.filter(person__in=persons.order_by().values("pk")).select_related("person")

    def perform(self, obj: ConsentRecord, form: Any) -> ConsentRecord:
        return services.withdraw_consent(obj, actor=self.request.user, **form.cleaned_data)


class CareTagAdd(OnePersonsCare):
    model = Person
    form_class = care_forms.CareTagForm
    title = _("Add a care tag")
    intro = _("For care, never for control: it says who is entitled to visits and help, and why. It ends by itself.")
    success_message = _("The care tag was added.")
    notice = NOTICE

    def perform(self, obj: Person, form: Any) -> CareTag:
        return services.add_care_tag(obj, actor=self.request.user, **form.cleaned_data)


class OneTag(OnePersonsCare):
    model = CareTag

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("person")

    def get_intro(self) -> str:
        return gettext("%(kind)s, to be reviewed by %(day)s") % {
            "kind": self.object.get_kind_display(),
            "day": f"{self.object.review_on:%Y-%m-%d}",
        }


class CareTagReview(OneTag):
    form_class = care_forms.ReviewForm
    title = _("Review the care tag")
    success_message = _("The review was noted.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def perform(self, obj: CareTag, form: Any) -> CareTag:
        return services.review_care_tag(obj, actor=self.request.user, **form.cleaned_data)


class CareTagEnd(OneTag):
    form_class = care_forms.TagEndForm
    title = _("End the care tag")
    style = "danger"
    success_message = _("The care tag has ended.")

    def perform(self, obj: CareTag, form: Any) -> CareTag:
        return services.end_care_tag(obj, actor=self.request.user, **form.cleaned_data)
