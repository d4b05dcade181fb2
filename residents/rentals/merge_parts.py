"""Two records of one person: which tenancy goes on. A rental file belongs to its dwelling and stays as it is."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from residents.rentals.models import Tenancy
from residents.rentals.services.tenants import end_for_other
from residents.roster.merge_parts import SIDES, Both, Choices, MergePart, Pair, chosen_side, merge_parts
from residents.roster.rules import shown_door


def tenancies(pair: Pair) -> dict[str, list[Tenancy]] | None:
    """The present tenancies of each record, or None unless both rent somewhere."""
    rows = Tenancy.objects.active().filter(person__in=[pair.kept, pair.absorbed]).order_by("pk")
    found: dict[str, list[Tenancy]] = {side: [] for side in SIDES}
    for row in rows.select_related("file__dwelling__unit__building", "file__dwelling__grid"):
        found["kept" if row.person_id == pair.kept.pk else "absorbed"].append(row)
    return found if all(found.values()) else None


def ask(pair: Pair, user: Any) -> Both | None:
    found = tenancies(pair)
    if found is None:
        return None
    words = {side: _(", ").join(_words(row, user) for row in rows) for side, rows in found.items()}
    return Both("tenancy", _("Rents here"), words["kept"], words["absorbed"])


def _words(row: Tenancy, user: Any) -> str:
    return _("%(door)s since %(day)s") % {
        "door": shown_door(user, row.file.dwelling),
        "day": f"{row.starts_on:%Y-%m-%d}",
    }


def settle(pair: Pair, choices: Choices, home: str, actor: Any) -> None:
    """The tenancies of one record go on, those of the other one end today.

    A tenant lives at the door he rents: where only one of the two lies at the chosen home, that one goes on.
    """
    found = tenancies(pair)
    if found is None:
        return
    side = chosen_side(choices, "tenancy")
    lives = pair.homes[home] or pair.homes["absorbed" if home == "kept" else "kept"]
    if lives is not None:
        here = {name: any(row.file.dwelling_id == lives.household.dwelling_id for row in found[name]) for name in SIDES}
        if any(here.values()) and not here[side]:
            raise ValidationError({"tenancy": _("This person rents where the chosen home is. Choose that tenancy.")})
    for name in SIDES:
        if name != side:
            for row in found[name]:
                end_for_other(row, actor=actor)


merge_parts.register(MergePart("tenancy", ask, settle))
