"""Every write of the affairs room: report one, and take it one step further."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.affairs import guards, rules
from governance.affairs.choices import Source, Urgency
from governance.affairs.models import Affair, AffairStep, ClassificationRule
from governance.affairs.numbers import new_tracking_code, next_numbers, tracking_index
from governance.worktime.choices import Clock
from governance.worktime.limits import limit_of
from grids.access.choices import Permission
from grids.common import clock
from grids.common.decisions import all_of
from grids.common.errors import Conflict
from grids.trail.services import changes_between, record
from residents.contacts.models import ContactAssignment
from residents.roster.models import Household

# What the trail says in full; free texts stay in the affair, where a family affair keeps them private and an erasure
# reaches them: nothing can be taken out of the trail.
TRAILED = (
    *("state", "category", "tier", "urgency", "rule", "lead_grid", "dispatcher", "handler"),
    *("outcome", "verifier", "verify_method", "rating", "cycle"),
)

# Who must know of every step, the report itself included: function(affair, step, *, actor), in its transaction.
affair_stepped: list[Callable[..., None]] = []


@transaction.atomic
def report(
    *,
    actor: Any,
    grid: Any = None,
    text: str,
    place: str = "",
    household: Any = None,
    need: Any = None,
    urgency: str = Urgency.U3,
    reporter_name: str = "",
    reporter_phone: str = "",
    client_id: UUID | None = None,
    now: datetime | None = None,
) -> Affair:
    """T01: file an affair; the acceptance clock starts.

    ``grid`` may be left out when ``household`` (or a ``need`` of one) says where. The household's primary contact
    becomes its spokesman. The affair returned carries ``tracking_code``, which is shown once and stored only as HMAC.
    Sent again with the same ``client_id`` and words (a double tap, a retry after a lost answer) it returns the affair
    filed before, without a code. Raises ``Refused`` outside the actor's scope, ``ValidationError`` for what was filled
    in, and ``Conflict`` for other words under a used id.
    """
    at = now or clock.now()
    household = household or (need.household if need else None)
    grid = grid or (household.grid if household else None)
    if grid is None:
        raise ValidationError({"grid": _("Choose where it happened.")})
    guards.may_report(actor, grid).or_raise()
    if stored := _filed_before(actor, client_id, text):
        return stored
    if problem := _problems(actor, grid=grid, text=text, urgency=urgency, household=household, need=need):
        raise ValidationError(problem)
    code = new_tracking_code()
    affair, step = filed(
        actor,
        client_id=client_id,
        number=next_numbers(grid.code, timezone.localtime(at).date())[0],
        tracking_index=tracking_index(code),
        text=text.strip(),
        place=place.strip(),
        grid=grid,
        household=household,
        need=need,
        agent=spokesmen([household]).get(household.pk) if household else None,
        reporter_name=reporter_name.strip(),
        reporter_phone=reporter_phone.strip(),
        urgency=urgency,
        reported_at=at,
    )
    try:
        with transaction.atomic():
            affair.save(force_insert=True)
    except IntegrityError as clash:
        # Tapped twice: the other one has filed the same report, or reported the same need, at the same moment.
        if stored := _filed_before(actor, client_id, text):
            return stored
        raise Conflict(_need_is_reported()) from clash
    step.save(force_insert=True)
    record("affair.report", affair, actor=actor, grid=grid, changes={"state": ["", affair.state]})
    for tell in affair_stepped:
        tell(affair, step, actor=actor)
    affair.tracking_code = code  # type: ignore[attr-defined]
    return affair


def _filed_before(actor: Any, client_id: UUID | None, text: str) -> Affair | None:
    """The affair that this reporter filed under the id; other words under it came from an old page and are refused."""
    stored = Affair.objects.filter(client_id=client_id, reporter=actor).first() if client_id else None
    if stored is not None and stored.text != text.strip():
        raise Conflict(_("This page was sent already with other words. Open the report form anew for another matter."))
    return stored


def filed(actor: Any, **columns: Any) -> tuple[Affair, AffairStep]:
    """A new affair with its acceptance clock running, and the first line of its timeline; neither is saved."""
    affair = Affair(reporter=actor, source=source_of(actor, columns["grid"]), **columns)
    limit = limit_of(Clock.ACCEPT, urgency=affair.urgency)
    affair.due_at = limit.after(affair.reported_at) if limit else None
    step = AffairStep(
        affair=affair,
        sequence=1,
        transition="report",
        to_state=affair.state,
        at=affair.reported_at,
        **_signature(actor),
    )
    return affair, step


def source_of(actor: Any, grid: Any) -> Source:
    """In which of his parts somebody reports: the highest one that he holds there."""
    if actor.has_perm(Permission.TRIAGE_AFFAIRS, grid):
        return Source.DESK
    if actor.has_perm(Permission.HANDLE_AFFAIRS, grid):
        return Source.GRID_MEMBER
    if actor.has_perm(Permission.SERVE_HOUSEHOLDS, grid):
        return Source.JOINT_FAMILY
    return Source.LIAISON


def reportable_households(actor: Any) -> models.QuerySet:
    """Households that an affair of this reporter may be about: those he sees, and those he is the contact of."""
    seen = Household.objects.restrict(actor, Permission.VIEW_ROSTER)
    served = ContactAssignment.objects.of_user(actor).values("household")
    return Household.objects.active().filter(models.Q(pk__in=seen.order_by().values("pk")) | models.Q(pk__in=served))


def _problems(actor: Any, *, grid: Any, text: str, urgency: str, household: Any, need: Any) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not (enough := guards.text_says_enough(text)):
        problems["text"] = str(enough.reason)
    if urgency not in Urgency.values:
        problems["urgency"] = _("Choose how urgent it is.")
    if household is not None and not reportable_households(actor).filter(pk=household.pk).exists():
        problems["household"] = _("Choose one of the list: this one does not exist or is not yours.")
    elif household is not None and not household.grid.code.startswith(grid.prefix):
        problems["household"] = _("This household does not live in %(place)s.") % {"place": grid.name}
    if need is not None and (need.household_id != household.pk or Affair.objects.filter(need=need).exists()):
        problems["need"] = _need_is_reported()
    return problems


def _need_is_reported() -> str:
    return _("This need has been reported already: open the affair that grew out of it.")


def spokesmen(households: Iterable[Any]) -> dict[int, Any]:
    """The account of the primary contact of each household that has one, by the household's key. One query."""
    contacts = ContactAssignment.objects.serving().primary().filter(household__in=list(households))
    contacts = contacts.exclude(member__user=None).select_related("member__user")
    return {contact.household_id: contact.member.user for contact in contacts}


