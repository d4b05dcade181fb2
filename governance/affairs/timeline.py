"""How the course of an affair is told: the eight stations, and one line a step."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from governance.affairs.choices import AffairOutcome, AffairState, Category, Rating, Tier, Urgency, VerifyMethod
from governance.affairs.models import Affair, AffairStep
from governance.affairs.rules import HAND_ON, TRANSITIONS, done_words
from grids.access.models import User
from grids.common.chips import Chip, Tone, overdue_chip
from grids.tree.models import Grid

# The straight path in short words; going back is told by the lines below it.
_STATIONS = (
    pgettext_lazy("station of an affair", "Reported"),
    pgettext_lazy("station of an affair", "Accepted"),
    pgettext_lazy("station of an affair", "Classified"),
    pgettext_lazy("station of an affair", "Dispatched"),
    pgettext_lazy("station of an affair", "Taken"),
    pgettext_lazy("station of an affair", "Done"),
    pgettext_lazy("station of an affair", "Verified"),
    pgettext_lazy("station of an affair", "Closed"),
)
_LABELS = {"category": Category, "tier": Tier, "urgency": Urgency, "outcome": AffairOutcome}
_LABELS |= {"verify_method": VerifyMethod, "rating": Rating}


def stations(affair: Affair) -> list[dict[str, Any]]:
    """``[{"label", "state"}]`` of the straight path: what is "done", what is "now", what is still "ahead"."""
    done = list(AffairState).index(AffairState(affair.state))
    is_closed = affair.state == AffairState.CLOSED
    return [
        {
            "label": label,
            "state": "done" if place <= done or is_closed else "now" if place == done + 1 else "ahead",
        }
        for place, label in enumerate(_STATIONS)
    ]


def entries(steps: Iterable[AffairStep], *, readable: bool) -> list[dict[str, Any]]:
    """The lines of ``components/timeline.html``, newest first; without ``readable`` only what, who and when.

    Two queries at most, for the units and persons that the steps name.
    """
    listed = list(steps)
    names = _Names(listed)
    return [
        {
            "title": done_words(step.transition),
            "at": step.at,
            "who": step.actor_name or _("the portal"),
            "note": _note(step, names) if readable else "",
            "icon": TRANSITIONS[step.transition].icon if step.transition in TRANSITIONS else "megaphone",
            "chip": _punctuality(step),
            "current": place == 0,
        }
        for place, step in enumerate(reversed(listed))
    ]


def _punctuality(step: AffairStep) -> Chip | None:
    if step.on_time is None:
        return None
    return Chip(_("in time"), Tone.PLAIN) if step.on_time else overdue_chip(_("late"))


class _Names:
    """The units and persons that payloads name by key."""

    def __init__(self, steps: list[AffairStep]) -> None:
        def keys(name: str) -> set[int]:
            return {step.payload[name] for step in steps if step.payload.get(name)}

        self.units = {grid.pk: grid.name for grid in Grid.objects.filter(pk__in=keys("lead_grid"))}
        # Whoever takes an order is its handler himself; only an order that names somebody says more than who acted.
        self.people = {
            user.pk: user.get_full_name() for user in User.objects.filter(pk__in=keys("handler") | keys("verifier"))
        }


def _note(step: AffairStep, names: _Names) -> str:
    facts = [str(choices(step.payload[name]).label) for name, choices in _LABELS.items() if step.payload.get(name)]
    if unit := names.units.get(step.payload.get("lead_grid")):
        facts.append(unit)
    if step.transition in {"dispatch", HAND_ON} and (person := names.people.get(step.payload.get("handler"))):
        facts.append(person)
    return "\n".join(part for part in (_(" · ").join(facts), step.note) if part)
