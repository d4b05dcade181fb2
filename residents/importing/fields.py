"""The fields that an import may carry, and those that it knows and does not keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


@dataclass(frozen=True, slots=True)
class ImportField:
    """``name`` is the name of a column; ``label`` and ``hint`` are translated lazily; ``required`` must have a column.

    ``gives`` names what ``CleanRow.values`` gets of it where that differs (a combined address gives building, unit and
    room). ``household`` says that the value belongs to the door or household, so that a merged cell holds for all its
    rows.
    """

    name: str
    label: Any
    required: bool = False
    hint: Any = ""
    gives: tuple[str, ...] = ()
    household: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        return self.gives or (self.name,)


_DATE = gettext_lazy("A day such as 1990-01-05")
_YES_NO = gettext_lazy("Yes or no")
_PLACE = gettext_lazy("Name or code")

_FIELDS = [
    ImportField("name", pgettext_lazy("roster", "Name"), required=True),
    ImportField(
        "sex", pgettext_lazy("roster", "Sex"), hint=gettext_lazy("Follows from the identity number if left open")
    ),
    ImportField("birth_date", pgettext_lazy("roster", "Birth date"), hint=_DATE),
    ImportField("id_type", pgettext_lazy("roster", "Document type")),
    ImportField("id_number", pgettext_lazy("roster", "Identity number"), hint=gettext_lazy("18 characters, as text")),
    ImportField(
        "other_id_number", pgettext_lazy("roster", "Number of another document"), gives=("id_type", "id_number")
    ),
    ImportField("phone", pgettext_lazy("roster", "Phone"), hint=gettext_lazy("Mobile, or landline with area code")),
    ImportField("phone_more", pgettext_lazy("roster", "Further phone"), gives=("phone",)),
    ImportField("relation", pgettext_lazy("roster", "Relation to the head of household")),
    ImportField("kind", pgettext_lazy("roster", "Kind of residency")),
    ImportField("household", pgettext_lazy("roster", "Household number"), household=True),
    ImportField("head_name", pgettext_lazy("roster", "Name of the head of household"), household=True),
    ImportField("head_id_number", pgettext_lazy("roster", "Identity number of the head of household"), household=True),
    ImportField("community", pgettext_lazy("roster", "Community"), hint=_PLACE, household=True),
    ImportField("grid", pgettext_lazy("roster", "Grid"), hint=_PLACE, household=True),
    ImportField("micro_grid", pgettext_lazy("roster", "Micro-grid"), hint=_PLACE, household=True),
    ImportField("compound", pgettext_lazy("roster", "Compound"), household=True),
    ImportField("building", pgettext_lazy("roster", "Building"), household=True),
    ImportField("unit", pgettext_lazy("roster", "Unit"), household=True),
    ImportField("room", pgettext_lazy("roster", "Room"), household=True),
    ImportField(
        "address",
        pgettext_lazy("roster", "Address with building, unit and room"),
        hint=gettext_lazy("Such as 3-2-501"),
        gives=("building", "unit", "room", "address_prefix"),
        household=True,
    ),
    ImportField("floor", pgettext_lazy("roster", "Floor"), household=True),
    ImportField("use", pgettext_lazy("roster", "Use of the dwelling"), household=True),
    ImportField("is_let", pgettext_lazy("roster", "Whether let"), hint=_YES_NO, gives=("use",), household=True),
    ImportField("since", pgettext_lazy("roster", "Living here since"), hint=_DATE),
    ImportField("note", pgettext_lazy("roster", "Remark")),
    ImportField("party_member", pgettext_lazy("roster", "Party member"), hint=_YES_NO),
    ImportField(
        "political_status", pgettext_lazy("roster", "Political status (party members only)"), gives=("party_member",)
    ),
    ImportField("education", pgettext_lazy("roster", "Education")),
    ImportField("hukou_here", pgettext_lazy("roster", "Household registration is here"), hint=_YES_NO),
    ImportField("hukou_apart", pgettext_lazy("roster", "Lives apart from the registration"), gives=("hukou_here",)),
    ImportField("hukou_county", pgettext_lazy("roster", "County code of the registration")),
    ImportField("country", pgettext_lazy("roster", "Country or region")),
    ImportField("inflow_reason", pgettext_lazy("roster", "Came for")),
    ImportField("registered_on", pgettext_lazy("roster", "Registered as a migrant on"), hint=_DATE),
    ImportField("expected_leave_on", pgettext_lazy("roster", "Expected to leave on"), hint=_DATE),
    # Whoever is gone is no resident: these columns only say which rows to leave out.
    ImportField("moved_out", pgettext_lazy("roster", "Has moved away"), hint=_YES_NO, gives=("left_out",)),
    ImportField("moved_out_on", pgettext_lazy("roster", "Moved away on"), gives=("left_out",)),
    ImportField("deceased", pgettext_lazy("roster", "Is deceased"), hint=_YES_NO, gives=("left_out",)),
    ImportField("deceased_on", pgettext_lazy("roster", "Deceased on"), gives=("left_out",)),
    ImportField("cancelled_on", pgettext_lazy("roster", "Registration cancelled on"), gives=("left_out",)),
    # Columns of our own lists: they find the record again whatever else was edited.
    ImportField("person_key", pgettext_lazy("roster", "System number"), hint=gettext_lazy("Please do not change")),
]
FIELDS: dict[str, ImportField] = {field.name: field for field in _FIELDS}

# Deliberately not collected (domain.md 2.5, 2.8): recognised, dropped, and said so.
DROPPED: dict[str, Any] = {
    "ethnicity": pgettext_lazy("roster", "Ethnicity"),
    "religion": pgettext_lazy("roster", "Religion"),
    "blood_type": pgettext_lazy("roster", "Blood type"),
    "height": pgettext_lazy("roster", "Height and weight"),
    "health": pgettext_lazy("roster", "Health"),
    "pregnancy": pgettext_lazy("roster", "Pregnancy and family planning"),
    "vaccination": pgettext_lazy("roster", "Vaccination"),
    "income": pgettext_lazy("roster", "Income"),
    "bank_account": pgettext_lazy("roster", "Bank account"),
    "criminal": pgettext_lazy("roster", "Criminal record"),
    "focus_category": pgettext_lazy("roster", "Attention category"),
    "marital": pgettext_lazy("roster", "Marital status"),
    "military": pgettext_lazy("roster", "Military service"),
    "photo": pgettext_lazy("roster", "Photo"),
    "wechat": pgettext_lazy("roster", "Messenger account"),
}

_FROM_ID = gettext_lazy("it follows from the birth date")
_FROM_GRID = gettext_lazy("it follows from the grid")
_ON_OWN_PAGE = gettext_lazy("it is kept elsewhere in the portal, not in the roster")
_NO_PLACE = gettext_lazy("the roster has no place for it")
_REGISTRATION = gettext_lazy("the roster keeps where people live, not where they are registered")

# Recognised, harmless, and without a place in the roster: the reason in half a sentence.
NOT_KEPT: dict[str, Any] = {
    "age": _FROM_ID,
    "street": _FROM_GRID,
    "grid_worker": gettext_lazy("who serves the grid is kept with the grid"),
    "head_phone": gettext_lazy("the phone of the head stands in his own row"),
    "owner": gettext_lazy("owner and landlord are kept in the rental file"),
    "house_figures": _ON_OWN_PAGE,
    "house_code": _ON_OWN_PAGE,
    "building_use": _ON_OWN_PAGE,
    "property_company": _ON_OWN_PAGE,
    "position": _ON_OWN_PAGE,
    "away": gettext_lazy("absence and leaving are recorded on the page of the person"),
    "hukou_address": _REGISTRATION,
    "hukou_type": _REGISTRATION,
    "hukou_since": _REGISTRATION,
    "native_place": _REGISTRATION,
    "other_address": _NO_PLACE,
    "former_name": _NO_PLACE,
    "occupation": _NO_PLACE,
    "email": _NO_PLACE,
    "permit_no": _NO_PLACE,
    "signature": _NO_PLACE,
}

RUNNING = "running"  # a running number such as 序号
HOUSEHOLD_FIELDS = frozenset(name for name, field in FIELDS.items() if field.household)


def missing_fields(columns: Sequence[str | None]) -> list[str]:
    """What a mapping still lacks, as one sentence each; empty when rows can be read with it.

    A roster needs a name, and a door: building and room, or the combined address (also in the column of the room). A
    list of our own, with whatever columns were chosen, has the system numbers instead.
    """
    present = set(columns)
    if "person_key" in present:
        return []
    missing = []
    if "name" not in present:
        missing.append(_("No column holds the name. Please choose the one that does."))
    if not present & {"address", "room"}:
        missing.append(_("No column holds the door. Please choose building and room, or the combined address."))
    return missing
