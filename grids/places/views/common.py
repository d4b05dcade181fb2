"""What the pages of all kinds of places share: tabs, facts, history, and the four forms."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.chips import chip_of
from grids.common.decisions import Decision
from grids.common.masks import mask_phone
from grids.common.stale import KeepsTyped
from grids.common.views import Action, ActionPage, CreatePage, Crumb, DetailPage, ListPage, UpdatePage
from grids.places import checks, rules
from grids.places.choices import PlaceStatus
from grids.places.forms import CloseForm, RevealForm, move_form
from grids.places.history import history_of
from grids.places.services import phone_field, reveal_phone
from grids.tree.models import Grid

# model name, what its tab says; in the order of the tabs
TABS = [
    ("place", _("Places")),
    ("organisation", _("Organisations")),
    ("compound", _("Compounds")),
    ("building", _("Buildings")),
    ("vessel", _("Vessels")),
    ("servicepoint", _("Service points")),
]


def address_of(kind: str, act: str, *args: Any) -> str:
    return reverse(f"grids:{kind}-{act}", args=args)


def kept_grid(user: Any, code: str) -> Grid | None:
    """The grid that an address proposes for something new, if the user keeps places there."""
    return Grid.objects.restrict(user, Permission.MANAGE_PLACES).filter(code=code[:17]).first() if code else None


class ThingList(ListPage):
    """One kind of thing in one's grids; the other kinds are a tab away, in the same grid."""

    permission = Permission.VIEW_GRIDS
    template_name = "grids/places/thing_list.html"
    add_label: Any = ""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid__parent__parent__parent__parent")

    @property
    def kind(self) -> str:
        return str(self.model._meta.model_name) if self.model else ""

    def _in_grid(self) -> str:
        code = self.request.GET.get("grid", "")
        return f"?grid={code}" if code.isascii() and code.isdigit() and len(code) <= 17 else ""

    def get_actions(self) -> list[Action]:
        if not self.add_label or not scope_of(self.request.user, Permission.MANAGE_PLACES):
            return []
        url = address_of(self.kind, "create") + self._in_grid()
        return [Action(self.add_label, url, style="primary", icon="plus")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        tabs = [
            {"label": label, "url": address_of(kind, "list") + self._in_grid(), "current": kind == self.kind}
            for kind, label in TABS
        ]
        return super().get_context_data(tabs=tabs, **context)


class OneThing:
    """What the pages about one thing share."""

    permission = Permission.VIEW_GRIDS
    request: Any
    object: Any
    list_title: Any = ""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid__parent")  # type: ignore[misc]

    @property
    def kind(self) -> str:
        return str(self.object._meta.model_name)

    def get_breadcrumb(self) -> list[Crumb]:
        crumbs = [Crumb(dict(TABS)[self.kind], address_of(self.kind, "list"))]
        return crumbs if isinstance(self, DetailPage) else [*crumbs, Crumb(self.object, self.object.get_absolute_url())]


class ThingPage(OneThing, DetailPage):
    """One thing: facts, contact, what happened to it, and what may be done with it."""

    template_name = "grids/places/thing_detail.html"
    closes = True

    def more_facts(self) -> list[tuple[Any, Any]]:
        """What only this kind has, after name and grid."""
        return []

    def get_facts(self) -> list[tuple[Any, Any]]:
        thing = self.object
        facts: list[tuple[Any, Any]] = [(_("Grid"), " / ".join([*thing.grid.path, thing.grid.name]))]
        if getattr(thing, "address", ""):
            facts.append((_("Location"), thing.address))
        return [*facts, *self.more_facts()]

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid__parent__parent__parent__parent")

    def get_actions(self) -> list[Action]:
        user, thing = self.request.user, self.object
        if not scope_of(user, Permission.MANAGE_PLACES):
            return []
        decision = checks.may_change(user, thing)
        actions = [Action(_("Edit"), address_of(self.kind, "update", thing.pk), decision, icon="pencil")]
        if self.closes and decision:
            actions += [
                Action(_("Move"), address_of(self.kind, "move", thing.pk), icon="move"),
                Action(_("Close it"), address_of(self.kind, "close", thing.pk), style="danger", icon="archive"),
            ]
        return actions

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        thing = self.object
        marks = [chip_of(PlaceStatus, thing.state)] if self.closes and not thing.is_open else []
        context.setdefault("marks", marks)
        return super().get_context_data(contact=self._contact(), history=history_of(thing), **context)

    def _contact(self) -> dict[str, Any] | None:
        """The contact's name as this reader may see it, and the masked phone with the way to the whole one."""
        user, thing = self.request.user, self.object
        field = phone_field(thing)
        if not field:
            return None
        name = getattr(thing, "contact_name", "")
        phone = getattr(thing, field)
        return {
            "name": rules.shown_contact(user, thing.grid, name),
            "phone": mask_phone(phone),
            "decision": rules.may_reveal_phone(user, thing.grid),
            "url": address_of(self.kind, "reveal", thing.pk) if phone else "",
        }


class ThingCreate(CreatePage):
    """Something new; ``?grid=CODE`` proposes where."""

    permission = Permission.MANAGE_PLACES
    service: Callable[..., Any]
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"grid": kept_grid(self.request.user, self.request.GET.get("grid", ""))}

    def get_breadcrumb(self) -> list[Crumb]:
        kind = str(self.model._meta.model_name) if self.model else ""
        return [Crumb(dict(TABS)[kind], address_of(kind, "list"))]

    def get_back_url(self) -> str:
        return self.get_breadcrumb()[0].url

    def perform(self, form: Any) -> Any:
        values = dict(form.cleaned_data)
        return type(self).service(values.pop("grid"), actor=self.request.user, **values)


