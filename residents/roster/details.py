"""The further fields of somebody's living here (GB/T 31000, domain.md 2.8): registration, coming and going. Pure."""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from stdnum import numdb

from residents.roster.choices import InflowReason, ResidencyKind

FIELDS = ("hukou_here", "hukou_county", "inflow_reason", "registered_on", "expected_leave_on")
# Who came from elsewhere, so that the question why makes sense.
CAME_FROM_ELSEWHERE = frozenset(
    {ResidencyKind.PERMANENT_NONLOCAL, ResidencyKind.MIGRANT, ResidencyKind.LODGER, ResidencyKind.OVERSEAS}
)
_COUNTRIES = Path(__file__).parent / "data" / "countries.csv"


def clean_details(values: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """The further fields of a residency that ``values`` names, checked. Raises ``ValidationError`` by field.

    ``hukou_county`` is a county code of GB/T 2260, present or past, of whoever is registered elsewhere;
    ``inflow_reason``, ``registered_on`` and ``expected_leave_on`` are kept of those who came from elsewhere only.
    """
    cleaned = {name: values[name] for name in FIELDS if name in values}
    problems = {}
    county = str(cleaned.get("hukou_county") or "").strip()
    if "hukou_county" in cleaned:
        cleaned["hukou_county"] = county
        if county and not county_name(county):
            problems["hukou_county"] = _("This is no county code of six digits. Please choose one of the list.")
    if county and cleaned.get("hukou_here"):
        problems["hukou_county"] = _("Somebody who is registered here has no other county. Leave one of them empty.")
    reason = cleaned.get("inflow_reason") or ""
    if reason and reason not in InflowReason.values:
        problems["inflow_reason"] = _("“%(value)s” is not in the list.") % {"value": reason}
    if kind not in CAME_FROM_ELSEWHERE:
        for name in ("inflow_reason", "registered_on", "expected_leave_on"):
            if cleaned.get(name):
                problems[name] = _("This is kept only of people who came from elsewhere. Leave it empty.")
    if problems:
        raise ValidationError(problems)
    return cleaned


def check_leaving_day(expected: date | None, *, starts_on: date) -> None:
    """Raises ``ValidationError`` when somebody is expected to leave before he came."""
    if expected is not None and expected < starts_on:
        raise ValidationError({"expected_leave_on": _("This day lies before the day of moving in.")})


def county_name(code: str) -> str:
    """``浙江省杭州市西湖区`` of 330106; empty for what is no county code (GB/T 2260, present or past)."""
    if len(code) != 6 or not code.isascii() or not code.isdecimal():
        return ""
    facts: dict[str, str] = {}
    for _digits, known in numdb.get("cn/loc").info(code):
        facts |= known
    if "county" not in facts:
        return ""
    # Several names of one code are separated by commas, each with its years; the last one is the present one.
    names = [facts.get(level, "").split(",")[-1].rpartition("]")[2] for level in ("province", "prefecture", "county")]
    return "".join(dict.fromkeys(name for name in names if name and name not in {"市辖区", "县"}))


@cache
def countries() -> dict[str, dict[str, str]]:
    """Countries and regions by ISO 3166-1 alpha-2 (GB/T 2659) with their names ``zh`` and ``en``; without China."""
    with _COUNTRIES.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: {"zh": row["zh"], "en": row["en"]} for row in csv.DictReader(lines)}


def country_name(code: str) -> str:
    """The country in the language of the page; the code itself when it is not in the list."""
    names = countries().get(code)
    return names["zh" if (get_language() or "").startswith("zh") else "en"] if names else code


def clean_country(text: str) -> str:
    """The alpha-2 code of a country given by code or by its Chinese or English name; empty stays empty."""
    word = (text or "").strip()
    if not word or word.upper() in countries():
        return word.upper()
    for code, names in countries().items():
        if word.casefold() in {names["zh"], names["en"].casefold()}:
            return code
    raise ValidationError(_("“%(value)s” is not in the list of countries and regions.") % {"value": word})
