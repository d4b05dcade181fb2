"""The nightly work of this room: prove that the tree of grids is whole."""

from itertools import islice

from django.utils.translation import gettext_lazy as _

from grids.common.errors import Refused
from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly
from grids.tree.integrity import differences


def check_tree(job: Job, progress: Progress) -> None:
    progress.phase(_("Checking the tree of grids"))
    if found := list(islice(differences(), 20)):
        raise Refused("\n".join(str(difference) for difference in found))


nightly("grids.check_tree", check_tree, title=_("Check the tree of grids"))
