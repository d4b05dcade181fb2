"""Which step of an affair may follow which: one table, pure data (domain.md 3.1.4), and what is derived from it.

The buttons, the POST, the bulk load, the diagram in docs/affairs.md and the exhaustive test are all made from
``TRANSITIONS``. A further state or step of 3.1.4 joins as a row.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.affairs import guards
from governance.affairs.choices import AffairState as S
from governance.affairs.guards import Check, Guard
from governance.worktime.choices import Clock, Unit
from governance.worktime.limits import limit_of
from governance.worktime.rules import deadline
from grids.access.choices import Permission as P
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.errors import Conflict

Words = str | Promise


@dataclass(frozen=True)
class Transition:
    """One row: from which states to which, who may (``permission`` on the grid that ``where`` names), and what it does.

    ``where`` is "grid" (where it happened) or "lead_grid" (who leads); ``reporter_may`` opens the step to the reporter
    and his spokesman as well. ``required`` and ``optional`` are columns to be filled in, ``checks`` the rules for them.
    ``stamp`` is the column of the moment, ``person`` the one of whoever takes the step, ``starts`` the clocks.
    """

    name: str
    code: str
    label: Words
    done: Words
    sources: frozenset[S]
    target: S
    permission: P
    icon: str
    explains: Words
    where: str = "grid"
    reporter_may: bool = False
    guards: tuple[Guard, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)
    stamp: str = ""
    person: str = ""
    starts: tuple[Clock, ...] = ()
    note_required: bool = False
    # Going back: the new deadline of handling, the columns that are empty again, and whether a new round begins.
    renews: Callable[[Any, datetime], datetime | None] | None = None
    clears: tuple[str, ...] = ()
    new_cycle: bool = False


def _half_of_handling(affair: Any, at: datetime) -> datetime | None:
    """T31: the second round has half of the time of the first."""
    limit = limit_of(Clock.HANDLE, urgency=affair.urgency, tier=affair.tier)
    return limit.scaled(Fraction(1, 2)).after(at) if limit else None


def _time_to_repair(affair: Any, at: datetime) -> datetime | None:
    """T28: what remains of the time, half of it, or four working hours, whichever is longest."""
    choices = (affair.handle_due_at, _half_of_handling(affair, at), deadline(at, 4, Unit.WH))
    return max(moment for moment in choices if moment is not None)


_VERIFIERS: tuple[Guard, ...] = (
    guards.may_read,
    guards.did_not_handle,
    guards.did_not_report,
    guards.another_unit_if_reporter_handled,
)
_ROWS = (
    Transition(
        "accept",
        "T03",
        _("Accept"),
        pgettext_lazy("step of an affair", "Accepted"),
        frozenset({S.REPORTED}),
        S.ACCEPTED,
        P.TRIAGE_AFFAIRS,
        "inbox",
        _("The desk confirms the report; it is classified next."),
        stamp="accepted_at",
        starts=(Clock.DISPATCH,),
    ),
    Transition(
        "classify",
        "T07",
        _("Classify"),
        pgettext_lazy("step of an affair", "Classified"),
        frozenset({S.ACCEPTED}),
        S.CLASSIFIED,
        P.TRIAGE_AFFAIRS,
        "split",
        _("Official, collaborative or family affair, how urgent, and who leads."),
        guards=(guards.may_read,),
        required=("category", "tier", "urgency"),
        optional=("rule",),
        checks={
            "category": guards.category_is_decided,
            "tier": guards.tier_suits,
            "urgency": guards.urgency_is_known,
        },
        stamp="classified_at",
    ),
    Transition(
        "dispatch",
        "T13",
        _("Dispatch"),
        pgettext_lazy("step of an affair", "Dispatched"),
        frozenset({S.CLASSIFIED}),
        S.ASSIGNED,
        P.DISPATCH_AFFAIRS,
        "send",
        _("One unit gets the order and leads; the time for handling begins now."),
        guards=(guards.may_read, guards.reaches_lead_tier),
        required=("lead_grid",),
        optional=("handler",),
        checks={"lead_grid": guards.unit_suits, "handler": guards.handler_suits},
        stamp="dispatched_at",
        person="dispatcher",
        starts=(Clock.TAKE, Clock.HANDLE),
    ),
    Transition(
        "take",
        "T14",
        _("Take the order"),
        pgettext_lazy("step of an affair", "Taken"),
        frozenset({S.ASSIGNED}),
        S.HANDLING,
        P.HANDLE_AFFAIRS,
        "hand",
        _("You become the handler and answer for the result."),
        where="lead_grid",
        guards=(guards.may_read, guards.order_is_open_to, guards.dispatcher_takes_only_small_things),
        stamp="taken_at",
        person="handler",
    ),
    Transition(
        "submit",
        "T26",
        _("Submit the result"),
        pgettext_lazy("step of an affair", "Result submitted"),
        frozenset({S.HANDLING}),
        S.SUBMITTED,
        P.HANDLE_AFFAIRS,
        "clipboard-check",
        _("Say what was done and how it ended; somebody else verifies it."),
        where="lead_grid",
        guards=(guards.is_handler,),
        required=("result", "outcome"),
        checks={"result": guards.result_says_enough, "outcome": guards.outcome_suits_category},
        stamp="submitted_at",
        starts=(Clock.VERIFY,),
    ),
    Transition(
        "verify",
        "T27",
        _("Confirm the result"),
        pgettext_lazy("step of an affair", "Verified"),
        frozenset({S.SUBMITTED}),
        S.VERIFIED,
        P.VERIFY_AFFAIRS,
        "search-check",
        _("You confirm that the result is as reported; the reporter is asked next."),
        guards=_VERIFIERS,
        required=("verify_method",),
        stamp="verified_at",
        person="verifier",
        starts=(Clock.EVALUATE,),
    ),
    Transition(
        "rework",
        "T28",
        _("Not done yet"),
        pgettext_lazy("step of an affair", "Sent back by verification"),
        frozenset({S.SUBMITTED}),
        S.HANDLING,
        P.VERIFY_AFFAIRS,
        "undo-2",
        _("The result does not hold: say why; the handler goes on and gets new time."),
        guards=_VERIFIERS,
        note_required=True,
        renews=_time_to_repair,
        clears=("submitted_at",),
    ),
    Transition(
        "evaluate",
        "T29",
        _("Evaluate and close"),
        pgettext_lazy("step of an affair", "Evaluated and closed"),
        frozenset({S.VERIFIED}),
        S.CLOSED,
        P.EVALUATE_AFFAIRS,
        "star",
        _("The reporter says how satisfied he is; with that the affair is closed."),
        reporter_may=True,
        guards=(guards.may_read, guards.not_of_lead_unit),
        required=("rating",),
        checks={"rating": guards.rating_closes},
        stamp="closed_at",
    ),
    Transition(
        "redo",
        "T31",
        _("Handle again"),
        pgettext_lazy("step of an affair", "To be handled again"),
        frozenset({S.VERIFIED}),
        S.HANDLING,
        P.EVALUATE_AFFAIRS,
        "rotate-ccw",
        _("The reporter is dissatisfied: say why; the handler begins a second round."),
        reporter_may=True,
        guards=(guards.may_read, guards.not_of_lead_unit),
        required=("rating",),
        checks={"rating": guards.rating_reopens},
        note_required=True,
        renews=_half_of_handling,
        clears=("submitted_at", "verified_at", "verifier"),
        new_cycle=True,
    ),
)
TRANSITIONS: dict[str, Transition] = {row.name: row for row in _ROWS}
# Not a step that anybody takes: the handler was moved to another grid, and a colleague goes on in the same state.
HAND_ON = "hand_on"
REPORTED: Words = pgettext_lazy("step of an affair", "Reported")

# Which clock an open state waits for; its deadline is the affair's ``due_at``.
RUNNING: dict[S, Clock] = {
    S.REPORTED: Clock.ACCEPT,
    S.ACCEPTED: Clock.DISPATCH,
    S.CLASSIFIED: Clock.DISPATCH,
    S.ASSIGNED: Clock.TAKE,
    S.HANDLING: Clock.HANDLE,
    S.SUBMITTED: Clock.VERIFY,
    S.VERIFIED: Clock.EVALUATE,
}


def steps_from(state: str) -> list[Transition]:
    """The rows that leave ``state``, in the order of the table."""
    return [row for row in TRANSITIONS.values() if state in row.sources]


def done_words(name: str) -> Words:
    """What the timeline says of a step."""
    if name == HAND_ON:
        return _("Passed on to another handler")
    return TRANSITIONS[name].done if name in TRANSITIONS else REPORTED


# ------------------------------------------------------------------ who may
def follows(affair: Any, row: Transition) -> Decision:
    """Whether the table lets ``row`` leave the affair's present state."""
    if affair.state in row.sources:
        return Allowed()
    return Denied(
        _("“%(step)s” is not the next step: the affair is at “%(state)s”.")
        % {"step": row.label, "state": S(affair.state).label}
    )


