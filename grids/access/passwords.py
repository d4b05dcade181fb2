"""The composition rule for passwords (domain.md 2.12: at least 10 characters, 3 of 4 classes)."""

import secrets
import string
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
NEEDED = 3
# Without letters and digits that are mistaken for each other when read aloud or from paper (0 O, 1 l I).
READABLE = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def starting_password() -> str:
    """A random password to be handed over once: three groups of four readable signs, ``Kf7m-Qx2p-Rt9w``."""
    groups = []
    for _group in range(3):
        signs = [secrets.choice(alphabet) for alphabet in READABLE]
        signs.append(secrets.choice("".join(READABLE)))
        secrets.SystemRandom().shuffle(signs)
        groups.append("".join(signs))
    return "-".join(groups)


class CharacterClassValidator:
    """Three of: small letters, capital letters, digits, other characters."""

    def validate(self, password: str, user: Any = None) -> None:
        found = sum(any(character in group for character in password) for group in CLASSES)
        found += any(character not in "".join(CLASSES) for character in password)
        if found < NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, other characters.")
