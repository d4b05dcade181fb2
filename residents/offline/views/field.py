"""What the field pages fetch and send."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from grids.common import clock
from residents.offline import rules, services
from residents.offline.frame import works_at_doors
from residents.offline.pack import pack_for
from residents.offline.rules import DeviceClock
from residents.offline.views.answers import Answer, closed_work


class Pack(Answer):
    """The doors of today: what the phone may keep for 24 hours; ``closed`` for who has none any more."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not works_at_doors(request.user):
            return closed_work()
        # Chinese as it is: escaped it would be a third longer on the line.
        return JsonResponse(pack_for(request.user), json_dumps_params={"ensure_ascii": False})


class Sync(Answer):
    """A batch of items; each is judged by itself, and the answers come in their order."""

    largest_body = rules.LARGEST_SYNC

    def post(self, request: HttpRequest) -> HttpResponseBase:
        received_at = clock.now()
        envelope = rules.read_envelope(self.message())
        device_clock = DeviceClock(rules.read_moment(envelope.sent_at), received_at)
        results: list[dict[str, Any]] = []
        for raw in envelope.items:
            entry = rules.read_entry(raw)
            if entry is None:
                results.append({"id": None, "state": "refused", "message": _("A record without a number.")})
                continue
            try:
                results.append(
                    services.receive(entry, actor=request.user, device=envelope.device, device_clock=device_clock)
                )
            except (OperationalError, InterfaceError):
                if not results:
                    raise
                # What was taken is told; the phone sends the others again.
                break
        return JsonResponse(
            {"lianhu": "sync", "nonce": envelope.nonce, "received_at": received_at.isoformat(), "results": results}
        )


class Resolve(Answer):
    """The sender settles a conflict."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        data = self.message()
        if not isinstance(data, dict) or data.get("lianhu") != "resolve":
            raise rules.Unreadable(_("This is not a message of the field pages."))
        nonce, client_id, choice = rules.read_nonce(data), rules.read_uuid(data.get("id")), data.get("choice")
        if client_id is None or not isinstance(choice, str):
            raise rules.Unreadable(_("The message is incomplete."))
        result = services.resolve(client_id, actor=request.user, choice=choice)
        if result is None:
            raise Http404
        return JsonResponse(
            {"lianhu": "resolve", "nonce": nonce, "received_at": clock.now().isoformat(), "results": [result]}
        )


class Standing(Answer):
    """What became of the items ``?ids=a,b,c`` (at most 50): for a phone that lost an answer."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.GET.get("ids", "").split(",")[: rules.MOST_ITEMS]
        ids = [one for one in (rules.read_uuid(text) for text in asked) if one is not None]
        return JsonResponse({"lianhu": "standing", "results": services.standing_of(ids, actor=request.user)})
