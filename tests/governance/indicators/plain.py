"""The figures of contacts and visits counted in plain Python over the stored rows, by domain.md 3.4 to 3.7.

It shares nothing with the querysets that it checks: rows are read whole and counted one by one.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chinese_calendar import is_workday

from governance.affairs.models import Affair
from governance.indicators.rules import Period
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment, ContactBand, ContactExemption, ContactMember
from residents.roster.models import Dwelling, Household
from residents.visits.models import Encounter, HouseholdNeed, NeedAnswer, VisitTask

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIVE = {"hardship", "discontent", "emergency", "dispute", "family_event"}
MET = {"met", "met_relative", "changed", "problem"}


def rows_of(model: Any) -> list[dict[str, Any]]:
    return list(model._base_manager.values())


class Town:
    """Everything stored, read once; ``count`` answers for one subtree and period."""

    def __init__(self) -> None:
        codes = {row["id"]: row["code"] for row in rows_of(Grid)}
        self.dwellings = {row["id"]: row for row in rows_of(Dwelling)}
        self.households = rows_of(Household)
        self.code_of = {row["id"]: codes[self.dwellings[row["dwelling_id"]]["grid_id"]] for row in self.households}
        self.members = [row | {"code": codes[row["grid_id"]]} for row in rows_of(ContactMember)]
        self.kinds = {row["id"]: (row["kind"], row["code"]) for row in self.members}
        self.mass_counts = {codes[row["grid_id"]] for row in rows_of(ContactBand) if row["mass_counts"]}
        self.assignments = rows_of(ContactAssignment)
        self.bands = {codes[row["grid_id"]]: (row["minimum"], row["maximum"]) for row in rows_of(ContactBand)}
        self.exemptions = rows_of(ContactExemption)
        replaced = {row["replaces_id"] for row in rows_of(Encounter)}
        self.encounters = [row for row in rows_of(Encounter) if row["id"] not in replaced]
        self.tasks = rows_of(VisitTask)
        self.needs = rows_of(HouseholdNeed)
        self.answers = {row["need_id"]: row["answered_at"] for row in rows_of(NeedAnswer)}
        self.affairs = {row["need_id"]: row["reported_at"] for row in rows_of(Affair) if row["need_id"]}

    def count(self, prefix: str, period: Period, as_of: datetime) -> dict[str, tuple[int, int]]:
        end = min(_midnight(period.until + timedelta(days=1)), as_of)
        day = min(period.until, as_of.astimezone(SHANGHAI).date())
        start = _midnight(period.since)
        homes = [row["id"] for row in self.households if self._lives(row, day) and self._under(row["id"], prefix)]
        contacts = [row for row in self.assignments if row["role"] == "primary" and _in_office(row, day)]
        covered, load = set(), defaultdict(int)
        for row in contacts:
            if self._counts(row["member_id"]):
                covered.add(row["household_id"])
            load[row["member_id"]] += 1
        serving = [row for row in self.members if self._serves(row, day) and row["code"].startswith(prefix)]
        reached = {row["household_id"] for row in self.encounters if _is_effective(row, end)}
        due = [
            row
            for row in self.tasks
            if row["trigger"] in FIVE
            and row["state"] != "cancelled"
            and start <= row["due_at"] < end
            and self._under(row["household_id"], prefix)
        ]
        asked = [
            row for row in self.needs if start <= row["raised_at"] < end and self._under(row["household_id"], prefix)
        ]
        return {
            "I26": (sum(home in covered for home in homes), len(homes)),
            "I27": (sum(self._in_band(row, load[row["id"]]) for row in serving), len(serving)),
            "I28": (sum(row["arrived_at"] is not None and row["arrived_at"] <= row["due_at"] for row in due), len(due)),
            "I29": (sum(home in reached for home in homes), len(homes)),
            "I31": (sum(self._settled_in_time(row) for row in asked), len(asked)),
        }

    def _counts(self, member: int) -> bool:
        """A party-masses central household counts only where the community says so."""
        return self.kinds[member][0] != "mass" or self.kinds[member][1] in self.mass_counts

    def _under(self, household: int, prefix: str) -> bool:
        return self.code_of[household].startswith(prefix)

    def _lives(self, row: dict[str, Any], day: date) -> bool:
        is_home = self.dwellings[row["dwelling_id"]]["use"] != "collective"
        return is_home and row["opened_on"] <= day and (row["closed_on"] is None or row["closed_on"] > day)

    def _serves(self, row: dict[str, Any], day: date) -> bool:
        lasts = row["starts_on"] <= day and (row["ends_on"] is None or row["ends_on"] > day)
        return lasts and not any(
            one["member_id"] == row["id"] and one["starts_on"] <= day and (one["until"] is None or one["until"] >= day)
            for one in self.exemptions
        )

    def _in_band(self, row: dict[str, Any], load: int) -> bool:
        low, high = self.bands.get(row["code"], (5, 15))
        return low <= load <= high

    def _settled_in_time(self, row: dict[str, Any]) -> bool:
        moments = [self.answers.get(row["id"]), self.affairs.get(row["id"])]
        return any(moment is not None and moment <= _third_working_day(row["raised_at"]) for moment in moments)


def _in_office(row: dict[str, Any], day: date) -> bool:
    lasts = row["starts_on"] <= day and (row["ends_on"] is None or row["ends_on"] > day)
    works = row["suspended_on"] is None or row["suspended_on"] > day
    return lasts and works and row["status"] not in {"proposed", "refused", "lapsed", "withdrawn"}


def _is_effective(row: dict[str, Any], end: datetime) -> bool:
    """V2 and V4: at the door, somebody met, with substance, within the last 180 days."""
    substance = row["has_needs"] or row["outcome"] == "changed" or row["note_length"] >= 10
    return (
        end - timedelta(days=180) <= row["occurred_at"] < end
        and row["kind"] != "contact"
        and row["channel"] == "face"
        and row["outcome"] in MET
        and substance
    )


def _third_working_day(raised_at: datetime) -> datetime:
    """The end (18:00) of the third working day after the day on which it was said."""
    day, left = raised_at.astimezone(SHANGHAI).date(), 3
    while left:
        day += timedelta(days=1)
        left -= is_workday(day)
    return datetime.combine(day, time(18), SHANGHAI)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), SHANGHAI)
