"""What masks let through."""

import pytest

from grids.common.masks import mask_id_number, mask_name, mask_phone


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("990101194904120013", "990101********0013"),
        ("990101490412001", "990101*****2001"),
        ("E12345678", "*" * 9),
        ("", ""),
    ],
)
def test_identity_numbers(value: str, shown: str) -> None:
    assert mask_id_number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("13800000001", "138****0001"), ("0571-8888", "*******88"), ("1", "1"), ("", "")]
)
def test_phones(value: str, shown: str) -> None:
    assert mask_phone(value) == shown


@pytest.mark.parametrize(("value", "shown"), [("王小明", "王**"), ("李四", "李*"), ("阿", "阿"), ("", "")])
def test_names(value: str, shown: str) -> None:
    assert mask_name(value) == shown
