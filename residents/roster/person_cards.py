"""What a person's page shows beside the masked facts: where he lived when, absences, care, consents, freshness."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action
from grids.common.chips import Chip, chip_of
from grids.common.clock import today
from residents.roster import care, rules
from residents.roster.choices import ArrivalReason, RecordState
from residents.roster.details import country_name, county_name
from residents.roster.models import Absence, CareTag, ConsentRecord, Person, Residency, Stay
from residents.roster.timeline import Span


@dataclass(frozen=True)
class Lived:
    """One line of the dated list: a door, from one day to another (None: until now)."""

    door: str
    url: str
    starts_on: date
    ends_on: date | None
    note: str


def lived_where(places: list[Residency], user: Any) -> list[Lived]:
    """Every door at which the person lived, newest first; doors outside the user's scope are not named. One query."""
    scope = scope_of(user, Permission.VIEW_ROSTER)
    stays: dict[int, list[Stay]] = {}
    rows = Stay.objects.filter(household__in={place.household_id for place in places})
    for stay in rows.select_related("dwelling__grid", "dwelling__unit__building"):
        stays.setdefault(stay.household_id, []).append(stay)
    lines = []
    for place in places:
        living = Span(place.starts_on, place.ends_on)
        for stay in stays.get(place.household_id, []):
            first = living.first_common_day(Span(stay.starts_on, stay.ends_on))
            if first is None:
                continue
            ends = [day for day in (place.ends_on, stay.ends_on) if day]
            until = min(ends) if ends else None
            seen = scope.holds(stay.dwelling.grid.code)
            lines.append(
                Lived(
                    door=rules.shown_door(user, stay.dwelling) if seen else _("Elsewhere in the district"),
                    url=reverse("residents:household-detail", args=[place.household_id]) if seen else "",
                    starts_on=first,
                    ends_on=until,
                    note=_how(place, came=first == place.starts_on, left=until == place.ends_on),
                )
            )
    return sorted(lines, key=lambda line: line.starts_on, reverse=True)


def _how(place: Residency, *, came: bool, left: bool) -> str:
    words = [place.get_relation_display(), place.get_kind_display()]
    if came and place.start_reason != ArrivalReason.FIRST_RECORDED:
        words.append(place.get_start_reason_display())
    if left and place.end_reason:
        words.append(place.get_end_reason_display())
    return " · ".join(str(word) for word in words)


def state_of(person: Person) -> RecordState:
    return rules.record_state(person.verified_on, on=today())


def state_chip(person: Person) -> Chip:
    """Never checked, checked, or checked too long ago: by word, colour and shape."""
    return chip_of(RecordState, state_of(person).value)


def absences_of(person: Person, user: Any, grid: Any) -> list[Absence] | None:
    """When the person was away, newest first; None for those who see no details. Reasons are for those who see care."""
    if not rules.sees_details(user, grid):
        return None
    absences = list(Absence.objects.filter(residency__person=person).order_by("-starts_on", "-pk")[:10])
    with_reason = care.sees_care(user, grid)
    for absence in absences:
        absence.shown_kind = absence.get_kind_display() if with_reason else ""
        absence.back_url = ""
        if absence.ended_on is None and rules.may_edit_roster(user, grid):
            absence.back_url = reverse("residents:absence-end", args=[absence.residency_id])
    return absences


def care_card(person: Person, user: Any, grid: Any) -> dict[str, Any] | None:
    """Care tags and consents with what may be done; None for those who may not see care: nothing is drawn then."""
    if not care.sees_care(user, grid):
        return None
    may = care.may_manage_care(user, grid)
    tags = list(CareTag.objects.active().filter(person=person))
    for tag in tags:
        tag.is_late = tag.review_on < today()
        tag.acts = _tag_acts(tag) if may else []
    consents = list(ConsentRecord.objects.filter(person=person).select_related("recorded_by"))
    for consent in consents:
        consent.withdraw_url = ""
        if may and consent.withdrawn_on is None:
            consent.withdraw_url = reverse("residents:consent-withdraw", args=[consent.pk])
    actions = []
    if may and person.deceased_on is None:
        add_tag = reverse("residents:caretag-create", args=[person.pk])
        add_consent = reverse("residents:consent-create", args=[person.pk])
        actions = [
            Action(_("Add a care tag"), add_tag, icon="heart-plus"),
            Action(_("Note a consent"), add_consent, icon="signature"),
        ]
    return {"tags": tags, "consents": consents, "actions": actions}


def _tag_acts(tag: CareTag) -> list[tuple[str, str]]:
    return [
        (_("Review"), reverse("residents:caretag-review", args=[tag.pk])),
        (_("End"), reverse("residents:caretag-end", args=[tag.pk])),
    ]


def further_facts(person: Person, present: Residency) -> list[tuple[Any, Any]]:
    """The voluntary fields that are filled in, for those who see details."""
    facts = []
    if person.education:
        facts.append((_("Education"), person.get_education_display()))
    if person.country:
        facts.append((_("Country or region"), country_name(person.country)))
    if present.ends_on is not None:
        return facts
    if present.hukou_here is not None:
        where = county_name(present.hukou_county)
        facts.append((_("Household registration"), _("Here") if present.hukou_here else where or _("Elsewhere")))
    if present.inflow_reason:
        facts.append((_("Came for"), present.get_inflow_reason_display()))
    for label, day in (
        (_("Registered as a migrant on"), present.registered_on),
        (_("Expected to leave on"), present.expected_leave_on),
    ):
        if day:
            facts.append((label, f"{day:%Y-%m-%d}"))
    return facts
