"""Who saw whose hidden values: of one person, and of everybody in the area over a period (promise P33)."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from governance.privacy.filters import DisclosureFilter
from governance.privacy.models import Disclosure
from governance.privacy.querysets import may_ask_about
from governance.privacy.tables import DisclosureTable, PersonDisclosureTable, name_for
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.errors import Refused
from grids.common.views import ListPage
from residents.roster.models import Person
from residents.roster.services import grid_of

WHO_SAW_WHOM = _("Who saw whom")


class DisclosureList(ListPage):
    """For an incident: whose data did this account see between these days."""

    permission = Permission.VIEW_DISCLOSURES
    model = Disclosure
    table_class = DisclosureTable
    filterset_class = DisclosureFilter
    title = WHO_SAW_WHOM
    intro = _("Every hidden value that was shown in your area, from the audit trail. Nothing can be taken out of it.")
    unit = npgettext_lazy("number of", "entry", "entries")
    empty_title = _("Nothing was shown")
    empty_text = _("Nobody looked at a hidden value with these filters.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().disclosing().select_related("grid")


class PersonDisclosures(ListPage):
    """Who saw this person."""

    model = Disclosure
    table_class = PersonDisclosureTable
    unit = npgettext_lazy("number of", "entry", "entries")
    empty_title = _("Nobody looked")
    empty_text = _("No hidden value of this person was shown to anybody.")

    def require_power(self) -> None:
        scope = may_ask_about(self.request.user)
        if not scope:
            raise Refused(_("Your posts do not include this page. If you need it, ask your community secretary."))
        self.person = get_object_or_404(Person.objects.in_scope(scope), pk=self.kwargs["pk"])
        self.grid = grid_of(self.person)

    def get_title(self) -> Any:
        return _("Who saw %(name)s") % {"name": name_for(self.request.user, self.grid, self.person)}

    def get_breadcrumb(self) -> list[Crumb]:
        user = self.request.user
        if user.has_perm(Permission.VIEW_ROSTER, self.grid) and self.person.erased_at is None:
            name = name_for(user, self.grid, self.person)
            return [Crumb(name, reverse("residents:person-detail", args=[self.person.pk]))]
        return []

    def get_queryset(self) -> QuerySet:
        return Disclosure.objects.of_person(self.person).select_related("grid")
