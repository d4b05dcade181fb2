"""Random life events, which the services and a model of plain dicts are told alike.

The model knows nothing of periods: it keeps, for each day, who lives in which household, who is its head, and in which
grid it stands. An event of a day rewrites that day and those after it.
"""

from collections import Counter
from datetime import date, timedelta
from random import Random

from django.core.exceptions import ValidationError

from grids.common.errors import Refused
from residents.roster import services
from residents.roster.choices import ArrivalReason, EndReason, Relation, Sex
from residents.roster.models import Household, Person, Residency
from tests.residents.roster.plain_model import DAYS, Model

FIRST = date(2025, 6, 1)
GRIDS = ("east_micro", "west_micro", "next_grid")


class Life:
    """Draws an event that can happen, lets the services and the model do it."""

    def __init__(self, world, seed: int) -> None:
        self.world, self.random, self.model = world, Random(seed), Model()
        self.grids = {name: world.grids[name] for name in GRIDS}
        self.rooms = 0
        self.away: list[int] = []
        self.refused = self.refused_births = self.followed = 0
        self.happened = Counter()

    def run(self, count: int) -> None:
        events = [
            self.arrival,
            self.arrival,
            self.newcomer,
            self.newcomer,
            self.birth,
            self.late_birth,
            self.late_birth,
            self.death,
        ]
        events += [self.departure, self.household_leaves, self.person_moves, self.household_moves, self.household_moves]
        events += [self.split, self.merge, self.crowning, self.crowning, self.comeback, self.too_early]
        for number in range(count):
            day = number * DAYS // count
            event = self.random.choice(events) if number > 20 else self.arrival
            if event(day) is False:
                event = self.arrival
                event(day)
            self.happened[event.__name__] += 1

    # ---------------------------------------------------------------- what there is
    def on(self, day: int) -> date:
        return FIRST + timedelta(days=day)

    def door(self) -> dict:
        self.rooms += 1
        name = self.random.choice(GRIDS)
        building = f"{name[0].upper()}{self.rooms % 7}"
        return {"grid": self.grids[name], "building": building, "unit": "", "room": f"R{self.rooms}"}

    def grid_of(self, door: dict) -> str:
        return next(name for name, grid in self.grids.items() if grid == door["grid"])

    def a_household(self, day: int, *, least: int = 1) -> int | None:
        sizes = Counter(self.model.lives[day].values())
        found = sorted(household for household, size in sizes.items() if size >= least)
        return self.random.choice(found) if found else None

    def somebody(self, day: int) -> int | None:
        found = sorted(self.model.lives[day])
        return self.random.choice(found) if found else None

    def residency(self, person: int) -> Residency:
        return Residency.objects.active().select_related("person", "household").get(person=person)

    def successor(self, person: int, day: int) -> int | None:
        household = self.model.lives[day][person]
        others = [one for one in self.model.members(household, day) if one != person]
        if self.model.head[day][household] != person or not others:
            return None
        return self.random.choice(others)

    def residency_of(self, person: int | None) -> Residency | None:
        return None if person is None else self.residency(person)

    # ---------------------------------------------------------------- events
    def arrival(self, day: int) -> None:
        door = self.door()
        household = services.add_household(
            actor=None,
            head={"name": "户主"},
            opened_on=self.on(day),
            start_reason=ArrivalReason.MOVED_IN,
            **door,
        )
        head = household.residencies.get().person_id
        self.model.settle(head, household.pk, day)
        self.model.crown(household.pk, head, day)
        self.model.place(household.pk, self.grid_of(door), day)
        self.model.came[head, day] = ArrivalReason.MOVED_IN

    def newcomer(self, day: int):
        if (household := self.a_household(day)) is None:
            return False
        residency = services.add_person(
            Household(pk=household),
            actor=None,
            name="家人",
            relation=Relation.OTHER_RELATIVE,
            starts_on=self.on(day),
            start_reason=ArrivalReason.FIRST_RECORDED,
        )
        self.model.settle(residency.person_id, household, day)
        self.model.came[residency.person_id, day] = ArrivalReason.FIRST_RECORDED

    def birth(self, day: int):
        if (household := self.a_household(day)) is None:
            return False
        home = Household.objects.get(pk=household)
        child = services.record_birth(
            home, actor=None, name="新生", on=self.on(day), sex=Sex.FEMALE, late_reason="旧册补录"
        )
        self.model.settle(child.person_id, household, day)
        self.model.came[child.person_id, day] = ArrivalReason.BIRTH

    def late_birth(self, day: int):
        """Entered days after it happened: the child lived wherever its mother did, or it is refused."""
        if (mother := self.somebody(day)) is None:
            return False
        born = max(0, day - self.random.randint(1, 60))
        household = self.model.lives[day][mother]
        known = self.random.random() < 0.8
        try:
            child = services.record_birth(
                Household.objects.get(pk=household),
                actor=None,
                name="补登",
                on=self.on(born),
                sex=Sex.FEMALE,
                mother=self.residency(mother) if known else None,
                late_reason="在外地出生，刚刚回来",
            )
        except ValidationError:
            self.refused_births += 1
            homes = [self.model.lives[past].get(mother) for past in range(born, day)]
            stood = all(household in self.model.at[past] for past in range(born, day))
            same_day = self.model.came.get((mother, born)) == ArrivalReason.BIRTH
            assert (None in homes or same_day) if known else not stood
            return None
        for later in self.model.from_day(born):
            self.model.lives[later][child.person_id] = self.model.lives[later][mother] if known else household
        self.model.came[child.person_id, born] = ArrivalReason.BIRTH
        self.followed += len({self.model.lives[later][child.person_id] for later in range(born, day + 1)}) > 1
        return None

    def death(self, day: int):
        if (person := self.somebody(day)) is None:
            return False
        successor = self.successor(person, day)
        services.record_death(
            Person.objects.get(pk=person), actor=None, on=self.on(day), new_head=self.residency_of(successor)
        )
        self.model.leave(person, day, successor)
        self.model.went[person, day] = EndReason.DECEASED

    def departure(self, day: int):
        if (person := self.somebody(day)) is None:
            return False
        successor = self.successor(person, day)
        services.move_away(self.residency(person), actor=None, on=self.on(day), new_head=self.residency_of(successor))
        self.model.leave(person, day, successor)
        self.model.went[person, day] = EndReason.MOVED_OUT
        self.away.append(person)

    def household_leaves(self, day: int):
        if self.random.random() < 0.5 or (household := self.a_household(day)) is None:
            return False
        services.move_away(Household.objects.get(pk=household), actor=None, on=self.on(day))
        members = self.model.members(household, day)
        members.sort(key=lambda person: self.model.head[day][household] == person)
        for person in members:
            self.model.leave(person, day, None)
            self.model.went[person, day] = EndReason.MOVED_OUT
            self.away.append(person)

    def comeback(self, day: int):
        household = self.a_household(day)
        if not self.away or household is None:
            return False
        person = self.away.pop(self.random.randrange(len(self.away)))
        services.move_in(
            Person.objects.get(pk=person),
            Household(pk=household),
            actor=None,
            relation=Relation.SIBLING,
            starts_on=self.on(day),
        )
        self.model.settle(person, household, day)
        self.model.came[person, day] = ArrivalReason.MOVED_IN

    def person_moves(self, day: int):
        if (person := self.somebody(day)) is None:
            return False
        successor, mover = self.successor(person, day), Person.objects.get(pk=person)
        common = {"actor": None, "on": self.on(day), "new_head": self.residency_of(successor)}
        to = self.a_household(day)
        if self.random.random() < 0.5 and to != self.model.lives[day][person]:
            services.move_within(mover, to=Household(pk=to), relation=Relation.OTHER_RELATIVE, **common)
            self.model.leave(person, day, successor)
            self.model.settle(person, to, day)
            return None
        door = self.door()
        home = services.move_within(mover, door=door, **common)
        self.model.leave(person, day, successor)
        self.found(home.pk, person, door, day)
        return None

    def found(self, household: int, head: int, door: dict, day: int) -> None:
        self.model.settle(head, household, day)
        self.model.crown(household, head, day)
        self.model.place(household, self.grid_of(door), day)

    def household_moves(self, day: int):
        if (household := self.a_household(day)) is None:
            return False
        door = self.door()
        services.move_within(Household.objects.get(pk=household), actor=None, on=self.on(day), door=door)
        self.model.place(household, self.grid_of(door), day)
        return None

    def split(self, day: int):
        if (household := self.a_household(day, least=2)) is None:
            return False
        members = self.model.members(household, day)
        leaving = self.random.sample(members, self.random.randint(1, len(members) - 1))
        staying = [person for person in members if person not in leaving]
        old_head = self.model.head[day][household]
        successor = self.random.choice(staying) if old_head in leaving else None
        keys = dict(Residency.objects.active().filter(person__in=leaving).values_list("person", "pk"))
        other = self.a_household(day)
        joins = self.random.random() < 0.3 and other != household
        relations = {keys[person]: Relation.OTHER_RELATIVE.value for person in leaving}
        door = None
        if not joins:
            relations[keys[leaving[0]]] = Relation.HEAD.value
            door = self.door()
        target = services.split_household(
            Household(pk=household),
            actor=None,
            relations=relations,
            on=self.on(day),
            new_head=self.residency_of(successor),
            into=Household(pk=other) if joins else None,
            door=door,
        )
        for person in leaving:
            self.model.leave(person, day, successor if person == old_head else None)
        for person in leaving:
            self.model.settle(person, target.pk, day)
        if not joins:
            self.found(target.pk, leaving[0], door, day)
        return None

    def merge(self, day: int):
        household, into = self.a_household(day), self.a_household(day)
        if household is None or household == into or self.random.random() < 0.4:
            return False
        members = self.model.members(household, day)
        members.sort(key=lambda person: self.model.head[day][household] == person)
        keys = Residency.objects.active().filter(household=household).values_list("pk", flat=True)
        relations = dict.fromkeys(keys, Relation.OTHER_RELATIVE.value)
        services.merge_households(
            Household(pk=household), Household(pk=into), actor=None, relations=relations, on=self.on(day)
        )
        for person in members:
            self.model.leave(person, day, None)
            self.model.settle(person, into, day)
        return None

    def crowning(self, day: int):
        if (household := self.a_household(day, least=2)) is None:
            return False
        head = self.model.head[day][household]
        heir = self.random.choice([one for one in self.model.members(household, day) if one != head])
        services.name_head(self.residency(heir), actor=None, on=self.on(day))
        self.model.crown(household, heir, day)
        return None

    def too_early(self, day: int):
        """Entered for a day of the past: refused, or true for that day and all that follow."""
        if (person := self.somebody(day)) is None:
            return False
        past = max(0, day - self.random.randint(1, 40))
        residency, successor = self.residency(person), self.successor(person, day)
        try:
            services.move_away(residency, actor=None, on=self.on(past), new_head=self.residency_of(successor))
        except (ValidationError, Refused):
            self.refused += 1
            return None
        self.model.leave(person, past, successor)
        self.model.went[person, past] = EndReason.MOVED_OUT
        self.away.append(person)
        return None
