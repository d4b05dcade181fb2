"""Messages reach whom they concern, once, in the reader's language."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazystr

from grids.access.models import User
from grids.common.clock import now, today
from grids.common.workdays import after_working_days
from grids.notifications import adapters
from grids.notifications.kinds import Kind, kinds
from grids.notifications.models import Notification
from grids.notifications.retention import old_messages
from grids.notifications.services import notify

pytestmark = pytest.mark.django_db
KIND = "tests.lamp"


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def lamp(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds})
    kinds.register(Kind(KIND, lazystr("The lamp at %(place)s shines."), "lightbulb"))


def test_everybody_gets_it_once_per_key(world):
    Notification.objects.all().delete()
    readers = [world.secretary, world.east_worker, world.secretary, None]
    assert notify(readers, KIND, url="/lamps/1/", values={"place": "1幢"}, key="lamp:1") == 2
    assert notify(readers, KIND, values={"place": "1幢"}, key="lamp:1") == 0
    assert notify([world.secretary], KIND, values={"place": "2幢"}, key="lamp:2") == 1
    mine = Notification.objects.of(world.secretary).unread()
    assert [str(one) for one in mine.order_by("pk")] == ["The lamp at 1幢 shines.", "The lamp at 2幢 shines."]
    assert Notification.objects.of(world.east_worker).get().url == "/lamps/1/"


def test_closed_accounts_get_nothing(world):
    User.objects.filter(pk=world.east_worker.pk).update(is_active=False)
    assert notify([world.fresh("east_worker")], KIND, values={"place": "1幢"}) == 0


def test_an_unknown_kind_is_a_fault_of_the_sender_but_none_of_the_reader(world):
    with pytest.raises(KeyError):
        notify([world.secretary], "tests.nothing")
    assert "不再使用" in Notification(user=world.secretary, kind="tests.nothing").text


def test_the_lower_storeys_know_working_days():
    friday = datetime(2026, 2, 13, 8, 0, tzinfo=UTC)
    assert f"{after_working_days(friday, 3):%Y-%m-%d %H:%M}" == "2026-02-25 18:00"


# ------------------------------------------------------------------ the inbox
def test_the_bell_counts_and_opening_marks_as_read_and_leads_on(client, world):
    Notification.objects.all().delete()
    notify([world.secretary, world.east_worker], KIND, url="/grids/", values={"place": "1幢"})
    client.force_login(world.secretary)
    assert "1 条新消息" in client.get("/").content.decode()
    mine = Notification.objects.of(world.secretary).get()
    page = client.get(reverse("grids:notification-list")).content.decode()
    assert "The lamp at 1幢 shines." in page
    answer = client.post(reverse("grids:notification-open", args=[mine.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/grids/")
    assert "0 条新消息" in client.get("/").content.decode()
    theirs = Notification.objects.of(world.east_worker).get()
    assert client.post(reverse("grids:notification-open", args=[theirs.pk])).status_code == 404
    assert Notification.objects.get(pk=theirs.pk).read_at is None


def test_a_message_leads_to_no_other_host(client, world):
    message = Notification.objects.create(user=world.secretary, kind=KIND, url="https://elsewhere.example/")
    client.force_login(world.secretary)
    answer = client.post(reverse("grids:notification-open", args=[message.pk]))
    assert answer["Location"] == reverse("grids:notification-list")


def test_all_of_ones_own_are_marked_as_read(client, world):
    Notification.objects.all().delete()
    for number in range(3):
        notify([world.secretary, world.east_worker], KIND, values={"place": number})
    client.force_login(world.secretary)
    assert "全部记为已读" in client.get(reverse("grids:notification-list")).content.decode()
    client.post(reverse("grids:notification-read"))
    assert not Notification.objects.of(world.secretary).unread().exists()
    assert Notification.objects.of(world.east_worker).unread().count() == 3


@pytest.mark.parametrize("rows", [1, 40])
def test_the_list_costs_the_same_for_many(client, world, rows, django_assert_max_num_queries):
    for number in range(rows):
        notify([world.secretary], KIND, url="/", values={"place": number})
    client.force_login(world.secretary)
    with django_assert_max_num_queries(9):
        client.get(reverse("grids:notification-list"))


# ------------------------------------------------------------------ out of the portal
class Gateway:
    def __init__(self, fails: bool = False) -> None:
        self.sent, self.fails = [], fails

    def send(self, users, words):
        if self.fails:
            raise OSError("no line")
        self.sent.append(([user.pk for user in users], words))


def test_only_urgent_messages_leave_without_any_of_their_words(
    world, settings, monkeypatch, django_capture_on_commit_callbacks
):
    kinds.register(Kind("tests.fire", lazystr("Fire at %(place)s"), urgent=True))
    broken, gateway = Gateway(fails=True), Gateway()
    monkeypatch.setattr(adapters, "_adapters", {"broken": broken, "sms": gateway})
    settings.NOTIFICATION_ADAPTERS = ["nobody", "broken", "sms"]
    with django_capture_on_commit_callbacks(execute=True):
        notify([world.secretary], KIND, values={"place": "1幢"})
        notify([world.secretary], "tests.fire", values={"place": "1幢"}, key="fire:1")
        notify([world.secretary], "tests.fire", values={"place": "1幢"}, key="fire:1")
    [(readers, words)] = gateway.sent
    assert readers == [world.secretary.pk]
    assert "1幢" not in words


def test_what_was_read_half_a_year_ago_is_deleted(world):
    Notification.objects.all().delete()
    for created, read in [(400, None), (190, 181), (190, 179), (190, None)]:
        Notification.objects.create(
            user=world.secretary,
            kind=KIND,
            created_at=now() - timedelta(days=created),
            read_at=now() - timedelta(days=read) if read else None,
        )
    assert old_messages(today()).count() == 2
