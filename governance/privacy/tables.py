"""The lists of the room; residents by name only where the reader may see names."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.privacy.choices import RequestState
from governance.privacy.models import Disclosure, LegalHold, SubjectRequest
from governance.privacy.reports import fields_shown, purpose_words, role_names
from grids.access.choices import Permission
from grids.common.chips import Chip, Tone, overdue_chip
from grids.common.clock import local_day, today
from grids.common.masks import mask_name
from grids.common.tables import ChipColumn, DayColumn, MomentColumn, Table, TextColumn
from grids.places.models import Organisation, Place, Vessel
from grids.trail.services import HIDDEN
from residents.rentals.models import RentalFile
from residents.rentals.tables import ActColumn, NameColumn
from residents.roster.models import Person
from residents.roster.rules import NOTHING, shown_name

ERASED = _("Erased person")


def name_for(user: Any, grid: Any, person: Any) -> str:
    """The person as ``user`` may read him; an erased one has no name."""
    if person is None:
        return NOTHING
    if person.erased_at is not None:
        return str(ERASED)
    if user is not None and not user.has_perm(Permission.VIEW_ROSTER, grid):
        return mask_name(person.name)
    return shown_name(user, grid, person.name)


def name_of_subject(user: Any, asked: SubjectRequest | LegalHold) -> str:
    """Of whom a request or a hold is, as ``user`` may read him: a person, or the landlord of a rental file."""
    file = asked.landlord_of
    if file is None:
        return name_for(user, asked.grid, asked.person)
    if file.landlord_name == HIDDEN:
        return str(ERASED)
    name = _("%(name)s (landlord)")
    if user is not None and not user.has_perm(Permission.VIEW_RENTALS, asked.grid):
        return name % {"name": mask_name(file.landlord_name)}
    return name % {"name": shown_name(user, asked.grid, file.landlord_name)}


def clock_chip(asked: SubjectRequest) -> Chip:
    """How long there is to answer, or when it was answered."""
    if not asked.is_open:
        return Chip(f"{asked.answered_on:%Y-%m-%d}", Tone.PLAIN)
    left = (asked.due_on - today()).days
    if left < 0:
        return overdue_chip(ngettext("%(days)s day over", "%(days)s days over", -left) % {"days": -left})
    if left == 0:
        return Chip(_("Due today"), Tone.YELLOW, "clock")
    return Chip(
        ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left},
        Tone.YELLOW if left <= 3 else Tone.GREY,
        "clock",
    )


class RequestTable(Table):
    """Requests, the most pressing first."""

    person = TextColumn(verbose_name=_("Of whom"), empty_values=(), orderable=False)
    kind = TextColumn(verbose_name=_("What is asked for"))
    state = ChipColumn(RequestState, verbose_name=_("Status"))
    clock = ChipColumn(verbose_name=_("Time left"), empty_values=(), order_by=("due_on",))
    received_on = DayColumn(verbose_name=_("Received on"))
    due_on = DayColumn(verbose_name=_("Answer by"))
    grid = TextColumn(verbose_name=_("Grid"), order_by=("grid__code",))

    row_header = "person"
    card_columns = ("kind", "state", "clock")

    class Meta:
        model = SubjectRequest
        fields = ("person", "kind", "state", "clock", "received_on", "due_on", "grid")

    def render_person(self, record: SubjectRequest) -> Any:
        name = name_of_subject(self.request.user, record)
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), name)

    def value_person(self, record: SubjectRequest) -> str:
        return name_of_subject(self.request.user, record)

    def render_clock(self, record: SubjectRequest) -> Chip:
        return clock_chip(record)

    def value_clock(self, record: SubjectRequest) -> Chip:
        return clock_chip(record)


def subject_of_hold(reader: Any, hold: LegalHold) -> str:
    """The number of the affair, or the name of whose data is kept, as ``reader`` may read it."""
    return hold.affair.number if hold.affair is not None else name_of_subject(reader, hold)


class HoldTable(Table):
    """Holds, the newest first."""

    subject = TextColumn(verbose_name=_("What is kept"), empty_values=(), orderable=False)
    reason = TextColumn(verbose_name=_("Reason"), orderable=False)
    status = ChipColumn(verbose_name=_("Status"), empty_values=(), orderable=False)
    until = DayColumn(verbose_name=_("Until"))
    placed_by = NameColumn(verbose_name=_("Placed by"), orderable=False)
    placed_at = MomentColumn(verbose_name=_("Placed at"))
    grid = TextColumn(verbose_name=_("Grid"), order_by=("grid__code",))
    lift = ActColumn(verbose_name=_("Lift"), empty_values=(), orderable=False)

    row_header = "subject"
    card_columns = ("status", "reason", "until", "lift")

    class Meta:
        model = LegalHold
        fields = ("subject", "reason", "status", "until", "placed_by", "placed_at", "grid", "lift")

    def render_subject(self, record: LegalHold) -> str:
        return subject_of_hold(self.request.user, record)

    def value_subject(self, record: LegalHold) -> str:
        return self.render_subject(record)

    def render_status(self, record: LegalHold) -> Chip:
        return Chip(_("In force"), Tone.PURPLE, "lock") if record.is_in_force(today()) else Chip(_("Over"), Tone.GREY)

    def value_status(self, record: LegalHold) -> Chip:
        return self.render_status(record)

    def render_lift(self, record: LegalHold) -> Any:
        if record.lifted_at is not None:
            return NOTHING
        address = reverse("governance:legalhold-lift", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, _("Lift"))

    def value_lift(self, record: LegalHold) -> str:
        return f"{local_day(record.lifted_at):%Y-%m-%d}" if record.lifted_at else ""


class DisclosureTable(Table):
    """Who saw whose data, the newest first."""

    at = MomentColumn(verbose_name=_("Time"))
    actor_name = TextColumn(verbose_name=_("Who saw it"), orderable=False)
    role = TextColumn(verbose_name=_("Role"), orderable=False)
    person = TextColumn(verbose_name=_("Of whom"), empty_values=(), orderable=False)
    shown = TextColumn(verbose_name=_("What was shown"), empty_values=(), orderable=False)
    purpose = TextColumn(verbose_name=_("Purpose"), empty_values=(), orderable=False)
    grid = TextColumn(verbose_name=_("Grid"), orderable=False)
    actor_id = TextColumn(verbose_name=_("Number of the account"), orderable=False)
    object_id = TextColumn(verbose_name=_("Number of the person"), orderable=False)

    row_header = "actor_name"
    card_columns = ("at", "person", "shown", "purpose")

    class Meta:
        model = Disclosure
        fields = ("at", "actor_name", "role", "person", "shown", "purpose", "grid", "actor_id", "object_id")

    @cached_property
    def persons(self) -> dict[str, Person]:
        """The persons of the shown rows by key, one query; merged and erased ones too."""
        return {str(person.pk): person for person in Person.objects.filter(pk__in=self._keys_of(Person))}

    @cached_property
    def things(self) -> dict[tuple[str, str], Any]:
        """The places and other things of the shown rows by type and key; a query for each type there is."""
        return {
            (model._meta.label, str(thing.pk)): thing
            for model in (Organisation, Place, Vessel, RentalFile)
            if (keys := self._keys_of(model))
            for thing in model._default_manager.filter(pk__in=keys)
        }

    def _keys_of(self, model: Any) -> set[str]:
        found = (row.record for row in self.paginated_rows)
        return {one.object_id for one in found if one.object_type == model._meta.label and one.object_id.isdecimal()}

    def _about(self, record: Disclosure) -> Any:
        """The person or the thing that an entry is about; None where nothing was found."""
        if record.object_type == Person._meta.label:
            return self.persons.get(record.object_id)
        return self.things.get((record.object_type, record.object_id))

    def render_role(self, value: str) -> str:
        return role_names(value)

    def value_role(self, value: str) -> str:
        return role_names(value)

    def render_person(self, record: Disclosure) -> Any:
        person = self._about(record)
        if person is None:
            return NOTHING
        if not isinstance(person, Person):
            return format_html('<a href="{}">{}</a>', person.get_absolute_url(), person)
        name = name_for(self.request.user, record.grid, person)
        return format_html('<a href="{}">{}</a>', reverse("governance:disclosure-person", args=[person.pk]), name)

    def value_person(self, record: Disclosure) -> str:
        person = self._about(record)
        if person is not None and not isinstance(person, Person):
            return str(person)
        return name_for(self.request.user, record.grid, person)

    def render_shown(self, record: Disclosure) -> str:
        return fields_shown(record)

    def value_shown(self, record: Disclosure) -> str:
        return fields_shown(record)

    def render_purpose(self, record: Disclosure) -> str:
        return purpose_words(record) or NOTHING

    def value_purpose(self, record: Disclosure) -> str:
        return purpose_words(record)


class PersonDisclosureTable(DisclosureTable):
    """The same about one person: he need not be named in every row."""

    card_columns = ("at", "role", "shown", "purpose")

    class Meta:
        model = Disclosure
        fields = ("at", "actor_name", "role", "shown", "purpose", "grid")
        exclude = ("person", "actor_id", "object_id")
