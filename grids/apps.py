"""Storey 1: the territory, who serves on it, who may do what where."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "grids"
    verbose_name = _("Grids")

    def ready(self) -> None:
        from grids import panels  # noqa: F401
        from grids.common.exports import export_watchers
        from grids.common.privacy import check_data_classes
        from grids.trail.services import record_export

        if record_export not in export_watchers:
            export_watchers.append(record_export)
        checks.register(check_data_classes)
