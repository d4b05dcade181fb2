"""Every write to the roster: who moves in, who moves out, what is corrected, who looked at a hidden value.

All of them take ``actor`` (an account, or None for the system), raise ``Refused`` when a rule says no, ``Conflict``
when somebody else was faster, ``ValidationError`` by field for bad input, and write the trail in the same transaction.
"""

from residents.roster.services.absences import end_absence, start_absence
from residents.roster.services.arriving import add_household, add_person, move_in
from residents.roster.services.births import record_birth
from residents.roster.services.caring import (
    add_care_tag,
    end_care_tag,
    expire_care_tags,
    give_consent,
    review_care_tag,
    withdraw_consent,
)
from residents.roster.services.correcting import (
    change_household,
    change_person,
    change_residency,
    confirm_person,
    household_moved,
    move_household,
    name_head,
)
from residents.roster.services.disclosing import look_up, note_care_seen, note_found, reveal
from residents.roster.services.events import move_away, move_within, record_death, withdraw_death
from residents.roster.services.leaving import close_household, end_residency, household_closed, person_departed
from residents.roster.services.regrouping import merge_households, split_household
from residents.roster.services.rows import grid_of
from residents.roster.services.telling import homes_changed
from residents.roster.services.uses import kept_let, put_to_use, staying_let

__all__ = [
    "add_care_tag",
    "add_household",
    "add_person",
    "change_household",
    "change_person",
    "change_residency",
    "close_household",
    "confirm_person",
    "end_absence",
    "end_care_tag",
    "end_residency",
    "expire_care_tags",
    "give_consent",
    "grid_of",
    "homes_changed",
    "household_closed",
    "household_moved",
    "kept_let",
    "look_up",
    "merge_households",
    "move_away",
    "move_household",
    "move_in",
    "move_within",
    "name_head",
    "note_care_seen",
    "note_found",
    "person_departed",
    "put_to_use",
    "record_birth",
    "record_death",
    "reveal",
    "review_care_tag",
    "split_household",
    "start_absence",
    "staying_let",
    "withdraw_consent",
    "withdraw_death",
]
