"""Random histories of phones against a model in plain Python (promise P52).

Clocks that are years wrong, duplicates, reordering, lost answers, stale lists, ended posts, moved and closed
households, conflicts settled: every record ends applied, in conflict, held, refused or put aside by its sender, exactly
once, as the model says. 15 histories in every run, all 2,000 with ``make test-long``.
"""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from grids.access.choices import Role
from grids.access.models import User
from grids.common.clock import stopped_at
from grids.team.models import Post
from grids.team.services import end_post, start_post
from grids.tree.models import Grid
from residents.offline import rules, services
from residents.offline.models import SyncItem
from residents.offline.rules import DeviceClock
from residents.roster.models import Household
from residents.roster.services.correcting import change_household, move_household
from residents.roster.services.leaving import close_household
from residents.visits.models import Encounter
from tests.long import part_of
from tests.world import World

# Whole or in part they are played by the handful: one that fails is named, and processes share them.
HISTORIES = part_of(2000, usual=15)
HANDFUL = part_of(50, usual=15)
STEPS = 50
YEARS = timedelta(days=3653)
HOMES = ("east", "east_other", "west", "foreign")
PEOPLE = ("east_worker", "leader", "west_worker")
POSTS = {"east_worker": "east_grid", "leader": "east_grid", "west_worker": "west_grid"}
MICRO = {"east_micro": "east_grid", "west_micro": "west_grid", "foreign_micro": "foreign_grid"}


@dataclass
class Home:
    """What the model knows of a household."""

    grid: str
    active: bool = True
    note: str = ""
    version: int = 1
    # id, visitor, moment, moment of entry
    visits: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)


@dataclass
class Device:
    name: str
    id: uuid.UUID
    skew: timedelta = timedelta()
    pack_at: datetime | None = None
    bases: dict[str, int] = field(default_factory=dict)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)


class Model:
    """The law of docs/offline.md once more, without a database."""

    def __init__(self, homes: dict[str, Home]) -> None:
        self.homes = homes
        self.posts = dict.fromkeys(PEOPLE, True)
        self.days: dict[date, tuple[set[tuple[str, str]], set[tuple[str, str]]]] = {}
        # id -> state; id -> what was sent, by whom, from where; writes of notes: household -> [(version, device)]
        self.states: dict[str, str] = {}
        self.shown: dict[str, int] = {}
        self.notes: dict[str, list[tuple[int, uuid.UUID | None]]] = {name: [] for name in homes}

    def note_day(self, day: date) -> None:
        """Who held which grid and who lived where on that day; both count for the whole day."""
        held, lived = self.days.setdefault(day, (set(), set()))
        held |= {(name, POSTS[name]) for name, there in self.posts.items() if there}
        lived |= {(name, home.grid) for name, home in self.homes.items()}

    def reaches(self, name: str, home: str) -> bool:
        return self.posts[name] and POSTS[name] == self.homes[home].grid

    def once_reached(self, name: str, home: str) -> bool:
        return any((name, grid) in held for held, lived in self.days.values() for one, grid in lived if one == home)

    def judge(self, raw: dict[str, Any], device: Device, now: datetime, choice: str = "") -> str:
        name, home = device.name, raw["home"]
        there = self.homes[home]
        if not self.reaches(name, home) or not there.active:
            return "held" if self.once_reached(name, home) else "refused"
        return self.visit(raw, device, now, choice) if raw["kind"] == "visit.log" else self.note(raw, device, choice)

    def visit(self, raw: dict[str, Any], device: Device, now: datetime, choice: str) -> str:
        moment, there = raw["ours"], self.homes[raw["home"]]
        if now - moment > timedelta(hours=48):
            return "held"
        near = [one for one in there.visits if abs(one[2] - moment) < timedelta(days=14)]
        if not choice and not raw["invited"] and near:
            return "conflict"
        there.visits.append((raw["id"], device.name, moment, now))
        return "applied"

    def note(self, raw: dict[str, Any], device: Device, choice: str) -> str:
        home, text = raw["home"], raw["note"]
        there = self.homes[home]
        if choice:
            if self.shown[raw["id"]] != there.version:
                self.shown[raw["id"]] = there.version
                return "conflict"
            if choice == "both":
                text = f"{there.note}；{text}" if there.note and text else there.note or text
        elif there.note != text:
            since = [who for version, who in self.notes[home] if version > raw["base"]]
            if raw["base"] > there.version or len(since) != there.version - raw["base"] or set(since) - {device.id}:
                self.shown[raw["id"]] = there.version
                return "conflict"
        if there.note != text:
            self.write(home, text, device.id)
        return "applied"

    def write(self, home: str, text: str, who: uuid.UUID | None) -> None:
        there = self.homes[home]
        there.note, there.version = text, there.version + 1
        self.notes[home].append((there.version, who))


