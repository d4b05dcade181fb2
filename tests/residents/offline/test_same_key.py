"""The same id with the same content is answered the same, with other content it is refused (promise P56).

500 pairs by their digests and 60 through the address of the portal; 5,000 and 300 with ``make test-long``.
"""

import copy
import json
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from residents.offline import rules
from residents.offline.models import SyncItem
from tests.long import part_of
from tests.residents.offline.phone import Phone, visit
from tests.world import World

pytestmark = pytest.mark.long

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
plain = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | text
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=6
)
payloads = st.dictionaries(text, values, max_size=5)
moments = st.datetimes().map(lambda moment: moment.isoformat() + "Z")


def entry(kind: str, made_at: str, payload: dict[str, Any]) -> rules.Entry:
    raw = {"id": str(uuid.uuid4()), "kind": kind, "made_at": made_at, "payload": payload}
    found = rules.read_entry(json.loads(json.dumps(raw)))
    assert found is not None
    assert not found.fault
    return found


def typed(value: Any) -> str:
    """JSON in one order of keys: what "the same content" means, said another way than the code says it."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{typed(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(typed(one) for one in value) + "]"
    return json.dumps(value)


@pytest.mark.once
@settings(max_examples=part_of(5000, usual=500), deadline=None, suppress_health_check=list(HealthCheck))
@given(payloads, payloads, moments, st.sampled_from(["visit.log", "door.note"]), st.booleans())
def test_pairs_differ_by_digest_exactly_when_they_differ(first, second, made_at, kind, same):
    second = copy.deepcopy(first) if same else second
    second = dict(reversed(list(second.items())))
    one, two = entry("visit.log", made_at, first), entry(kind, made_at, second)
    alike = one.kind == two.kind and typed(first) == typed(second)
    assert (rules.digest_of(one) == rules.digest_of(two)) == alike


@pytest.mark.once
def test_pairs_through_the_address(world: World):
    phone = Phone(world.east_worker)

    @settings(max_examples=part_of(300, usual=60), deadline=None, suppress_health_check=list(HealthCheck))
    @given(text, text, st.booleans())
    def pair(note: str, other: str, same: bool) -> None:
        before = SyncItem.objects.count()
        one = visit(world.east_household, note=note, invited=True)
        two = {**one, "payload": one["payload"] | {"note": note if same else other}}
        first, second, again = phone.sync(one, two, one)
        assert first == again
        assert (second == first) == (two == one)
        if two != one:
            assert second["state"] == "refused"
        assert SyncItem.objects.count() == before + 1

    pair()
