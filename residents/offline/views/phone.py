"""The service worker, the web app manifest and the shell: the same for everybody, without personal data."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from django.views.generic import TemplateView

from residents.offline import files
from residents.offline.doorstep import NOTE_LENGTH
from residents.offline.frame import frame_of
from residents.visits.arriving import NOTE_MAXIMUM
from residents.visits.choices import Channel, EncounterKind, Outcome, RemoteReason
from residents.visits.rules import words_to_watch
from residents.visits.taskforms import trigger_choices

# Pages that the shell can stand in for when the portal cannot be reached; paths as regular expressions.
FIELD_PAGES = (
    *(r"^/$", r"^/my-day/$", r"^/households/\d+/visit/$", r"^/contacts/mine/", r"^/field/"),
    *(r"^/doors/$", r"^/doors/\d+/help/$", r"^/households/\d+/must-arrive/$"),
)


def _version_tag(request: HttpRequest) -> str:
    return f'"{files.version()}"'


@login_not_required
@require_safe
@cache_control(no_cache=True, public=True)
@condition(etag_func=_version_tag)
def service_worker(request: HttpRequest) -> HttpResponse:
    """What the browser runs between the pages and the network. Its text changes whenever a kept file changes."""
    setup = {
        "version": files.version(),
        "hashed": files.names_are_hashed(),
        "shell": reverse("residents:field-shell"),
        "files": files.kept_addresses(),
        "pages": FIELD_PAGES,
    }
    body = f"self.lianhu = {json.dumps(setup)};\nimportScripts({json.dumps(static(files.WORKER))});\n"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
@cache_control(no_cache=True, public=True)
def web_manifest(request: HttpRequest) -> JsonResponse:
    """Lets a phone put the portal on its home screen, where it opens without the browser's own bars."""
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "id": "/",
            "name": _("Lianhu"),
            "short_name": _("Lianhu"),
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f6f9",
            "theme_color": "#1456b8",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@method_decorator([login_not_required, cache_control(no_cache=True, private=True)], name="dispatch")
class Shell(TemplateView):
    """The empty page that a script fills from what the phone holds. The server puts no name and no door into it."""

    template_name = "residents/offline/shell.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            outcomes=Outcome.choices,
            channels=Channel.choices,
            kinds=EncounterKind.choices,
            reasons=RemoteReason.choices,
            triggers=trigger_choices(),
            told_length=NOTE_MAXIMUM,
            watch=words_to_watch(),
            note_length=NOTE_LENGTH,
            styles=files.shell_sheets(),
            phone_work=frame_of(""),
            **context,
        )
