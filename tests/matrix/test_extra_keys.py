"""Fields that are not on a form cannot be set (promise P07): extra keys leave the rows that plain sending leaves."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import models

from governance.affairs.choices import AffairState
from grids.access.models import RoleGrant
from tests.filled import account_for, fill, open_form, sendable, staged, url_of
from tests.visitor import Visitor, watched
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
APPS = ("grids", "residents", "governance")
# Columns that differ each time: moments, keys of new rows, ciphers, hashes, random codes.
PASSING = {"id", "password", "tracking_index", "client_id", "payload_digest", "object_id", "changes", "reason"}
PASSING |= {"code_index", "request_id", "digest", "sequence", "last_login", "ticket"}


def tables() -> list[type[models.Model]]:
    """The portal's models; the seals of the trail follow from its entries."""
    everything = [model for name in APPS for model in apps.get_app_config(name).get_models()]
    return [model for model in everything if not model.__name__.startswith(("Trail", "Unsealed"))]


Keys = dict[type[models.Model], set[Any]]
Picture = dict[type[models.Model], list[Any]]


@pytest.fixture(scope="module")
def known(furnished: World) -> Keys:
    """The keys of all rows that were there before anything was sent."""
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in tables()}


def sent(visitor: Visitor, url: str, data: dict[str, Any], known: Keys) -> Any:
    """The answer; its ``after`` is the picture of every table that a statement wrote into: no other has changed."""
    with watched() as statements:

        def touched() -> list[type[models.Model]]:
            return [model for model in tables() if any(f'"{model._meta.db_table}"' in sql for sql in statements)]

        # Hundreds of keys in parts of their own take longer to read than all that follows.
        return visitor.ask(
            url,
            "post",
            urlencode(data, doseq=True),
            then=lambda: photograph(touched(), known),
            content_type="application/x-www-form-urlencoded",
        )


def photograph(touched: Iterable[type[models.Model]], known: Keys) -> Picture:
    """Every row without what differs each time; whatever points to a row that is not ``known`` points to "new"."""
    picture = {}
    for model in touched:
        fields = [
            field
            for field in model._meta.concrete_fields
            if field.name not in PASSING
            and not isinstance(field, models.DateTimeField)
            # The source of a role grant names the key of a post.
            and (model is not RoleGrant or field.name != "source")
        ]
        rows = model._base_manager.values_list(*(field.attname for field in fields))
        picture[model] = sorted(
            [[lasting_value(field, value, known) for field, value in zip(fields, row, strict=True)] for row in rows],
            key=repr,
        )
    return picture


def lasting_value(field: models.Field, value: Any, known: Keys) -> Any:
    is_new = field.is_relation and value is not None and value not in known.get(field.related_model, {value})
    return "new" if is_new else value


def extra_keys(world: World, form: Any) -> dict[str, Any]:
    """Every column of every model that is no field of the form, with a value that would do harm."""
    harmful = {
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "",
        "state": AffairState.CLOSED.value,
        "status": "closed",
        "slot": "15",
        "version": "1",
        "grid": world.foreign_grid.pk,
        "handler": world.foreign_worker.pk,
        "verifier": world.foreign_worker.pk,
    }
    for model in tables():
        for field in model._meta.concrete_fields:
            harmful.setdefault(field.name, "1")
            harmful.setdefault(field.attname, str(world.foreign_worker.pk))
    return {key: value for key, value in harmful.items() if key not in form.fields}


class Sent:
    accepted = 0
    photographed = 0


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("address", sendable())
def test_extra_keys_have_no_effect(furnished: World, known: Keys, address: str) -> None:
    with staged(furnished, address):
        visitor = Visitor(furnished, account_for(address))
        url = url_of(address, furnished)
        form = open_form(visitor, url)
        if form is None:
            return
        good = fill(form)
        extra = extra_keys(furnished, form)
        # Asked for only once the door turned out to be taken; then it is a field of the form.
        extra.pop("another_at_door", None)
        plain, stuffed = (sent(visitor, url, data, known) for data in (good, good | extra))
        by_one = photograph(plain.after.keys() ^ stuffed.after.keys(), known)  # as the other one left it
    assert stuffed.status_code == plain.status_code
    Sent.accepted += plain.status_code == 302
    Sent.photographed += len(plain.after)
    for table in plain.after.keys() | stuffed.after.keys():
        assert (by_one | stuffed.after)[table] == (by_one | plain.after)[table], table


def test_enough_forms_were_accepted() -> None:
    """Run with the whole file: a form that is refused anyway proves nothing."""
    assert Sent.accepted == 0 or Sent.accepted >= 35
    assert Sent.photographed >= 2 * Sent.accepted
