"""Levels, kinds and states of a grid (domain.md M01, M02, 2.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.IntegerChoices):
    """The five tiers; a child is exactly the next one."""

    DISTRICT = 1, _("District")
    STREET = 2, _("Street")
    COMMUNITY = 3, _("Community")
    GRID = 4, _("Grid")
    MICROGRID = 5, _("Micro-grid")

    @property
    def child(self) -> "Level | None":
        return Level(self + 1) if self < Level.MICROGRID else None

    @property
    def digits(self) -> int:
        """Significant digits of a code on this level."""
        return {1: 6, 2: 9, 3: 12, 4: 15, 5: 17}[self.value]


class Kind(models.TextChoices):
    """Only grids (level 4) and their micro-grids are of a kind; territory above is always comprehensive."""

    COMPREHENSIVE = "comprehensive", _("Comprehensive grid")
    EXCLUSIVE = "exclusive", _("Exclusive grid")

    @property
    def tone(self) -> str:
        return {"comprehensive": "teal", "exclusive": "purple"}[self.value]


class ExclusiveType(models.TextChoices):
    """What an exclusive grid is for (M02)."""

    PARK = "park", _("Industrial park")
    MARKET = "market", _("Market")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")
    BUSINESS_BUILDING = "business_building", _("Business building")
    ENTERPRISE = "enterprise", _("Enterprise")
    GOVERNMENT = "government", _("Government office")
    CONSTRUCTION = "construction", _("Construction site")
    VESSEL = "vessel", _("Fishing vessels")
    PENSION = "pension", _("Home for the elderly")
    OTHER = "other", _("Other")


class GridStatus(models.TextChoices):
    """The life of a grid; from the last three nothing comes back."""

    PROPOSED = "proposed", _("Proposed")
    ACTIVE = "active", _("In use")
    FROZEN = "frozen", _("Frozen")
    MERGED = "merged", _("Merged")
    SPLIT = "split", _("Split")
    CLOSED = "closed", pgettext_lazy("grid", "Closed")

    @classmethod
    def living(cls) -> list["GridStatus"]:
        return [cls.PROPOSED, cls.ACTIVE, cls.FROZEN]

    @property
    def tone(self) -> str:
        return {"active": "green", "proposed": "blue", "frozen": "yellow"}.get(self.value, "grey")


class ChangeKind(models.TextChoices):
    """What happened to a grid in one step of its history."""

    CREATE = "create", _("Created")
    IMPORT = "import", _("Imported")
    RENAME = "rename", _("Renamed")
    MOVE = "move", _("Moved")
    CLOSE = "close", pgettext_lazy("grid", "Closed")
    SPLIT = "split", _("Split")
    MERGE = "merge", _("Merged")

    @property
    def icon(self) -> str:
        icons = {
            "create": "circle-plus",
            "import": "file-input",
            "rename": "pencil",
            "move": "move",
            "close": "archive",
        }
        return icons.get(self.value, "git-branch")
