"""What must hold before a step of an affair, as named questions (domain.md 3.1.3, 3.1.4, 3.1.6).

A guard looks at the person and the affair, a check also at what was filled in; both answer with a Decision whose reason
the user reads. Nothing here asks the database, except that the user answers for himself: ``has_perm`` and his units.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairOutcome, Category, Rating, Tier, Urgency
from governance.worktime.choices import Clock
from governance.worktime.limits import limit_of
from grids.access.choices import ROLE_PERMISSIONS, Permission, Role
from grids.access.querysets import scope_of
from grids.common.codes import significant
from grids.common.decisions import Allowed, Decision, Denied
from grids.tree.choices import Level

Guard = Callable[[Any, Any], Decision]
Check = Callable[[Any, Any, Mapping[str, Any]], Decision]

TEXT_MINIMUM = 5
RESULT_MINIMUM = 10

OUTCOMES: dict[str, frozenset[AffairOutcome]] = {
    Category.OFFICIAL: frozenset({AffairOutcome.SOLVED, AffairOutcome.NOT_SOLVABLE}),
    Category.COLLABORATIVE: frozenset(
        {AffairOutcome.SOLVED, AffairOutcome.RULE_AGREED, AffairOutcome.NOT_AGREED},
    ),
    # A family matter is never "dismissed": every outcome contains help (M24).
    Category.FAMILY: frozenset(
        {
            AffairOutcome.SELF_HELP,
            AffairOutcome.MUTUAL_HELP,
            AffairOutcome.AGENCY,
            AffairOutcome.MEDIATED,
            AffairOutcome.LEGAL_AID,
        }
    ),
}


def handling_roles() -> list[Role]:
    """The roles whose holders make up a unit that handles affairs."""
    return [role for role, powers in ROLE_PERMISSIONS.items() if Permission.HANDLE_AFFAIRS in powers]


def level_of(tier: int) -> Level:
    """The grid level of a tier: the tiers count from below, the levels from above."""
    return Level(6 - tier)


def tier_of(grid: Any) -> Tier:
    return Tier(6 - grid.level)


def own_units(user: Any) -> frozenset[str]:
    """Codes of the grids on which the user himself holds a handling post; read once per request."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    units = getattr(user, "_own_units", None)
    if units is None:
        grants = user.role_grants.filter(role__in=handling_roles())
        units = user._own_units = frozenset(grants.values_list("grid__code", flat=True))
    return units


def is_of_unit(user: Any, unit: Any) -> bool:
    """Whether the user is one of the unit's own people; those of a grid also make up its micro-grids."""
    if unit is None:
        return False
    units = own_units(user)
    return unit.code in units or (unit.level == Level.MICROGRID and unit.code[:15] in units)


def speaks_for_reporter(user: Any, affair: Any) -> bool:
    """Whether the user reported the affair or is the joint-family member who speaks for the household."""
    return user.pk is not None and user.pk in {affair.reporter_id, affair.agent_id}


# ------------------------------------------------------------------ guards: the person and the affair
def may_read(user: Any, affair: Any) -> Decision:
    """A family affair opens to those who hold the power over family affairs there, and to those who act in it."""
    if affair.category != Category.FAMILY or speaks_for_reporter(user, affair) or user.pk == affair.handler_id:
        return Allowed()
    if user.has_perm(Permission.VIEW_FAMILY_AFFAIRS, affair.grid) or is_of_unit(user, affair.lead_grid):
        return Allowed()
    return Denied(_("This is a family affair: its content is shown only to those who act in it."))


def reaches_lead_tier(user: Any, affair: Any) -> Decision:
    """Whoever dispatches stands at least as high as the unit that will lead."""
    place = significant(affair.grid.code)[: level_of(affair.tier).digits]
    if scope_of(user, Permission.DISPATCH_AFFAIRS).holds(place):
        return Allowed()
    if affair.tier == Tier.DISTRICT:
        return Denied(_("The district leads this affair: the district office dispatches it."))
    return Denied(_("The street leads this affair: the street desk dispatches it."))


def order_is_open_to(user: Any, affair: Any) -> Decision:
    """An order that names a handler is his; one that names nobody is for any of the unit."""
    if affair.handler_id in {None, user.pk}:
        return Allowed()
    return Denied(_("This order was given to %(name)s.") % {"name": affair.handler})


def dispatcher_takes_only_small_things(user: Any, affair: Any) -> Decision:
    """3.1.6: the dispatcher may be the handler only where a grid leads."""
    if affair.dispatcher_id == user.pk and affair.tier > Tier.GRID:
        return Denied(_("You dispatched this order yourself: somebody else of the unit takes it."))
    return Allowed()


def is_handler(user: Any, affair: Any) -> Decision:
    if affair.handler_id == user.pk:
        return Allowed()
    return Denied(_("Only the handler, %(name)s, submits the result.") % {"name": affair.handler})


def did_not_handle(user: Any, affair: Any) -> Decision:
    if affair.handler_id == user.pk:
        return Denied(_("Whoever handled an affair may not verify it."))
    return Allowed()


