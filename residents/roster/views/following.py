"""The address of a record that was merged leads to the one that goes on."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from grids.common.pages import key_of


class FollowsMerge:
    """Mixin of the person's page, before the generic page."""

    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except Http404:
            # Only to a record that the user sees: for anybody else neither of the two exists.
            seen = self.get_queryset().filter(absorbed=key_of(str(self.kwargs["pk"])))  # type: ignore[attr-defined]
            kept = seen.values_list("pk", flat=True).first()
            if kept is None:
                raise
            return HttpResponseRedirect(reverse("residents:person-detail", args=[kept]))
