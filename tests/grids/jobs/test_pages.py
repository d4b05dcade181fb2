"""The pages of one's own background tasks, with and without script."""

import pytest
from django.urls import reverse

from grids.common.clock import now
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.services import enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(world):
    row = enqueue("test.nothing", owner=world.secretary, title="导入住户")
    Job.objects.filter(pk=row.pk).update(
        state=JobState.RUNNING,
        phase="写入",
        phase_started_at=now(),
        started_at=now(),
        done=500,
        total=2000,
        holder="x|1|1|a",
    )
    row.refresh_from_db()
    return row


@pytest.fixture
def secretary(client, world):
    client.force_login(world.secretary)
    return client


def test_a_running_task_shows_its_rows_and_asks_again(secretary, running):
    page = secretary.get(running.get_absolute_url()).content.decode()
    assert "500 / 2,000，25%" in page
    assert 'hx-trigger="every 1s"' in page
    assert "htmx-2.min.js" in page
    assert f'<noscript><p><a class="button" href="{running.get_absolute_url()}">' in page
    assert reverse("grids:job-cancel", args=[running.pk]) in page


def test_the_fragment_leads_on_when_the_task_has_ended(secretary, running):
    address = reverse("grids:job-progress", args=[running.pk])
    answer = secretary.get(address, headers={"HX-Request": "true"})
    assert "HX-Redirect" not in answer.headers
    assert "<html" not in answer.content.decode()
    Job.objects.filter(pk=running.pk).update(state=JobState.DONE, finished_at=now(), result={"next_url": "/grids/"})
    answer = secretary.get(address, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/grids/"
    page = secretary.get(running.get_absolute_url()).content.decode()
    assert 'href="/grids/"' in page
    assert "hx-get" not in page


def test_a_task_that_failed_says_why_and_leads_nowhere(secretary, running):
    Job.objects.filter(pk=running.pk).update(state=JobState.FAILED, finished_at=now(), message="第三张表是空的。")
    answer = secretary.get(reverse("grids:job-progress", args=[running.pk]), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == running.get_absolute_url()
    assert "第三张表是空的。" in secretary.get(running.get_absolute_url()).content.decode()


def test_cancelling_a_task(secretary, running):
    address = reverse("grids:job-cancel", args=[running.pk])
    assert secretary.get(address).status_code == 200
    assert secretary.post(address).status_code == 302
    running.refresh_from_db()
    assert running.cancel_requested
    Job.objects.filter(pk=running.pk).update(state=JobState.DONE)
    assert secretary.post(address).status_code == 403


def test_nobody_else_sees_it(client, world, running):
    client.force_login(world.desk_worker)
    assert client.get(running.get_absolute_url()).status_code == 404
    assert "导入住户" not in client.get(reverse("grids:job-list")).content.decode()


def test_the_list_costs_the_same_for_many(secretary, world, running, django_assert_max_num_queries):
    for number in range(30):
        enqueue("test.nothing", owner=world.secretary, title=f"任务{number}")
    secretary.get(reverse("grids:job-list"))
    with django_assert_max_num_queries(8):
        page = secretary.get(reverse("grids:job-list")).content.decode()
    assert "任务29" in page


def test_the_page_shows_the_progress_and_leads_on_by_itself(world, desk, transactional_db):
    """htmx under the portal's own Content-Security-Policy; the page fails the test with any complaint."""
    row = enqueue("test.nothing", owner=world.secretary, title="导入住户")
    values = {"phase": "写入", "phase_started_at": now(), "started_at": now(), "total": 2000, "holder": "x|1|1|a"}
    Job.objects.filter(pk=row.pk).update(state=JobState.RUNNING, done=500, **values)
    page = desk(world.secretary)
    page.goto(row.get_absolute_url())
    page.get_by_text("500 / 2,000，25%").wait_for()
    Job.objects.filter(pk=row.pk).update(done=1500)
    page.get_by_text("1,500 / 2,000，75%").wait_for()
    Job.objects.filter(pk=row.pk).update(state=JobState.DONE, finished_at=now(), result={"next_url": "/jobs/"})
    page.wait_for_url("**/jobs/")
