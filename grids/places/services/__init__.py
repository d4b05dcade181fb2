"""Every write to what stands in a grid.

All of them take ``actor`` (an account, or None for the system), raise ``Refused`` when a rule says no, ``Conflict``
when somebody else was faster, ``ValidationError`` by field for bad input, and write the trail in the same transaction.
"""

from grids.places.services.buildings import change_building, find_or_add_unit, lock_doors, standing_building
from grids.places.services.contacts import phone_field, reveal_phone
from grids.places.services.things import (
    add_compound,
    add_organisation,
    add_place,
    add_service_point,
    change_compound,
    change_organisation,
    change_place,
    change_service_point,
    close_compound,
    close_organisation,
    close_place,
    close_service_point,
    move_compound,
    move_organisation,
    move_place,
    move_service_point,
)
from grids.places.services.vessels import (
    add_vessel,
    change_vessel,
    close_vessel,
    move_vessel,
    set_vessel_status,
    vessel_closed,
)

__all__ = [
    "add_compound",
    "add_organisation",
    "add_place",
    "add_service_point",
    "add_vessel",
    "change_building",
    "change_compound",
    "change_organisation",
    "change_place",
    "change_service_point",
    "change_vessel",
    "close_compound",
    "close_organisation",
    "close_place",
    "close_service_point",
    "close_vessel",
    "find_or_add_unit",
    "lock_doors",
    "move_compound",
    "move_organisation",
    "move_place",
    "move_service_point",
    "move_vessel",
    "phone_field",
    "reveal_phone",
    "set_vessel_status",
    "standing_building",
    "vessel_closed",
]
