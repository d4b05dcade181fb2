"""How an upper room adds to a lower room's page without the lower one importing it.

A room that owns a page owns a ``Panels`` registry (below); upper rooms register panels in ``AppConfig.ready``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """One block on somebody else's page.

    ``context(request, obj)`` returns the template's variables, or None when the user has nothing to see there.
    ``area`` is "main", "side", "counter", "head" or one that the page's template names; within an area panels stand in
    ``order``. A "head" panel draws nothing: its context is ``{"actions": [Action, ...]}``, and these stand before the
    page's own buttons.
    """

    key: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    order: int = 100
    area: str = "main"


class Panels:
    """A page's registry; registering the same key again replaces the panel (autoreload)."""

    def __init__(self) -> None:
        self._panels: dict[str, Panel] = {}

    def register(self, panel: Panel) -> None:
        self._panels[panel.key] = panel

    def for_page(self, request: HttpRequest, obj: Any) -> dict[str, list[dict[str, Any]]]:
        """``{area: [{"key", "template", "context"}]}`` of the panels that have something to show."""
        areas: dict[str, list[dict[str, Any]]] = {}
        for panel in sorted(self._panels.values(), key=lambda panel: (panel.order, panel.key)):
            context = panel.context(request, obj)
            if context is not None:
                areas.setdefault(panel.area, []).append(
                    {"key": panel.key, "template": panel.template, "context": context}
                )
        return areas


grid_panels = Panels()
household_panels = Panels()
person_panels = Panels()
building_panels = Panels()
vessel_panels = Panels()
staff_panels = Panels()
