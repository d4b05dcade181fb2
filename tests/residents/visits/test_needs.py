"""A need answered on the spot: by whom, once, and written down for good."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from grids.common.errors import Conflict, Refused
from grids.trail.models import AuditEntry
from residents.visits import services
from residents.visits.models import HouseholdNeed, NeedAnswer
from residents.visits.needs import need_lines
from tests.world import World

ANSWER = "告诉他医保在二楼三号窗口办，带身份证就行"


@pytest.fixture
def need(world: World) -> HouseholdNeed:
    services.log_visit(world.east_household, actor=world.east_worker, client_id=uuid.uuid4(), needs=["想问医保怎么办"])
    return HouseholdNeed.objects.get()


@pytest.mark.parametrize(
    ("account", "may"),
    [
        ("east_worker", True),
        ("joint_member", True),
        ("secretary", True),
        ("leader", True),
        ("liaison", True),
        ("mentor", False),
        ("auditor", False),
        ("west_worker", False),
        ("foreign_worker", False),
    ],
)
def test_who_answers(world: World, need: HouseholdNeed, account: str, may: bool):
    if not may:
        with pytest.raises(Refused):
            services.answer_need(need, actor=world.users[account], text=ANSWER)
        return
    answer = services.answer_need(need, actor=world.users[account], text=f" {ANSWER} ")
    assert (answer.text, answer.answered_by) == (ANSWER, world.users[account])
    (line,) = need_lines(world.users[account], world.east_household, [need])
    assert line["standing"].words == ANSWER
    assert line["answer_url"] == ""
    assert ANSWER not in str(AuditEntry.objects.get(act="need.answer").changes)


@pytest.mark.parametrize("text", ["", "   ", "长" * 501])
def test_an_answer_says_something_and_fits(world: World, need: HouseholdNeed, text: str):
    with pytest.raises(ValidationError):
        services.answer_need(need, actor=world.east_worker, text=text)


def test_an_answer_is_written_once(world: World, need: HouseholdNeed):
    answer = services.answer_need(need, actor=world.east_worker, text=ANSWER)
    with pytest.raises(Conflict):
        services.answer_need(need, actor=world.joint_member, text="别的")
    for change in (
        lambda: NeedAnswer.objects.filter(pk=answer.pk).update(text="别的"),
        lambda: NeedAnswer.objects.filter(pk=answer.pk).update(text=""),
        answer.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert NeedAnswer.objects.get().text == ANSWER


def test_the_page_warns_of_wording_and_leads_back_to_the_visit(world: World, need: HouseholdNeed):
    client = Client()
    client.force_login(world.joint_member)
    url = reverse("residents:need-answer", args=[need.pk])
    answer = client.post(url, {"text": "老人有糖尿病，告诉他怎么办"})
    assert answer.status_code == 200
    assert not NeedAnswer.objects.exists()
    answer = client.post(url, {"text": ANSWER})
    assert answer.status_code == 302
    assert answer.url == need.encounter.get_absolute_url()
    assert client.get(url).status_code == 409