class ThingUpdate(KeepsTyped, OneThing, UpdatePage):
    """Correct what is written about a thing."""

    service: Callable[..., Any]
    success_message = _("The changes were saved.")

    def get_title(self) -> Any:
        return gettext("Edit %(name)s") % {"name": self.object}

    def decide(self, obj: Any) -> Decision:
        return checks.may_change(self.request.user, obj)

    def perform(self, form: Any) -> Any:
        return type(self).service(self.object, actor=self.request.user, **form.cleaned_data)


class ThingMove(OneThing, ActionPage):
    """To another grid."""

    service: Callable[..., Any]
    submit_label = _("Move")
    success_message = _("It stands in the new grid now. The history keeps where it was.")

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return move_form(self.kind)

    def get_title(self) -> Any:
        return gettext("Move %(name)s") % {"name": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def decide(self, obj: Any) -> Decision:
        return checks.may_change(self.request.user, obj)

    def perform(self, obj: Any, form: Any) -> Any:
        given = dict(form.cleaned_data)
        return type(self).service(obj, given.pop("grid"), actor=self.request.user, **given)


class ThingClose(OneThing, ActionPage):
    """For good, with the day."""

    service: Callable[..., Any]
    form_class = CloseForm
    submit_label = _("Close for good")
    style = "danger"
    intro = _("It leaves the lists and the counts. Its history is kept, and it cannot be opened again.")
    success_message = _("Closed. The history is kept.")

    def get_title(self) -> Any:
        return gettext("Close %(name)s") % {"name": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def decide(self, obj: Any) -> Decision:
        return checks.may_change(self.request.user, obj)

    def perform(self, obj: Any, form: Any) -> Any:
        return type(self).service(obj, actor=self.request.user, **form.cleaned_data)


class PhoneReveal(OneThing, ActionPage):
    """Asks what the phone is needed for; the answer to the form shows it once."""

    form_class = RevealForm
    template_name = "grids/places/phone_reveal.html"
    title = _("Show the phone")
    intro = _("The value is shown once. Your name, the time and the purpose are kept in the audit trail for good.")
    submit_label = _("Show it once")

    def decide(self, obj: Any) -> Decision:
        return rules.may_reveal_phone(self.request.user, obj.grid)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        form = self.get_form()
        phone = ""
        if form.is_valid():
            phone = reveal_phone(self.object, actor=request.user, purpose=form.cleaned_data["purpose"])
        response = self.render_to_response(self.get_context_data(form=form, phone=phone))
        response["Cache-Control"] = "no-store"
        return response

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context.setdefault("phone", "")
        return super().get_context_data(**context)
