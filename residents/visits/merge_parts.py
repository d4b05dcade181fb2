"""A household joins another one, or turns out to be the same: what is owed at its door is owed where it goes on (M20).

Nobody is asked about it: a visit that is owed is forgotten by no change of the roster.
"""

from typing import Any

from residents.roster.merge_parts import Choices, JoiningPart, MergePart, Pair, joining_parts, merge_parts
from residents.roster.models import Household
from residents.visits.services import carry_over

OTHER = {"kept": "absorbed", "absorbed": "kept"}


def nothing_to_ask(_subject: Any, _user: Any) -> None:
    return None


def settle_joining(household: Household, into: Household, _goes_along: bool, actor: Any) -> None:
    carry_over(household, into, actor=actor)


def settle_pair(pair: Pair, _choices: Choices, home: str, actor: Any) -> None:
    """Where the other home of a person who was entered twice becomes empty."""
    left = OTHER[home]
    lives, leaves = pair.homes[home], pair.homes[left]
    if lives is not None and leaves is not None and pair.closes(left):
        carry_over(leaves.household, lives.household, actor=actor)


joining_parts["tasks"] = JoiningPart("tasks", nothing_to_ask, settle_joining)
merge_parts.register(MergePart("tasks", nothing_to_ask, settle_pair))
