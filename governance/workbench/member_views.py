"""The joint-family member's pages beyond his households: pass on a problem, and what became of it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.affairs.services import report
from governance.meetings.coming import next_briefing
from governance.workbench.member import news_of
from governance.workbench.sheets import lines_of
from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.forms import Form
from grids.common.pages import Page, ScopedMixin
from grids.common.views import CreatePage, DetailPage
from residents.contacts.models import ContactMember
from residents.contacts.querysets import served_by
from residents.contacts.rules import member_name
from residents.roster.models import Household
from residents.roster.rules import shown_household
from residents.visits.rules import may_enter_for, wording_warnings


class HisHousehold(forms.ModelChoiceField):
    """One of his households by its door and its head: names that he reads as their contact."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{shown_household(None, obj)}　{obj.head_name or ''}".strip()


class PassOnForm(Form):
    """One field of words (typed or spoken into the keyboard), and which household."""

    text = forms.CharField(
        label=_("What is the matter"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("You may also speak: press the microphone of your keyboard."),
        error_messages={"required": _("Say what happened.")},
    )
    household = HisHousehold(
        Household.objects.none(),
        label=_("Whose matter is it"),
        required=False,
        blank=True,
        empty_label=_("Another household, or a place"),
        widget=forms.RadioSelect,
    )
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    wording_checked = forms.BooleanField(label=_("I have checked the wording; pass it on like this."), required=False)

    submit_label = _("Pass on")

    def __init__(self, *args: Any, households: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"].queryset = households
        self.warnings: list[str] = []

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.warnings = wording_warnings(values.get("text", ""))
        if self.warnings and not values.get("wording_checked"):
            self.add_error("text", [*self.warnings])
        return values

    @property
    def asks_wording(self) -> bool:
        return bool(self.warnings)


class PassOn(CreatePage):
    """A problem in one field; he stays its spokesman and is told what becomes of it."""

    permission = Permission.SERVE_HOUSEHOLDS
    form_class = PassOnForm
    template_name = "governance/workbench/pass_on.html"
    title = _("Pass on a problem")
    submit_label = _("Pass on")

    def get_initial(self) -> dict[str, Any]:
        return {"client_id": uuid.uuid4()}

    def get_form_options(self) -> dict[str, Any]:
        served = served_by(Household.objects.active(), self.request.user)
        return {"households": served.with_place().with_head().in_reading_order()}

    def perform(self, form: Any) -> Any:
        values = form.cleaned_data
        household = values.get("household")
        member = ContactMember.objects.serving().select_related("grid").filter(user=self.request.user).first()
        if household is None and member is None:
            raise ValidationError({"household": _("Choose one of your households.")})
        return report(
            actor=self.request.user,
            grid=None if household else member.grid,  # type: ignore[union-attr]
            household=household,
            text=values["text"],
            client_id=values["client_id"],
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if response.status_code == 302:
            messages.success(request, _("It is passed on. Here you see what becomes of it."))
        return response

    def get_success_url(self, result: Any) -> str:
        return reverse("governance:member-news")

    def get_back_url(self) -> str:
        return reverse("home")


class Sheet(DetailPage):
    """A4: door, last visit, what is open, and room to write with a pen."""

    template_name = "governance/workbench/member_sheet.html"
    title = _("List for the briefing")

    @property
    def reader(self) -> Any:
        return self.request.user

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        member = self.object
        return super().get_context_data(
            lines=lines_of(member, reader=self.reader),
            member_name=member.person.name if self.reader is None else member_name(self.reader, member),
            community=member.grid.name,
            briefing=next_briefing(member.grid, today()),
            **context,
        )


class MySheet(Sheet):
    """The member's own sheet; names and doors are written out for him."""

    reader = None

    def get_object(self) -> ContactMember:
        if not self.request.user.has_perm(Permission.SERVE_HOUSEHOLDS):
            raise Refused(_("Your posts do not include this page. If you need it, ask your community secretary."))
        members = ContactMember.objects.serving().select_related("grid", "person")
        return get_object_or_404(members, user=self.request.user)

    def get_actions(self) -> list[Action]:
        return [Action(_("My briefings"), reverse("governance:briefing-mine"), icon="calendar-days")]


class MemberSheet(Sheet):
    """The same sheet, printed by the community for a member who has no phone at hand."""

    permission = Permission.VIEW_CONTACTS
    model = ContactMember

    def get_queryset(self) -> Any:
        return super().get_queryset().serving().select_related("grid", "person")

    def get_actions(self) -> list[Action]:
        member = self.object
        if not (decision := may_enter_for(self.request.user, member, member.grid)):
            return []
        url = reverse("residents:contactmember-enter", args=[member.pk])
        return [Action(_("Enter the member's sheet"), url, decision, icon="file-pen")]

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(member_name(self.request.user, self.object), self.object.get_absolute_url())]


class WhatBecame(Page, ScopedMixin, TemplateView):
    """One sentence for each thing that he passed on."""

    permission = Permission.SERVE_HOUSEHOLDS
    template_name = "governance/workbench/member_news.html"
    title = _("What became of it")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_actions(self) -> list[Action]:
        url = reverse("governance:member-pass")
        return [Action(_("Pass on a problem"), url, style="primary", icon="message-square-plus")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(news=news_of(self.request.user), **context)
