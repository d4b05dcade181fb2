"""Five must arrive: who is told, what settles a task, what takes the arrival back, who calls it off."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from grids.access.models import User
from grids.common.clock import stopped_at
from grids.common.errors import Conflict, Refused
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from residents.contacts.services import assign, end_assignment
from residents.roster.services import close_household
from residents.visits import services
from residents.visits.choices import Channel, Outcome, TaskState, Trigger, TriggerSource
from residents.visits.models import VisitTask
from tests.world import World, enlist

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 9, 30, 20, 0, tzinfo=SHANGHAI)


def tell(world: World, trigger: str = Trigger.DISPUTE, **changes) -> VisitTask:
    values = {"actor": world.east_worker, "source": TriggerSource.STAFF, **changes}
    return services.raise_task(values.pop("household", world.east_household), trigger, **values)


def visit(world: World, **changes):
    values = {"actor": world.east_worker, "client_id": uuid.uuid4(), "kind": "five_must", **changes}
    return services.log_visit(values.pop("household", world.east_household), **values)


def told_to(kind: str) -> list[str]:
    return [one.user.username for one in Notification.objects.filter(kind=kind).select_related("user").order_by("pk")]


def test_a_dispute_on_a_holiday_evening_is_answered_in_time(world: World):
    with stopped_at(EVENING):
        task = tell(world)
    assert task.due_at == datetime(2026, 10, 1, 20, 0, tzinfo=SHANGHAI)
    assert (task.member, told_to("visits.task_dispute")) == (world.member, ["joint_member"])
    with stopped_at(datetime(2026, 10, 1, 19, 30, tzinfo=SHANGHAI)):
        encounter = visit(world, actor=world.joint_member)
    task.refresh_from_db()
    assert (task.state, task.encounter, task.arrived_at) == (TaskState.ARRIVED, encounter, encounter.occurred_at)
    assert VisitTask.objects.on_time().get() == task
    assert AuditEntry.objects.get(act="visittask.arrive").grid == world.east_micro


def test_without_a_contact_the_grids_members_are_told(world: World):
    task = tell(world, household=world.east_other_household)
    assert task.member is None
    assert told_to("visits.task_dispute") == ["east_worker"]


def test_a_contact_without_an_account_cannot_be_told_so_the_grid_is(world: World):
    User.objects.filter(pk=world.joint_member.pk).update(is_active=False)
    assert tell(world).member == world.member
    assert told_to("visits.task_dispute") == ["east_worker"]


@pytest.mark.parametrize(
    ("account", "may"),
    [
        ("east_worker", True),
        ("leader", True),
        ("desk_worker", True),
        ("secretary", True),
        ("liaison", True),
        ("joint_member", True),
        ("west_worker", False),
        ("mentor", False),
        ("auditor", False),
        ("street_desk", False),
        ("stranger", False),
        ("foreign_worker", False),
    ],
)
def test_who_may_tell(world: World, account: str, may: bool):
    if may:
        assert tell(world, actor=world.users[account]).raised_by == world.users[account]
    else:
        with pytest.raises(Refused):
            tell(world, actor=world.users[account])
        assert not VisitTask.objects.exists()
        assert not Notification.objects.exclude(kind="tests.nothing").exists()


def test_told_again_within_seven_days_is_one_task_and_one_message(world: World):
    with stopped_at(EVENING):
        first = tell(world, note="为晾衣服争吵")
    with stopped_at(EVENING + timedelta(hours=3)):
        visit(world)
    with stopped_at(EVENING + timedelta(days=7) - timedelta(seconds=1)):
        again = tell(world, actor=world.liaison, source=TriggerSource.LIAISON, note="又吵了")
    assert (again.pk, again.times, again.note, again.state) == (first.pk, 2, "为晾衣服争吵", TaskState.ARRIVED)
    assert told_to("visits.task_dispute") == ["joint_member"]
    with stopped_at(EVENING + timedelta(days=7)):
        later = tell(world)
    assert later.pk != first.pk
    assert later.times == 1


def test_an_open_task_stays_the_one_however_long_nobody_came(world: World):
    with stopped_at(EVENING):
        first = tell(world)
    with stopped_at(EVENING + timedelta(days=20)):
        assert tell(world).pk == first.pk


def test_another_trigger_or_another_household_is_another_task(world: World):
    tell(world)
    tell(world, Trigger.HARDSHIP)
    tell(world, household=world.east_other_household)
    assert VisitTask.objects.count() == 3


def test_one_event_counts_once_however_often_it_is_told(world: World):
    first = tell(world, actor=None, source=TriggerSource.AFFAIR, source_key="affair:12")
    assert tell(world, actor=None, source=TriggerSource.AFFAIR, source_key="affair:12").times == 1
    for _time in range(2):
        again = tell(world, actor=None, source=TriggerSource.DEVICE, source_key="device:7")
    assert (again.pk, again.times) == (first.pk, 2)


def test_a_try_in_vain_and_a_call_settle_nothing_and_a_refusal_at_the_door_does(world: World):
    task = tell(world)
    visit(world, outcome=Outcome.NOT_HOME)
    visit(world, channel=Channel.PHONE, kind="contact")
    task.refresh_from_db()
    assert task.state == TaskState.OPEN
    visit(world, outcome=Outcome.REFUSED)
    task.refresh_from_db()
    assert task.state == TaskState.ARRIVED


def test_a_visit_before_it_was_told_is_no_answer(world: World):
    with stopped_at(EVENING):
        task = tell(world)
    with stopped_at(EVENING + timedelta(minutes=5)):
        visit(world, occurred_at=EVENING - timedelta(minutes=1))
        task.refresh_from_db()
        assert task.state == TaskState.OPEN
        visit(world, occurred_at=EVENING)
    task.refresh_from_db()
    assert task.state == TaskState.ARRIVED


def test_one_visit_settles_everything_that_is_owed_there_and_nothing_elsewhere(world: World):
    tell(world)
    tell(world, Trigger.EMERGENCY)
    elsewhere = tell(world, household=world.east_other_household)
    visit(world)
    assert list(VisitTask.objects.open()) == [elsewhere]


def test_a_correction_that_takes_the_arrival_back_opens_the_task_again(world: World):
    task = tell(world)
    encounter = visit(world)
    corrected = services.correct_visit(encounter, actor=world.east_worker, reason="记错了", note="在门口谈了十分钟左右")
    task.refresh_from_db()
    assert (task.state, task.encounter) == (TaskState.ARRIVED, corrected)
    services.correct_visit(corrected, actor=world.east_worker, reason="其实没人", outcome=Outcome.NOT_HOME)
    task.refresh_from_db()
    assert (task.state, task.encounter, task.arrived_at) == (TaskState.OPEN, None, None)
    assert AuditEntry.objects.filter(act="visittask.reopen").count() == 1


def test_a_correction_that_makes_a_try_an_arrival_settles_the_task(world: World):
    task = tell(world)
    attempt = visit(world, outcome=Outcome.NOT_HOME)
    services.correct_visit(attempt, actor=world.east_worker, reason="选错了", outcome=Outcome.MET)
    task.refresh_from_db()
    assert task.state == TaskState.ARRIVED


def test_what_was_told_after_an_arrival_that_was_none_belongs_to_the_first_task(world: World):
    with stopped_at(EVENING):
        first = tell(world)
        encounter = visit(world)
    with stopped_at(EVENING + timedelta(days=8)):
        second = tell(world)
        services.correct_visit(encounter, actor=world.secretary, reason="去的是隔壁", outcome=Outcome.NOT_HOME)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.times) == (TaskState.OPEN, 2)
    assert second.state == TaskState.CANCELLED


@pytest.mark.parametrize(
    ("account", "may"),
    [
        ("secretary", True),
        ("leader", True),
        ("desk_worker", True),
        ("east_worker", False),
        ("joint_member", False),
        ("auditor", False),
        ("mentor", False),
        ("foreign_secretary", False),
    ],
)
def test_who_calls_off(world: World, account: str, may: bool):
    task = tell(world)
    if not may:
        with pytest.raises(Refused):
            services.cancel_task(task, actor=world.users[account], reason="已经和好")
        return
    services.cancel_task(task, actor=world.users[account], reason="已经和好")
    task.refresh_from_db()
    assert (task.state, task.cancel_reason) == (TaskState.CANCELLED, "已经和好")
    assert tell(world).pk != task.pk


def test_calling_off_needs_a_reason_and_an_open_task_and_the_newest_page(world: World):
    task = tell(world)
    with pytest.raises(ValidationError):
        services.cancel_task(task, actor=world.secretary, reason="  ")
    with pytest.raises(Conflict):
        services.cancel_task(task, actor=world.secretary, reason="已经和好", version=task.version + 1)
    visit(world)
    with pytest.raises(Refused):
        services.cancel_task(task, actor=world.secretary, reason="已经和好")


def test_the_backup_is_told_at_half_and_the_grid_at_the_end_and_nobody_twice(world: World):
    deputy = world.east_worker
    with stopped_at(EVENING):
        task = tell(world, Trigger.EMERGENCY)
        assert services.alert_due() == {"backup": 0, "grid": 0}
    with stopped_at(EVENING + timedelta(minutes=59)):
        assert services.alert_due() == {"backup": 0, "grid": 0}
    with stopped_at(EVENING + timedelta(hours=1)):
        # There is no backup contact yet: nobody is told, and the next run looks again.
        assert services.alert_due() == {"backup": 0, "grid": 0}
        make_backup(world)
        assert services.alert_due() == {"backup": 1, "grid": 0}
        assert services.alert_due() == {"backup": 0, "grid": 0}
    assert told_to("visits.task_half") == ["deputy"]
    with stopped_at(EVENING + timedelta(hours=2, seconds=1)):
        assert services.alert_due() == {"backup": 0, "grid": 1}
        assert services.alert_due() == {"backup": 0, "grid": 0}
    assert told_to("visits.task_over") == [deputy.username]
    task.refresh_from_db()
    assert (task.backup_alerted_at, task.version) == (EVENING + timedelta(hours=1), 1)


def make_backup(world: World):
    user = User.objects.create(username="deputy", display_name="钱二")
    member = enlist(world, "east_other", "community", user)
    return assign(world.east_household, member, "backup", actor=world.secretary)


def test_a_backup_without_a_working_account_is_not_noted_as_told(world: World):
    with stopped_at(EVENING):
        task = tell(world, Trigger.EMERGENCY)
        backup = make_backup(world)
        User.objects.filter(pk=backup.member.user_id).update(is_active=False)
    with stopped_at(EVENING + timedelta(hours=1)):
        assert services.alert_due() == {"backup": 0, "grid": 0}
        task.refresh_from_db()
        assert task.backup_alerted_at is None
        User.objects.filter(pk=backup.member.user_id).update(is_active=True)
        assert services.alert_due() == {"backup": 1, "grid": 0}


def test_a_settled_task_alerts_nobody(world: World):
    with stopped_at(EVENING):
        tell(world)
        visit(world)
    with stopped_at(EVENING + timedelta(days=3)):
        assert services.alert_due() == {"backup": 0, "grid": 0}


def test_open_tasks_pass_on_with_the_household(world: World):
    task = tell(world)
    make_backup(world)
    member = world.east_household.contact_assignments.get(role="backup").member
    assert services.pass_on(world.east_household, actor=world.secretary, member=member) == 1
    assert services.pass_on(world.east_household, actor=world.secretary, member=member) == 0
    task.refresh_from_db()
    assert task.member == member
    assert told_to("visits.task_dispute") == ["joint_member", "deputy"]


def test_a_household_that_gets_a_contact_later_passes_its_tasks_to_him(world: World):
    task = tell(world, household=world.east_other_household)
    assert services.follow_contacts() == 0
    assign(world.east_other_household, world.member, actor=world.secretary)
    assert services.follow_contacts() == 1
    task.refresh_from_db()
    assert task.member == world.member
    end_assignment(world.east_other_household.contact_assignments.get(), actor=world.secretary, reason="rebalanced")
    assert services.follow_contacts() == 1
    task.refresh_from_db()
    assert task.member is None


def test_a_household_that_closes_owes_and_is_owed_nothing(world: World):
    task = tell(world)
    close_household(world.east_household, actor=world.east_worker, reason="moved_out")
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED
    assert task.cancel_reason


def test_who_sees_a_task(world: World):
    task = tell(world, actor=world.liaison, source=TriggerSource.LIAISON)
    other = tell(world, household=world.east_other_household)
    seen = {name: set(VisitTask.objects.visible_to(world.fresh(name))) for name in world.users}
    both, own = {task, other}, {task}
    everything = ("secretary", "desk_worker", "leader", "east_worker", "mentor", "street_desk", "auditor")
    expected = dict.fromkeys(everything, both) | {"liaison": own, "joint_member": own}
    assert {name: tasks for name, tasks in seen.items() if tasks} == expected
    assert set(VisitTask.objects.owed_by(world.joint_member)) == own
    end_assignment(world.member.assignments.get(), actor=world.secretary, reason="rebalanced")
    assert not VisitTask.objects.visible_to(world.fresh("joint_member")).exists()


def test_the_note_stays_out_of_the_trail_and_out_of_messages(world: World):
    tell(world, note="为晾衣服争吵")
    assert "晾衣服" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert "晾衣服" not in str(list(Notification.objects.values_list("values", "url", "key")))


def test_the_smallest_circle_that_has_somebody_is_told(world: World):
    world.east_worker.role_grants.all().delete()
    tell(world, household=world.east_other_household)
    assert told_to("visits.task_dispute") == ["leader"]
    world.leader.role_grants.all().delete()
    tell(world, Trigger.HARDSHIP, household=world.east_other_household)
    assert set(told_to("visits.task_hardship")) == {"secretary", "desk_worker"}
