"""Two records beside each other: every value as the reader may see it (decision 0005), and which one is proposed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.common.clock import today
from residents.roster import rules
from residents.roster.merge_rules import CHOICES, suggested
from residents.roster.models import Person, Residency

LABELS = {
    "name": gettext_lazy("Name"),
    "sex": gettext_lazy("Sex"),
    "birth_date": gettext_lazy("Age"),
    "id_number": gettext_lazy("Document"),
    "phone": gettext_lazy("Phone"),
    "party_member": gettext_lazy("Party member"),
    "education": gettext_lazy("Education"),
    "deceased_on": gettext_lazy("Deceased on"),
    "verified_on": gettext_lazy("Compared at the door"),
}


@dataclass(frozen=True)
class Line:
    """One value of both records; ``suggested`` names the record whose value is proposed."""

    field: str
    label: Any
    kept: str
    absorbed: str
    differs: bool
    suggested: str


@dataclass(frozen=True)
class Side:
    """One of the two records, with its present or last home."""

    person: Person
    home: Residency | None
    user: Any

    @property
    def grid(self) -> Any:
        return self.home.household.grid if self.home else None

    @property
    def name(self) -> str:
        return rules.shown_name(self.user, self.grid, self.person.name)

    @property
    def door(self) -> str:
        return rules.shown_household(self.user, self.home.household) if self.home else rules.NOTHING

    @property
    def phone(self) -> str:
        return rules.shown_phone(self.user, self.grid, self.person.phone)

    @property
    def number(self) -> str:
        return rules.shown_id_number(self.user, self.grid, self.person.id_number)

    @property
    def age(self) -> str:
        return rules.shown_birth(self.user, self.grid, self.person.birth_date, on=today())

    @property
    def lives_here(self) -> bool:
        return self.home is not None and self.home.ends_on is None

    def text(self, field: str) -> str:
        person = self.person
        if field == "name":
            return self.name
        if field == "birth_date":
            return self.age
        if field == "phone":
            return self.phone
        if field == "id_number":
            return f"{person.get_id_type_display()} {self.number}" if person.id_number else rules.NOTHING
        if field == "party_member":
            return _("Yes") if person.party_member else _("No")
        if field in {"sex", "education"}:
            return str(getattr(person, f"get_{field}_display")() or rules.NOTHING)
        day = getattr(person, field)
        return f"{day:%Y-%m-%d}" if day else rules.NOTHING


def lines_of(kept: Side, absorbed: Side) -> list[Line]:
    """The values of both, those of no interest to either left out."""
    lines = []
    for field, columns in CHOICES.items():
        ours = [getattr(kept.person, column) for column in columns]
        theirs = [getattr(absorbed.person, column) for column in columns]
        texts = (kept.text(field), absorbed.text(field))
        if set(texts) == {rules.NOTHING}:
            continue
        differs = ours[0] != theirs[0]
        lines.append(Line(field, LABELS[field], *texts, differs, suggested(columns[0], kept.person, absorbed.person)))
    return lines


def sides_of(persons: Iterable[Person], user: Any) -> dict[int, Side]:
    """Each person with the present home, or the last one. One query."""
    listed = list(persons)
    rows = Residency.objects.filter(person__in=[one.pk for one in listed]).with_place()
    homes: dict[int, Residency] = {}
    for row in sorted(rows, key=lambda row: (row.ends_on is None, row.ends_on or row.starts_on, row.pk)):
        homes[row.person_id] = row
    return {one.pk: Side(one, homes.get(one.pk), user) for one in listed}
