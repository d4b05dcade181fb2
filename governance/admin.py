"""The administration pages of the storey, gathered from its rooms."""

from governance.affairs import admin as affairs

__all__ = ["affairs"]
