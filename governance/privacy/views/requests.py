"""Requests about personal data: list with the clock, one request, and the acts that answer it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.privacy import rules, services
from governance.privacy.choices import CopyFormat, RequestKind, RequestState
from governance.privacy.filters import RequestFilter
from governance.privacy.forms import AnswerForm, CopyForm, EraseForm, LandlordForm, RequestForm
from governance.privacy.models import SubjectRequest
from governance.privacy.reports import as_json, as_workbook, copy_for
from governance.privacy.tables import RequestTable, clock_chip, name_for, name_of_subject
from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.errors import Refused
from grids.common.exports import KINDS
from grids.common.masks import mask_phone
from grids.common.sentences import joined
from grids.common.views import ActionPage, DetailPage, ListPage
from residents.rentals.models import RentalFile
from residents.roster.models import Person
from residents.roster.services import grid_of

REQUESTS = _("Requests about personal data")


def requests_crumb() -> Crumb:
    return Crumb(REQUESTS, reverse("governance:subjectrequest-list"))


class RequestList(ListPage):
    permission = Permission.MANAGE_PRIVACY
    model = SubjectRequest
    table_class = RequestTable
    filterset_class = RequestFilter
    title = REQUESTS
    intro = _("Who asks for a copy, a correction or the erasure of his data is answered within 15 working days.")
    unit = npgettext_lazy("number of", "request", "requests")
    empty_title = _("No requests")
    empty_text = _("A request is registered on the page of the person who asks, or of the dwelling that he lets.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_person().most_pressing_first()


class OnePerson(ActionPage):
    """What the acts on a person's page share: found where the user answers for personal data."""

    permission = Permission.MANAGE_PRIVACY
    model = Person
    submit_label = ""  # the form's own
    object: Person

    def load(self) -> None:
        super().load()
        self.grid = grid_of(self.object)

    def get_back_url(self) -> str:
        if self.request.user.has_perm(Permission.VIEW_ROSTER, self.grid):
            return reverse("residents:person-detail", args=[self.object.pk])
        return reverse("governance:subjectrequest-list")

    def get_breadcrumb(self) -> list[Crumb]:
        return [requests_crumb(), Crumb(name_for(self.request.user, self.grid, self.object), self.get_back_url())]


class RequestCreate(OnePerson):
    form_class = RequestForm
    title = _("Register a request about personal data")
    intro = _("The answer is due in 15 working days. Make sure that the person, or somebody entitled to it, is asking.")
    success_message = _("The request was registered.")

    def decide(self, obj: Person) -> Decision:
        return rules.may_register(self.request.user, self.grid, obj)

    def perform(self, obj: Person, form: Any) -> SubjectRequest:
        return services.register_request(obj, actor=self.request.user, **form.cleaned_data)


class OneLandlord(ActionPage):
    """The same for a landlord who is in no roster: found by the file that names him."""

    permission = Permission.MANAGE_PRIVACY
    model = RentalFile
    submit_label = ""  # the form's own
    object: RentalFile

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place()

    def get_back_url(self) -> str:
        if self.request.user.has_perm(Permission.VIEW_RENTALS, self.object.grid):
            return self.object.get_absolute_url()
        return reverse("governance:subjectrequest-list")

    def get_breadcrumb(self) -> list[Crumb]:
        return [requests_crumb(), Crumb(str(self.object), self.get_back_url())]


class LandlordRequestCreate(OneLandlord):
    form_class = RequestForm
    title = _("Register a request of the landlord about his data")
    intro = RequestCreate.intro
    success_message = RequestCreate.success_message

    def decide(self, obj: RentalFile) -> Decision:
        return rules.may_register_landlord(self.request.user, obj)

    def perform(self, obj: RentalFile, form: Any) -> SubjectRequest:
        return services.register_landlord_request(obj, actor=self.request.user, **form.cleaned_data)


