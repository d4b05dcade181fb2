"""The figures of contacts and visits counted in plain Python over the stored rows, by domain.md 3.4 to 3.7.

It shares nothing with the querysets that it checks: rows are read whole and counted one by one.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chinese_calendar import is_workday

from governance.affairs.models import Affair
from governance.indicators.rules import Period
from governance.meetings.models import Attendance, Meeting
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment, ContactBand, ContactExemption, ContactMember
from residents.roster.models import CareTag, Dwelling, Household, Residency
from residents.visits.models import CareLevelPlan, Encounter, HouseholdNeed, NeedAnswer, VisitTask
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIVE = {"hardship", "discontent", "emergency", "dispute", "family_event"}
MET = {"met", "met_relative", "changed", "problem"}
HELD = {"held", "confirmed", "published"}
# V4 and domain.md 2.9: days between visits by care level, and the level that a care group suggests.
DAYS = {"A": 7, "B": 30, "C": 90, "": 180}
LEVELS = {
    **dict.fromkeys(("disabled_elderly", "serious_illness"), "A"),
    **dict.fromkeys(("living_alone", "severe_disability", "bereaved_family", "destitute"), "B"),
    **dict.fromkeys(("child_in_difficulty", "left_behind_child"), "B"),
    **dict.fromkeys(("empty_nest", "advanced_age", "low_income", "new_mother"), "C"),
}


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
        self.opened = {row["id"]: row["opened_on"] for row in self.households}
        self.plans, self.residencies, self.tags, self.counted = (defaultdict(list) for _one in range(4))
        for row in rows_of(CareLevelPlan):
            self.plans[row["household_id"]].append(row)
        for row in rows_of(Residency):
            self.residencies[row["household_id"]].append(row)
        for row in rows_of(CareTag):
            self.tags[row["person_id"]].append(row)
        for row in sorted(self.encounters, key=lambda row: row["occurred_at"]):
            if _is_effective(row) or _is_call_to_the_absent(row):
                self.counted[row["household_id"]].append(row["occurred_at"])
        self.tasks = rows_of(VisitTask)
        self.meetings = [row | {"code": codes[row["grid_id"]]} for row in rows_of(Meeting)]
        self.attendances = rows_of(Attendance)
        self.needs = rows_of(HouseholdNeed)
        self.reports = [row | {"code": codes[row["grid_id"]]} for row in rows_of(PartyMemberReport)]
        calls = {row["id"]: codes[row["grid_id"]] for row in rows_of(ServiceCall)}
        self.claims = [row | {"code": calls[row["call_id"]]} for row in rows_of(ServiceClaim)]
        self.answers = {row["need_id"]: row["answered_at"] for row in rows_of(NeedAnswer)}
        self.affairs = {row["need_id"]: row["reported_at"] for row in rows_of(Affair) if row["need_id"]}

    def count(self, prefix: str, period: Period, as_of: datetime) -> dict[str, tuple[int, int]]:
        end = min(_midnight(period.until + timedelta(days=1)), as_of)
        day = min(period.until, as_of.astimezone(SHANGHAI).date())
        start, last = _midnight(period.since), end if end == as_of else end - timedelta(microseconds=1)
        homes = [row["id"] for row in self.households if self._lives(row, day) and self._under(row["id"], prefix)]
        contacts = [row for row in self.assignments if row["role"] == "primary" and _in_office(row, day)]
        covered, load = set(), defaultdict(int)
        for row in contacts:
            if self._counts(row["member_id"]):
                covered.add(row["household_id"])
            load[row["member_id"]] += 1
        serving = [row for row in self.members if self._serves(row, day) and row["code"].startswith(prefix)]
        owed = [home for home in homes if not self._in_grace(home, day, last)]
        care = [answer for home in homes if (answer := self._care_in_time(home, start, last, day)) is not None]
        briefings = [row for row in self._briefings(prefix, as_of) if period.since <= row["planned_on"] <= day]
        held = {row["id"] for row in briefings if row["state"] in HELD}
        rolls = [row for row in self.attendances if row["meeting_id"] in held]
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
        reports = [row for row in self.reports if start <= row["reported_at"] < end and row["code"].startswith(prefix)]
        claims = [row for row in self.claims if start <= row["claimed_at"] < end and row["code"].startswith(prefix)]
        return {
            "I26": (sum(home in covered for home in homes), len(homes)),
            "I27": (sum(self._in_band(row, load[row["id"]]) for row in serving), len(serving)),
            "I28": (sum(row["arrived_at"] is not None and row["arrived_at"] <= row["due_at"] for row in due), len(due)),
            "I29": (sum(self._due(home, day, last) > last for home in owed), len(owed)),
            "I30": (sum(care), len(care)),
            "I31": (sum(self._settled_in_time(row) for row in asked), len(asked)),
            "I32": (sum(row["state"] == "present" for row in rolls), len(rolls)),
            "I33": (sum(_in_its_month(row) for row in briefings), len(briefings)),
            "I55": (sum(_was_taken_on(row) for row in reports), len(reports)),
            "I56": (sum(row["state"] == "confirmed" for row in claims), len(claims)),
        }

    def months_in_a_row(self, prefix: str, period: Period, as_of: datetime) -> int:
        """The least number of months in a row, back from the last briefing, that a community met in the right one."""
        day = min(period.until, as_of.astimezone(SHANGHAI).date())
        streaks = []
        for series in {row["series_id"] for row in self.meetings}:
            went_well = {
                row["month"]: _in_its_month(row)
                for row in self._briefings(prefix, as_of)
                if row["series_id"] == series and row["planned_on"] <= day
            }
            if went_well:
                month, count = max(went_well), 0
                while went_well.get(month):
                    month, count = (month - timedelta(days=1)).replace(day=1), count + 1
                streaks.append(count)
        return min(streaks, default=0)

    def _briefings(self, prefix: str, as_of: datetime) -> list[dict[str, Any]]:
        """Those whose day has passed, or that were held."""
        today = as_of.astimezone(SHANGHAI).date()
        rows = [row for row in self.meetings if row["code"].startswith(prefix)]
        return [row for row in rows if row["planned_on"] < today or row["state"] in HELD]

    def _care(self, home: int, day: date) -> tuple[str, date] | None:
        """The care level on that day and since when: of the plan, else the highest that the care tags suggest."""
        plans = [row for row in self.plans[home] if _stood(row, day)]
        if plans:
            return plans[0]["level"], plans[0]["starts_on"]
        living = {row["person_id"] for row in self.residencies[home] if _stood(row, day, "ends_on")}
        suggested = [
            (LEVELS[tag["kind"]], tag["starts_on"])
            for person in living
            for tag in self.tags[person]
            if tag["kind"] in LEVELS and _stood(tag, day)
        ]
        return min(suggested, default=None)

    def _visits(self, home: int, until: datetime) -> list[datetime]:
        return [moment for moment in self.counted[home] if moment <= until]

    def _first_due(self, home: int, day: date) -> datetime:
        """Ten working days after moving in; what is long over counts as fourteen days."""
        opened = self.opened[home]
        if (day - opened).days > 60:
            return datetime.combine(opened + timedelta(days=14), time(0), UTC)
        return _working_day(opened, 10)

    def _due(self, home: int, day: date, last: datetime) -> datetime:
        visits, care = self._visits(home, last), self._care(home, day)
        if not visits:
            return self._first_due(home, day)
        return visits[-1] + timedelta(days=DAYS[care[0] if care else ""])

    def _in_grace(self, home: int, day: date, last: datetime) -> bool:
        return not self._visits(home, last) and self._first_due(home, day) > last

    def _care_in_time(self, home: int, start: datetime, last: datetime, day: date) -> bool | None:
        """Whether somebody came each time before it was due; None where nothing was due, or no care level stood.

        It walks from visit to visit: each one sets the next due moment.
        """
        care = self._care(home, day)
        if care is None or care[1] >= day:
            return None
        cycle, begin = timedelta(days=DAYS[care[0]]), max(start, _midnight(care[1] + timedelta(days=1)))
        visits, due, answers = self._visits(home, last), self._first_due(home, day), []
        for came in [*visits, None]:
            if due <= last:
                if came is None or came > due:
                    # Late, unless somebody had come before the time that is looked at began.
                    answers += [False] if came is None or came >= begin else []
                elif due >= begin:
                    answers.append(True)
            due = came + cycle if came else due
        return all(answers) if answers else None

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
        until = _working_day(row["raised_at"].astimezone(SHANGHAI).date(), 3)
        return any(moment is not None and moment <= until for moment in moments)


def _in_office(row: dict[str, Any], day: date) -> bool:
    lasts = row["starts_on"] <= day and (row["ends_on"] is None or row["ends_on"] > day)
    works = row["suspended_on"] is None or row["suspended_on"] > day
    return lasts and works and row["status"] not in {"proposed", "refused", "lapsed", "withdrawn"}


def _stood(row: dict[str, Any], day: date, last: str = "ended_on") -> bool:
    return row["starts_on"] <= day and (row[last] is None or row[last] > day)


def _is_call_to_the_absent(row: dict[str, Any]) -> bool:
    """V3: reached from afar, and the whole household was away or at sea."""
    reason = row["household_away"] and row["remote_reason"] in {"away", "at_sea"}
    return reason and row["channel"] != "face" and row["outcome"] in MET


def _in_its_month(row: dict[str, Any]) -> bool:
    if row["state"] not in HELD or row["opened_at"] is None:
        return False
    return row["opened_at"].astimezone(SHANGHAI).date().replace(day=1) == row["month"]


def _is_effective(row: dict[str, Any]) -> bool:
    """V2: at the door, somebody met, with substance."""
    substance = row["has_needs"] or row["outcome"] == "changed" or row["note_length"] >= 10
    return row["kind"] != "contact" and row["channel"] == "face" and row["outcome"] in MET and substance


def _working_day(day: date, left: int) -> datetime:
    """The end (18:00) of so many working days after the day."""
    while left:
        day += timedelta(days=1)
        left -= is_workday(day)
    return datetime.combine(day, time(18), SHANGHAI)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), SHANGHAI)


def _was_taken_on(row: dict[str, Any]) -> bool:
    """Accepted, ended after it was accepted, or withdrawn after somebody had decided; never one that was refused."""
    if row["state"] == "withdrawn":
        return row["decided_at"] is not None
    return row["state"] in {"accepted", "ended"}
