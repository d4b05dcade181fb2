"""What a register must come to, kept as plainly as can be: a dict for each day."""

DAYS = 240


class Model:
    """By day: ``lives[day][person] = household``, ``head[day][household] = person``, ``at[day][household] = grid``."""

    def __init__(self) -> None:
        self.lives = [{} for _ in range(DAYS)]
        self.head = [{} for _ in range(DAYS)]
        self.at = [{} for _ in range(DAYS)]
        # Why somebody last came from outside, and went there, on a day.
        self.came: dict[tuple[int, int], str] = {}
        self.went: dict[tuple[int, int], str] = {}

    def from_day(self, day: int):
        return range(day, DAYS)

    def settle(self, person: int, household: int, day: int) -> None:
        for later in self.from_day(day):
            self.lives[later][person] = household

    def leave(self, person: int, day: int, successor: int | None) -> None:
        for later in self.from_day(day):
            household = self.lives[later].pop(person)
            if self.head[later].get(household) == person:
                if successor is None:
                    del self.head[later][household]
                    del self.at[later][household]
                else:
                    self.head[later][household] = successor

    def crown(self, household: int, person: int, day: int) -> None:
        for later in self.from_day(day):
            self.head[later][household] = person

    def place(self, household: int, grid: str, day: int) -> None:
        for later in self.from_day(day):
            self.at[later][household] = grid

    def members(self, household: int, day: int) -> list[int]:
        return sorted(person for person, home in self.lives[day].items() if home == household)
