"""The phone of a contact or of a vessel: hidden until somebody says what he needs it for."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.places import rules
from grids.places.choices import ContactPurpose
from grids.places.models import Organisation, Place, Vessel
from grids.trail.services import record


def phone_field(thing: Any) -> str:
    """The name of the column with the hidden phone; empty for things that have none."""
    if isinstance(thing, Vessel):
        return "phone"
    return "contact_phone" if isinstance(thing, Organisation | Place) else ""


@transaction.atomic
def reveal_phone(thing: Any, *, actor: Any, purpose: str) -> str:
    """The phone in full, for a stated purpose; the trail keeps who asked and why, never the number."""
    rules.may_reveal_phone(actor, thing.grid).or_raise()
    if purpose not in ContactPurpose.values:
        raise ValidationError({"purpose": _("Say what the number is needed for.")})
    record(
        f"{thing._meta.model_name}.reveal", thing, actor=actor, grid=thing.grid, reason=ContactPurpose(purpose).value
    )
    return str(getattr(thing, phone_field(thing)))
