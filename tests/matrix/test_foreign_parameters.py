"""A foreign id hidden in a parameter does not work either (promise P02): it is answered like one that does not exist.

What is tried is found by itself: the fields of every form that opens, the filters of every list, and every name that a
page reads from its address while it is made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django_filters
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict

from tests.filled import account_for, fill, open_form, sendable, staged, url_of
from tests.visitor import MISSING, Visitor, lasting, leaks, watched, writes
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What every list reads of its own machinery; it names no object.
MACHINERY = {"page", "after", "before", "per_page", "sort", "columns", "export"}
# Stands in an address to tell it from what is posted.
LISTENING = "listening"
NO_CODE = "990999000000"
NOBODY = "nobody_at_all"
# Public directories: what they name of every district is meant for everybody.
FOR_EVERYBODY = {"grids:servicepoint-public"}


class Pairs:
    """How many (address, field) pairs were tried: a run that tries nothing fails."""

    forms = 0
    filters = 0
    addresses = 0


def foreign_of(world: World, model: type[models.Model]) -> Any:
    """An object of the other district, of this model."""
    known = [*world.events.items(), *world.grids.items(), *world.users.items()]
    named = {name: obj for name, obj in known if name.startswith("foreign")}
    named |= {"household": world.foreign_household, "person": world.foreign_person, "member": world.foreign_member}
    return next((obj for obj in named.values() if type(obj) is model), None)


def sayings(world: World, field: forms.Field) -> list[tuple[Any, Any]]:
    """``(foreign, missing)`` values by which ``field`` could name an object of the other district."""
    if isinstance(field, forms.ModelChoiceField):
        obj = foreign_of(world, field.queryset.model)
        if obj is None:
            return []
        key = field.to_field_name or "pk"
        return [(getattr(obj, key), MISSING if key == "pk" else NO_CODE)]
    if type(field) is forms.CharField and (field.max_length or 0) > 20:
        return []  # prose names nothing
    if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput | forms.Textarea):
        return [(world.foreign_grid.code, NO_CODE)] + (
            [(world.foreign_worker.username, NOBODY)] if names(field) else []
        )
    return []


def names(field: forms.Field) -> bool:
    """Whether a text field becomes an object when it is cleaned."""
    try:
        return isinstance(field.clean("stranger"), models.Model)
    except ValidationError:
        return False


def name_nothing(field: forms.Field) -> bool:
    """Whether the field of a form that is sent by address holds a day or one of a few words."""
    codes = any(str(value).startswith("99") for value, _label in getattr(field, "choices", ()))
    return isinstance(field, forms.DateField) or (isinstance(field, forms.ChoiceField) and not codes)


def told_apart(seen: Any, unseen: Any, foreign: Any, missing: Any) -> bool:
    """Whether the answer about a foreign object differs from the one about no object, the sent value itself apart."""
    echoed = lasting(unseen.words).replace(str(missing), str(foreign))
    return seen.status_code != unseen.status_code or lasting(seen.words) != echoed


@pytest.mark.parametrize("address", sendable())
def test_no_form_takes_an_object_of_the_other_district(furnished: World, address: str) -> None:
    problems = []
    with staged(furnished, address):
        visitor = Visitor(furnished, account_for(address))
        url = url_of(address, furnished)
        form = open_form(visitor, url)
        if form is None:
            return
        good = fill(form)
        for name, field in form.fields.items():
            for foreign, missing in sayings(furnished, field):
                Pairs.forms += 1
                with watched() as statements:
                    seen = visitor.ask(url, "post", good | {name: foreign})
                unseen = visitor.ask(url, "post", good | {name: missing})
                if told_apart(seen, unseen, foreign, missing):
                    problems.append(f"{name}={foreign}: told apart from one that does not exist")
                linking = isinstance(field, forms.ModelChoiceField) or names(field)
                if linking and (written := writes(statements)):
                    problems.append(f"{name}={foreign}: {written[:2]}")
                problems += [f"{name}={foreign}: {leak}" for leak in leaks(visitor.name, seen.words)]
    assert not problems, "\n".join(problems)


@contextmanager
def listening(asked: set[str]) -> Iterator[None]:
    """Notes every name that is read from the address or from a form."""
    patch = pytest.MonkeyPatch()
    for method in ("__getitem__", "__contains__", "get", "getlist"):
        original = getattr(QueryDict, method)

        def heard(self: Any, key: Any, *rest: Any, original: Any = original) -> Any:
            if dict.__contains__(self, LISTENING):
                asked.add(str(key))
            return original(self, key, *rest)

        patch.setattr(QueryDict, method, heard)
    try:
        yield
    finally:
        patch.undo()


def foreign_words(world: World) -> list[tuple[Any, Any]]:
    """What an address could name a foreign object by: its code, and the key of every kind of object."""
    return [(world.foreign_grid.code, NO_CODE), *((key, MISSING) for key in world.unmistakable_keys)]


@pytest.mark.parametrize("address", [address for address in sendable() if address not in FOR_EVERYBODY])
def test_no_address_names_an_object_of_the_other_district(furnished: World, address: str) -> None:
    visitor = Visitor(furnished, account_for(address))
    url = url_of(address, furnished)
    joint = "&" if "?" in url else "?"
    asked: set[str] = set()
    problems = []
    with staged(furnished, address), listening(asked):
        response = visitor.ask(f"{url}{joint}{LISTENING}=1")
    shown = response.context.get("filterset") if response.context else None
    filters = shown.filters if shown is not None else {}
    form = response.context.get("form") if response.context else None
    plain = {name for name, field in form.fields.items() if name_nothing(field)} if form is not None else set()
    pairs = []
    for name in sorted(asked - MACHINERY - {LISTENING} - plain):
        one = filters.get(name)
        if isinstance(one, django_filters.ModelChoiceFilter):
            pairs += [(name, *said) for said in sayings(furnished, one.field)]
            Pairs.filters += 1
        elif name not in filters and name.partition("_")[0] not in filters:
            pairs += [(name, *said) for said in foreign_words(furnished)]
            Pairs.addresses += 1
    for name, foreign, missing in pairs:
        with staged(furnished, address):
            seen = visitor.ask(f"{url}{joint}{name}={foreign}")
            unseen = visitor.ask(f"{url}{joint}{name}={missing}")
        if told_apart(seen, unseen, foreign, missing):
            problems.append(f"{name}={foreign}: told apart from one that does not exist")
        problems += [f"{name}={foreign}: {leak}" for leak in leaks(visitor.name, seen.words)]
    assert not problems, "\n".join(problems)


def test_enough_was_tried() -> None:
    """Run with the whole file: the pages lost none of their parameters."""
    if Pairs.forms:
        assert Pairs.forms >= 28
        assert Pairs.filters >= 9
        assert Pairs.addresses >= 12
