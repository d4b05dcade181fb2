"""What is hidden cannot be told by sorting or narrowing a list (promise P05)."""

from typing import Any

import pytest

from tests.filled import account_for, sendable, url_of
from tests.policy import ROWS
from tests.visitor import Visitor
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HIDDEN_COLUMNS = ("id_number", "id_number_index", "phone", "phone_tail", "birth_date", "password")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("address", [name for name in sendable() if name.endswith("-list") or "find" in name])
def test_lists_are_neither_sorted_nor_narrowed_by_what_is_hidden(furnished: World, address: str) -> None:
    """Promise P05: the rows and their order are the same whatever is asked of a hidden column."""
    visitor = Visitor(furnished, "secretary" if "secretary" in ROWS[address].opening else account_for(address))
    url = url_of(address, furnished)

    def rows(query: str) -> list[Any]:
        context = visitor.ask(f"{url}?{query}").context_data
        if "table" not in context:  # pairs that may be one person stand in rows of their own kind
            return [str(row) for row in context["rows"]]
        return [row.record.pk for row in context["table"].paginated_rows]

    usual = rows("")
    for path in ("", "person__", "head_name__", "member__person__", "user__"):
        asked = [f"{path}{column}" for column in HIDDEN_COLUMNS]
        # Whichever of them a list would heed decides the order, or leaves no row.
        query = "&".join(f"sort={name}&{name}=990101194904120010&{name}__startswith=9" for name in asked)
        assert rows(query) == usual, query
