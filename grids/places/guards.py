"""What places say when a grid is to be closed: not while anything stands open in it."""

from typing import Any

from django.utils.translation import gettext as _

from grids.common.decisions import Allowed, Decision, Denied
from grids.places.models import Compound, Organisation, Place, ServicePoint, Vessel
from grids.tree.services import register_closing_guard


@register_closing_guard
def has_no_open_things(grid: Any) -> Decision:
    """Asked under the tree's lock before any grid closes."""
    kinds = (Place, Organisation, Compound, Vessel, ServicePoint)
    count = sum(model.objects.open().filter(grid=grid).count() for model in kinds)
    if count:
        message = _("Places, organisations and vessels that are still open here: %(count)s. Move or close them first.")
        return Denied(message % {"count": count})
    return Allowed()
