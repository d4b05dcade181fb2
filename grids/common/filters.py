"""The base of every filter set: one search field, quick chips, and what is applied in words, each removable.

::

    class HouseholdFilter(FilterSet):
        search_fields = ("number", "dwelling__address")
        search_hint = _("Household number or address")
        chip_fields = ("state",)           # shown as chips above the list; the others are in the filter sheet
        state = django_filters.ChoiceFilter(choices=HouseholdState.choices, label=_("Status"))
        covered = YesNoFilter(method="filter_covered", label=_("Has a contact"))
        grid = SubtreeFilter("dwelling__grid__code", grids=lambda request: Grid.objects.restrict(request.user, P.VIEW))

        class Meta:
            model = Household
            fields = ("state",)

Everything is in the address, so a list can be shared as a link and is checked again for whoever opens it.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import DateRangeField

from grids.common.codes import significant
from grids.common.forms import use_native_picker
from grids.common.pagination import PLACE_KEYS

EMPTY = (None, "", [], (), {})
MENU_LIMIT = 80


class YesNoFilter(django_filters.TypedChoiceFilter):
    """Yes, no, or no matter."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options["choices"] = (("", _("Any")), ("yes", _("Yes")), ("no", _("No")))
        options["empty_value"] = None
        options["coerce"] = lambda value: value == "yes"
        super().__init__(*args, **options)


class SubtreeFilter(django_filters.ModelChoiceFilter):
    """Rows in the subtree of one grid, named by its code; ``grids(request)`` gives those that may be named.

    ``field_name`` is the path to the row's grid code. The upper levels that fit into ``MENU_LIMIT`` make a menu; the
    others come by link (``?grid=320106002001``). A code that is not among ``grids`` is a form error,
    so that foreign grids do not exist here either.
    """

    def __init__(self, field_name: str, *, grids: Callable[[HttpRequest], QuerySet], **options: Any) -> None:
        options.setdefault("label", _("Grid"))
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(field_name=field_name, queryset=grids, to_field_name="code", **options)

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if not value:
            return queryset
        return queryset.filter(**{f"{self.field_name}__startswith": significant(value.code)})

    def offer_menu(self, field: forms.ModelChoiceField, chosen: str) -> None:
        """Turn the field into a menu, indented like the tree, of the upper levels that fit: one short query.

        ``chosen`` (what the address asks for) stands in the menu even when its level does not fit.
        """
        grids = list(
            field.queryset.select_related(None)
            .only("code", "level", "name_zh", "name_en")
            .order_by("level", "code")[: MENU_LIMIT + 1]
        )
        if len(grids) > MENU_LIMIT:
            grids = [grid for grid in grids if grid.level < grids[-1].level]
        if not grids:
            return
        grids.sort(key=lambda grid: grid.code)
        lengths = sorted({len(significant(grid.code)) for grid in grids})
        names = [(grid.code, "\u3000" * lengths.index(len(significant(grid.code))) + str(grid)) for grid in grids]
        if chosen and chosen not in dict(names):
            names.append((chosen, chosen))
        field.widget = forms.Select(choices=[("", _("Any")), *names])


class PeriodField(DateRangeField):
    """Two days of which either may be left open; beyond these years no database keeps the moment in UTC."""

    first_year, last_year = 1900, 2100

    def compress(self, data_list: Any) -> Any:
        for day in data_list or ():
            if day and not self.first_year <= day.year <= self.last_year:
                raise forms.ValidationError(
                    _("Choose days between the years %(first)s and %(last)s."),
                    params={"first": self.first_year, "last": self.last_year},
                )
        return super().compress(data_list)


class PeriodFilter(django_filters.DateFromToRangeFilter):
    """Moments between two days, both included."""

    field_class = PeriodField


class FilterSet(django_filters.FilterSet):
    """Base of every filter set; see the example at the top of this file."""

    search_fields: tuple[str, ...] = ()
    search_hint: Any = _("Search")
    chip_fields: tuple[str, ...] = ()

    q = django_filters.CharFilter(method="search", label=_("Search"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.has_search:
            del self.filters["q"]
        for name, one in self.filters.items():
            if isinstance(one, SubtreeFilter):
                one.offer_menu(self.form.fields[name], str(self.data.get(name, "")) if self.is_bound else "")

    @property
    def has_search(self) -> bool:
        return bool(self.search_fields) or type(self).search is not FilterSet.search

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Rows in which every word is found in one of ``search_fields``; rooms override it for blind indexes."""
        for word in value.split():
            queryset = queryset.filter(
                Q.create([(f"{field}__icontains", word) for field in self.search_fields], connector=Q.OR)
            )
        return queryset

    def get_form_class(self) -> type[forms.Form]:
        form_class = super().get_form_class()
        for field in form_class.base_fields.values():
            if getattr(field, "empty_label", None) is not None:
                field.empty_label = _("Any")
            for widget in [field.widget, *getattr(field.widget, "widgets", [])]:
                use_native_picker(widget)
        return form_class

    @property
    def sheet_names(self) -> list[str]:
        return [name for name in self.filters if name != "q" and name not in self.chip_fields]

    @property
    def sheet_fields(self) -> list[forms.BoundField]:
        """The fields of the filter sheet: all but search and chips."""
        return [self.form[name] for name in self.sheet_names]

    def chip_groups(self) -> list[dict[str, Any]]:
        """``[{"label", "options": [{"label", "query", "active"}]}]`` of the quick chips; a chip's link toggles it."""
        groups = []
        for name in self.chip_fields:
            bound = self.form[name]
            chosen = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
            options = []
            for value, label in bound.field.choices:
                if value in EMPTY:
                    continue
                active = str(value) in chosen
                query = self._without(name)
                if not active:
                    query[name] = str(value)
                options.append({"label": label, "query": query.urlencode(), "active": active})
            groups.append({"label": bound.label, "options": options})
        return groups

    def applied(self) -> list[dict[str, Any]]:
        """``[{"label", "value", "query"}]`` of the filters in use; ``query`` is the address without this one."""
        if not self.is_bound or not self.form.is_valid():
            return []
        return [
            {
                "label": self.form[name].label,
                "value": self._words(self.form.fields[name], value),
                "query": self._without(name).urlencode(),
            }
            for name, value in self.form.cleaned_data.items()
            if value not in EMPTY and name in self.filters
        ]

    def _without(self, name: str) -> QueryDict:
        query = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        suffixes = getattr(self.form.fields[name].widget, "suffixes", [])
        for key in (name, *(f"{name}_{suffix}" for suffix in suffixes), *PLACE_KEYS):
            query.pop(key, None)
        return query

    def _words(self, field: forms.Field, value: Any) -> str:
        if isinstance(value, Model):
            return str(value)
        if isinstance(value, slice):
            ends = [self._words(field, end) if end else "…" for end in (value.start, value.stop)]
            return gettext("%(start)s to %(end)s") % {"start": ends[0], "end": ends[1]}
        if isinstance(value, datetime | date):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        if isinstance(value, list | tuple | QuerySet):
            return gettext(", ").join(self._words(field, one) for one in value)
        labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
        return labels.get(str(value), str(value))
