"""The administration pages of the storey, gathered from its rooms."""

from residents.contacts import admin as contacts
from residents.rentals import admin as rentals
from residents.roster import admin as roster
from residents.visits import admin as visits
from residents.volunteers import admin as volunteers

__all__ = ["contacts", "rentals", "roster", "visits", "volunteers"]