@transaction.atomic
def transition(
    affair: Affair,
    name: str,
    *,
    actor: Any,
    version: int,
    note: str = "",
    now: datetime | None = None,
    **payload: Any,
) -> Affair:
    """Take the step ``name`` of ``rules.TRANSITIONS``; the one way in which an affair's state changes.

    ``version`` is the one that the actor saw; ``payload`` the columns that the row asks for. One conditional UPDATE on
    state and version decides, so that of any number of simultaneous clicks one wins. Raises ``Refused`` for whoever
    may not, ``Conflict`` (who did what when) for whoever was slower, ``ValidationError`` for what was filled in.
    """
    row = rules.TRANSITIONS[name]
    at = now or clock.now()
    present = Affair.objects.for_steps().get(pk=affair.pk)
    all_of(guards.may_read(actor, present), rules.holds_power(actor, present, row)).or_raise()
    require_in_time(present, row, version=version)
    values, step = carried_out(present, row, actor=actor, at=at, note=note, payload=payload)
    changed = Affair.objects.filter(pk=present.pk, state=present.state, version=version).update(
        **values, version=version + 1, changed_at=at
    )
    if not changed:
        raise rules.overtaken(present, newest_step(present))
    step.save(force_insert=True)
    before = {name: getattr(present, name) for name in values}
    take_over(present, values)
    record(
        f"affair.{row.name}",
        present,
        actor=actor,
        grid=present.grid,
        changes=changes_between(
            {name: before[name] for name in TRAILED if name in values},
            {name: values[name] for name in TRAILED if name in values},
            Affair,
        ),
    )
    for tell in affair_stepped:
        tell(present, step, actor=actor)
    return present


def carried_out(
    affair: Affair, row: rules.Transition, *, actor: Any, at: datetime, note: str, payload: Mapping[str, Any]
) -> tuple[dict[str, Any], AffairStep]:
    """The columns that a step from the affair's present state writes, and its line of the timeline; nothing is saved.

    Raises ``Refused`` or ``ValidationError`` when it may not be taken so.
    """
    rules.check_note(row, note)
    values = rules.plan(affair, row, actor=actor, at=at, payload=payload)
    step = AffairStep(
        affair=affair,
        sequence=affair.version + 1,
        transition=row.name,
        from_state=affair.state,
        to_state=row.target,
        at=at,
        note=note.strip() or str(values.get("result", "")).strip(),
        payload={name: _told(values[name]) for name in TRAILED if name in values and name != "state"},
        on_time=rules.is_on_time(affair, at),
        **_signature(actor),
    )
    return values, step


def take_over(affair: Affair, values: Mapping[str, Any]) -> None:
    """Let the object show what the step wrote; its version goes up by one."""
    for column, value in values.items():
        setattr(affair, column, value)
    affair.version += 1


def _told(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _signature(actor: Any) -> dict[str, Any]:
    return {"actor": actor, "actor_name": actor.get_full_name() if actor else ""}


def require_in_time(affair: Affair, row: rules.Transition, *, version: int) -> None:
    """Raise ``Conflict`` when somebody was faster: the affair is no longer at ``version``, or has passed this step."""
    steps = AffairStep.objects.filter(affair=affair)
    passed = not rules.follows(affair, row) and steps.filter(from_state__in=row.sources).exists()
    if affair.version != version or passed:
        raise rules.overtaken(affair, newest_step(affair))


def newest_step(affair: Affair) -> AffairStep | None:
    """What was done last."""
    return AffairStep.objects.filter(affair=affair).order_by("sequence").last()


@transaction.atomic
def change_rule(rule: ClassificationRule, *, actor: Any, **values: Any) -> ClassificationRule:
    """Change a line of the diversion list (its words, its usual lead, whether it is in use)."""
    before = {name: getattr(rule, name) for name in values}
    for name, value in values.items():
        setattr(rule, name, value)
    rule.full_clean()
    rule.save()
    record("classificationrule.change", rule, actor=actor, changes=changes_between(before, values, ClassificationRule))
    return rule
