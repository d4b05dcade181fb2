"""The secretary's side: what arrived too late to be applied, and sealed files from phones."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.decisions import Allowed, Decision
from grids.common.views import ActionPage, DetailPage, FormPage, ListPage
from residents.offline import services
from residents.offline.forms import DismissForm, SealedForm
from residents.offline.kinds import item_kinds
from residents.offline.models import SyncItem
from residents.offline.rules import Unreadable
from residents.offline.sides import door_of, kind_label
from residents.offline.tables import HeldTable


def held_crumb() -> Crumb:
    return Crumb(_("Records waiting for review"), reverse("residents:field-held"))


class HeldMixin:
    """Held items of one's community, without one's own."""

    request: Any
    permission = Permission.ASSIGN_CONTACTS
    model = SyncItem

    def get_queryset(self) -> QuerySet:
        return SyncItem.objects.to_review(self.request.user).with_place()

    def get_breadcrumb(self) -> list[Crumb]:
        return [held_crumb()]


class HeldList(HeldMixin, ListPage):
    table_class = HeldTable
    title = _("Records waiting for review")
    intro = _(
        "They came from phones after the right, the household or the grid had changed, or too late. "
        "Let them in under the name of whoever recorded them, or put them aside with a reason."
    )
    unit = npgettext_lazy("number of", "record", "records")
    empty_title = _("Nothing waits")
    empty_text = _("Records that arrive in time are at the office by themselves.")

    def get_breadcrumb(self) -> list[Crumb]:
        return []

    def get_actions(self) -> list[Action]:
        return [Action(_("Read a sealed file"), reverse("residents:field-sealed"), icon="file-lock")]


class HeldItem(HeldMixin, DetailPage):
    """What was recorded, by whom, when, and why it waits."""

    object: SyncItem

    def get_title(self) -> str:
        door = door_of(self.object, self.request.user)
        return f"{kind_label(self.object)} · {door}" if door else str(kind_label(self.object))

    def get_intro(self) -> Any:
        return self.object.get_reason_display()

    def get_actions(self) -> list[Action]:
        item, user = self.object, self.request.user
        let_in = reverse("residents:field-held-accept", args=[item.pk])
        aside = reverse("residents:field-held-dismiss", args=[item.pk])
        return [
            Action(_("Let it in"), let_in, services.may_let_in(user, item), style="primary", icon="check"),
            Action(_("Put it aside"), aside, services.may_review(user, item), icon="archive"),
        ]

    def get_facts(self) -> list[tuple[Any, Any]]:
        item = self.object
        facts: list[tuple[Any, Any]] = [
            (_("Recorded by"), item.account.get_full_name()),
            (_("Recorded"), f"{_local(item.made_at)}"),
            (_("At the office since"), f"{_local(item.received_at)}"),
        ]
        if item.clock_off:
            facts.append((_("Clock"), _("the phone's clock was wrong, the time was corrected")))
        if item.handed_in_by is not None:
            facts.append((_("Handed in by"), item.handed_in_by.get_full_name()))
        facts += [(label, value) for label, value in self._said() if value]
        if item.kind == "door.note" and item.household is not None and item.household.note:
            facts.append((_("Note on the door now"), item.household.note))
        return facts

    def _said(self) -> list[tuple[Any, Any]]:
        kind = item_kinds.get(self.object.kind)
        if kind is None:
            return []
        try:
            return kind.describe(kind.read(self.object.sent.get("payload", {})))
        except ValidationError:
            return []


def _local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


class HeldAction(HeldMixin, ActionPage):
    object: SyncItem

    def get_intro(self) -> Any:
        door = door_of(self.object, self.request.user)
        who = self.object.account.get_full_name()
        return gettext("%(kind)s of %(who)s, %(door)s") % {"kind": kind_label(self.object), "who": who, "door": door}

    def get_back_url(self) -> str:
        return reverse("residents:field-held-item", args=[self.object.pk])

    def get_success_url(self, result: Any) -> str:
        return reverse("residents:field-held")


class AcceptHeld(HeldAction):
    title = _("Let the record in")
    submit_label = _("Let it in")
    success_message = _("The record is in, under the name of whoever recorded it.")

    def decide(self, obj: SyncItem) -> Decision:
        return services.may_let_in(self.request.user, obj)

    def perform(self, obj: SyncItem, form: Any) -> SyncItem:
        return services.accept_item(obj, actor=self.request.user)


class DismissHeld(HeldAction):
    form_class = DismissForm
    title = _("Put the record aside")
    submit_label = _("Put it aside")
    success_message = _("The record was put aside; whoever recorded it is told why.")

    def decide(self, obj: SyncItem) -> Decision:
        return services.may_review(self.request.user, obj)

    def perform(self, obj: SyncItem, form: Any) -> SyncItem:
        return services.dismiss_item(obj, actor=self.request.user, reason=form.cleaned_data["reason"])


class ReadSealed(FormPage):
    """For everybody: the phone that could not send may be anybody's."""

    form_class = SealedForm
    title = _("Read a sealed file")
    intro = _("When a phone cannot send, it saves what it holds into a file that only the office can open.")
    submit_label = _("Read the file")

    def check(self) -> Decision:
        return Allowed()

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Outbox"), reverse("residents:field-outbox"))]

    def get_back_url(self) -> str:
        return reverse("residents:field-outbox")

    def act(self, form: Any) -> Any:
        try:
            return services.read_sealed(form.cleaned_data["file"].read(), actor=self.request.user)
        except Unreadable as problem:
            raise ValidationError({"file": [str(problem)]}) from problem

    def get_success_url(self, result: Any) -> str:
        return reverse("residents:field-outbox")

    def get_success_message(self, result: Any) -> Any:
        states = result.states
        return gettext(
            "Records read: %(number)d. At the office: %(applied)d; waiting for review: %(held)d; to be answered: "
            "%(conflict)d; not taken: %(refused)d. Photos: %(photos)d."
        ) % {
            "number": result.number,
            "photos": result.photos,
            **{name: states[name] for name in ("applied", "held", "conflict", "refused")},
        }