def holds_power(user: Any, affair: Any, row: Transition) -> Decision:
    """Whether the user holds the row's power at the place it asks for, or is the reporter where that is enough."""
    place = getattr(affair, row.where)
    if place is not None and user.has_perm(row.permission, place):
        return Allowed()
    if row.reporter_may and guards.speaks_for_reporter(user, affair):
        return Allowed()
    if place is None:
        return Denied(_("No unit leads this affair yet."))
    return Denied(
        _("This needs the right “%(power)s” in %(place)s.") % {"power": row.permission.label, "place": place.name}
    )


def may(user: Any, affair: Any, row: Transition) -> Decision:
    """Whether the user may take this step now: greys the button, explains it, and guards the POST."""
    for decision in _questions(user, affair, row):
        if not decision:
            return decision
    return Allowed()


def _questions(user: Any, affair: Any, row: Transition) -> Iterable[Decision]:
    yield follows(affair, row)
    yield holds_power(user, affair, row)
    for guard in row.guards:
        yield guard(user, affair)


# ------------------------------------------------------------------ what a step does
def checked(user: Any, affair: Any, row: Transition, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as column values. Raises ``ValidationError`` by field, ``TypeError`` for a foreign name."""
    if foreign := set(payload) - {*row.required, *row.optional}:
        raise TypeError(f"The step {row.name} has no field {', '.join(sorted(foreign))}.")
    missing = {name: gettext("Please fill this in.") for name in row.required if payload.get(name) in (None, "")}
    if missing:
        raise ValidationError(missing)
    decisions = {name: check(user, affair, payload) for name, check in row.checks.items()}
    if problems := {name: str(decision.reason) for name, decision in decisions.items() if not decision}:
        raise ValidationError(problems)
    return dict(payload)


def check_note(row: Transition, note: str) -> None:
    """Raises ``ValidationError`` when the step must be explained and is not."""
    decision = guards.text_says_enough(note) if row.note_required else Allowed()
    if not decision:
        raise ValidationError({"note": str(decision.reason)})


def plan(affair: Any, row: Transition, *, actor: Any, at: datetime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Every column that the step writes. Raises ``Refused`` or ``ValidationError`` when it may not be taken so."""
    may(actor, affair, row).or_raise()
    values = checked(actor, affair, row, payload)
    if row.person:
        values[row.person] = actor
    if row.stamp:
        values[row.stamp] = at
    if row.new_cycle:
        values["cycle"] = affair.cycle + 1
    values |= dict.fromkeys(row.clears)
    return values | deadlines(affair, row, at=at, values=values) | {"state": row.target}


def deadlines(affair: Any, row: Transition, *, at: datetime, values: Mapping[str, Any]) -> dict[str, Any]:
    """``due_at`` and, when handling begins to count, ``handle_due_at`` after the step.

    A clock that runs on keeps its deadline; only a higher urgency found on the way shortens it, from now on.
    """
    urgency = values.get("urgency", affair.urgency)
    tier = values.get("tier", affair.tier)

    def fresh(clock: Clock) -> datetime | None:
        limit = limit_of(clock, urgency=urgency, tier=tier)
        return limit.after(at) if limit else None

    due: dict[str, Any] = {}
    if Clock.HANDLE in row.starts:
        due["handle_due_at"] = fresh(Clock.HANDLE)
    elif row.renews:
        due["handle_due_at"] = row.renews(affair, at)
    running = RUNNING.get(row.target)
    if running is None:
        due["due_at"] = None
    elif running in row.starts:
        due["due_at"] = fresh(running)
    elif running is Clock.HANDLE:
        due["due_at"] = due.get("handle_due_at", affair.handle_due_at)
    elif urgency != affair.urgency:
        due["due_at"] = min(moment for moment in (affair.due_at, fresh(running)) if moment is not None)
    return due


def is_on_time(affair: Any, at: datetime) -> bool | None:
    """Whether a step at ``at`` keeps the deadline that ran until then; None when none ran."""
    return at <= affair.due_at if affair.due_at else None


def overtaken(affair: Any, step: Any) -> Conflict:
    """The 409 for whoever was slower: who did what when (``step`` is the newest of the timeline)."""
    if step is None:
        return Conflict(gettext("Somebody changed this affair a moment ago."), back=affair.get_absolute_url())
    said = gettext("%(step)s by %(name)s at %(time)s. Please look at the affair as it is now.") % {
        "step": done_words(step.transition),
        "name": step.actor_name or gettext("the portal"),
        "time": f"{timezone.localtime(step.at):%Y-%m-%d %H:%M}",
    }
    return Conflict(said, back=affair.get_absolute_url())
