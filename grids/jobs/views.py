"""My background tasks: the list, one task with its progress, cancelling it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.common.actions import Action, Crumb
from grids.common.chips import chip_of
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.views import ActionPage, DetailPage, ListPage
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.rules import duration_words
from grids.jobs.services import cancel, standing
from grids.jobs.tables import JobTable


def may_cancel(user: Any, job: Job) -> Decision:
    if not job.is_live:
        return Denied(_("This task has ended; there is nothing to cancel."))
    if job.owner_id != user.pk:
        return Denied(_("Only whoever ordered a task can cancel it."))
    return Allowed()


class OwnJobs:
    """Finds nothing but one's own: everybody else's is 404."""

    model = Job
    request: HttpRequest

    def get_queryset(self) -> Any:
        return Job.objects.of(self.request.user)


class JobList(OwnJobs, ListPage):
    table_class = JobTable
    title = _("Background tasks")
    intro = _("What you ordered and the portal does by itself. You may leave; it goes on.")
    unit = npgettext_lazy("number of", "task", "tasks")
    empty_title = _("No task yet")
    empty_text = _("Imports and large exports run here.")


class JobPage(OwnJobs, DetailPage):
    """One task. While it runs it shows itself anew: by script in place, without script by a link."""

    template_name = "grids/jobs/job_detail.html"

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Background tasks"), reverse("grids:job-list"))]

    def get_actions(self) -> list[Action]:
        if not self.object.is_live:
            return []
        return [
            Action(
                _("Cancel the task"),
                reverse("grids:job-cancel", args=[self.object.pk]),
                may_cancel(self.request.user, self.object),
                icon="ban",
            )
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        job, now_at = self.object, standing(self.object)
        return super().get_context_data(
            chip=chip_of(JobState, job.state),
            standing=now_at,
            done=number_format(now_at.done, force_grouping=True),
            total=number_format(now_at.total, force_grouping=True),
            elapsed=duration_words(now_at.elapsed) if job.started_at else "",
            left=duration_words(now_at.left) if now_at.left is not None else "",
            **context,
        )


class JobProgress(JobPage):
    """The part of the page that changes, asked for by script; leads on to the result when the job has ended well."""

    template_name = "grids/jobs/job_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if request.headers.get("HX-Request") and not self.object.is_live:
            # The whole page once more, so that its buttons fit; or straight on to what was made.
            response["HX-Redirect"] = self.object.next_url or self.object.get_absolute_url()
        response["Cache-Control"] = "no-store"
        return response


class JobCancel(OwnJobs, ActionPage):
    title = _("Cancel the task")
    intro = _("The task stops at its next step; nothing is left half done.")
    submit_label = _("Cancel the task")
    style = "danger"
    success_message = _("The task was told to stop.")

    def decide(self, obj: Job) -> Decision:
        return may_cancel(self.request.user, obj)

    def perform(self, obj: Job, form: Any) -> Job:
        return cancel(obj, actor=self.request.user)
