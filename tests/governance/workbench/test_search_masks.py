"""What is hidden cannot be found (promise P05): not by search, filter or sort.

Some probes in every run, all in the long one.
"""

import random

import pytest
from django.urls import reverse

from governance.workbench.search import groups_for
from tests.long import part_of

pytestmark = pytest.mark.once


# ------------------------------------------------------------------ what is hidden cannot be found (promise P05)
@pytest.mark.long
@pytest.mark.parametrize(
    ("role", "count"),
    [
        ("auditor", part_of(2000, usual=200)),
        ("street_desk", part_of(200, usual=50)),
        ("liaison", part_of(200, usual=50)),
    ],
)
def test_probes_tell_nothing_hidden(role, count, named):
    """What a masked reader finds does not depend on hidden digits, and not on hidden names where those are hidden."""
    sees_names = role == "liaison"
    random.seed(20260105)
    person = named.east_person
    probes = _probes(person, sees_names)[:count]
    assert len(probes) == count

    def answers():
        reader = named.fresh(role)
        found = []
        for words in probes:
            found.append([[(hit.title, hit.url) for hit in group.hits] for group in groups_for(reader, words)])
        return found

    before = answers()
    other_number = "990101195603120017"
    person.id_number, person.phone, person.phone_tail = other_number, "13999998888", "8888"
    if not sees_names:
        person.name, person.name_initials = "赵楼", "zl"
    person.save()
    after = answers()
    differing = [probe for probe, old, new in zip(probes, before, after, strict=True) if old != new]
    assert differing == []


def _probes(person, sees_names):
    """Prefixes, suffixes, middles and wildcards of what is hidden, and as much of the same shape that is not."""
    secrets = [person.id_number, person.phone, "13999998888", "990101195603120017"]
    if not sees_names:
        secrets += [person.name, "zy", "zl", "zhaoyi"]
    probes = []
    for secret in secrets:
        for start in range(len(secret)):
            for end in range(start + 1, len(secret) + 1):
                part = secret[start:end]
                probes += [part, f"{part}*", f"%{part}", f"{part}_"] if len(secret) > 4 else [part, f"{part}%"]
    random.shuffle(probes)
    rest = [str(random.randrange(10 ** random.randrange(1, 12))) for _ in range(1200)]
    both = probes[:1200] + rest
    random.shuffle(both)
    return both


@pytest.mark.long
@pytest.mark.parametrize("role", ["auditor", "street_desk", "liaison"])
def test_lists_tell_nothing_hidden_either(role, named, client):
    """Filters, sorts and searches of the lists, before and after the hidden digits change."""
    random.seed(7)
    client.force_login(named.users[role])
    person = named.east_person
    words = [person.id_number[a:b] for a in range(0, 18, 3) for b in range(a + 1, min(a + 12, 19), 3)]
    words += [person.phone[a:] for a in range(11)] + ["0101", "8888", "139"]
    sorts = ["phone", "-phone", "name", "id_number", "-person__id_number_index", "person__phone_tail", "door", "kind"]
    addresses = [f"{reverse(name)}?q={word}" for word in words for name in _LISTS]
    addresses += [f"{reverse(name)}?sort={sort}" for sort in sorts for name in _LISTS]
    addresses += [f"{reverse(name)}?{field}={word}" for field in _FIELDS for word in words[:8] for name in _LISTS]
    addresses = random.sample(addresses, part_of(len(addresses), usual=43))

    def answers():
        found = []
        for address in addresses:
            page = client.get(address)
            rows = page.context["page"].object_list.data if page.context else [page.headers.get("Location")]
            found.append([getattr(row, "pk", row) for row in rows])
        return found

    before = answers()
    person.id_number, person.phone, person.phone_tail = "990101195603120017", "13999998888", "8888"
    person.save()
    assert answers() == before


_LISTS = ("residents:household-list", "residents:person-list")
_FIELDS = ("phone_tail", "person__phone_tail", "id_number_index", "person__id_number_index__startswith", "phone_index")
