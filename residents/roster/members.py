"""How a person is shown beside others or alone: every value as the reader may see it (decision 0005)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.common.chips import Chip, Tone
from grids.common.clock import today
from residents.roster import rules
from residents.roster.choices import IdType
from residents.roster.models import Absence, Person, Residency


@dataclass(frozen=True)
class Hidden:
    """A masked value: ``url`` leads to its reveal for those who may, ``plain`` is set on the one page that shows it."""

    field: str
    label: str
    mask: str
    url: str
    plain: str = ""


@dataclass(frozen=True)
class Member:
    """One card of the household's page."""

    name: str
    url: str
    relation: Chip
    facts: str
    since: str
    hidden: list[Hidden]
    edit_url: str
    end_url: str
    away: Chip | None = None

    @property
    def initial(self) -> str:
        return self.name[:1]


def hidden_values(person: Person, grid: Any, user: Any, *, plain: str = "") -> list[Hidden]:
    """Phone and document of a person; nothing for those who see name and door only. ``plain`` names the shown field."""
    if not rules.sees_details(user, grid):
        return []
    may = bool(rules.may_reveal(user, grid))
    masks = [
        ("phone", _("Phone"), rules.shown_phone(user, grid, person.phone)),
        ("id_number", _number_label(person), rules.shown_id_number(user, grid, person.id_number)),
    ]
    return [
        Hidden(
            field,
            label,
            mask,
            url=reverse("residents:person-reveal", args=[person.pk, field]) if may and mask != rules.NOTHING else "",
            plain=getattr(person, field) if may and field == plain else "",
        )
        for field, label, mask in masks
    ]


def _number_label(person: Person) -> str:
    return _("Identity number") if person.id_type == IdType.RESIDENT else str(person.get_id_type_display())


def member_card(residency: Residency, user: Any) -> Member:
    """Needs the residency with its person, and its household with place."""
    person, grid = residency.person, residency.household.grid
    may_change = bool(rules.may_change_residency(user, residency))
    seen = (rules.shown_sex(user, grid, person), rules.shown_birth(user, grid, person.birth_date, on=today()))
    return Member(
        name=rules.shown_name(user, grid, person.name),
        url=reverse("residents:person-detail", args=[person.pk]),
        relation=Chip(residency.get_relation_display(), Tone.BLUE if residency.is_head else Tone.GREY, "user-round"),
        facts=" · ".join(fact for fact in seen if fact != rules.NOTHING),
        since=f"{residency.starts_on:%Y-%m-%d}",
        hidden=hidden_values(person, grid, user),
        edit_url=reverse("residents:residency-update", args=[residency.pk]) if may_change else "",
        end_url=reverse("residents:residency-end", args=[residency.pk]) if may_change else "",
        away=away_chip(residency.away_now, user, grid),
    )


def absences_now() -> Prefetch:
    """Fetches ``away_now`` of residencies: a list of the one absence that goes on, or an empty one."""
    return Prefetch("absences", queryset=Absence.objects.filter(ended_on__isnull=True), to_attr="away_now")


def away_chip(absences: Sequence[Absence], user: Any, grid: Any) -> Chip | None:
    """That somebody is away, with the day of return if it is known; the reason is nobody's business on a list."""
    if not absences or not rules.sees_details(user, grid):
        return None
    back = absences[0].expected_back_on
    label = _("Away until %(day)s") % {"day": f"{back:%Y-%m-%d}"} if back else _("Away")
    return Chip(label, Tone.YELLOW, "luggage")