class History:
    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.now = datetime.fromisoformat("2026-11-30T02:00:00+00:00")
        homes = {}
        for name in HOMES:
            row = Household.objects.with_place().get(pk=world.households[name].pk)
            micro = next(key for key, grid in world.grids.items() if grid.pk == row.dwelling.grid_id)
            homes[name] = Home(MICRO[micro], note=row.note, version=row.version)
        self.model = Model(homes)
        self.model.note_day(self.day)
        self.devices = [
            Device(name, uuid.UUID(int=self.dice.getrandbits(128), version=4))
            for name in (*PEOPLE, "east_worker", "leader")
        ]
        self.rooms = 0
        self.counts = dict.fromkeys(("applied", "conflict", "held", "refused", "settled"), 0)

    @property
    def day(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    def run(self) -> None:
        acts = [self.record] * 10 + [self.send] * 8 + [self.wait] * 3 + [self.fetch, self.turn_clock, self.tamper]
        acts += [self.end_or_start, self.move, self.colleague, self.secretary] + [self.settle] * 4
        for device in self.devices:
            self.fetch(device)
        for _step in range(STEPS):
            with stopped_at(self.now):
                self.dice.choice([*acts, self.close] if self.dice.random() < 0.2 else acts)(
                    self.dice.choice(self.devices)
                )
        with stopped_at(self.now):
            for device in self.devices:
                self.send(device, everything=True)
                self.settle(device)
            self.compare()

    # -------------------------------------------------------------- on the phone
    def fetch(self, device: Device) -> None:
        device.pack_at = self.now
        device.bases = {name: home.version for name, home in self.model.homes.items()}

    def record(self, device: Device) -> None:
        home = self.dice.choice(HOMES)
        raw: dict[str, Any] = {
            "id": str(uuid.UUID(int=self.dice.getrandbits(128), version=4)),
            "home": home,
            "made": self.now + device.skew,
            "pack_at": device.pack_at,
            "base": device.bases[home],
            "invited": self.dice.random() < 0.3,
            "note": self.dice.choice(["请敲门", "有狗", "晚上在家", "门铃坏了"]),
            "kind": self.dice.choice(["visit.log", "door.note"]),
        }
        device.waiting.append(raw)

    def turn_clock(self, device: Device) -> None:
        device.skew = self.dice.choice([timedelta(), YEARS, -YEARS, timedelta(minutes=3), timedelta(hours=-7)])

    def as_sent(self, raw: dict[str, Any], **more: Any) -> rules.Entry:
        payload = {"household": self.world.households[raw["home"]].pk, "note": raw["note"], **more}
        payload |= (
            {"invited": raw["invited"], "outcome": "met"} if raw["kind"] == "visit.log" else {"base": raw["base"]}
        )
        found = rules.read_entry(
            {
                "id": raw["id"],
                "kind": raw["kind"],
                "made_at": raw["made"].isoformat(),
                "pack_made_at": raw["pack_at"].isoformat(),
                "payload": payload,
            }
        )
        assert found is not None
        assert not found.fault
        return found

    def send(self, device: Device, *, everything: bool = False) -> None:
        """Some of what waits in any order, some twice, some old ones again; an answer may be lost."""
        batch = list(device.waiting) if everything else [one for one in device.waiting if self.dice.random() < 0.7]
        batch += [one for one in device.sent if self.dice.random() < 0.1]
        batch += [one for one in batch if self.dice.random() < 0.15]
        if not everything:
            self.dice.shuffle(batch)
        lost = not everything and self.dice.random() < 0.3
        for raw in batch:
            self.deliver(device, raw)
            if not lost and raw in device.waiting:
                device.waiting.remove(raw)
                device.sent.append(raw)

    def deliver(self, device: Device, raw: dict[str, Any]) -> None:
        sent_at = self.now + device.skew
        if raw["id"] not in self.model.states:
            off = abs(self.now - sent_at) > timedelta(minutes=5)
            raw["ours"] = min(raw["made"] - device.skew if off else raw["made"], self.now)
            self.model.states[raw["id"]] = self.model.judge(raw, device, self.now)
        answer = self.receive(device, self.as_sent(raw), sent_at)
        assert answer["state"] == self.told(raw["id"]), (raw, answer)
        assert self.receive(device, self.as_sent(raw), sent_at) == answer

    def told(self, client_id: str) -> str:
        state = self.model.states[client_id]
        return "applied" if state == "dismissed" else state

    def receive(self, device: Device, entry: rules.Entry, sent_at: datetime) -> dict[str, Any]:
        account = User.objects.get(pk=self.world.users[device.name].pk)
        return services.receive(entry, actor=account, device=device.id, device_clock=DeviceClock(sent_at, self.now))

    def tamper(self, device: Device) -> None:
        if device.sent:
            raw = self.dice.choice(device.sent)
            changed = self.as_sent(raw, more="x")
            assert self.receive(device, changed, self.now)["state"] == "refused"

    def settle(self, device: Device) -> None:
        mine = [one for one in device.sent if self.model.states.get(one["id"]) == "conflict"]
        if not mine:
            return
        raw = self.dice.choice(mine)
        choices = ["both", "theirs"] if raw["kind"] == "visit.log" else ["mine", "theirs", "both"]
        choice = self.dice.choice(choices)
        account = User.objects.get(pk=self.world.users[device.name].pk)
        with transaction.atomic():
            answer = services.resolve(uuid.UUID(raw["id"]), actor=account, choice=choice)
        assert answer is not None
        state = "dismissed" if choice == "theirs" else self.model.judge(raw, device, self.now, choice)
        self.model.states[raw["id"]] = state
        self.counts["settled"] += 1
        assert answer["state"] == self.told(raw["id"]), (raw, choice, answer)

    # -------------------------------------------------------------- at the office
    def wait(self, _device: Device) -> None:
        before = self.day
        self.now += timedelta(hours=self.dice.choice([1, 5, 11, 30]))
        while before < self.day:
            before += timedelta(days=1)
            self.model.note_day(before)

    def end_or_start(self, device: Device) -> None:
        name = device.name
        secretary = self.world.fresh("secretary")
        staff = self.world.staff[name]
        if self.model.posts[name]:
            post = Post.objects.get(staff=staff, ends_on__isnull=True)
            end_post(post, actor=secretary, reason="调走")
        else:
            role = Role.GRID_LEADER if name == "leader" else Role.FULL_TIME
            start_post(staff, role, Grid.objects.get(pk=self.world.grids[POSTS[name]].pk), actor=secretary)
        self.model.posts[name] = not self.model.posts[name]
        self.model.note_day(self.day)

    def move(self, _device: Device) -> None:
        name = self.dice.choice(["east", "east_other", "west"])
        home = self.model.homes[name]
        if not home.active:
            return
        to = "west" if home.grid == "east_grid" else "east"
        self.rooms += 1
        row = Household.objects.with_place().get(pk=self.world.households[name].pk)
        move_household(
            row,
            actor=self.world.fresh("secretary"),
            version=row.version,
            grid=Grid.objects.get(pk=self.world.grids[f"{to}_micro"].pk),
            building="8幢" if to == "west" else "1幢",
            unit="1单元",
            room=f"{9000 + self.rooms}",
        )
        home.grid = f"{to}_grid"
        self.moved(name)
        self.model.note_day(self.day)

    def moved(self, name: str) -> None:
        """A move may write the household's version; it is nobody's note."""
        home, version = self.model.homes[name], Household.objects.get(pk=self.world.households[name].pk).version
        while home.version < version:
            home.version += 1
            self.model.notes[name].append((home.version, None))

    def close(self, _device: Device) -> None:
        home = self.model.homes["east_other"]
        if home.active:
            row = Household.objects.get(pk=self.world.households["east_other"].pk)
            close_household(row, actor=self.world.fresh("secretary"), reason="moved_out")
            home.active = False
            self.moved("east_other")

    def colleague(self, _device: Device) -> None:
        """The desk worker visits and writes it down on the page."""
        name = self.dice.choice(["east", "west"])
        client_id = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        row = Encounter.objects.create(
            household=self.world.households[name],
            visitor=self.world.users["desk_worker"],
            client_id=client_id,
            occurred_at=self.now,
            recorded_at=self.now,
        )
        self.model.homes[name].visits.append((str(row.client_id), "desk_worker", self.now, self.now))

    def secretary(self, _device: Device) -> None:
        name = self.dice.choice(["east", "west", "east_other"])
        home = self.model.homes[name]
        if home.active:
            row = Household.objects.get(pk=self.world.households[name].pk)
            text = f"备注{self.dice.randrange(100)}"
            change_household(row, actor=self.world.fresh("secretary"), version=row.version, note=text)
            self.model.write(name, text, None)

    # -------------------------------------------------------------- at the end
    def compare(self) -> None:
        for name, home in self.model.homes.items():
            row = Household.objects.get(pk=self.world.households[name].pk)
            assert (row.note, row.version, row.status == "active") == (home.note, home.version, home.active), name
            there = {str(key) for key in Encounter.objects.filter(household=row).values_list("client_id", flat=True)}
            assert there == {one[0] for one in home.visits}, name
        stored = {str(one.client_id): one for one in SyncItem.objects.all()}
        recorded = {one["id"] for device in self.devices for one in [*device.sent, *device.waiting]}
        assert set(stored) == recorded == set(self.model.states)
        for client_id, state in self.model.states.items():
            assert stored[client_id].state == state
            assert bool(stored[client_id].payload) == (state in {"conflict", "held"})
            self.counts[state] = self.counts.get(state, 0) + 1


@pytest.mark.once
@pytest.mark.long
@pytest.mark.parametrize("first", range(0, HISTORIES, HANDFUL))
def test_random_histories_end_as_the_model_says(world: World, first: int):
    total: dict[str, int] = {}
    for seed in range(first, first + HANDFUL):
        history = History(world, seed)
        with transaction.atomic():
            try:
                history.run()
            except AssertionError as problem:
                raise AssertionError(f"history {seed}: {problem}") from problem
            transaction.set_rollback(True)
        for state, number in history.counts.items():
            total[state] = total.get(state, 0) + number
    assert all(total[state] > HANDFUL // 10 for state in ("applied", "conflict", "held", "refused", "settled")), total
