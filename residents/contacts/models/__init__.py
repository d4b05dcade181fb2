"""What the room of household contact keeps."""

from residents.contacts.models.assignments import ContactAssignment
from residents.contacts.models.bands import ContactBand, ContactExemption
from residents.contacts.models.handovers import ContactHandover, ContactWish
from residents.contacts.models.members import ContactMember

__all__ = [
    "ContactAssignment",
    "ContactBand",
    "ContactExemption",
    "ContactHandover",
    "ContactMember",
    "ContactWish",
]
