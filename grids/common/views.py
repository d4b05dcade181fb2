"""The generic pages that every room declares its own over: detail, create, update and action; lists are in ``lists``.

::

    class HouseholdPage(DetailPage):
        permission = Permission.VIEW_ROSTER
        model = Household
        panels = household_panels
        template_name = "residents/roster/household_detail.html"   # extends "pages/detail.html"

        def get_actions(self):
            return [Action(_("Log a visit"), url, may_log_visit(self.request.user, self.object), style="primary")]

    class HouseholdUpdate(UpdatePage):
        permission = Permission.EDIT_ROSTER
        model = Household
        form_class = HouseholdForm
        title = _("Edit household")

        def perform(self, form):
            return change_household(self.object, actor=self.request.user, **form.cleaned_data)

    class ContactEnd(ActionPage):
        permission = Permission.MANAGE_CONTACTS
        model = ContactAssignment
        form_class = EndForm                    # left out: a plain confirmation
        title = _("End the contact")
        submit_label = _("End the contact")
        style = "danger"
        success_message = _("The contact has ended.")

        def decide(self, obj):
            return may_end(self.request.user, obj)

        def perform(self, obj, form):
            return end_contact(obj, actor=self.request.user, reason=form.cleaned_data["reason"])

An object outside one's scope is 404; ``decide`` saying no is 403 with its reason, for GET and POST alike; a service's
``ValidationError`` or ``Refused`` becomes an error of the form, nothing typed is lost; ``Conflict`` is the 409 page,
but where a record is corrected (``stale.KeepsTyped``).
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.common.actions import Action, Crumb
from grids.common.decisions import Allowed, Decision
from grids.common.errors import Refused, ServiceError
from grids.common.forms import Form, initial_of
from grids.common.lists import ListPage
from grids.common.pages import Page, ScopedMixin
from grids.common.panels import Panels

__all__ = ["Action", "ActionPage", "CreatePage", "Crumb", "DetailPage", "ListPage", "Page", "ScopedMixin", "UpdatePage"]


class DetailPage(Page, ScopedMixin, TemplateView):
    """One object: its own template, the panels that upper rooms add, and the buttons this user may (not) press."""

    template_name = "pages/detail.html"
    panels: Panels | None = None
    object: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return self.title or str(self.object)

    def get_facts(self) -> list[tuple[Any, Any]]:
        """Label and value of the summary list that ``pages/detail.html`` shows first; a Chip is drawn as one."""
        return []

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Adds ``object``, ``facts`` and ``panels``: ``{area: [{"key", "template", "context"}]}``."""
        panels: dict[str, list[Any]] = {"head": [], "counter": [], "main": [], "side": []}
        if self.panels:
            panels.update(self.panels.for_page(self.request, self.object))
        from_panels = [action for panel in panels["head"] for action in panel["context"]["actions"]]
        context.setdefault("actions", [*from_panels, *self.get_actions()])
        return super().get_context_data(object=self.object, facts=self.get_facts(), panels=panels, **context)


class FormPage(Page, ScopedMixin, TemplateView):
    """What the three pages with a form share: show, check, let the service act, say what happened."""

    template_name = "pages/form.html"
    form_class: type[Form] = Form
    submit_label: Any = ""
    style = "primary"
    success_message: Any = ""
    object: Any = None

    def load(self) -> None:
        """Find what the page is about; called first for GET and POST alike."""

    def check(self) -> Decision:
        """Whether the user may open and send this form."""
        return Allowed()

    def act(self, form: Any) -> Any:
        """Call the service and return what it made."""
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form_options(self) -> dict[str, Any]:
        """More keyword arguments for the form class."""
        return {}

    def get_form(self) -> Any:
        options: dict[str, Any] = {
            "user": self.request.user,
            "subject": self.object,
            "initial": self.get_initial(),
            **self.get_form_options(),
        }
        if self.request.method == "POST":
            options.update(data=self.request.POST, files=self.request.FILES)
        return self.form_class(**options)

    def get_success_url(self, result: Any) -> str:
        """Where to go after success: the page of what the service returned, or of the object."""
        for target in (result, self.object):
            if hasattr(target, "get_absolute_url"):
                return target.get_absolute_url()
        raise ImproperlyConfigured(f"{type(self).__name__} needs get_success_url().")

    def get_success_message(self, result: Any) -> Any:
        return self.success_message

    def get_back_url(self) -> str:
        """Where Cancel leads; empty leaves Cancel out."""
        return self.object.get_absolute_url() if hasattr(self.object, "get_absolute_url") else ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD", "POST"}:
            self.load()
        try:
            if request.method in {"GET", "HEAD", "POST"}:
                self.check().or_raise()
            return super().dispatch(request, *args, **kwargs)
        except ServiceError as problem:
            # This form would be refused again; how things stand now is seen where it came from.
            if self.object is not None:
                problem.back = problem.back or self.get_back_url()
            raise

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render_to_response(self.get_context_data(form=self.get_form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if form.is_valid():
            try:
                result = self.act(form)
            except ValidationError as problem:
                form.take_errors(problem)
            except Refused as problem:
                form.add_error(None, str(problem.reason))
            else:
                if message := self.get_success_message(result):
                    messages.success(request, message)
                return HttpResponseRedirect(self.get_success_url(result))
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        form = context["form"]
        return super().get_context_data(
            object=self.object,
            submit_label=self.submit_label or form.submit_label,
            style=self.style,
            back_url=self.get_back_url(),
            **context,
        )


class CreatePage(FormPage):
    """A form that makes something new. ``perform(form)`` calls the service and returns the new object."""

    submit_label = _("Add")

    def decide(self) -> Decision:
        """Whether the user may add one here; overridden by rooms with their ``may_*`` rule."""
        return Allowed()

    def perform(self, form: Any) -> Any:
        raise NotImplementedError

    def check(self) -> Decision:
        self.require_power()
        return self.decide()

    def act(self, form: Any) -> Any:
        return self.perform(form)


class UpdatePage(FormPage):
    """A form over an object: ``self.object`` is the present one, ``perform(form)`` calls the service and returns it.

    The form's fields start with the object's values of the same name (``version`` among them).
    """

    def decide(self, obj: Any) -> Decision:
        """Whether the user may change ``obj``; overridden by rooms with their ``may_*`` rule."""
        return Allowed()

    def perform(self, form: Any) -> Any:
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.object, self.form_class.base_fields)

    def load(self) -> None:
        self.object = self.get_object()

    def check(self) -> Decision:
        return self.decide(self.object)

    def act(self, form: Any) -> Any:
        return self.perform(form)


class ActionPage(FormPage):
    """One act on one object at one address: GET asks (a small form, or only "are you sure"), POST does it.

    ``intro`` says in words what will happen ("The household will have no contact until a new one is named.").
    ``decide(obj)`` guards both; ``perform(obj, form)`` calls the service.
    """

    submit_label = _("Confirm")

    def decide(self, obj: Any) -> Decision:
        """Whether the user may do this to ``obj``: the same rule that greys the button."""
        return Allowed()

    def perform(self, obj: Any, form: Any) -> Any:
        raise NotImplementedError

    def load(self) -> None:
        self.object = self.get_object()

    def check(self) -> Decision:
        return self.decide(self.object)

    def act(self, form: Any) -> Any:
        return self.perform(self.object, form)
