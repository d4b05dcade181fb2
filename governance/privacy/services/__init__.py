"""Every write of the room: requests and their answers, erasure, holds, and the runs of the retention.

All of them take ``actor`` (an account, or None for the nightly job), raise ``Refused`` when a rule says no,
``ValidationError`` by field for bad input, and write the trail in the same transaction.
"""

from governance.privacy.services.erasing import erase_person, ties_of
from governance.privacy.services.holding import lift_hold, place_hold
from governance.privacy.services.keeping import apply_rule, survey
from governance.privacy.services.landlords import correct_by_request, erase_by_request, reasons_to_keep
from governance.privacy.services.requests import (
    answer,
    make_copy,
    register_landlord_request,
    register_request,
    was_copied,
)

__all__ = [
    "answer",
    "apply_rule",
    "correct_by_request",
    "erase_by_request",
    "erase_person",
    "lift_hold",
    "make_copy",
    "place_hold",
    "reasons_to_keep",
    "register_landlord_request",
    "register_request",
    "survey",
    "ties_of",
    "was_copied",
]
