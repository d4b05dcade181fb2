"""Every write of the room of meetings (domain.md M19, 3.6), each with its entry in the trail."""

from governance.meetings.services.agenda import add_item, decide, fill_agenda, refresh_agenda, speak_up
from governance.meetings.services.calling import (
    cancel,
    change_series,
    convene,
    convene_due,
    invite,
    move,
    plan_ahead,
    series_of,
)
from governance.meetings.services.rolling import call_roll, check_in, excuse
from governance.meetings.services.sitting import (
    close_meeting,
    confirm_minutes,
    names_in,
    open_meeting,
    publish_minutes,
    write_minutes,
)

__all__ = [
    "add_item",
    "call_roll",
    "cancel",
    "change_series",
    "check_in",
    "close_meeting",
    "confirm_minutes",
    "convene",
    "convene_due",
    "decide",
    "excuse",
    "fill_agenda",
    "invite",
    "move",
    "names_in",
    "open_meeting",
    "plan_ahead",
    "publish_minutes",
    "refresh_agenda",
    "series_of",
    "speak_up",
    "write_minutes",
]
