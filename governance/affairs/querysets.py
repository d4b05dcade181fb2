"""Questions about affairs."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from governance.affairs.choices import AffairState, Category, Tier
from governance.affairs.guards import handling_roles, level_of, own_units
from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, Scope, scope_of
from grids.common.codes import after, ranges
from grids.team.querysets import left_by


class AffairQuerySet(GridScopedQuerySet):
    """Affairs by the grid where they happened."""

    def restrict(self, user: Any, permission: Permission) -> Self:
        """As everywhere; to see affairs, moreover: those one acts in, and those one's unit leads.

        Of a family affair the bare existence is shown to those who hold the power over family affairs or over
        indicators there (who count it); what it is about, only to ``readable_by``.
        """
        if permission != Permission.VIEW_AFFAIRS:
            return super().restrict(user, permission)
        scope = scope_of(user, permission)
        if scope.everything:
            return self
        counted = scope_of(user, Permission.VIEW_INDICATORS).condition(self.code_path())
        here = scope.condition(self.code_path()) & (_NOT_FAMILY | self._private(user) | counted)
        return self.filter(here | _involved(user))

    def readable_by(self, user: Any) -> Self:
        """Of the affairs that the user sees: those whose content he may read (``guards.may_read`` as a filter)."""
        return self.filter(self.readable(user))

    def readable(self, user: Any) -> Q:
        """The condition of ``readable_by``, for a filter that asks something else as well."""
        if scope_of(user, Permission.VIEW_FAMILY_AFFAIRS).everything:
            return Q()
        return _NOT_FAMILY | self._private(user) | _involved(user)

    def matching(self, words: str, user: Any) -> Self:
        """Affairs whose number holds each of ``words``, or whose report does where the user may read it."""
        readable = self.readable(user)
        rows = self
        for word in words.split():
            found = Q(text__icontains=word) | Q(place__icontains=word)
            rows = rows.filter(Q(number__icontains=word) | (found & readable))
        return rows

    def for_list(self) -> Self:
        """Fetch what a row of a list shows; the encrypted phone stays where it is."""
        return self.select_related("grid__parent", "lead_grid", "handler").defer("reporter_phone")

    def for_steps(self) -> Self:
        """Fetch what the guards of every step look at, so that they ask the database nothing more."""
        return self.select_related("grid__parent", "lead_grid", "handler")

    def concerning(self, user: Any) -> Self:
        """Affairs that the account reported, speaks for, or handles."""
        return self.filter(_acting(user))

    def open(self) -> Self:
        return self.filter(state__in=AffairState.open())

    def overdue(self, *, now: datetime) -> Self:
        """Open affairs whose running clock has passed its deadline."""
        return self.open().filter(due_at__lt=now)

    def in_hand(self) -> Self:
        """Orders and affairs being handled; a result that was handed in is in nobody's hand until it is verified."""
        return self.filter(state__in=AffairState.in_hand())

    def left_behind(self) -> Self:
        """In the hand of somebody who handles affairs no longer where they are led: nobody can go on with them."""
        return self.in_hand().filter(left_by("handler", "lead_grid", roles=handling_roles()))

    def to_hand_on(self, user: Any) -> Self:
        """Those left behind that ``user`` may give to a colleague (``staff_moves.may_hand_on`` as a filter)."""
        reached = _reached(scope_of(user, Permission.DISPATCH_AFFAIRS), self.code_path())
        return self.left_behind().filter(reached, self.readable(user))

    def filed(self) -> Self:
        """F of domain.md 3.7: affairs that were ever accepted."""
        return self.filter(accepted_at__isnull=False)

    def waiting_for(self, user: Any, states: Collection[AffairState] = tuple(AffairState)) -> Self:
        """Open affairs whose next step is this account's: his order, his unit's, his desk's, or his evaluation.

        With ``states`` those in one of them only.
        """
        state = AffairState
        path = self.code_path()

        def held(permission: Permission) -> Q:
            scope = scope_of(user, permission)
            # A superuser's scope is everything; it is nobody's to-do list.
            return Q(pk__in=[]) if scope.everything else scope.condition(path)

        mine = Q(handler=user)
        evaluates = held(Permission.EVALUATE_AFFAIRS) & ~_led_by_units_of(user)
        by_state = {
            state.REPORTED: held(Permission.TRIAGE_AFFAIRS),
            state.ACCEPTED: held(Permission.TRIAGE_AFFAIRS),
            state.CLASSIFIED: _reached(scope_of(user, Permission.DISPATCH_AFFAIRS), path),
            state.ASSIGNED: mine | (Q(handler__isnull=True) & _led_by_units_of(user)),
            state.HANDLING: mine,
            state.SUBMITTED: held(Permission.VERIFY_AFFAIRS) & ~mine & ~_speaking(user),
            state.VERIFIED: ~mine & (_speaking(user) | evaluates),
        }
        waiting = Q(pk__in=[])
        for name, condition in by_state.items():
            if name in states:
                waiting |= Q(state=name) & condition
        return self.filter(waiting)

    def _private(self, user: Any) -> Q:
        return scope_of(user, Permission.VIEW_FAMILY_AFFAIRS).condition(self.code_path())


_NOT_FAMILY = ~Q(category=Category.FAMILY)


def _speaking(user: Any) -> Q:
    return Q(reporter=user) | Q(agent=user)


def _acting(user: Any) -> Q:
    return _speaking(user) | Q(handler=user)


def _involved(user: Any) -> Q:
    """Those who act in it, and the unit that leads it."""
    return _acting(user) | _led_by_units_of(user)


def _led_by_units_of(user: Any) -> Q:
    """``guards.is_of_unit`` as a filter: the unit itself, or a micro-grid of it."""
    units = own_units(user)
    condition = Q(lead_grid__code__in=sorted(units))
    for first, end in ranges(code for code in units if len(code) == level_of(Tier.GRID).digits):
        condition |= Q(tier=Tier.MICROGRID, lead_grid__code__gte=first, lead_grid__code__lt=end)
    return condition


def _reached(scope: Scope, path: str) -> Q:
    """``guards.reaches_lead_tier`` as a filter: a scope below the lead tier does not dispatch."""
    condition = Q(pk__in=[])
    for prefix in scope.prefixes:
        tiers = [tier for tier in Tier if level_of(tier).digits >= len(prefix)]
        condition |= Q(tier__in=tiers, **{f"{path}__gte": prefix, f"{path}__lt": after(prefix)})
    return condition