def did_not_report(user: Any, affair: Any) -> Decision:
    if speaks_for_reporter(user, affair):
        return Denied(_("Whoever reported an affair or speaks for the reporter may not verify it."))
    return Allowed()


def another_unit_if_reporter_handled(user: Any, affair: Any) -> Decision:
    """Reporting and handling are separated (报办分离): where one did both, another unit verifies."""
    if affair.reporter_id == affair.handler_id and is_of_unit(user, affair.lead_grid):
        return Denied(_("The reporter handled this affair: a person of another unit verifies it."))
    return Allowed()


def not_of_lead_unit(user: Any, affair: Any) -> Decision:
    """The reporter says how it went; anyone else who records it comes from outside the unit that did the work."""
    if affair.handler_id == user.pk:
        return Denied(_("Whoever handled an affair may not evaluate it."))
    if not speaks_for_reporter(user, affair) and is_of_unit(user, affair.lead_grid):
        return Denied(_("You belong to the unit that handled this affair: somebody else asks the reporter."))
    return Allowed()


# ------------------------------------------------------------------ checks: what was filled in
def category_is_decided(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    if payload["category"] in Category.decided():
        return Allowed()
    return Denied(_("Choose official, collaborative or family affair."))


def tier_suits(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    """A family affair is no obligation of the government; a complex one is too much for a grid."""
    tier, urgency = payload["tier"], payload["urgency"]
    if tier not in Tier.values:
        return Denied(_("Choose who leads."))
    if payload["category"] == Category.FAMILY and tier > Tier.COMMUNITY:
        return Denied(_("A family affair stays with the grid or the community."))
    if urgency in Urgency.values and limit_of(Clock.HANDLE, urgency=urgency, tier=tier) is None:
        return Denied(_("A complex affair is led by the community or higher."))
    return Allowed()


def urgency_is_known(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    return Allowed() if payload["urgency"] in Urgency.values else Denied(_("Choose how urgent it is."))


def unit_suits(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    """The lead unit stands on the tier that leads, inside the dispatcher's scope, and is in use."""
    unit = payload["lead_grid"]
    if tier_of(unit) != affair.tier:
        return Denied(_("This affair is led by a unit of the level “%(tier)s”.") % {"tier": Tier(affair.tier).label})
    if not unit.is_living:
        return Denied(_("%(unit)s is closed: choose a unit in use.") % {"unit": unit.name})
    if not user.has_perm(Permission.DISPATCH_AFFAIRS, unit):
        return Denied(_("%(unit)s is outside the area that you dispatch in.") % {"unit": unit.name})
    return Allowed()


def handler_suits(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    """Whoever the order names can take it: he is active, of the unit, and no guard of taking refuses him."""
    handler, unit = payload.get("handler"), payload.get("lead_grid")
    if handler is None or unit is None:
        return Allowed()
    if not handler.is_active or not handler.has_perm(Permission.HANDLE_AFFAIRS, unit):
        return Denied(_("%(name)s does not handle affairs of %(unit)s.") % {"name": handler, "unit": unit.name})
    if handler.pk == user.pk and affair.tier > Tier.GRID:
        return Denied(_("You may not give an order of this level to yourself."))
    return Allowed()


def result_says_enough(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    if len(payload["result"].strip()) >= RESULT_MINIMUM:
        return Allowed()
    return Denied(_("Write at least %(number)s characters about what was done.") % {"number": RESULT_MINIMUM})


def outcome_suits_category(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    if payload["outcome"] in OUTCOMES.get(affair.category, ()):
        return Allowed()
    return Denied(_("This outcome does not fit this category: choose one of the list."))


def rating_closes(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    """T29: the three upper grades close."""
    if payload["rating"] in Rating.satisfied():
        return Allowed()
    return Denied(_("Somebody who is dissatisfied is handled a second time: choose “handle again”."))


def rating_reopens(user: Any, affair: Any, payload: Mapping[str, Any]) -> Decision:
    """T31: only the two lower grades begin a second round."""
    if payload["rating"] in set(Rating) - set(Rating.satisfied()):
        return Allowed()
    return Denied(_("Only somebody who is dissatisfied is handled again: choose one of the two lower grades."))


# ------------------------------------------------------------------ reporting
def may_report(user: Any, grid: Any) -> Decision:
    """T01: where the user may report; a district or street is too large a place."""
    if grid.level < Level.COMMUNITY:
        return Denied(_("Choose a community, grid or micro-grid."))
    if not grid.is_living:
        return Denied(_("%(unit)s is closed: choose a unit in use.") % {"unit": grid.name})
    if not user.has_perm(Permission.REPORT_AFFAIRS, grid):
        return Denied(_("You do not report affairs in %(unit)s.") % {"unit": grid.name})
    return Allowed()


def text_says_enough(text: str) -> Decision:
    if len(text.strip()) >= TEXT_MINIMUM:
        return Allowed()
    return Denied(_("Write at least %(number)s characters about what happened.") % {"number": TEXT_MINIMUM})
