"""Who contacts whom: every change of members and assignments, each with its entry in the trail (domain.md 3.4)."""

from residents.contacts.services.absences import resume_member, suspend_member
from residents.contacts.services.assignments import (
    assign,
    change_contact,
    end_assignment,
    end_on_closing,
    end_on_moving,
    end_where_apart,
)
from residents.contacts.services.bands import end_exemption, exempt_member, prolong_exception, set_band
from residents.contacts.services.going import begin_leaving, end_member, stay, vacate_member
from residents.contacts.services.handovers import cancel_handover, open_handover, sheet_of
from residents.contacts.services.members import (
    check_account,
    check_registration,
    link_account,
    no_such_account,
    register_member,
    show_phone,
)
from residents.contacts.services.proposals import accept, ask_successor, lapse, propose, refuse, withdraw
from residents.contacts.services.watch import watch
from residents.contacts.services.wishes import close_wish, record_wish

__all__ = [
    "accept",
    "ask_successor",
    "assign",
    "begin_leaving",
    "cancel_handover",
    "change_contact",
    "check_account",
    "check_registration",
    "close_wish",
    "end_assignment",
    "end_exemption",
    "end_member",
    "end_on_closing",
    "end_on_moving",
    "end_where_apart",
    "exempt_member",
    "lapse",
    "link_account",
    "no_such_account",
    "open_handover",
    "prolong_exception",
    "propose",
    "record_wish",
    "refuse",
    "register_member",
    "resume_member",
    "set_band",
    "sheet_of",
    "show_phone",
    "stay",
    "suspend_member",
    "vacate_member",
    "watch",
    "withdraw",
]
