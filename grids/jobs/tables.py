"""The list of one's own background tasks."""

from django.utils.translation import gettext_lazy as _

from grids.common.tables import ChipColumn, MomentColumn, Table, TextColumn
from grids.jobs.choices import JobState
from grids.jobs.models import Job


class JobTable(Table):
    title = TextColumn(linkify=True, verbose_name=_("Task"))
    state = ChipColumn(JobState, verbose_name=_("Status"))
    phase = TextColumn(verbose_name=_("Step"))
    created_at = MomentColumn(verbose_name=_("Ordered at"))
    finished_at = MomentColumn(verbose_name=_("Finished at"))

    row_header = "title"
    card_columns = ("state", "created_at")

    class Meta:
        model = Job
        fields = ("title", "state", "phase", "created_at", "finished_at")
        order_by = ("-created_at",)
