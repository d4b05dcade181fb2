"""Ways out of the portal for messages that cannot wait: SMS, a work messenger. An interface, and one that only notes.

What leaves holds nothing personal: that there is a message, and where to read it. A deployment writes its own
``Adapter``, registers it when the portal starts and names it in ``NOTIFICATION_ADAPTERS``.
"""

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger("grids.notifications")
WORDS = _("There is a message for you in the portal. Please log in to read it.")


class Adapter(Protocol):
    """``send`` is called after the commit, for many accounts at once; it must not raise and must not wait for long."""

    def send(self, users: Sequence[Any], words: str) -> None: ...


class ConsoleAdapter:
    """Sends nothing: says in the log to how many accounts a message would have gone."""

    def send(self, users: Sequence[Any], words: str) -> None:
        logger.info("%s accounts would be told outside of the portal", len(users))


_adapters: dict[str, Adapter] = {"console": ConsoleAdapter()}


def register_adapter(name: str, adapter: Adapter) -> None:
    _adapters[name] = adapter


def send_out(users: Sequence[Any]) -> None:
    """Tell ``users`` through every adapter that the deployment names. One that fails is noted and stops no other."""
    for name in settings.NOTIFICATION_ADAPTERS:
        adapter = _adapters.get(name)
        if adapter is None:
            logger.warning("NOTIFICATION_ADAPTERS names %s, which nobody registered", name)
            continue
        try:
            adapter.send(users, str(WORDS))
        except Exception as problem:  # whatever the gateway does: what happened in the portal has happened
            logger.warning("the adapter %s failed (%s)", name, type(problem).__name__)
