"""What a household was told about a need: written once."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common import clock
from grids.common.errors import Conflict
from grids.trail.services import record
from residents.visits import rules
from residents.visits.models import HouseholdNeed, NeedAnswer
from residents.visits.querysets import is_contact_of


def answer_need(need: HouseholdNeed, *, actor: Any, text: str) -> NeedAnswer:
    """Note what the household was told about ``need``; that settles it.

    Of two answers at once one is kept, the other hears ``Conflict``. Raises ``Refused`` for whoever may not,
    ``ValidationError`` by field. What was said stays out of the trail: it is personal.
    """
    text = text.strip()
    if not text:
        raise ValidationError({"text": [_("Please write down what the household was told.")]})
    if len(text) > rules.NEED_MAXIMUM:
        raise ValidationError({"text": [_("At most %(count)d characters, please.") % {"count": rules.NEED_MAXIMUM}]})
    grid = need.household.grid
    rules.may_answer(actor, grid, is_contact=is_contact_of(actor, need.household)).or_raise()
    try:
        with transaction.atomic():
            answer = NeedAnswer.objects.create(need=need, text=text, answered_by=actor, answered_at=clock.now())
            record("need.answer", answer, actor=actor, grid=grid, changes={"need": [None, need.pk]})
    except IntegrityError as problem:
        raise Conflict(already_answered()) from problem
    return answer


def already_answered() -> str:
    """What the slower of two hears."""
    return _("This need has been answered already.")
