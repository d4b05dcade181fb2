"""The card that tells a household whom to turn to (C15)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.views import Crumb, DetailPage
from residents.contacts.services.cards import card_of
from residents.contacts.views.assignments import household_crumb
from residents.roster.models import Household


class ContactCard(DetailPage):
    """A sheet for the door: the contact's name, and his phone if he agreed; nothing about the household."""

    permission = Permission.VIEW_CONTACTS
    model = Household
    template_name = "residents/contacts/household_card.html"
    title = _("Card for the household")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def get_breadcrumb(self) -> list[Crumb]:
        return [household_crumb(self.request.user, self.object)]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(card=card_of(self.object, actor=self.request.user), **context)
