"""Synthetic households: how many live together, who they are to the head, how they came to live here."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from governance.demo.names import FEMALE, MALE, REFERENCE_DAY, Registry
from residents.roster.choices import DwellingUse, Relation, ResidencyKind

SMALLEST, LARGEST = 1, 6
# Of a hundred households: how many have one, two, ... six members (the shape of a city's census).
SIZE_WEIGHTS = {1: 16, 2: 22, 3: 25, 4: 19, 5: 12, 6: 6}
ADULT = 18
PARTY_SHARE = 0.09
LET_SHARE = 0.14
WITHOUT_PHONE_SHARE = 0.03


@dataclass
class PersonPlan:
    """One synthetic person."""

    name: str
    sex: str
    birth_date: date
    id_number: str
    phone: str
    relation: Relation
    kind: ResidencyKind
    party_member: bool = False

    @property
    def is_head(self) -> bool:
        return self.relation is Relation.HEAD

    @property
    def age(self) -> int:
        """Full years on the reference day."""
        years = REFERENCE_DAY.year - self.birth_date.year
        return years - ((self.birth_date.month, self.birth_date.day) > (REFERENCE_DAY.month, REFERENCE_DAY.day))


@dataclass
class FamilyPlan:
    """Those who live behind one door."""

    use: DwellingUse
    opened_on: date
    persons: list[PersonPlan]


def sizes_for(households: int, persons: int, random: Random) -> list[int]:
    """Sizes of ``households`` households that hold exactly ``persons`` persons. Raises ``ValueError`` if none can."""
    if not households * SMALLEST <= persons <= households * LARGEST:
        raise ValueError(f"{persons} persons do not fit into {households} households.")
    sizes = random.choices(list(SIZE_WEIGHTS), weights=list(SIZE_WEIGHTS.values()), k=households)
    missing = persons - sum(sizes)
    step = 1 if missing > 0 else -1
    while missing:
        place = random.randrange(households)
        if SMALLEST <= sizes[place] + step <= LARGEST:
            sizes[place] += step
            missing -= step
    return sizes


def make_family(size: int, registry: Registry) -> FamilyPlan:
    """A household of ``size`` with a head, and a shape that such households have."""
    random = registry.random
    let = random.random() < LET_SHARE
    kind = _kind(random, let)
    shapes = {1: _alone, 2: _couple_or_single_parent}
    members = shapes.get(size, _generations)(size, registry, let)
    children = {Relation.SON, Relation.DAUGHTER, Relation.GRANDCHILD}
    surname = registry.surname()
    persons = []
    for relation, sex, youngest, oldest in members:
        own = relation is Relation.HEAD or relation in children or (relation is Relation.PARENT and sex == MALE)
        birth_date = registry.birth_date(youngest, oldest)
        person = PersonPlan(
            name=(surname if own else registry.surname()) + registry.given_name(sex),
            sex=sex,
            birth_date=birth_date,
            id_number=registry.id_number(birth_date, sex),
            phone="",
            relation=relation,
            kind=kind,
        )
        if person.age >= 12 and random.random() >= WITHOUT_PHONE_SHARE:
            person.phone = registry.phone()
        person.party_member = person.age >= ADULT + 2 and random.random() < PARTY_SHARE
        persons.append(person)
    opened_on = REFERENCE_DAY - timedelta(days=random.randrange(200, 900 if let else 7000))
    return FamilyPlan(use=DwellingUse.LET if let else DwellingUse.OWN, opened_on=opened_on, persons=persons)


def _kind(random: Random, let: bool) -> ResidencyKind:
    if let:
        return random.choices([ResidencyKind.MIGRANT, ResidencyKind.PERMANENT_NONLOCAL], weights=[7, 3])[0]
    return random.choices(
        [ResidencyKind.PERMANENT_LOCAL, ResidencyKind.PERMANENT_NONLOCAL, ResidencyKind.OVERSEAS],
        weights=[88, 11.7, 0.3],
    )[0]


# Each shape gives (relation, sex, youngest, oldest) of its members, the head first.
Member = tuple[Relation, str, int, int]


def _alone(size: int, registry: Registry, let: bool) -> list[Member]:
    sex = registry.random.choice([MALE, FEMALE])
    return [(Relation.HEAD, sex, 22, 38) if let else (Relation.HEAD, sex, 42, 91)]


def _couple_or_single_parent(size: int, registry: Registry, let: bool) -> list[Member]:
    if registry.random.random() < 0.2:
        child = _child(registry)
        return [(Relation.HEAD, FEMALE, 32, 50), (*child, 3, 19)]
    youngest, oldest = (23, 40) if let else (38, 86)
    middle = registry.random.randrange(youngest, oldest)
    return _couple(registry, middle)


def _generations(size: int, registry: Registry, let: bool) -> list[Member]:
    """A couple with children; from four on often with the grandparents, who are the heads of some."""
    middle = registry.random.randrange(29, 52)
    members = _couple(registry, middle)
    left = size - 2
    grandparents = 0 if left < 2 else registry.random.choice([0, 1, 2] if left > 2 else [0, 1, 1])
    children = min(left - grandparents, 3)
    grandparents = left - children
    members += [(*_child(registry), max(middle - 32, 1), max(middle - 24, 3)) for _number in range(children)]
    sexes = [FEMALE, MALE, FEMALE]
    members += [(Relation.PARENT, sexes[number], middle + 22, middle + 33) for number in range(grandparents)]
    return members


def _couple(registry: Registry, middle: int) -> list[Member]:
    head, spouse = (MALE, FEMALE) if registry.random.random() < 0.78 else (FEMALE, MALE)
    return [(Relation.HEAD, head, middle - 1, middle + 2), (Relation.SPOUSE, spouse, max(middle - 3, 21), middle + 1)]


def _child(registry: Registry) -> tuple[Relation, str]:
    sex = registry.random.choice([MALE, FEMALE])
    return (Relation.SON if sex == MALE else Relation.DAUGHTER), sex
