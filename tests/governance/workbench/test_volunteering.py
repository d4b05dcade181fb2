"""The home page's cards of the double report: a figure is as long as the list it opens."""

from django.test import Client

from governance.workbench.volunteering import reports_to_accept
from residents.volunteers import services
from residents.volunteers.models import PartyMemberReport
from tests.residents.volunteers.helping import OFFER, entered
from tests.world import World


def test_ones_own_report_is_neither_counted_nor_listed(world: World, client: Client) -> None:
    services.report_oneself(world.community, actor=world.secretary, agrees=True, **OFFER)
    client.force_login(world.secretary)
    assert reports_to_accept(world.fresh("secretary")) == []
    entered(world, "east_other")
    (card,) = reports_to_accept(world.fresh("secretary"))
    listed = client.get(card.url).context["table"].data.data
    assert card.count == len(listed) == 1
    rest = client.get(card.url.replace("waiting=yes", "waiting=no")).context["table"].data.data
    assert PartyMemberReport.objects.of_user(world.secretary).get() in rest
