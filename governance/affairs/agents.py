"""The spokesman of a household follows its affair: he is told of every step, and sees what became of each need."""

import re
from typing import Any

from django.utils.translation import gettext as _

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair, AffairStep
from governance.affairs.rules import TRANSITIONS, done_words
from governance.affairs.services import affair_stepped
from governance.affairs.tables import shortened
from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify
from residents.visits.models import HouseholdNeed
from residents.visits.needs import Standing, need_standings

TEXT_LENGTH = 20
# Phones and other long numbers that somebody wrote into a report stay out of messages.
_NUMBER = re.compile(r"\d[\d -]{5,}\d")


class _Words:
    """The sentence about one step, in the reader's language at the moment of reading."""

    def __init__(self, step: str) -> None:
        self.step = step

    def __str__(self) -> str:
        return _("What you passed on (“%(what)s”): {step}").replace("{step}", str(done_words(self.step)))


for _step in ("report", *TRANSITIONS):
    _icon = TRANSITIONS[_step].icon if _step in TRANSITIONS else "megaphone"
    kinds.register(Kind(f"affairs.agent_{_step}", _Words(_step), _icon))


def tell_agent(affair: Affair, step: AffairStep, *, actor: Any) -> None:
    """One message a step; what he did himself he knows."""
    agent = affair.agent
    if agent is None or (actor is not None and agent.pk == actor.pk):
        return
    notify(
        [agent],
        f"affairs.agent_{step.transition}",
        url=affair.get_absolute_url(),
        values={"what": _NUMBER.sub("…", shortened(affair.text, TEXT_LENGTH))},
        key=f"affair:{affair.pk}:{step.sequence}",
    )


def what_became(user: Any, needs: list[HouseholdNeed]) -> dict[int, Standing]:
    """The affair that grew out of each need: its state, and the way to it for those who may open it. Two queries."""
    grown = list(Affair.objects.filter(need__in=needs).select_related("grid"))
    if not grown:
        return {}
    readable = Affair.objects.filter(pk__in=[affair.pk for affair in grown]).readable_by(user)
    opens = set(readable.restrict(user, Permission.VIEW_AFFAIRS).values_list("pk", flat=True))
    return {
        affair.need_id: Standing(
            chip_of(AffairState, affair.state), affair.get_absolute_url() if affair.pk in opens else ""
        )
        for affair in grown
        if affair.need_id is not None
    }


if tell_agent not in affair_stepped:
    affair_stepped.append(tell_agent)
if what_became not in need_standings:
    need_standings.append(what_became)
