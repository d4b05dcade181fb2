"""What affairs add to other pages: panels, counters, the guard of a closing grid, the administration."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from governance.affairs.choices import Category, Urgency
from governance.affairs.closing import has_no_open_affairs
from governance.affairs.models import Affair, ClassificationRule
from governance.affairs.panels import on_household, open_counter, overdue_counter
from governance.affairs.tables import HIDDEN_TEXT
from grids.access.choices import Permission
from grids.access.models import User
from grids.common.clock import now, stopped_at
from grids.trail.models import AuditEntry
from tests.governance.affairs.cast import STATES


@pytest.fixture
def request_of(world):
    def make(name):
        request = RequestFactory().get("/")
        request.user = world.fresh(name)
        return request

    return make


class TestCounters:
    def test_a_counter_opens_exactly_the_rows_it_counts(self, road, request_of, client):
        with stopped_at(now().replace(year=2026, month=3, day=2)):
            late = road.to("handling")
        for state in STATES:
            road.to(state)
        road.where = "west_micro"
        road.reporter = "joint_member"
        road.to("reported")
        assert late.due_at < now()
        for who in ("secretary", "east_worker", "auditor", "street_desk"):
            client.force_login(road.world.fresh(who))
            for grid in (road.world.community, road.world.east_grid, road.world.west_grid, road.world.east_micro):
                for counter in (open_counter, overdue_counter):
                    tile = counter(request_of(who), grid)
                    if tile is None:
                        assert not road.world.fresh(who).has_perm(Permission.VIEW_AFFAIRS, grid)
                        continue
                    page = client.get(tile["url"])
                    assert page.context["page"].paginator.count == tile["value"], (who, grid, counter.__name__)

    def test_the_overdue_tile_is_an_alarm_only_when_something_is(self, road, request_of):
        road.to("reported")
        assert overdue_counter(request_of("secretary"), road.world.community)["tone"] == ""
        with stopped_at(now().replace(year=2026, month=3, day=2)):
            road.to("reported")
        assert overdue_counter(request_of("secretary"), road.world.community)["tone"] == "alarm"
        assert open_counter(request_of("foreign_secretary"), road.world.community) is None


class TestHouseholdPanel:
    def test_affairs_of_the_household_and_the_way_to_report(self, road, request_of):
        household = road.world.east_household
        road.reporter = "east_worker"
        road.to("reported", household=household, text="赵一家门口积水了")
        seen = on_household(request_of("secretary"), household)
        assert [affair["text"] for affair in seen["affairs"]] == ["赵一家门口积水了"]
        assert f"household={household.pk}" in seen["affair_actions"][0].url
        assert on_household(request_of("joint_member"), household)["affair_count"] == 1
        assert on_household(request_of("auditor"), household)["affair_actions"] == []
        assert on_household(request_of("foreign_secretary"), household) is None

    def test_a_family_affair_is_masked_there_too(self, road, request_of):
        road.category, road.reporter = Category.FAMILY, "east_worker"
        road.to("handling", household=road.world.east_household, text="夫妻争吵不断")
        for who, text in (("secretary", "夫妻争吵不断"), ("auditor", str(HIDDEN_TEXT))):
            seen = on_household(request_of(who), road.world.east_household)
            assert [affair["text"] for affair in seen["affairs"]] == [text]
        assert on_household(request_of("liaison"), road.world.east_household)["affairs"] == []


def test_a_grid_with_open_affairs_does_not_close(road):
    world = road.world
    assert has_no_open_affairs(world.east_grid)
    affair = road.to("assigned")
    for grid in (world.east_micro, world.east_grid, world.community):
        assert not has_no_open_affairs(grid)
    assert has_no_open_affairs(world.west_grid)
    Affair.objects.filter(pk=affair.pk).update(lead_grid=world.west_grid)
    assert not has_no_open_affairs(world.west_grid)


class TestAdministration:
    @pytest.fixture
    def superuser(self, world):
        return User.objects.create(username="root", display_name="管理员", is_staff=True, is_superuser=True)

    def test_affairs_are_read_only_and_say_nothing_private(self, road, client, superuser):
        road.category = Category.FAMILY
        affair = road.to("submitted", text="夫妻争吵不断")
        client.force_login(superuser)
        page = client.get(reverse("admin:governance_affair_change", args=[affair.pk]))
        assert page.status_code == 200
        assert "夫妻争吵" not in page.content.decode()
        assert client.post(reverse("admin:governance_affair_change", args=[affair.pk]), {}).status_code == 403
        assert client.get(reverse("admin:governance_affair_add")).status_code == 403

    def test_a_superuser_edits_the_list_with_a_trail(self, world, client, superuser):
        line = ClassificationRule.objects.get(category=Category.COLLABORATIVE, number=6)
        data = {
            "name_zh": line.name_zh,
            "name_en": line.name_en,
            "keywords": "停车 挪车",
            "tier": line.tier,
            "urgency": Urgency.U3,
            "active": "on",
        }
        address = reverse("admin:governance_classificationrule_change", args=[line.pk])
        client.force_login(superuser)
        assert client.post(address, data).status_code == 302
        line.refresh_from_db()
        assert line.keywords == "停车 挪车"
        entry = AuditEntry.objects.get(act="classificationrule.change")
        assert entry.actor == superuser
        assert entry.changes["keywords"][1] == "停车 挪车"
        world.secretary.is_staff = True
        world.secretary.save()
        client.force_login(world.secretary)
        assert client.post(address, data | {"keywords": "别的"}).status_code == 403
