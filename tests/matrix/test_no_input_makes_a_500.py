"""Whatever is sent, the answer is a page with a reason and never a crash (promises P20, P28), on both databases.

Addresses, forms and the names that they read are found by themselves (tests/filled.py); the garbage is the same in
every run. The two databases share the work: where one reads an address the other sends its form. A long run does all
of it on both, with twice the garbage.
"""

import random
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.utils.datastructures import MultiValueDict
from django_filters.fields import DateRangeField

from tests.filled import account_for, fill, open_form, sendable, staged, url_of
from tests.long import LONG, part_of
from tests.visitor import Visitor
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.long]

LENGTHY = "长" * 10_000
HUGE = str(10**30)
NUL = "a\x00b"
TEXTS = ["'", '"><script>', "\\", "%", "😀", LENGTHY, "－１", "१२", "a\nb", "\u202e", "'; DROP TABLE x; --", "{{7*7}}"]
NUMBERS = ["0", "-1", "abc", HUGE, "9" * 5000, "1e400", "NaN", "٣", "2147483648", "9223372036854775808", "0x1F"]
DAYS = ["0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "2026-13-45", "10000-01-01", "now"]
MOMENTS = ["0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T25:61"]
ENDS = [("0001-01-01", "9999-12-31"), ("9999-12-31", "0001-01-01"), ("2026-02-30", "x")]
LISTS = [
    {"page": "0", "sort": "__class__", "per_page": "0"},
    {"page": "-1", "sort": "-", "per_page": HUGE, "columns": ["x", "door"]},
    {"page": "abc", "sort": ["id_number", "-phone", "pk"], "export": "pdf"},
    {"page": HUGE, "sort": LENGTHY, "columns": "__class__"},
    {"page": "9" * 5000, "sort": "person__id_number_index", "export": "../csv"},
    {"export": "csv", "sort": "password", "page": "last"},
    {"after": HUGE, "sort": "-door"},
    {"before": ["end", "x"], "after": "' OR 1=1", "per_page": "100"},
    {"export": "xlsx", "columns": "text", "sort": "--grid"},
]


# So much of it meets each list, and of the values that a field lets through each form; other addresses draw others.
ASKED, TRIED = part_of(len(LISTS), usual=4), part_of(4, usual=2)
READ, SENT = sendable(), sendable()
if not LONG:
    READ, SENT = (READ[::2], SENT[1::2]) if connection.vendor == "sqlite" else (READ[1::2], SENT[::2])
_NUMBER = re.compile(r"[0-9]+")


def garbage_for(field: forms.Field) -> list[str]:
    """What does not belong into ``field``, the same for fields of a kind."""
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return [*DAYS, *MOMENTS, "'", NUL]
    if isinstance(field, forms.IntegerField | forms.ModelChoiceField):
        return [*NUMBERS, "'", NUL]
    return [*TEXTS, NUL, HUGE, "0001-01-01", ""]


class Careful(Visitor):
    """Sees a crash as an answer of 500, as the user would."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world, name, raise_request_exception=False)


@pytest.mark.parametrize("address", READ)
def test_no_address_crashes(furnished: World, address: str) -> None:
    dice = random.Random(address)
    visitor = Careful(furnished, account_for(address))
    url = url_of(address, furnished)
    with staged(furnished, address):
        context = visitor.ask(url).context or {}
        names = {"next", "role", "grid", "under", "household", "need", "staff", "rule", "history", "period"}
        names |= set(fields_of(context))
        queries = dice.sample(LISTS, ASKED) if "table" in context else LISTS[:1]
        for kind in (TEXTS, NUMBERS, DAYS):
            queries.append({name: dice.choice(kind) for name in sorted(names)})
        reads = part_of(8, usual=4) if "table" in context or fields_of(context) else 2
        queries += [{name: dice.choice([*TEXTS, *NUMBERS])} for name in dice.sample(sorted(names), reads)]
        # A range of days has two fields of its own.
        ranges = [name for name, field in fields_of(context).items() if isinstance(field, DateRangeField)]
        queries += [{f"{name}_after": first, f"{name}_before": last} for name in ranges for first, last in ENDS]
        crashes = crashed(visitor, url, queries)
        name = dice.choice(sorted(names))
        response = visitor.ask(f"{url}{'&' if '?' in url else '?'}{name}={quote(NUL)}")
        assert response.status_code == 400, f"{name}: {response.status_code}"
    assert not crashes, "\n".join(crashes)


def fields_of(context: Any) -> dict[str, forms.Field]:
    """The fields of the page's filters and of its form."""
    filters, form = context.get("filterset"), context.get("form")
    return {**(filters.form.fields if filters else {}), **(form.fields if form else {})}


def crashed(visitor: Visitor, url: str, queries: list[dict[str, Any]]) -> list[str]:
    joint = "&" if "?" in url else "?"
    asked = [f"{url}{joint}{urlencode(query, doseq=True)}" for query in queries]
    return [one[:300] for one in asked if visitor.ask(one).status_code >= 500]


def passes(form: forms.BaseForm, name: str, value: str) -> bool:
    """Whether the field takes ``value`` as it came from a page; where the field cannot say alone, it is tried."""
    field = form.fields[name]
    if isinstance(field, forms.FileField | forms.MultiValueField):
        return True
    key = form.add_prefix(name)
    try:
        field.clean(field.widget.value_from_datadict(MultiValueDict({key: [value]}), {}, key))
    except forms.ValidationError:
        return False
    return True


@pytest.mark.parametrize("address", SENT)
def test_no_form_crashes(furnished: World, address: str) -> None:
    dice = random.Random(address)
    visitor = Careful(furnished, account_for(address))
    url = url_of(address, furnished)
    crashes = []
    with staged(furnished, address):
        form = open_form(visitor, url)
        if form is None:
            return
        good = fill(form)
        sent: list[dict[str, Any]] = [{}, {name: [1, 2] for name in good}, {"version": HUGE}]
        garbage = {name: garbage_for(field) for name, field in form.fields.items()}
        sent += [{name: dice.choice(kinds) for name, kinds in garbage.items()} for _round in range(4)]
        # What a field refuses goes no further: only what it lets through is worth a good form around it. The fields of
        # a list's rows are the same but for their number.
        for name in {_NUMBER.sub("", name): name for name in garbage}.values():
            passing = [value for value in garbage[name] if passes(form, name, value)]
            sent += [good | {name: value} for value in dice.sample(passing, min(TRIED, len(passing)))]
        for data in sent:
            response = visitor.ask(url, "post", data)
            if response.status_code >= 500:
                wrong = {name: str(value)[:60] for name, value in data.items() if good.get(name) != value}
                crashes.append(f"{response.status_code}: {wrong}")
    assert not crashes, "\n".join(crashes)


def test_no_path_crashes(furnished: World) -> None:
    visitor = Careful(furnished, "secretary")
    code = furnished.east_grid.code
    days = [("2026-02-30", "2026-03-01"), ("0001-01-01", "9999-12-31"), ("2026-03-01", "2026-02-01")]
    places = [code, "abc", HUGE, "9" * 12]
    keys = ["0", HUGE, "9" * 5000, "-1", "1%00", "٣", "%F0%9F%98%80"]
    kinds = ["households", "persons", "affairs", "visits", "grids", "staff"]
    paths = [
        *(f"/reports/rows/filed/{place}/{since}/{until}/" for place in places for since, until in days),
        *(f"/{kind}/{key}/" for kind in kinds for key in keys),
        f"/indicators/I26/{code}/9999-12-31/9999-12-31/numerator/",
        f"/indicators/I26/{code}/2026-01-01/2026-02-01/__class__/",
        "/indicators/__class__/",
        f"/households/{furnished.east_household.pk}/persons/{HUGE}/move-in/",
        f"/persons/{furnished.east_person.pk}/show/id_number_index/",
        "/preferences/theme/%00/",
        "//evil.example/",
        "/%00",
        "/%ff",
    ]
    wrong = [path[:200] for path in paths if visitor.ask(path).status_code >= 500]
    assert not wrong, "\n".join(wrong)


def test_the_login_takes_any_words(furnished: World) -> None:
    client = Client(raise_request_exception=False)
    for name, password in ((NUL, "x"), (LENGTHY, LENGTHY), ("😀", "'"), ("", ""), ("secretary", NUL)):
        for door in ("/login/?next=//evil.example", "/admin/login/"):
            assert client.post(door, {"username": name, "password": password}).status_code < 500
