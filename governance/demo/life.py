"""What happened in the demo's households: births, deaths, moves, absences, care tags; records compared lately or not.

As many leave as are born, and no household closes, so that the figures of the model community stay what they are.
"""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from governance.demo.territory import DINGSHAN
from residents.roster import services
from residents.roster.choices import AbsenceKind, CareBasis, CareKind, ConsentPurpose, ConsentWay, Relation, Sex
from residents.roster.models import Household, Person, Residency
from residents.roster.rules import age_on

BIRTHS = 6
DEATHS = 3
DEPARTURES = 3
MOVES = 6
ABSENCES = 40
CARE_TAGS = 60
COMPARED = 0.6  # of all persons; a third of these longer ago than a record stays fresh
PARTS = 24


def load_life(random: Random, actor: Any, *, now: datetime) -> dict[str, int]:
    """Write the last two months of Dingshan; ``actor`` (the secretary) records the consents."""
    today = now.date()
    here = Residency.objects.active().filter(household__dwelling__grid__code__startswith=DINGSHAN)
    members = list(here.filter(is_head=False).select_related("person", "household").order_by("pk"))
    grown = [one for one in members if one.person.birth_date and age_on(one.person.birth_date, today) >= 20]
    chosen = random.sample(grown, DEATHS + DEPARTURES + MOVES + ABSENCES)
    leaving, away = chosen[: DEATHS + DEPARTURES + MOVES], chosen[DEATHS + DEPARTURES + MOVES :]
    heads = list(here.filter(is_head=True).select_related("person", "household").order_by("pk"))
    for head in random.sample(heads, BIRTHS):
        sex = random.choice([Sex.MALE, Sex.FEMALE])
        name = head.person.name[:1] + random.choice(["安", "宁", "乐", "禾", "晨", "朗"])
        services.record_birth(
            head.household,
            actor=actor,
            name=name,
            on=_day(random, today),
            sex=sex,
            relation=Relation.GRANDCHILD,
            late_reason="产后住在娘家，回来后补报",
        )
    for residency in leaving[:DEATHS]:
        services.record_death(residency.person, actor=actor, on=_day(random, today))
    for residency in leaving[DEATHS : DEATHS + DEPARTURES]:
        services.move_away(residency, actor=actor, on=_day(random, today))
    for residency in leaving[DEATHS + DEPARTURES :]:
        to = random.choice([head.household for head in heads if head.household_id != residency.household_id])
        services.move_within(
            residency.person, actor=actor, on=_day(random, today), to=to, relation=Relation.OTHER_RELATIVE
        )
    for residency in away:
        kind = random.choice([AbsenceKind.WORK, AbsenceKind.WORK, AbsenceKind.STUDY, AbsenceKind.FAMILY])
        back = today + timedelta(days=random.randint(10, 200)) if random.random() < 0.6 else None
        services.start_absence(residency, actor=actor, kind=kind, starts_on=_day(random, today), expected_back_on=back)
    tags = _care(random, [*heads, *grown], actor, today)
    _compare(random, here, actor, today)
    return {"life_events": BIRTHS + DEATHS + DEPARTURES + MOVES + ABSENCES, "care_tags": tags}


def _day(random: Random, today: date) -> date:
    return today - timedelta(days=random.randint(1, 55))


def _care(random: Random, residencies: list[Residency], actor: Any, today: date) -> int:
    """Care tags of those whose age fits: most by the street's list, some by consent."""
    present = [one for one in residencies if one.ends_on is None and one.person.birth_date]
    single = set(Household.objects.active().with_size().filter(size=1).values_list("pk", flat=True))

    def drawn(youngest: int, oldest: int, *, alone: bool) -> list[Person]:
        fitting = [
            one.person
            for one in present
            if youngest <= age_on(one.person.birth_date, today) <= oldest and (one.household_id in single) == alone
        ]
        return random.sample(fitting, min(len(fitting), CARE_TAGS // 3))

    wanted = [
        (CareKind.ADVANCED_AGE, drawn(80, 120, alone=False)),
        (CareKind.LIVING_ALONE, drawn(65, 120, alone=True)),
        (CareKind.SERIOUS_ILLNESS, drawn(40, 79, alone=False)),
    ]
    made = 0
    for kind, persons in wanted:
        for person in persons:
            person.refresh_from_db()
            if person.deceased_on or not person.residencies.active().exists():
                continue
            by_consent = kind in CareKind.needing_consent()
            if by_consent:
                services.give_consent(person, actor=actor, purpose=ConsentPurpose.CARE_TAG, way=ConsentWay.WRITTEN)
            services.add_care_tag(
                person,
                actor=actor,
                kind=kind,
                basis=CareBasis.CONSENT if by_consent else CareBasis.STATUTORY,
                source_document="" if by_consent else f"街道{today.year}年关爱对象名册",
                review_on=today + timedelta(days=random.randint(20, 360)),
            )
            made += 1
    return made


def _compare(random: Random, here: Any, actor: Any, today: date) -> None:
    """When the records were compared at the door: in parts of equal size, as rounds through the community do it."""
    keys = list(here.order_by("household__dwelling__sort_key", "pk").values_list("person", flat=True))
    size = len(keys) // PARTS + 1
    for part in range(int(PARTS * COMPARED)):
        day = today - timedelta(days=random.randint(5, 170) if part % 3 else random.randint(190, 320))
        chunk = keys[part * size : (part + 1) * size]
        Person.objects.filter(pk__in=chunk).update(verified_on=day, verified_by=actor)
