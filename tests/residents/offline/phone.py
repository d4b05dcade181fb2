"""A phone as the server sees it: items with ids of their own, sent in batches, answers checked for being answers."""

import json
import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from grids.common import clock


def item(kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "made_at": clock.now().isoformat(),
        "pack_made_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "payload": payload,
        **more,
    }


def visit(household: Any, **more: Any) -> dict[str, Any]:
    """A visit item; ``more`` goes into the payload."""
    return item("visit.log", {"household": household.pk, "outcome": "met", "note": "一切正常", **more})


def note(household: Any, text: str, **more: Any) -> dict[str, Any]:
    return item("door.note", {"household": household.pk, "base": household.version, "note": text, **more})


class Phone:
    """One device of one account, talking to the real addresses."""

    def __init__(self, user: Any, **options: Any) -> None:
        self.device = str(uuid.uuid4())
        self.client = Client(**options)
        if user is not None:
            self.client.force_login(user, backend="grids.access.backends.GridBackend")

    def post(self, name: str, data: Any, **more: Any) -> Any:
        body = data if isinstance(data, (str, bytes)) else json.dumps(data)
        return self.client.post(reverse(f"residents:{name}"), body, content_type="application/json", **more)

    def envelope(self, *items: Any, **more: Any) -> dict[str, Any]:
        return {
            "lianhu": "sync",
            "nonce": str(uuid.uuid4()),
            "device": self.device,
            "sent_at": clock.now().isoformat(),
            "items": list(items),
            **more,
        }

    def sync(self, *items: Any, **more: Any) -> list[dict[str, Any]]:
        envelope = self.envelope(*items, **more)
        response = self.post("field-sync", envelope)
        assert response.status_code == 200, response.content
        answer = response.json()
        assert answer["lianhu"] == "sync"
        assert answer["nonce"] == envelope["nonce"]
        assert [one["id"] for one in answer["results"]] == [one["id"] for one in items]
        return answer["results"]

    def resolve(self, client_id: str, choice: str) -> dict[str, Any]:
        response = self.post("field-resolve", {"lianhu": "resolve", "nonce": "n", "id": client_id, "choice": choice})
        assert response.status_code == 200, response.content
        return response.json()["results"][0]