class RequestPage(DetailPage):
    """One request: the clock, what was asked, what stands in the way, and what to do next."""

    permission = Permission.MANAGE_PRIVACY
    model = SubjectRequest
    template_name = "governance/privacy/subjectrequest_detail.html"
    object: SubjectRequest

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_person()

    def get_title(self) -> str:
        asked = self.object
        return f"{asked.get_kind_display()} · {name_of_subject(self.request.user, asked)}"

    def get_breadcrumb(self) -> list[Crumb]:
        return [requests_crumb()]

    def get_facts(self) -> list[tuple[Any, Any]]:
        asked = self.object
        facts = [
            (_("Status"), chip_of(RequestState, asked.state)),
            (_("Time left") if asked.is_open else _("Answered on"), clock_chip(asked)),
            (_("Answer by"), f"{asked.due_on:%Y-%m-%d}"),
            (_("Received on"), f"{asked.received_on:%Y-%m-%d}"),
            (_("How it came in"), asked.get_channel_display()),
            (_("Identity made sure by"), asked.get_identity_check_display()),
            (_("Received by"), asked.received_by.get_full_name()),
            (_("Grid"), asked.grid.name),
        ]
        if asked.answered_by:
            facts.append((_("Answered by"), asked.answered_by.get_full_name()))
        return facts

    def get_actions(self) -> list[Action]:
        asked, user = self.object, self.request.user
        if not asked.is_open:
            return []
        actions = []
        if asked.kind == RequestKind.COPY:
            copy = reverse("governance:subjectrequest-copy", args=[asked.pk])
            actions.append(Action(_("Make the copy"), copy, rules.may_copy(user, asked), "primary", "file-down"))
        elif asked.kind == RequestKind.CORRECT and asked.landlord_of_id is not None:
            correct = reverse("governance:subjectrequest-correct", args=[asked.pk])
            may = rules.may_correct_landlord(user, asked)
            actions.append(Action(_("Correct the record"), correct, may, "primary", "pencil"))
        elif asked.kind == RequestKind.CORRECT and user.has_perm(Permission.EDIT_ROSTER, asked.grid):
            edit = reverse("residents:person-update", args=[asked.person_id])
            actions.append(Action(_("Correct the record"), edit, style="primary", icon="pencil"))
        elif asked.kind == RequestKind.ERASE:
            erase = reverse("governance:subjectrequest-erase", args=[asked.pk])
            actions.append(Action(_("Erase the data"), erase, self.decide_erasure(), "danger", "eraser"))
        close = reverse("governance:subjectrequest-answer", args=[asked.pk])
        actions.append(Action(_("Close with an answer"), close, rules.may_answer(user, asked), icon="check"))
        return actions

    def decide_erasure(self) -> Decision:
        return erasure_decision(self.request.user, self.object)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        asked = self.object
        steps = {
            RequestKind.COPY: _("Make the copy, hand it over, then close the request as done."),
            RequestKind.CORRECT: _("Compare with the person's documents, correct the record, then close the request."),
            RequestKind.ERASE: _("Erase the data, or close the request with the reasons why it must be kept."),
        }
        person_url = file_url = ""
        if asked.landlord_of is not None:
            sees = self.request.user.has_perm(Permission.VIEW_RENTALS, asked.grid)
            file_url = asked.landlord_of.get_absolute_url() if sees else ""
        elif asked.person.erased_at is None and self.request.user.has_perm(Permission.VIEW_ROSTER, asked.grid):
            person_url = reverse("residents:person-detail", args=[asked.person_id])
        return super().get_context_data(
            next_step=steps[RequestKind(asked.kind)] if asked.is_open else "",
            copied=asked.kind == RequestKind.COPY and services.was_copied(asked),
            keep=services.reasons_to_keep(asked) if asked.is_open and asked.kind == RequestKind.ERASE else [],
            person_url=person_url,
            file_url=file_url,
            **context,
        )


def erasure_decision(user: Any, asked: SubjectRequest) -> Decision:
    """Whether the person may be erased now: the user's power, and nothing that needs the data still."""
    decision = rules.may_erase(user, asked)
    if not decision:
        return decision
    reasons = services.reasons_to_keep(asked)
    return Denied(joined(reasons)) if reasons else Allowed()


