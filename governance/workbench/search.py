"""The search page: words are sent in the body; only harmless ones lead on to an address that can be shared."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.errors import Refused
from grids.common.numbers import clean_phone, normalise_id
from grids.common.pages import Page
from grids.common.search import FIRST, Hit, SearchProvider, search_providers, stays_in_body, tidy_words
from residents.roster.models import Person
from residents.roster.numbers import ID_LENGTH
from residents.roster.rules import MAY_NOT_REVEAL, shown_name
from residents.roster.services import grid_of, look_up


@dataclass(frozen=True)
class Group:
    """What one provider found; ``more`` leads to all of it, if there is more and a list that understands the words."""

    provider: SearchProvider
    hits: list[Hit]
    has_more: bool = False
    more: str = ""


def groups_for(user: Any, words: str, *, in_address: bool = True) -> list[Group]:
    """The groups in which something was found, in order."""
    found = []
    for provider in search_providers:
        hits = provider.find(user, words)
        if hits:
            has_more = len(hits) > FIRST
            more = f"{reverse(provider.list_url)}?{urlencode({'q': words})}" if provider.list_url and in_address else ""
            found.append(Group(provider, hits[:FIRST], has_more, more if has_more else ""))
    return found


class Search(Page, TemplateView):
    """One box for everything.

    Words with seven digits or more may be an identity number or a phone: they are answered in place, never stored,
    never shown again. An identity number is looked up whole (in the trail, 30 an hour); of a phone only the last four
    digits are searched.
    """

    template_name = "governance/workbench/search.html"
    title = gettext_lazy("Search")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.GET.get("q", "")
        if stays_in_body(typed):
            return self._answer(in_address=True)
        words = tidy_words(typed)
        return self._answer(words=words, groups=groups_for(request.user, words) if words else [])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.POST.get("q", "").replace("\x00", "")
        if not stays_in_body(typed):
            return self._lead_to(tidy_words(typed))
        number = normalise_id(typed)
        if len(number) == ID_LENGTH and number[:-1].isascii() and number[:-1].isdecimal():
            return self._look_up(number)
        if tail := _tail(typed):
            messages.info(request, _("A phone is searched by its last four digits; the others stand in no address."))
            return self._lead_to(tail)
        words = tidy_words(typed)
        return self._answer(groups=groups_for(request.user, words, in_address=False), in_place=True)

    def _lead_to(self, words: str) -> HttpResponse:
        query = f"?{urlencode({'q': words})}" if words else ""
        return HttpResponseRedirect(reverse("governance:search") + query)

    def _look_up(self, number: str) -> HttpResponse:
        user: Any = self.request.user
        if not scope_of(user, Permission.REVEAL_PERSONAL):
            return self._answer(refusal=MAY_NOT_REVEAL, in_place=True)
        try:
            found = look_up(number, actor=user)
        except ValidationError as problem:
            # It may be the credit code of an organisation, which is public.
            groups = groups_for(user, number, in_address=False)
            return self._answer(groups=groups, refusal="" if groups else problem.messages[0], in_place=True)
        except Refused as problem:
            return self._answer(refusal=problem.reason, in_place=True)
        if len(found) == 1:
            return HttpResponseRedirect(reverse("residents:person-detail", args=[found[0].pk]))
        if not found:
            return self._answer(refusal=_("Nobody in your grids has this identity number."), in_place=True)
        return self._answer(same_number=[self._same(person) for person in found], in_place=True)

    def _same(self, person: Person) -> Hit:
        grid = grid_of(person)
        name = shown_name(self.request.user, grid, person.name)
        return Hit(name, reverse("residents:person-detail", args=[person.pk]), (grid.name,) if grid else ())

    def _answer(self, **context: Any) -> HttpResponse:
        nothing = {"words": "", "groups": [], "refusal": "", "same_number": [], "in_address": False, "in_place": False}
        response = self.render_to_response(self.get_context_data(**nothing | context))
        response["Cache-Control"] = "no-store"
        return response


def _tail(typed: str) -> str:
    """The last four digits of a whole phone; empty for anything else."""
    try:
        number = clean_phone(typed)
    except ValidationError:
        return ""
    return number[-4:]
