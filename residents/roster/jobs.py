"""The nightly work of this room: prove that households are found in the grid in which they live."""

from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.errors import Refused
from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly
from residents.roster.models import Household

FIRST = 20


def check_households(job: Job, progress: Progress) -> None:
    """Raises ``Refused`` with the keys of households whose ``scope_grid`` is not the grid of their dwelling."""
    progress.phase(_("Checking the grids of households"))
    apart = Household.objects.exclude(scope_grid=F("dwelling__grid")).order_by("pk").values_list("pk", flat=True)
    if found := list(apart[:FIRST]):
        keys = gettext(", ").join(map(str, found))
        raise Refused(_("Households that are listed in another grid than their dwelling's: %(keys)s") % {"keys": keys})


nightly("residents.check_households", check_households, title=_("Check the grids of households"))
