"""What is kept how long, what goes with a person, and what the administration pages show."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from grids.common.clock import now, today
from grids.common.retention import retention_rules
from residents.roster.subjects import subject_sources
from residents.volunteers import services
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from tests.residents.volunteers.helping import accepted, done, entered, post, wish
from tests.world import World

SOURCE = next(source for source in subject_sources if source.key == "volunteers")


def purge(key: str) -> int:
    rule = retention_rules.get(key)
    assert rule is not None
    return rule.purge(rule.due(today()), today(), None)


def test_words_go_and_hours_stay(world: World):
    report = accepted(world)
    claim = done(services.claim(post(world), report, actor=world.stranger), world.stranger)
    services.confirm(claim, actor=world.desk_worker)
    services.withdraw(report, actor=world.stranger)
    refused = services.refuse(entered(world, "east_other", None), actor=world.secretary, reason="请补登记")
    assert purge("residents.member_reports") == purge("residents.service_calls") == 0
    half_a_year, three_years = now() - timedelta(days=181), now() - timedelta(days=3 * 366)
    PartyMemberReport.objects.update(over_at=half_a_year)
    assert purge("residents.member_reports") == 1
    refused.refresh_from_db()
    assert (refused.employer, refused.refusal, refused.skills.count()) == ("", "", 0)
    PartyMemberReport.objects.update(over_at=three_years)
    ServiceCall.objects.update(closed_at=three_years)
    assert purge("residents.member_reports") == purge("residents.service_calls") == 1
    assert purge("residents.member_reports") == purge("residents.service_calls") == 0
    assert ServiceCall.objects.get().text == ""
    assert PartyMemberReport.objects.with_service().get(pk=report.pk).half_hours == 3


def test_a_running_report_keeps_the_data_and_one_that_is_over_goes_with_it(world: World):
    report = accepted(world)
    assert SOURCE.keep(world.west_person, today())
    services.withdraw(report, actor=world.stranger)
    assert not SOURCE.keep(world.west_person, today())
    call, _code = wish(world, "west", text="李四想学用手机")
    other, _code = wish(world, "east", text="李四想学用手机")
    SOURCE.erase(world.west_person, words=["李四"], actor=world.secretary)
    for text in SOURCE.texts:
        text.hide(world.west_person, words=["李四"], actor=world.secretary)
    report.refresh_from_db()
    call.refresh_from_db()
    other.refresh_from_db()
    assert (report.employer, report.skills.count()) == ("", 0)
    assert call.text == "•••想学用手机"
    assert other.text == "李四想学用手机"  # of another household


def test_the_copy_names_wishes_of_the_home_and_claims(world: World):
    report = accepted(world)
    own, _code = wish(world, "west")
    claim = services.claim(post(world), report, actor=world.stranger)
    assert list(SOURCE.find(world.west_person)) == [own, claim]


def test_the_administration_pages_are_scoped_and_tell_no_names(world: World):
    report = accepted(world)
    claim = services.claim(wish(world, "east", title="赵一要换灯泡")[0], report, actor=world.stranger)
    secretary, client = world.secretary, Client()
    secretary.is_staff = True
    secretary.save()
    client.force_login(secretary, backend="grids.access.backends.GridBackend")
    for row in (report, claim.call, claim):
        name = f"admin:residents_{row._meta.model_name}"
        for url in (reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])):
            page = client.get(url)
            assert page.status_code == 200
            assert "李四" not in page.content.decode()
            assert "赵一" not in page.content.decode()
    foreign = world.foreign_secretary
    foreign.is_staff = True
    foreign.save()
    client.force_login(foreign, backend="grids.access.backends.GridBackend")
    for model in (PartyMemberReport, ServiceCall, ServiceClaim):
        page = client.get(reverse(f"admin:residents_{model._meta.model_name}_changelist"))
        assert page.context["cl"].result_count == 0
