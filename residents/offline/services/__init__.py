"""Every write of the room of offline work."""

from residents.offline.services.photos import OutOfStep, offset_of, open_upload, receive_part
from residents.offline.services.reviewing import accept_item, dismiss_item, may_let_in, may_review, put_aside
from residents.offline.services.sealed import read_sealed
from residents.offline.services.syncing import receive, resolve, standing_of

__all__ = [
    "OutOfStep",
    "accept_item",
    "dismiss_item",
    "may_let_in",
    "may_review",
    "offset_of",
    "open_upload",
    "put_aside",
    "read_sealed",
    "receive",
    "receive_part",
    "resolve",
    "standing_of",
]
