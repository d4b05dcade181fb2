"""The law of merging two records of one person. Pure, but for the names of the tables.

What happens to what both records have (domain.md M17; issue 3):

* Fields: chosen one by one; number and document, and who checked it when, go together.
* Home: both live somewhere - one home is chosen; in the other one he lived until he came to the chosen one, on no day
  at all if he came there later. A head who leaves so is followed by another member; an empty household closes.
* Past residencies that lie on the same days: the later row gives way.
* Care tags of one kind, consents for one purpose: those of the record that goes on count, the others stay with the
  absorbed record, as evidence.
* The same vessel: one berth counts, a captain stays captain.
* What the rooms above keep once (``merge_parts``: the membership as household contact, the contact of the household,
  the tenancy): one of the two is chosen, the other one ends that day. Whatever else only one of may exist is ended
  by hand.
* Visits and the audit trail are written once: they keep their person, and what is read of the record that goes on
  includes them (``Person.objects.with_merged``).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied

UNDO_DAYS = 30

# What is chosen as one, by its first field: all columns of it.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "sex": ("sex",),
    "birth_date": ("birth_date",),
    "id_number": ("id_number", "id_type", "country"),
    "phone": ("phone",),
    "party_member": ("party_member",),
    "education": ("education",),
    "deceased_on": ("deceased_on",),
    "verified_on": ("verified_on", "verified_by"),
}

# Tables whose rows the database does not let anybody change, and those that speak of the merging itself.
WRITTEN_ONCE = {"residents.Encounter", "residents.HouseholdNeed"}
ABOUT_MERGING = {"residents.PersonMerge", "residents.NoDuplicate", "residents.Person"}

MAY_NOT_MERGE = _("Your role may not merge records here.")
BOTH_HAVE = _("Both records have this, and only one may: %(what)s. Please end one of them first, then merge.")
STILL_LIVES = _("By the day of death that was chosen he no longer lives anywhere. Please note the death first.")
NOT_YOURSELF = _("These are two pages of one record.")
TOO_LATE = _("A merge can be undone for %(days)s days; after that only the record that goes on is left.")
UNDONE = _("This merge was undone already.")
CHANGED_SINCE = _(
    "Since the merge this was changed: %(what)s. What was done there would be lost, so nothing was undone."
)


def may_merge(user: Any, grid: Any) -> Decision:
    """Whether ``user`` merges records of persons in ``grid``; None is the system itself."""
    if user is None or (grid is not None and user.has_perm(Permission.MERGE_PERSONS, grid)):
        return Allowed()
    return Denied(MAY_NOT_MERGE)


def may_undo(user: Any, grid: Any, *, merged_on: date, undone: bool, on: date) -> Decision:
    """Whether the merge may still be undone by ``user``."""
    if undone:
        return Denied(UNDONE)
    if on > merged_on + timedelta(days=UNDO_DAYS):
        return Denied(TOO_LATE % {"days": UNDO_DAYS})
    return may_merge(user, grid)


def suggested(field: str, kept: Any, absorbed: Any) -> str:
    """Which record's value is proposed: the one that has any, was checked later, was changed later; else ``kept``."""
    ours, theirs = getattr(kept, field), getattr(absorbed, field)
    unknown = (None, "", False, "0", "9")
    if ours == theirs or (theirs in unknown):
        return "kept"
    if ours in unknown:
        return "absorbed"
    earliest = date.min
    if (kept.verified_on or earliest) != (absorbed.verified_on or earliest):
        return "kept" if (kept.verified_on or earliest) > (absorbed.verified_on or earliest) else "absorbed"
    return "kept" if kept.changed_at >= absorbed.changed_at else "absorbed"


def chosen_values(kept: Any, absorbed: Any, choices: Mapping[str, str]) -> dict[str, Any]:
    """Every column of ``CHOICES`` from the record that ``choices`` names ("kept" or "absorbed")."""
    return {
        column: getattr(absorbed if choices.get(field) == "absorbed" else kept, column)
        for field, columns in CHOICES.items()
        for column in columns
    }
