"""Every write of the double report, each with its entry in the trail (domain.md M21)."""

from residents.volunteers.services.calls import publish, renew_code, withdraw_call, withdraw_on_closing
from residents.volunteers.services.claims import (
    answer_by_code,
    claim,
    confirm,
    deny,
    finish,
    give_back,
    is_contact,
    waiting_for,
)
from residents.volunteers.services.reports import (
    accept,
    change,
    connect,
    end,
    link_account,
    refuse,
    register,
    report_oneself,
    withdraw,
)
from residents.volunteers.services.watch import watch

__all__ = [
    "accept",
    "answer_by_code",
    "change",
    "claim",
    "confirm",
    "connect",
    "deny",
    "end",
    "finish",
    "give_back",
    "is_contact",
    "link_account",
    "publish",
    "refuse",
    "register",
    "renew_code",
    "report_oneself",
    "waiting_for",
    "watch",
    "withdraw",
    "withdraw_call",
    "withdraw_on_closing",
]
