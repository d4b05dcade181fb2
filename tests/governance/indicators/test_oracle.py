"""Every figure and every report against plain counting in Python, on worlds that Hypothesis invents."""

import uuid
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from governance.affairs.choices import AffairState, Category, Tier
from governance.affairs.models import Affair
from governance.indicators.choices import Part
from governance.indicators.definitions import PUBLISHED
from governance.indicators.querysets import FIGURES
from governance.indicators.reports import (
    affairs_report,
    contacts_report,
    figure,
    readings,
    visits_by_month,
    visits_report,
)
from governance.indicators.rules import Frame, Period
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.models import Dwelling, Household
from residents.visits.models import Encounter
from tests.governance.indicators.quarter import members
from tests.world import World, build_world

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 30)
PLACES = ["district", "street", "community", "east_grid", "east_micro", "west_micro", "next_grid", "foreign_micro"]
SUBTREES = ["district", "street", "community", "east_grid", "east_micro", "next_community"]
NOW = timezone.make_aware(datetime(2026, 5, 1, 12))

days = st.dates(FIRST, LAST)
moments = st.builds(
    lambda day, hour: timezone.make_aware(datetime.combine(day, time(hour, 30))), days, st.integers(0, 23)
)


@st.composite
def affairs(draw):
    state = draw(st.sampled_from(AffairState))
    category = draw(st.sampled_from(Category.decided()))
    if state in (AffairState.REPORTED, AffairState.ACCEPTED):
        category = Category.UNCLASSIFIED
    accepted = draw(moments)
    settled = accepted + timedelta(days=draw(st.integers(0, 40)))
    closed = settled + timedelta(hours=draw(st.integers(0, 400)))
    return {
        "place": draw(st.sampled_from(PLACES)),
        "state": state,
        "category": category,
        "tier": draw(st.sampled_from([*Tier, None])),
        "accepted_at": None if state == AffairState.REPORTED else accepted,
        "verified_at": settled if state in AffairState.settled() else None,
        "closed_at": closed if state == AffairState.CLOSED else None,
        "rating": draw(st.sampled_from([None, 1, 2, 3, 4, 5])),
    }


@st.composite
def homes(draw):
    opened = draw(days)
    closed = draw(st.none() | days.filter(lambda day: day >= opened))
    spans = sorted(draw(st.lists(days, max_size=4, unique=True)))
    return {
        "place": draw(st.sampled_from(["community", "east_grid", "east_micro", "west_micro", "next_grid"])),
        "use": draw(st.sampled_from(["own", "own", "let", "collective"])),
        "opened_on": opened,
        "closed_on": closed,
        # Contacts one after the other: who, from, to (None: until today), and in which state.
        "contacts": [
            (draw(st.integers(0, 2)), since, until, draw(st.sampled_from(["active", "suspended"])))
            for since, until in pairwise([*spans, None])
        ],
        "visits": draw(
            st.lists(
                st.tuples(
                    moments,
                    st.sampled_from(["routine", "contact"]),
                    st.sampled_from(["face", "phone"]),
                    st.sampled_from(["met", "not_home", "changed"]),
                    st.sampled_from(["", "一切都好，没有什么需要的"]),
                    st.booleans(),
                ),
                max_size=3,
            )
        ),
    }


