"""What a phone talks to: JSON in, JSON out, whatever happens. A redirect or a page would be taken for a half answer."""

from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from grids.access.models import User
from grids.common.errors import ServiceError
from grids.common.sentences import joined
from residents.offline.accounts import account_mark
from residents.offline.rules import Unreadable, read_json

RETRY_SECONDS = 30


def told(status: int, kind: str, message: object = "", **more: Any) -> JsonResponse:
    """An answer that is no success; ``lianhu`` says what it is: login, closed, password, error."""
    answer = {"lianhu": kind, "message": str(message), **more} if message else {"lianhu": kind, **more}
    response = JsonResponse(answer, status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def closed_account() -> JsonResponse:
    """Nothing is taken from this account any more; what its phone holds reaches the office as a sealed file."""
    return told(403, "closed", _("This account was closed. Please speak to your secretary."), why="account")


def closed_work() -> JsonResponse:
    """The account has no doors any more. What it recorded while it had some is taken still, and held."""
    return told(403, "closed", _("This account does no field work any more."), why="work")


def is_of_closed_account(request: HttpRequest) -> bool:
    """Whether the session is that of an account that was closed since; a session that ended in another way is none."""
    key = request.session.get(SESSION_KEY, "")
    user = User.objects.filter(pk=key, is_active=False).first() if key.isdecimal() else None
    said = request.session.get(HASH_SESSION_KEY, "")
    return user is not None and constant_time_compare(said, user.get_session_auth_hash())


class TooLarge(Exception):
    """The body is larger than this address takes."""


class WrongType(Exception):
    """The body is of another kind than this address takes."""


class _Forgery(CsrfViewMiddleware):
    """Django's check, with its reason instead of its page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


@method_decorator([csrf_exempt, login_not_required, never_cache], name="dispatch")
class Answer(View):
    """Base of every address that answers JSON: login, password, forgery and mishaps are answers too.

    Marked ``speaks_json``: the middleware that leads an account to its new password leaves it to this class.
    """

    speaks_json = True
    content_type: str | None = "application/json"
    largest_body = 8 * 1024
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return self._guarded(request, *args, **kwargs)
        except TooLarge:
            return told(413, "error", _("This is more than can be sent at once."))
        except WrongType:
            return told(415, "error", _("This address takes another kind of message."))
        except Unreadable as problem:
            return told(400, "error", problem)
        except ValidationError as problem:
            return told(400, "error", joined(problem.messages))
        except ServiceError as problem:
            return told(problem.status, "error", problem.reason)
        except PermissionDenied:
            return told(403, "error", _("You may not do this."))
        except Http404:
            return told(404, "error", _("This does not exist, or it is not yours."))
        except (OperationalError, InterfaceError):
            return told(503, "error", _("The office is busy. Your phone will try again by itself."))

    def _guarded(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated or not user.is_active:
            return closed_account() if is_of_closed_account(request) else told(401, "login")
        if user.must_change_password:
            return told(403, "password", _("Choose a new password first; what is on the phone stays there."))
        forgery = _Forgery(lambda _request: JsonResponse({}))
        forgery.process_request(request)
        # The whole check, although this view is exempt from the page that it would answer with.
        if forgery.process_view(request, _unmarked, (), {}):
            return told(403, "forgery", _("Open the page again; what is on the phone stays there."))
        if request.headers.get("X-Lianhu-Account") not in (None, "", account_mark(user)):
            # Somebody else has logged in on this phone: what waits there is not his.
            return told(409, "account", _("Somebody else is logged in on this phone."))
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = told(405, "error", _("This address does not take this."))
        response.headers["Allow"] = ", ".join(self._allowed_methods())
        return response

    # ------------------------------------------------------------ the body
    def body(self) -> bytes:
        """The body. Raises ``WrongType`` and ``TooLarge``."""
        request = self.request
        if self.content_type is not None and request.content_type != self.content_type:
            raise WrongType
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > self.largest_body:
            raise TooLarge
        return request.body

    def message(self) -> Any:
        return read_json(self.body())


def _unmarked(_request: HttpRequest) -> None:
    """A view that is not exempt from anything."""
