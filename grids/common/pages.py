"""What every page has (title, intro, breadcrumb) and how a page finds only what its user may see."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from grids.common.actions import Action, Crumb
from grids.common.errors import Refused


def grid_crumbs(grid: Any, user: Any, permission: str) -> list[Crumb]:
    """The path of ``grid`` from its district down, one query; levels that ``user`` may not open carry no link."""
    return [
        Crumb(ancestor.name, ancestor.get_absolute_url() if user.has_perm(permission, ancestor) else "")
        for ancestor in grid.get_ancestors(include_self=True)
    ]


def key_of(text: str) -> int:
    """A primary key from an address or a form; anything that cannot be one is 0, which names nothing."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


class Page:
    """Mixin of every view that renders a page: title (also the h1), an intro sentence, help, breadcrumb, actions."""

    request: HttpRequest
    title: Any = ""
    intro: Any = ""
    help_text: Any = ""

    def get_title(self) -> Any:
        return self.title

    def get_intro(self) -> Any:
        return self.intro

    def get_breadcrumb(self) -> list[Crumb]:
        """The way here, without the page itself."""
        return []

    def get_actions(self) -> list[Action]:
        """Buttons of the page's head, the most important first."""
        return []

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context.setdefault("title", self.get_title())
        context.setdefault("intro", self.get_intro())
        context.setdefault("help_text", self.help_text)
        context.setdefault("breadcrumb", self.get_breadcrumb())
        context.setdefault("actions", self.get_actions())
        return super().get_context_data(**context)  # type: ignore[misc]


class ScopedMixin:
    """Finds objects within the user's scope: ``permission`` says which, None asks for a login only.

    The object is named in the address by ``pk`` or, with ``lookup_field = "code"``, by that field.
    """

    request: HttpRequest
    kwargs: dict[str, Any]
    permission: str | None = None
    model: type[Model] | None = None
    queryset: QuerySet | None = None
    lookup_field = "pk"

    def require_power(self) -> None:
        """Refuse (403) whoever holds the page's permission nowhere: an empty list would only puzzle him."""
        if self.permission and not self.request.user.has_perm(self.permission):
            raise Refused(_("Your posts do not include this page. If you need it, ask your community secretary."))

    def get_queryset(self) -> QuerySet:
        """The rows of ``model`` that the user may see with ``permission``; override to select_related and annotate."""
        if self.queryset is not None:
            rows = self.queryset.all()
        elif self.model is not None:
            rows = self.model._default_manager.all()
        else:
            raise ImproperlyConfigured(f"{type(self).__name__} needs a model or a queryset.")
        return rows.restrict(self.request.user, self.permission) if self.permission else rows

    def get_object(self) -> Any:
        """The object the address names; missing and foreign ones are the same 404."""
        return get_object_or_404(self.get_queryset(), **{self.lookup_field: self.kwargs[self.lookup_field]})
