"""How personal values look to those who have not revealed them (domain.md 2.4, 2.11)."""


def mask_id_number(value: str) -> str:
    """``990101********0013``: the first six and the last four of an 18-digit number; short values wholly hidden."""
    return f"{value[:6]}{'*' * (len(value) - 10)}{value[-4:]}" if len(value) >= 15 else "*" * len(value)


def mask_phone(value: str) -> str:
    """``138****0001`` for a mobile number; others keep their last two digits."""
    if len(value) == 11:
        return f"{value[:3]}****{value[-4:]}"
    return "*" * max(len(value) - 2, 0) + value[-2:]


def mask_name(value: str) -> str:
    """``王**``: the first character and one star for each of the others."""
    return value[:1] + "*" * (len(value) - 1) if len(value) > 1 else value