class OneRequest(ActionPage):
    permission = Permission.MANAGE_PRIVACY
    model = SubjectRequest
    submit_label = ""  # the form's own
    object: SubjectRequest

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_person()

    def get_breadcrumb(self) -> list[Crumb]:
        return [requests_crumb(), Crumb(str(self.object), self.object.get_absolute_url())]

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class RequestAnswer(OneRequest):
    form_class = AnswerForm
    title = _("Close the request")
    intro = _("Write down what the person was told; a refusal names its reason and that one may complain.")
    success_message = _("The request was closed.")

    def decide(self, obj: SubjectRequest) -> Decision:
        return rules.may_answer(self.request.user, obj)

    def perform(self, obj: SubjectRequest, form: Any) -> SubjectRequest:
        return services.answer(obj, actor=self.request.user, **form.cleaned_data)


class RequestCorrect(OneRequest):
    """A landlord's right name and phone, in every file that names him."""

    form_class = LandlordForm
    title = _("Correct the record")
    intro = _("Name and phone are written into every rental file of the community that names this landlord.")
    success_message = _("The record was corrected and the request closed.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"name": self.object.landlord_of.landlord_name}

    def get_form(self) -> Any:
        form = super().get_form()
        if phone := self.object.landlord_of.landlord_phone:
            told = _("Left empty, the number stays as it is (%(mask)s).") % {"mask": mask_phone(phone)}
            form.fields["phone"].help_text = told
        return form

    def decide(self, obj: SubjectRequest) -> Decision:
        return rules.may_correct_landlord(self.request.user, obj)

    def perform(self, obj: SubjectRequest, form: Any) -> SubjectRequest:
        values = form.cleaned_data
        values["phone"] = values["phone"] or obj.landlord_of.landlord_phone
        return services.correct_by_request(obj, actor=self.request.user, **values)


class RequestErase(OneRequest):
    form_class = EraseForm
    title = _("Erase the data")
    style = "danger"
    intro = _(
        "Name, numbers and birth date are overwritten; visits and affairs stay without them. It cannot be undone."
    )
    success_message = _("The data was erased and the request closed.")

    def decide(self, obj: SubjectRequest) -> Decision:
        return erasure_decision(self.request.user, obj)

    def perform(self, obj: SubjectRequest, form: Any) -> SubjectRequest:
        data = form.cleaned_data
        return services.erase_by_request(obj, actor=self.request.user, version=data["version"], reason=data["reason"])


class RequestCopy(OneRequest):
    """Everything in clear, as the answer to this one POST: it is stored nowhere and stands at no address."""

    form_class = CopyForm
    title = _("Make the copy")
    intro = _("The copy holds everything in clear. Your name and the time are kept in the audit trail for good.")

    def decide(self, obj: SubjectRequest) -> Decision:
        return rules.may_copy(self.request.user, obj)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if form.is_valid():
            try:
                services.make_copy(self.object, actor=request.user, form=form.cleaned_data["form"])
            except ValidationError as problem:
                form.take_errors(problem)
            except Refused as problem:
                form.add_error(None, str(problem.reason))
            else:
                return self.deliver(form.cleaned_data["form"])
        return self.render_to_response(self.get_context_data(form=form))

    def deliver(self, form: str) -> HttpResponse:
        copy = copy_for(self.object)
        if form == CopyFormat.PRINT:
            context = {"title": gettext("Copy of personal data"), "copy": copy, "asked": self.object}
            response = render(self.request, "governance/privacy/copy.html", context)
        else:
            kind, body = (
                ("application/json", as_json(copy)) if form == CopyFormat.JSON else (KINDS["xlsx"], as_workbook(copy))
            )
            response = HttpResponse(body, content_type=kind)
            # The file's name ends up in histories of downloads: it names the request, not the person.
            name = f"{gettext('Copy of personal data')}-{self.object.pk}.{form}"
            response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        response["Cache-Control"] = "no-store"
        return response
