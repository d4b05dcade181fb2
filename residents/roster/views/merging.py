"""Pages of possible duplicates: the pairs, two records side by side, the verdict, the merges and their undoing."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.decisions import Decision
from grids.common.pages import Page, ScopedMixin
from grids.common.pagination import page_size
from grids.common.views import ActionPage, ListPage
from residents.roster import duplicates, merge_rules, rules
from residents.roster.comparing import Line, Side, lines_of, sides_of
from residents.roster.merge_forms import PICK, MergeForm
from residents.roster.merge_parts import Pair, merge_parts
from residents.roster.merge_tables import MergeTable
from residents.roster.models import Person, PersonMerge, Residency
from residents.roster.services import grid_of
from residents.roster.services.merging import judge_two_persons, may_undo, merge_persons, undo_merge


class DuplicateList(Page, ScopedMixin, TemplateView):
    """Pairs of records that may be one person, the surest first."""

    permission = Permission.MERGE_PERSONS
    template_name = "residents/roster/personmerge_duplicates.html"
    title = _("Possible duplicates")
    intro = _("Two records that may be one person: compare them, then merge them or say that they are two persons.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Persons"), reverse("residents:person-list"))]

    def get_actions(self) -> list[Action]:
        return [Action(_("Merged records"), reverse("residents:personmerge-list"), icon="history")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        pairs = duplicates.find(self.request.user)
        paginator = Paginator(pairs, page_size(self.request.GET.get("per_page")))
        page = paginator.get_page(self.request.GET.get("page"))
        shown = {pk for pair in page.object_list for pk in (pair.first, pair.second)}
        sides = sides_of(Person.objects.filter(pk__in=shown), self.request.user)
        rows = [
            {
                "sign": duplicates.Sign(pair.sign).label,
                "sides": [sides[pair.first], sides[pair.second]],
                "merge": reverse("residents:personmerge-create", args=[pair.first, pair.second]),
                "two": reverse("residents:noduplicate-create", args=[pair.first, pair.second]),
            }
            for pair in page.object_list
        ]
        links = [
            {
                "number": number,
                "query": f"page={number}" if isinstance(number, int) else "",
                "current": number == page.number,
            }
            for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ]
        return super().get_context_data(rows=rows, page=page, page_links=links, count=paginator.count, **context)


class OnePair(ActionPage):
    """What the pages about two records share: both within the grids where the user merges, or 404."""

    model = Person
    permission = Permission.MERGE_PERSONS
    object: Person
    other: Person

    def load(self) -> None:
        self.require_power()
        self.object = self.get_object()
        self.other = get_object_or_404(self.get_queryset().exclude(pk=self.object.pk), pk=self.kwargs["other"])

    def decide(self, obj: Person) -> Decision:
        return merge_rules.may_merge(self.request.user, grid_of(obj))

    @property
    def sides(self) -> tuple[Side, Side]:
        if not hasattr(self, "_sides"):
            found = sides_of((self.object, self.other), self.request.user)
            self._sides = (found[self.object.pk], found[self.other.pk])
        return self._sides

    def get_breadcrumb(self) -> list[Crumb]:
        return [
            Crumb(_("Persons"), reverse("residents:person-list")),
            Crumb(_("Possible duplicates"), self.get_back_url()),
        ]

    def get_back_url(self) -> str:
        return reverse("residents:duplicate-list")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(sides=self.sides, **context)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class PersonMergeCreate(OnePair):
    """Side by side: the left record goes on, and for each value one of the two is chosen."""

    form_class = MergeForm
    template_name = "residents/roster/personmerge_form.html"
    title = _("Merge two records")
    intro = _(
        "The left record goes on; everything that belongs to the right one follows. For 30 days this can be undone."
    )
    submit_label = _("Merge into one record")
    success_message = _("The two records are one now.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version, "absorbed_version": self.other.version}

    @cached_property
    def lines(self) -> list[Line]:
        """The values of both records, and what both have in the rooms above."""
        questions = merge_parts.ask(Pair.of(self.object, self.other), self.request.user)
        return lines_of(*self.sides) + [
            Line(both.key, both.label, both.kept, both.absorbed, True, both.suggested) for both in questions
        ]

    def get_form_options(self) -> dict[str, Any]:
        kept, absorbed = self.sides
        here = [("kept", kept), ("absorbed", absorbed)]
        homes = [(key, side.door) for key, side in here if side.lives_here]
        if len(homes) == 2 and kept.home.household_id == absorbed.home.household_id:
            homes = []
        return {"lines": self.lines, "homes": homes, "successors": self._successors(here)}

    def _successors(self, here: list[tuple[str, Side]]) -> QuerySet | None:
        """Who may follow as head in a home that he leaves: present members of the households of which he is head."""
        homes = {side.home.household_id for _key, side in here if side.lives_here}
        led = [side.home.household_id for _key, side in here if side.lives_here and side.home.is_head]
        if len(homes) < 2 or not led:
            return None
        members = Residency.objects.active().filter(household__in=led).exclude(person__in=[self.object, self.other])
        return members.with_place().in_reading_order()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        form = context["form"]
        rows = [{"line": line, "field": form[PICK + line.field] if line.differs else None} for line in self.lines]
        swap = reverse("residents:personmerge-create", args=[self.other.pk, self.object.pk])
        two = reverse("residents:noduplicate-create", args=[self.object.pk, self.other.pk])
        rest = [form[name] for name in ("home", "new_head", "reason") if name in form.fields]
        return super().get_context_data(rows=rows, swap_url=swap, two_url=two, rest=rest, **context)

    def perform(self, obj: Person, form: Any) -> PersonMerge:
        data = form.cleaned_data
        return merge_persons(
            obj,
            self.other,
            actor=self.request.user,
            version=data["version"],
            absorbed_version=data["absorbed_version"],
            choices=form.picks,
            home=data.get("home") or "kept",
            new_head=self._successor(data),
            reason=data["reason"],
        )

    def _successor(self, data: dict[str, Any]) -> Residency | None:
        """Only in the home that is not chosen."""
        kept, absorbed = self.sides
        left = absorbed if (data.get("home") or "kept") == "kept" else kept
        chosen = data.get("new_head")
        return chosen if chosen and left.home and chosen.household_id == left.home.household_id else None

    def get_success_url(self, result: PersonMerge) -> str:
        return reverse("residents:person-detail", args=[result.kept_id])


class NoDuplicateCreate(OnePair):
    """The verdict "two persons": the pair is not proposed again."""

    template_name = "residents/roster/noduplicate_form.html"
    title = _("These are two persons")
    intro = _("The pair is not proposed again. Nothing in the two records changes.")
    submit_label = _("Yes, two persons")
    success_message = _("Noted: two persons.")

    def perform(self, obj: Person, form: Any) -> Any:
        return judge_two_persons(obj, self.other, actor=self.request.user)

    def get_success_url(self, result: Any) -> str:
        return self.get_back_url()


class PersonMergeList(ListPage):
    """What was merged, by whom, and the way back for 30 days."""

    permission = Permission.MERGE_PERSONS
    model = PersonMerge
    table_class = MergeTable
    title = _("Merged records")
    intro = _("For 30 days a merge can be undone; then only the record that goes on is left.")
    unit = npgettext_lazy("number of", "merge", "merges")
    empty_title = _("Nothing was merged yet")
    empty_text = _("Possible duplicates are listed apart.")

    def get_queryset(self) -> QuerySet:
        homes = Prefetch("kept__residencies", Residency.objects.with_place())
        rows = super().get_queryset().defer("snapshot").select_related("kept", "merged_by").prefetch_related(homes)
        return rows.order_by("-merged_at", "-pk")

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Possible duplicates"), reverse("residents:duplicate-list"))]


class PersonMergeUndo(ActionPage):
    """Both records as they were before."""

    permission = Permission.MERGE_PERSONS
    model = PersonMerge
    title = _("Undo the merge")
    intro = _("Both records come back as they were before. What was changed since then stops this.")
    submit_label = _("Undo the merge")
    style = "danger"
    success_message = _("The merge was undone: there are two records again.")
    object: PersonMerge

    def load(self) -> None:
        self.require_power()
        super().load()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().defer("snapshot").select_related("kept")

    def decide(self, obj: PersonMerge) -> Decision:
        return may_undo(obj, grid_of(obj.kept), actor=self.request.user)

    def perform(self, obj: PersonMerge, form: Any) -> PersonMerge:
        return undo_merge(obj, actor=self.request.user)

    def get_breadcrumb(self) -> list[Crumb]:
        name = rules.shown_name(self.request.user, grid_of(self.object.kept), self.object.kept.name)
        return [Crumb(_("Merged records"), self.get_back_url()), Crumb(name, self._kept_url())]

    def _kept_url(self) -> str:
        return reverse("residents:person-detail", args=[self.object.kept_id])

    def get_back_url(self) -> str:
        return reverse("residents:personmerge-list")

    def get_success_url(self, result: PersonMerge) -> str:
        return self._kept_url()