class FiguresEqualPlainCounting(TestCase):
    world: World

    @classmethod
    def setUpTestData(cls):
        cls.world = build_world()
        ContactAssignment.objects.all().delete()
        Household.objects.update(opened_on=date(2027, 1, 1))  # only what Hypothesis invents counts
        ContactMember.objects.update(starts_on=date(2027, 1, 1))
        cls.members = members(cls.world, 3)

    def build(self, some_affairs, some_homes):
        Affair.objects.bulk_create(
            Affair(
                number=str(number),
                text="路灯不亮",
                source="desk",
                grid=self.world.grids[one["place"]],
                **{name: value for name, value in one.items() if name != "place"},
            )
            for number, one in enumerate(some_affairs)
        )
        unit = self.world.east_household.dwelling.unit
        slots = [0, 0, 0]
        for number, one in enumerate(some_homes):
            dwelling = Dwelling.objects.create(
                grid=self.world.grids[one["place"]], unit=unit, room=f"H{number}", sort_key=f"h{number}", use=one["use"]
            )
            home = Household.objects.create(
                dwelling=dwelling,
                opened_on=one["opened_on"],
                closed_on=one["closed_on"],
                status="closed" if one["closed_on"] else "active",
            )
            for who, since, until, state in one["contacts"]:
                state = "ended" if until else state
                slots[who] += state == "active"
                ContactAssignment.objects.create(
                    household=home,
                    member=self.members[who],
                    status=state,
                    slot=slots[who] if state == "active" else None,
                    exception_reason="invented",
                    exception_until=date(2027, 1, 1),
                    starts_on=since,
                    ends_on=until,
                    suspended_on=since if state == "suspended" else None,
                )
            for at, kind, channel, outcome, note, corrected in one["visits"]:
                first = Encounter.objects.create(
                    household=home,
                    kind=kind,
                    channel=channel,
                    outcome=outcome,
                    note=note,
                    note_length=len(note),
                    occurred_at=at,
                    recorded_at=NOW,
                    visitor=self.world.east_worker,
                )
                if corrected:
                    Encounter.objects.create(
                        household=home,
                        kind=kind,
                        channel=channel,
                        outcome="not_home",
                        occurred_at=at,
                        recorded_at=NOW,
                        visitor=self.world.east_worker,
                        client_id=uuid.uuid4(),
                        replaces=first,
                        correction_reason="wrong door",
                    )

    def plain(self, frame, some_affairs, some_homes):
        """All counts, by nothing but loops over what was invented."""

        def here(place):
            return self.world.grids[place].code.startswith(frame.grid.prefix)

        def within(moment):
            return frame.period.since <= timezone.localtime(moment).date() <= frame.period.until

        filed = [
            one
            for one in some_affairs
            if here(one["place"]) and one["accepted_at"] and within(one["accepted_at"]) and one["accepted_at"] <= NOW
        ]
        closed = [one for one in filed if one["closed_at"] and one["closed_at"] <= NOW]
        settled = [one for one in filed if one["verified_at"] and one["verified_at"] <= NOW]
        rated = [one for one in filed if one["rating"]]
        day = frame.day

        def serving(contact):
            _who, since, until, state = contact
            return since <= day and (until > day if until else state == "active")

        living = [
            one
            for one in some_homes
            if here(one["place"])
            and one["use"] != "collective"
            and one["opened_on"] <= day
            and not (one["closed_on"] and one["closed_on"] <= day)
        ]
        covered = [one for one in living if any(map(serving, one["contacts"]))]
        loads = [
            sum(contact[0] == who and serving(contact) for one in some_homes for contact in one["contacts"])
            for who in range(3)
        ]
        in_community = self.world.community.code.startswith(frame.grid.prefix)
        visits = [
            (one, visit, "not_home" if visit[5] else visit[3], "" if visit[5] else visit[4])
            for one in some_homes
            if here(one["place"])
            for visit in one["visits"]
            if within(visit[0]) and visit[1] != "contact" and visit[2] == "face"
        ]
        effective = [entry for entry in visits if entry[2] == "changed" or (entry[2] == "met" and len(entry[3]) >= 10)]
        return {
            "I05": (len(settled), len(filed)),
            "I16": (sum(one["rating"] >= 3 for one in rated), len(rated)),
            "I18": (sum((one["tier"] or 9) <= Tier.GRID for one in closed), len(closed)),
            "I19": (sum((one["tier"] or 9) <= Tier.COMMUNITY for one in closed), len(closed)),
            "I26": (len(covered), len(living)),
            "I27": (sum(5 <= load <= 15 for load in loads), 3) if in_community else (0, 0),
            "visits": len(visits),
            "effective": len(effective),
            "visited": sum(any(entry[0] is one for entry in effective) for one in living),
        }

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        some_affairs=st.lists(affairs(), max_size=12),
        some_homes=st.lists(homes(), max_size=9),
        subtree=st.sampled_from(SUBTREES),
        ends=st.tuples(days, days).map(sorted),
    )
    def test_every_number(self, some_affairs, some_homes, subtree, ends):
        self.build(some_affairs, some_homes)
        frame = Frame(self.world.auditor, self.world.grids[subtree], Period(*ends), NOW)
        expected = self.plain(frame, some_affairs, some_homes)

        for reading in readings(frame):
            numerator, denominator = expected[reading.card.id]
            assert (reading.figure.numerator, reading.figure.denominator) == (numerator, denominator), reading.card.id
            plain = figure(reading.card.id, frame)
            assert (plain.numerator, plain.denominator) == (numerator, denominator)
            missing = FIGURES[reading.card.id][Part.MISSING](frame).count()
            assert missing == denominator - numerator
        assert len(PUBLISHED) == 6

        visits = visits_report(frame, lambda child: "").sums
        for name in ("visits", "effective", "visited"):
            assert visits.get(name, 0) == expected[name], name
        assert visits.get("visits", 0) == sum(number for name, number in visits.items() if name.startswith("outcome_"))
        months = visits_by_month(frame)
        assert sum(month.visits.value for month in months) == expected["visits"]
        assert sum(month.effective.value for month in months) == expected["effective"]

        accepted = affairs_report(frame, lambda child: "").sums
        assert accepted.get("filed", 0) == expected["I05"][1]
        assert accepted.get("closed", 0) == expected["I18"][1]
        contacts = contacts_report(frame, lambda child: "").sums
        assert (contacts.get("covered_count", 0), contacts.get("households", 0)) == expected["I26"]
        assert contacts.get("uncovered_count", 0) == expected["I26"][1] - expected["I26"][0]
