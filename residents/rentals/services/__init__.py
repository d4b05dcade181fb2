"""Every write to the rental files.

All of them take ``actor`` (an account), raise ``Refused`` when a rule says no, ``Conflict`` when somebody else was
faster, ``ValidationError`` by field for bad input, and write the trail in the same transaction.
"""

from residents.rentals.services.checking import keep_photo, record_check, record_recheck, require_planned
from residents.rentals.services.filing import change_file, end_file, let_again, mark_vacant, open_file, reveal_landlord
from residents.rentals.services.noticing import issue_notice, serve_notice
from residents.rentals.services.publishing import publish_checklist
from residents.rentals.services.tenants import add_tenant, end_tenant, living_at

__all__ = [
    "add_tenant",
    "change_file",
    "end_file",
    "end_tenant",
    "issue_notice",
    "keep_photo",
    "let_again",
    "living_at",
    "mark_vacant",
    "open_file",
    "publish_checklist",
    "record_check",
    "record_recheck",
    "require_planned",
    "reveal_landlord",
    "serve_notice",
]
