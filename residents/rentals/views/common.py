"""What the pages about one file share: finding it, the way back, its door."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.decisions import Decision
from grids.common.views import ActionPage
from residents.rentals import rules
from residents.rentals.models import RentalFile
from residents.roster.rules import shown_door


def files_crumb() -> Crumb:
    return Crumb(_("Rental dwellings"), reverse("residents:rentalfile-list"))


def file_crumbs(user: Any, file: RentalFile) -> list[Crumb]:
    return [files_crumb(), Crumb(shown_door(user, file.dwelling), file.get_absolute_url())]


class OneFile:
    """Mixin of the pages whose address names a file that the user may see."""

    permission = Permission.VIEW_RENTALS
    model = RentalFile
    request: Any
    object: Any

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()  # type: ignore[misc]

    @property
    def door(self) -> str:
        return shown_door(self.request.user, self.object.dwelling)


class FileAction(OneFile, ActionPage):
    """A form about one file that leads back to it."""

    def decide(self, obj: RentalFile) -> Decision:
        return rules.may_keep(self.request.user, obj)

    def get_breadcrumb(self) -> list[Crumb]:
        return file_crumbs(self.request.user, self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def get_back_url(self) -> str:
        return self.object.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()
