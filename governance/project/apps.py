"""Storey 3: what is being done about it. (The app's label is "governance"; its package stays empty.)"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Governance")

    def ready(self) -> None:
        from governance import panels  # noqa: F401
