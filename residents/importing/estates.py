"""Compounds that have buildings of one number: 3号楼 of two compounds are two buildings, never one. Pure.

The register has each name of a building once in a grid. Where the file (or the register) has a number in several
compounds of a grid, the compound stands before it: 阳光花园3号楼. Where there is one only, the number is enough.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from residents.importing.doors import place_name
from residents.importing.drafting import Draft
from residents.importing.grouping import Columns, Group, Planned
from residents.importing.territory import Territory

_Key = tuple[str | None, ...]


def tell_compounds_apart(rows: Iterable[Planned], territory: Territory, columns: Columns) -> None:
    """Put the compound before the building where that is needed; a row that does not say which one is wrong."""
    listed = [row for row in rows if row.draft.building and not row.draft.person_key]
    said: dict[_Key, set[str]] = {}
    for row in listed:
        if compound := _compound(row.draft):
            said.setdefault(_key(row.draft), set()).add(compound)
    # 中山路12号阳光花园 and 阳光花园 are one.
    compounds = {key: {name: _shortest(name, names) for name in names} for key, names in said.items()}
    for row in listed:
        draft = row.draft
        names = compounds.get(_key(draft), {})
        compound = names.get(_compound(draft), "")
        several = len(set(names.values())) > 1
        building = draft.building or ""
        if not compound:
            if several:
                listing = _(", ").join(sorted(set(names.values())))
                message = _("%(building)s is in several compounds here (%(names)s). Write which one is meant.")
                field = "compound" if "compound" in columns[draft.sheet] else "address"
                row.wrong(columns, field, message % {"building": building, "names": listing})
        elif not building.startswith(compound):
            whole = f"{compound}{building}"
            if territory.has_building(whole) or (
                not territory.has_building(building, compound)
                and (several or territory.has_building(building, besides=compound))
            ):
                draft.building = whole


def compound_of(home: Group) -> str:
    """The compound that the rows of a household say, the first that says any."""
    return next((compound for row in home.rows if (compound := _compound(row.draft))), "")


def _compound(draft: Draft) -> str:
    return place_name(draft.compound or "")


def _shortest(name: str, names: Iterable[str]) -> str:
    return min((one for one in names if name.endswith(one)), key=len)


def _key(draft: Draft) -> _Key:
    return draft.community, draft.grid, draft.micro_grid, draft.building
