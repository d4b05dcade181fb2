"""Photos in pieces: open, then piece by piece; a lost answer is made good by asking where the office stands."""

import uuid
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from residents.offline import rules, services
from residents.offline.models import PhotoUpload
from residents.offline.views.answers import Answer


def stands_at(upload: PhotoUpload) -> JsonResponse:
    return JsonResponse({"lianhu": "photo", "offset": services.offset_of(upload), "state": upload.state})


class OpenPhoto(Answer):
    """Announce a photo, or ask where it stands."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        client_id, item, size, sha256 = rules.read_opening(self.message())
        return stands_at(services.open_upload(client_id, item=item, size=size, sha256=sha256, actor=request.user))


class SendPart(Answer):
    """One piece: ``Content-Range: bytes a-b/n``. Out of step: 409 with the right offset."""

    content_type = None
    largest_body = rules.LARGEST_PART

    def put(self, request: HttpRequest, client_id: uuid.UUID) -> HttpResponseBase:
        spans = rules.read_range(request.headers.get("Content-Range", ""))
        content = self.body()
        if spans is None or spans[1] - spans[0] != len(content):
            raise rules.Unreadable(_("The message is incomplete."))
        start, _end, size = spans
        try:
            upload: Any = services.receive_part(client_id, start=start, size=size, content=content, actor=request.user)
        except services.OutOfStep as problem:
            return JsonResponse({"lianhu": "photo", "offset": problem.offset}, status=409)
        return stands_at(upload)
