"""The law of care tags and consents (domain.md 2.9, 2.11; PIPL arts. 13-15, 29, 31). Pure; care, never control."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied
from residents.roster.choices import CareBasis, CareKind, ConsentPurpose, ConsentWay
from residents.roster.rules import age_on

UNDER_AGE = 14  # PIPL art. 31: below it the guardian agrees
CHILD_KINDS = frozenset({CareKind.LEFT_BEHIND_CHILD, CareKind.CHILD_IN_DIFFICULTY})
# From which age a tag can apply; where the birth date is not known nobody asks.
LEAST_AGE = {
    CareKind.LIVING_ALONE: 60,
    CareKind.EMPTY_NEST: 60,
    CareKind.DISABLED_ELDERLY: 60,
    CareKind.ADVANCED_AGE: 80,
}
GROWN_UP = 18
MAY_NOT_CARE = gettext_lazy("Your role may not enter care tags and consents here.")
TAG_IS_OVER = gettext_lazy("This care tag has ended already.")
CONSENT_IS_OVER = gettext_lazy("This consent has been withdrawn already.")


def sees_care(user: Any, grid: Any) -> bool:
    """Whether care tags in ``grid`` are shown to ``user``; others see numbers only, and nothing on a person's page."""
    return user is None or (grid is not None and user.has_perm(Permission.VIEW_CARE, grid))


def may_manage_care(user: Any, grid: Any) -> Decision:
    """Whether ``user`` enters and reviews care tags and consents in ``grid``."""
    if user is None or (grid is not None and user.has_perm(Permission.MANAGE_CARE, grid)):
        return Allowed()
    return Denied(MAY_NOT_CARE)


def latest_review(on: date) -> date:
    """A care tag is looked at anew after twelve months at the latest (domain.md 3.9)."""
    try:
        return on.replace(year=on.year + 1)
    except ValueError:  # 29 February
        return on.replace(year=on.year + 1, day=28)


def check_review(review_on: date, *, on: date) -> None:
    """Raises ``ValidationError`` unless the review lies within the twelve months after ``on``."""
    if not on < review_on <= latest_review(on):
        message = _("The review lies after today and within twelve months, by %(day)s.")
        raise ValidationError({"review_on": message % {"day": f"{latest_review(on):%Y-%m-%d}"}})


@dataclass(frozen=True)
class TagFacts:
    """What the rules must know of a tag that is to be entered."""

    kind: CareKind
    basis: CareBasis
    source_document: str = ""
    has_consent: bool = False


def check_tag(tag: TagFacts, *, birth_date: date | None, on: date) -> None:
    """Raises ``ValidationError`` by field: the basis must be proved, and the group must fit the age where it is known.

    Optional groups (``CareKind.needing_consent``) rest on the person's separate consent and on nothing else.
    """
    problems = {}
    if tag.kind in CareKind.needing_consent() and tag.basis != CareBasis.CONSENT:
        problems["basis"] = _("For this group only the person’s own consent will do.")
    elif tag.basis == CareBasis.CONSENT and not tag.has_consent:
        problems["basis"] = _("There is no consent to care tags on record. Enter the consent first.")
    elif tag.basis == CareBasis.STATUTORY and not tag.source_document.strip():
        problems["source_document"] = _("Name the document, such as a list of the street and its year.")
    if birth_date is not None:
        age = age_on(birth_date, on)
        least = LEAST_AGE.get(tag.kind)
        if least is not None and age < least:
            problems["kind"] = _("This group begins at %(least)s years; by the roster the person is %(age)s.") % {
                "least": least,
                "age": age,
            }
        if tag.kind in CHILD_KINDS and age >= GROWN_UP:
            problems["kind"] = _("This group is for children; by the roster the person is %(age)s.") % {"age": age}
    if problems:
        raise ValidationError(problems)


def check_consent(values: Mapping[str, Any], *, birth_date: date | None, on: date) -> dict[str, Any]:
    """The clean values of a consent. Under 14 the guardian agrees; spoken words need a witness.

    Raises ``ValidationError`` by field.
    """
    cleaned = {
        "purpose": ConsentPurpose(values["purpose"]).value,
        "way": ConsentWay(values["way"]).value,
        "given_on": values.get("given_on") or on,
        "guardian_name": (values.get("guardian_name") or "").strip(),
        "witness": (values.get("witness") or "").strip(),
    }
    problems = {}
    if cleaned["given_on"] > on:
        problems["given_on"] = _("This day is in the future.")
    elif needs_guardian(birth_date, on=cleaned["given_on"]) and not cleaned["guardian_name"]:
        problems["guardian_name"] = _("The person is under 14: enter the guardian who agreed.")
    if cleaned["way"] == ConsentWay.SPOKEN and not cleaned["witness"]:
        problems["witness"] = _("Somebody else must have heard it. Enter the witness.")
    if problems:
        raise ValidationError(problems)
    return cleaned


def needs_guardian(birth_date: date | None, *, on: date) -> bool:
    return birth_date is not None and age_on(birth_date, on) < UNDER_AGE
